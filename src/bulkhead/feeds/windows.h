// The standard replay windows over recorded data: which files, assets, instruments and sources.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/feeds/plan.h"
#include "bulkhead/market/registry.h"

namespace bulkhead::feeds {

struct Window {
  std::string name;
  std::string title;  // for a report's headline
  std::string note;   // what the data cannot show, for a report
  Timestamp from;
  Timestamp to;
  Duration step;                      // suggested distance of ticks
  std::vector<market::Asset> assets;  // the numéraire first
  std::vector<market::Instrument> instruments;
  FeedPlan plan;  // its bar files' sources are to be registered
};

// "black-thursday-2020", "terra-2022", "usdc-depeg-2023", "cascade-2025", "calm-2023".
std::span<const std::string_view> window_names();
// not_found for another name.
Result<Window> window(std::string_view name);

// Sets each asset's average daily volume and initial volatility from the 30 days of its bars before
// `window.from` (no look-ahead); assets without such bars keep the table's numbers.
Status measure(Window& window, const std::string& data_directory);

}  // namespace bulkhead::feeds
