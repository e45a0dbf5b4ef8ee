// Closed form of the liquidity integral.
#include "bulkhead/risk/liquidity.h"

#include <algorithm>
#include <limits>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::risk {

LiquidityCurve liquidity_curve(double half_spread, double impact, double volatility, double adv,
                               double impact_cap) {
  LiquidityCurve curve;
  curve.half_spread = half_spread;
  curve.impact_cap = impact_cap;
  curve.unknown_volume = adv <= 0;
  if (!curve.unknown_volume) curve.impact_scale = 1.5 * impact * volatility / sqrt_fixed(adv);
  return curve;
}

double liquidity_charge(const LiquidityCurve& curve, double notional) {
  BULKHEAD_ASSERT(notional >= 0);
  if (curve.unknown_volume) return (curve.half_spread + curve.impact_cap) * notional;
  const double spread = curve.half_spread * notional;
  if (curve.impact_scale <= 0) return spread;
  const double root = curve.impact_cap / curve.impact_scale;
  const double capped_from = root * root;  // where the marginal impact meets its cap
  if (notional <= capped_from) {
    return spread + curve.impact_scale * (2.0 / 3.0) * (notional * sqrt_fixed(notional));
  }
  const double below = curve.impact_scale * (2.0 / 3.0) * (capped_from * root);
  return spread + below + curve.impact_cap * (notional - capped_from);
}

double bounded_liquidity_charge(LiquidityCurve curve, double notional, double bound) {
  curve.half_spread = std::min(curve.half_spread, bound);
  curve.impact_cap = std::min(curve.impact_cap, bound - curve.half_spread);
  return liquidity_charge(curve, notional);
}

namespace {

constexpr double kLargest = 9.2e18;

std::int64_t floor_micros(double micros) {
  if (micros >= kLargest) return std::numeric_limits<std::int64_t>::max();
  if (micros <= -kLargest) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(floor_fixed(micros));
}

}  // namespace

Usd usd_up(double value) {
  const double micros = value * 1e6;
  if (micros >= kLargest) return Usd{std::numeric_limits<std::int64_t>::max()};
  return Usd{-floor_micros(-micros)};
}

Usd usd_down(double value) { return Usd{floor_micros(value * 1e6)}; }

}  // namespace bulkhead::risk
