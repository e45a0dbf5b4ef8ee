// What it costs to trade out of a position (D5.5): half-spread and square-root impact, bounded, in
// closed form.
#pragma once

#include "bulkhead/base/amount.h"

namespace bulkhead::risk {

// One market's liquidity, in numéraire.
struct LiquidityCurve {
  double half_spread = 0;   // fraction of price
  double impact_scale = 0;  // 1.5·η·σ/√ADV: marginal impact at x is this times √x
  double impact_cap =
      0.5;  // bound of the marginal impact; where ADV is unknown it holds throughout
  bool unknown_volume = false;
};

// η impact, σ daily volatility, ADV in numéraire (0: unknown, every unit pays the cap).
LiquidityCurve liquidity_curve(double half_spread, double impact, double volatility, double adv,
                               double impact_cap);

// ∫₀^x (half-spread + min(impact_scale·√u, impact_cap)) du for a notional x >= 0: convex, at most
// (half-spread + cap)·x. Below the cap the impact part is (2/3)·impact_scale·x^{3/2}.
double liquidity_charge(const LiquidityCurve& curve, double notional);

// The same with the whole marginal charge bounded by `bound` in [0, 1] (D5.7: what is left of the
// asset after its stand-alone core).
double bounded_liquidity_charge(LiquidityCurve curve, double notional, double bound);

// ⌈value·10^6⌉ micro-USD for value >= 0; saturates.
Usd usd_up(double value);
// ⌊value·10^6⌋, for either sign; saturates.
Usd usd_down(double value);

}  // namespace bulkhead::risk
