// Expected cost of execution, capacity and closing band.
#include "bulkhead/policy/execution_cost.h"

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::policy {
namespace {

constexpr double kImpactMax = 0.5;
constexpr double kMicrosPerUnit = 1e6;
constexpr double kMicrosMax = 9.2e18;  // below 2^63

Usd to_usd(double micros) {
  BULKHEAD_ASSERT(micros >= 0);
  return Usd{static_cast<std::int64_t>(micros < kMicrosMax ? micros : kMicrosMax)};
}

}  // namespace

double cost_fraction(const MarketDepth& market, double size) {
  BULKHEAD_ASSERT(size >= 0);
  if (size == 0) return market.half_spread;
  if (!(market.adv > 0)) return market.half_spread + kImpactMax;
  const double impact = market.impact * market.volatility * sqrt_fixed(size / market.adv);
  return market.half_spread + (impact < kImpactMax ? impact : kImpactMax);
}

Usd execution_cost(const MarketDepth& market, Usd size) {
  BULKHEAD_ASSERT(size >= Usd{});
  const double micros = static_cast<double>(size.micros);
  const double cost = cost_fraction(market, micros / kMicrosPerUnit) * micros;
  return to_usd(-floor_fixed(-cost));
}

double expected_price(const MarketDepth& market, double price, double size, bool buy) {
  BULKHEAD_ASSERT(price > 0);
  const double fraction = cost_fraction(market, size);
  if (buy) return price * (1 + fraction);
  return fraction < 1 ? price * (1 - fraction) : 0;
}

Usd interval_capacity(const MarketDepth& market, const DefaultParameters& parameters) {
  BULKHEAD_ASSERT(market.adv >= 0);
  constexpr double kMinutesPerDay = 1440;
  const double share = static_cast<double>(parameters.capacity_bp) / 10'000;
  const double per_minute = market.adv / kMinutesPerDay * share;
  return to_usd(floor_fixed(per_minute * parameters.capacity_minutes * kMicrosPerUnit));
}

double closing_band(Duration elapsed, const DefaultParameters& parameters) {
  BULKHEAD_ASSERT(elapsed.ns >= 0);
  const double most = static_cast<double>(parameters.closing_band_bp) / 10'000;
  if (elapsed >= parameters.closing_band_after) return most;
  return most * static_cast<double>(elapsed.ns) /
         static_cast<double>(parameters.closing_band_after.ns);
}

}  // namespace bulkhead::policy
