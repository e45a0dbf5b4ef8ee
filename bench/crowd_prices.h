// Prices of the crowd: an hour of recorded 5-minute bars, taken to the length of a tick by bridged
// noise, and the bars before it. Every coin is rebased to 1,000 at the start of the hour.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/random.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::bench {

struct PriceRequest {
  std::string data;  // folder of the recorded bars; empty: the bars are drawn
  Timestamp from;
  std::uint32_t coins = 0;
  std::uint32_t ticks = 0;
  Duration step;
};

struct CoinPath {
  std::string coin;
  std::vector<double> bars;     // closes before the start, the last of them at it: 1,000
  std::vector<double> ticks;    // after 1, 2, … steps
  double daily_volatility = 0;  // of the bars
};

inline constexpr Duration kBar = minutes(5);
inline constexpr std::uint32_t kBarsBefore = 72;
inline constexpr std::uint32_t kMostCoins = 26;

// The bars are honoured at open, low, high and close; between two of these points the logarithm of
// the price is a Brownian bridge of the hour's own volatility that stays within low and high.
Result<std::vector<CoinPath>> price_paths(const PriceRequest& request, RandomStream& random);

}  // namespace bulkhead::bench
