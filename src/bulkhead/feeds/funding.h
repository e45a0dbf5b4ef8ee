// Funding rates of perpetuals read from CSV.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::feeds {

// Settled at `time`: longs pay rate · value to shorts (negative: shorts pay).
struct FundingRate {
  Timestamp time;
  double rate = 0;
};

// Reads `ts_ms,funding_rate`, `ts_ms,symbol,funding_rate` (rows of `symbol`), or the 8-hour form
// with `funding_time_ms`. Times strictly ascending per symbol; |rate| <= 1. [from, to); 0: no
// bound.
Result<std::vector<FundingRate>> read_funding(const std::string& path, const std::string& symbol,
                                              Timestamp from, Timestamp to);

}  // namespace bulkhead::feeds
