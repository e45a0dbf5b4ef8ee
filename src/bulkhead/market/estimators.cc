// EWMA variances scaled by time, decaying jumps, and the regime's hysteresis.
#include "bulkhead/market/estimators.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::market {
namespace {

constexpr double kLog2 = 0.693147180559945309417232121458;
constexpr double kSecondsPerDay = 86'400;
constexpr double kDaysPerYear = 365;

// 2^(−elapsed/half_life).
double decay(Duration elapsed, Duration half_life) {
  return exp_fixed(-kLog2 * (elapsed.seconds() / half_life.seconds()));
}

void update_variance(double& variance, double squared_per_day, Duration elapsed,
                     Duration half_life) {
  const double keep = decay(elapsed, half_life);
  variance = variance * keep + (1 - keep) * squared_per_day;
}

double slow_deviation(const EstimatorState& state, const Parameters& p) {
  return std::max(sqrt_fixed(state.slow), p.regime_volatility_floor);
}

// A threshold holds from its entry until its exit.
bool holds(double value, const Hysteresis& threshold, bool held) {
  return value >= (held ? threshold.exit : threshold.enter);
}

}  // namespace

void start_estimators(EstimatorState& state, const Asset& asset, const Parameters& parameters) {
  if (state.slow > 0) return;
  const bool pegged = asset.kind == AssetKind::stablecoin || asset.kind == AssetKind::fiat;
  const double initial = asset.initial_volatility > 0 ? asset.initial_volatility
                         : pegged                     ? parameters.initial_volatility_stable
                                                      : parameters.initial_volatility;
  state.fast = initial * initial;
  state.slow = initial * initial;
}

void observe_price(EstimatorState& state, double price, bool confirmed, Timestamp t,
                   const Parameters& parameters) {
  BULKHEAD_ASSERT(price > 0 && state.slow > 0);
  const Duration elapsed = t - state.sample_time;
  if (state.sample_price <= 0 || elapsed > parameters.maximum_return_gap) {
    if (!confirmed) return;
    state.sample_price = price;
    state.sample_time = t;
    return;
  }
  const double move = log_fixed(price / state.sample_price);
  const double size =
      std::min((move < 0 ? -move : move) / slow_deviation(state, parameters), parameters.jump_cap);
  if (size > jump_at(state, t, parameters)) {
    state.jump = size;
    state.jump_time = t;
  }
  if (!confirmed || elapsed < parameters.volatility_sampling) return;
  const double squared_per_day = move * move / (elapsed.seconds() / kSecondsPerDay);
  update_variance(state.fast, squared_per_day, elapsed, parameters.fast_half_life);
  update_variance(state.slow, squared_per_day, elapsed, parameters.slow_half_life);
  state.sample_price = price;
  state.sample_time = t;
}

double jump_at(const EstimatorState& state, Timestamp t, const Parameters& parameters) {
  if (state.jump <= 0) return 0;
  return state.jump * decay(t - state.jump_time, parameters.jump_half_life);
}

Regime next_regime(const EstimatorState& state, double implied, Timestamp t,
                   const Parameters& parameters) {
  const Parameters& p = parameters;
  const double slow = slow_deviation(state, p);
  const double realised_ratio = sqrt_fixed(state.fast) / slow;
  const double implied_ratio = implied / (p.implied_premium * sqrt_fixed(kDaysPerYear) * slow);
  const double ratio = std::max(realised_ratio, implied_ratio);
  const double jump = jump_at(state, t, p);
  const bool was_extreme = state.regime == Regime::extreme;
  const bool was_high = state.regime >= Regime::high;
  const bool was_normal = state.regime >= Regime::normal;
  if (holds(ratio, p.extreme_ratio, was_extreme) || holds(jump, p.extreme_jump, was_extreme)) {
    return Regime::extreme;
  }
  if (holds(ratio, p.high_ratio, was_high) || holds(jump, p.high_jump, was_high)) {
    return Regime::high;
  }
  return holds(ratio, p.normal_ratio, was_normal) ? Regime::normal : Regime::calm;
}

double model_volatility(const EstimatorState& state, const Parameters& parameters) {
  const Parameters& p = parameters;
  const double daily = p.model_fast_weight * state.fast + (1 - p.model_fast_weight) * state.slow;
  const double annual = p.model_multiplier * sqrt_fixed(kDaysPerYear * daily);
  return std::clamp(annual, p.model_floor, p.model_cap);
}

}  // namespace bulkhead::market
