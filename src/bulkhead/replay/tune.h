// `bulkhead tune`: the same members and markets under many policies, each run a point; what the
// points cost and what they save.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bulkhead/replay/run_totals.h"
#include "bulkhead/replay/tune_figures.h"
#include "bulkhead/replay/tune_grid.h"

namespace bulkhead::replay {

inline constexpr std::string_view kSyntheticWindow = "synthetic";

// A window of recorded data, or kSyntheticWindow, cut to [from, to); 0: to its usual cut.
struct TuneWindow {
  std::string name;
  Timestamp from;
  Timestamp to;
};

// The days around the crash of each recorded window, and a month of the calm one.
std::vector<TuneWindow> usual_tune_windows();

struct TuneOptions {
  std::vector<TuneWindow> windows;
  std::string data_directory;  // recorded data
  Duration length;             // each window is cut to so much from its begin; 0: it is not
  TuneGrid grid;
  std::uint64_t seed = 1;
  std::uint32_t confirm = 2;  // candidates run again with so many other seeds
  std::uint32_t accounts = 100;
  std::uint32_t scenarios = 120;
  double tightness = 1.0;
  unsigned threads = 1;
  std::string out;      // folder; what is there of earlier runs is used again
  std::string program;  // of the program, part of what a result depends on
  // Ticks done and in all, seconds that the rest takes about; calls come one after another.
  std::function<void(const std::string& phase, std::uint64_t done, std::uint64_t all,
                     double seconds_left)>
      progress;
};

// One policy in one window with one seed.
struct TuneRun {
  std::size_t point = 0;
  std::size_t window = 0;
  std::uint64_t seed = 0;
  TuneFigures figures;
};

struct TunedWindow {
  std::string name, title, numeraire;
  Timestamp from, to;
  bool calm = false;
};

struct TuneResult {
  std::vector<TunedWindow> windows;
  std::vector<TuneRun> runs;       // by point, then window
  std::vector<TuneRun> confirmed;  // with other seeds, by point, window, seed
  // Points with the shipped margin under which some members could not take out at the opening what
  // they could under the shipped ladder: they stand on no edge.
  std::vector<std::size_t> opened_otherwise;
  std::uint32_t computed = 0;
  std::uint32_t reused = 0;  // results of an earlier call
  std::uint32_t torn = 0;    // of which the file did not hold: computed again
};

// Runs all points in all windows, then those that `candidates` picks again with other seeds.
// Results are stored in OUT/points one by one as they come. Errors name window and point.
using PickCandidates = std::function<std::vector<std::size_t>(const TuneResult&)>;
Result<TuneResult> tune(const TuneOptions& options, const PickCandidates& candidates);

}  // namespace bulkhead::replay
