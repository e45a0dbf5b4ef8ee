// Grading of one asset's aggregate.
#include "bulkhead/market/asset_price.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"

namespace bulkhead::market {
namespace {

constexpr double kSecondsPerDay = 86'400;

Quality quality_without_aggregate(const AssetAggregate& aggregate) {
  return aggregate.ever && !aggregate.any_fresh ? Quality::stale : Quality::no_quorum;
}

Quality quality_of(const AssetAggregate& aggregate, double stable, const Parameters& p) {
  if (!aggregate.quorum) return quality_without_aggregate(aggregate);
  const double price = aggregate.value.price;
  const double drift = price > stable ? price - stable : stable - price;
  if (aggregate.through_volatile || (stable > 0 && drift > p.volatile_limit * stable)) {
    return Quality::volatile_;
  }
  return aggregate.value.confidence > p.wide_limit * price ? Quality::wide : Quality::good;
}

// Around the last good price: half = last·max(limit, its own relative width) + last·k·σ·√age. A
// wide price that goes stale does not get narrower.
void widen_with_age(AssetPrice& price, const AssetState& state, double daily_volatility,
                    Timestamp t, const Parameters& p) {
  const double last = state.last_good;
  const double age_days = (t - state.last_good_time).seconds() / kSecondsPerDay;
  const double base = std::max(p.wide_limit * last, state.last_good_confidence);
  const double half = base + last * (p.stale_deviations * daily_volatility * sqrt_fixed(age_days));
  price.mid = last;
  price.confidence = half;
  price.low = std::max(0.0, last - half);
  price.high = last + half;
}

void set_interval(AssetPrice& price, const AssetState& state, const Aggregate& value,
                  double daily_volatility, Timestamp t, const Parameters& p) {
  switch (price.quality) {
    case Quality::good:
      price.mid = price.low = price.high = value.price;
      price.confidence = value.confidence;
      return;
    case Quality::wide:
    case Quality::volatile_:
      price.mid = value.price;
      price.confidence = value.confidence;
      price.low = std::max(0.0, value.price - value.confidence);
      price.high = value.price + value.confidence;
      if (price.quality == Quality::volatile_ && price.stable > 0) {
        price.low = std::min(price.low, price.stable);
        price.high = std::max(price.high, price.stable);
      }
      return;
    case Quality::stale:
    case Quality::no_quorum:
      if (state.last_good > 0) widen_with_age(price, state, daily_volatility, t, p);
      return;
    case Quality::halted:
      price.mid = state.last_good;
      price.confidence = state.last_good;
      price.high = 2 * state.last_good;
      return;
  }
}

}  // namespace

void move_stable(StableState& state, double price, bool good, Timestamp t,
                 const Parameters& parameters) {
  const Duration gap = t - state.time;
  state.time = t;
  if (state.price <= 0 || gap > parameters.stable_restart_gap) {
    state.price = state.average = good ? price : 0;
    return;
  }
  const double weight = 1 - exp_fixed(-(gap.seconds() / parameters.stable_average.seconds()));
  state.average += weight * (price - state.average);
  const double step = parameters.stable_rate * (gap.seconds() / 60);
  state.price *= std::clamp(state.average / state.price, 1 - step, 1 + step);
}

// D4.7: what two persons say stands, whatever sources report.
AssetPrice settlement_price(const AssetState& state) {
  AssetPrice price;
  price.mid = price.low = price.high = price.stable = price.aggregate = state.settlement;
  price.quality = Quality::good;
  return price;
}

void grade(AssetState& state, const AssetAggregate& aggregate, double daily_volatility, Timestamp t,
           const Parameters& parameters) {
  if (state.halted && state.settlement > 0) {
    state.price = settlement_price(state);
    return;
  }
  const Aggregate& value = aggregate.value;
  AssetPrice price;
  price.aggregate = aggregate.quorum ? value.price : 0;
  price.sources = value.count;
  price.quorum = aggregate.needed;
  if (!state.halted && aggregate.quorum && !aggregate.through_volatile) {
    const bool good = value.confidence <= parameters.wide_limit * value.price;
    move_stable(state.stable, value.price, good, t, parameters);
  }
  price.stable = state.stable.price;
  price.quality =
      state.halted ? Quality::halted : quality_of(aggregate, state.stable.price, parameters);
  if (price.quality <= Quality::wide) {
    state.last_good = value.price;
    state.last_good_confidence = value.confidence;
    state.last_good_time = t;
  }
  set_interval(price, state, value, daily_volatility, t, parameters);
  state.price = price;
}

AssetPrice numeraire_price() {
  AssetPrice price;
  price.mid = price.low = price.high = price.stable = price.aggregate = 1;
  price.quality = Quality::good;
  return price;
}

double half_width(const AssetPrice& price) {
  return std::max({price.confidence, price.high - price.mid, price.mid - price.low});
}

}  // namespace bulkhead::market
