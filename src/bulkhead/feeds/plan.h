// A feed plan names the files of a replay and what each observes; loading it merges them into one
// time-ordered window.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/feeds/bars.h"
#include "bulkhead/market/registry.h"

namespace bulkhead::feeds {

enum class FileKind : std::uint8_t { bars, funding, option_chain };
BULKHEAD_ENUM_NAMES(FileKind, "bars", "funding", "option_chain")

struct PlanFile {
  FileKind kind = FileKind::bars;
  std::string file;  // relative to the data directory
  // bars: the source it becomes (name, kind, subject, quote; stale_after 0 is set to two bars).
  // funding: only `subject`, the perpetual. option_chain: `name` is the prefix of its sources
  // ("deribit"); `stale_after` is theirs.
  market::Source source;
  std::string history;  // bars: where measure() finds earlier ones, if not in `file`
  std::string symbol;   // rows of this symbol, where the file has that column
  Duration bar_length;  // 0: detected
  bool stamped_at_close = false;
  // bars: only opens and closes are observed. For a derivative's coarse bars beside finer spot
  // bars, where a low placed at a third of the bar would give a basis that never was.
  bool ends_only = false;
};

struct FeedPlan {
  std::vector<PlanFile> files;
  // Option chains: only these instruments become sources (unified names).
  std::vector<std::string> options;
};

// One observation of sources[source].
struct TimedObservation {
  Timestamp time;  // source time and receive time
  std::uint32_t source = 0;
  double price = 0;
  double confidence = 0;
};

struct TimedFunding {
  Timestamp time;
  std::string instrument;
  double rate = 0;
};

// What was read, for the report.
struct FileCount {
  std::string file;
  std::string source;
  std::uint64_t rows = 0;  // that lie in the window
  std::uint64_t gaps = 0;  // missing stretches inside the window
  Duration bar_length;     // 0: not bars
};

struct FeedWindow {
  Timestamp from;
  Timestamp to;
  std::vector<market::Source> sources;         // sorted by name
  std::vector<TimedObservation> observations;  // by (time, source)
  std::vector<TimedFunding> funding;           // by (time, instrument)
  std::vector<FileCount> files;                // in the plan's order
};

// Reads every file of the plan and keeps what is observed at from <= time < to. At the instant
// where a bar ends and the next begins, the close stands and the next open is left out, so a source
// has at most one observation at a time. A bar without volume is not observed: nobody traded, its
// price is carried. An option chain gives for each wanted instrument a source of its implied
// volatility, "<prefix>:<Deribit name>:iv" (mark, half width (ask − bid)/2 where both are there),
// and for each wanted future on which options are priced a source of its mark,
// "<prefix>:<Deribit name>" (the rows' underlying price).
// `not_after`: later rows are an error (0: no limit).
Result<FeedWindow> load(const FeedPlan& plan, const std::string& data_directory, Timestamp from,
                        Timestamp to, Timestamp not_after = {});

// For ticks every `step` from `from` on: keeps of each source the last observation in each interval
// (tick − step, tick], so that none is dropped as the second of its tick (D4.6).
std::vector<TimedObservation> last_of_each_step(const std::vector<TimedObservation>& observations,
                                                Timestamp from, Duration step);

}  // namespace bulkhead::feeds
