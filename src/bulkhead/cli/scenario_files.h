// Scenario sets as files, and how the command line has one built from a data directory.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bulkhead/calibration/scenario_builder.h"

namespace bulkhead::cli {

// Canonical bytes (whose SHA-256 is the set's name), or JSON if the file's name ends in ".json".
// Every rule of a set is checked; errors name the file, in JSON also the line.
Result<pricing::ScenarioSet> read_scenario_set(const std::string& path);
Status write_scenario_set(const std::string& path, const pricing::ScenarioSet& set);

struct SetRequest {
  std::string data_directory;
  std::string numeraire = "USDT";
  std::vector<std::string> assets;  // empty: every asset with spot bars in the directory
  Timestamp as_of;
  calibration::BuilderOptions options;
};

struct RequestedSet {
  calibration::BuiltSet built;
  calibration::BuilderInput histories;
};

// Factors of every coin: spot, perpetual and dated basis, volatility; of a stablecoin: spot.
Result<RequestedSet> build_requested_set(const SetRequest& request);

bool is_stablecoin(std::string_view asset);

}  // namespace bulkhead::cli
