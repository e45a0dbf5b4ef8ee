#include "bulkhead/engine/withdrawable_gains.h"

#include <algorithm>
#include <map>

#include "bulkhead/base/elementary.h"
#include "bulkhead/policy/execution_cost.h"
#include "bulkhead/pricing/values.h"
#include "bulkhead/risk/liquidity.h"

namespace bulkhead::engine {
namespace {

// What an account's positions in one underlying come to, settlement legs included.
struct Gain {
  Int128 low = 0;
  Int128 mid = 0;
  Int128 high = 0;
  Int128 stable = 0;
  double notional = 0;
};

Int128 value_at_stable(const State& state, const positions::Position& held, double stable) {
  if (!(stable > 0)) return 0;
  return pricing::position_value(
             held.lots,
             pricing::lot_value(state.registry(), state.market.epoch(), held.instrument, stable))
      .micros;
}

void add(const State& state, const risk::EpochRisk& market, const positions::Position& held,
         Gain& gain) {
  const AssetIndex underlying = state.registry().underlying(held.instrument);
  const AssetIndex settlement = state.registry().settlement(held.instrument);
  const market::AssetPrice& price = state.market.epoch().assets[underlying.value];
  const Int128 leg = pricing::holding_value(state.registry()[settlement], held.leg,
                                            state.market.epoch().assets[settlement.value].mid)
                         .micros;
  const auto at = [&](pricing::PricePoint point) {
    return leg +
           pricing::position_value(held.lots, market.lot_value(held.instrument, point)).micros;
  };
  gain.low += at(pricing::PricePoint::low);
  gain.mid += at(pricing::PricePoint::mid);
  gain.high += at(pricing::PricePoint::high);
  // Without a stable price nothing of a gain counts.
  gain.stable += price.stable > 0 ? leg + value_at_stable(state, held, price.stable) : Int128{0};
  const double lots = static_cast<double>(held.lots < 0 ? -held.lots : held.lots);
  gain.notional += lots * market.coins_per_lot(held.instrument) * price.mid;
}

// What of `notional` the market takes within the margin period of risk, at most 1.
double realisable(const State& state, const risk::EpochRisk& market, AssetIndex underlying,
                  double notional) {
  const double adv = state.registry()[underlying].adv;
  if (!(adv > 0) || !(notional > 0)) return 1;
  const policy::DefaultParameters& defaults = state.parameters().ladder.defaults;
  const Usd interval = policy::interval_capacity({.adv = adv}, defaults);
  const std::int64_t intervals = market.set().horizon().ns / defaults.liquidation_interval.ns;
  return std::min(
      1.0, static_cast<double>(interval.micros) * 1e-6 * static_cast<double>(intervals) / notional);
}

}  // namespace

Usd unrealisable_gain(const State& state, const Valuer& valuer, AccountIndex account) {
  const risk::EpochRisk& market = valuer.epoch_risk();
  std::map<AssetIndex, Gain> gains;
  for (const positions::Position& held : state.positions.positions(account)) {
    if (!market.rows().has(held.instrument)) continue;
    add(state, market, held, gains[state.registry().underlying(held.instrument)]);
  }
  Int128 unrealisable = 0;
  for (const auto& [underlying, gain] : gains) {
    const Int128 least = std::min({gain.low, gain.mid, gain.high});
    if (least <= 0) continue;
    const Int128 stable = std::clamp<Int128>(gain.stable, 0, least);
    const double share = realisable(state, market, underlying, gain.notional);
    unrealisable += least - static_cast<Int128>(floor_fixed(static_cast<double>(stable) * share));
  }
  return saturate_usd(unrealisable);
}

}  // namespace bulkhead::engine
