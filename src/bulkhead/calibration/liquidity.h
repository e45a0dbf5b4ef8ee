// How liquid a market is by its bars alone: daily volume, an effective spread, and how moves grow
// with volume (D12.1).
#pragma once

#include <cstdint>
#include <span>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::calibration {

// A bar that ends at `time`, `volume` in the numéraire.
struct TradedBar {
  Timestamp time;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;
};

inline constexpr std::size_t kLiquidityDaysLeast = 30;
inline constexpr std::size_t kVolumeDays = 90;  // newest days that daily volume is the median of

struct LiquidityFit {
  std::uint64_t bars = 0;  // with volume, in whole days
  double adv = 0;          // numéraire a day, median
  // Abdi and Ranaldo (2017) from closes and ranges: what a trade costs beyond the middle, a
  // fraction. Bars of liquid coins cannot tell a spread far below their own range: an upper bound.
  double half_spread = 0;
  // |r|/σ_day = coefficient·(V/V_day)^exponent over bars of a day, by medians of ten classes of
  // V/V_day. Of the market's whole volume: what one order moves has the exponent, not the
  // coefficient.
  double impact_exponent = 0;
  double impact_coefficient = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "bars", self.bars);
    visit(2, "adv", self.adv);
    visit(3, "half_spread", self.half_spread);
    visit(4, "impact_exponent", self.impact_exponent);
    visit(5, "impact_coefficient", self.impact_coefficient);
  }
};

// Bars ascending, at most an hour long: days of UTC with at least 20 bars that have volume count.
// Bars whose range is beyond 20 times the median are left out, and times that were there already.
// Errors (field "bars"): a figure that is not finite, low <= close <= high broken, times that
// decrease, fewer than kLiquidityDaysLeast days, no variation of volume within days.
Result<LiquidityFit> fit_liquidity(std::span<const TradedBar> bars);

}  // namespace bulkhead::calibration
