// A scene is all that a replay needs to begin: a window, its loaded feed, and the histories that
// its daily scenario sets are built from; recorded or generated.
#pragma once

#include <filesystem>
#include <string>

#include "bulkhead/calibration/scenario_builder.h"
#include "bulkhead/feeds/plan.h"
#include "bulkhead/feeds/windows.h"
#include "bulkhead/replay/synth_market.h"

namespace bulkhead::replay {

struct Scene {
  feeds::Window window;
  feeds::FeedWindow feed;
  calibration::BuilderInput histories;
};

struct SceneOptions {
  std::string window;          // of feeds::window_names()
  std::string data_directory;  // that holds its files
  Timestamp from;              // cut to [from, to) inside the window; 0: all of it
  Timestamp to;
};

// Recorded data. Errors: not_found (window), those of feeds::load and load_histories.
Result<Scene> load_scene(const SceneOptions& options);

// A generated market written to `directory` and read back as any other.
Result<Scene> generate_scene(const SynthMarketPlan& plan, const std::filesystem::path& directory);

}  // namespace bulkhead::replay
