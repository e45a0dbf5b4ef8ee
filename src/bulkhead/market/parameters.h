// Policy numbers of the market room: oracle aggregation, quality, stable price, intervals, marks,
// estimators, regimes (D4, D7.3). Member initialisers are the shipped defaults of D13; the engine
// gets a complete set from the log's first record.
#pragma once

#include <cstdint>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::market {

// A regime threshold with hysteresis: entered at or above `enter`, left below `exit` <= enter.
struct Hysteresis {
  double enter = 0;
  double exit = 0;

  friend bool operator==(const Hysteresis&, const Hysteresis&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "enter", self.enter);
    visit(2, "exit", self.exit);
  }
};

struct Parameters {
  // Aggregation and quality (D4.1, D4.2). Fractions are of the price.
  double wide_limit = 0.005;                 // confidence/price above it: wide
  double volatile_limit = 0.05;              // |spot/stable − 1| above it: volatile
  Duration stale_after = seconds(30);        // for sources that state none of their own
  double outlier_deviations = 5;             // multiple of the MAD
  double outlier_tolerance = 0.005;          // fraction of the median
  std::uint32_t quorum = 2;                  // for subjects with at least quorum_sources sources
  std::uint32_t quorum_sources = 3;          // subjects with fewer have quorum 1
  Duration maximum_clock_skew = seconds(5);  // source time beyond receive time: dropped as future

  // Stable price (D4.2).
  double stable_rate = 0.01;              // r, fraction per minute
  Duration stable_average = minutes(10);  // time constant of the EMA x
  Duration stable_restart_gap = minutes(10);

  // Intervals of stale prices (D4.3): last good ∓ (wide_limit + stale_deviations·σ·√age).
  double stale_deviations = 3;

  // Marks (D4.1 "bounded by its index"): further from spot than mark_band + mark_band_per_year·τ is
  // cut to the band and graded volatile.
  double mark_band = 0.10;
  double mark_band_per_year = 0.60;

  // Estimators: EWMA of squared returns per day, sampled at least volatility_sampling apart (an
  // hour: sampled more often, the lows and highs of replayed hourly bars would count as a path and
  // nearly double the estimate); a return over a longer time than maximum_return_gap is not taken.
  Duration fast_half_life = hours(12);
  Duration slow_half_life = days(30);
  Duration volatility_sampling = hours(1);
  Duration maximum_return_gap = days(1);
  double initial_volatility = 0.04;          // daily, of assets that state none of their own
  double initial_volatility_stable = 0.002;  // the same of stablecoins and fiat

  // Implied volatility by model, where nothing is observed: annual σ = clamp(multiplier ·
  // √(365·(w·fast² + (1 − w)·slow²)), floor, cap), w = model_fast_weight.
  double model_multiplier = 1.15;
  double model_fast_weight = 0.5;
  double model_floor = 0.20;
  double model_cap = 4.0;

  // Regimes (D7.3). Ratio: the larger of fast/slow and implied/(implied_premium·√365·slow), slow
  // not below regime_volatility_floor (daily). Jump: decaying maximum of |return since the last
  // sample| in daily slow standard deviations, counted up to jump_cap.
  double regime_volatility_floor = 0.005;
  double implied_premium = 1.2;
  Hysteresis normal_ratio = {0.75, 0.60};  // below: calm
  Hysteresis high_ratio = {1.75, 1.40};
  Hysteresis extreme_ratio = {3.0, 2.4};
  Hysteresis high_jump = {1.0, 0.5};
  Hysteresis extreme_jump = {2.5, 1.25};
  Duration jump_half_life = hours(2);
  double jump_cap = 10;

  friend bool operator==(const Parameters&, const Parameters&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "wide_limit", self.wide_limit);
    visit(2, "volatile_limit", self.volatile_limit);
    visit(3, "stale_after", self.stale_after);
    visit(4, "outlier_deviations", self.outlier_deviations);
    visit(5, "outlier_tolerance", self.outlier_tolerance);
    visit(6, "quorum", self.quorum);
    visit(7, "quorum_sources", self.quorum_sources);
    visit(8, "maximum_clock_skew", self.maximum_clock_skew);
    visit(9, "stable_rate", self.stable_rate);
    visit(10, "stable_average", self.stable_average);
    visit(11, "stable_restart_gap", self.stable_restart_gap);
    visit(12, "stale_deviations", self.stale_deviations);
    visit(13, "mark_band", self.mark_band);
    visit(14, "mark_band_per_year", self.mark_band_per_year);
    visit(15, "fast_half_life", self.fast_half_life);
    visit(16, "slow_half_life", self.slow_half_life);
    visit(17, "volatility_sampling", self.volatility_sampling);
    visit(18, "maximum_return_gap", self.maximum_return_gap);
    visit(19, "initial_volatility", self.initial_volatility);
    visit(20, "initial_volatility_stable", self.initial_volatility_stable);
    visit(21, "model_multiplier", self.model_multiplier);
    visit(22, "model_fast_weight", self.model_fast_weight);
    visit(23, "model_floor", self.model_floor);
    visit(24, "model_cap", self.model_cap);
    visit(25, "regime_volatility_floor", self.regime_volatility_floor);
    visit(26, "implied_premium", self.implied_premium);
    visit(27, "normal_ratio", self.normal_ratio);
    visit(28, "high_ratio", self.high_ratio);
    visit(29, "extreme_ratio", self.extreme_ratio);
    visit(30, "high_jump", self.high_jump);
    visit(31, "extreme_jump", self.extreme_jump);
    visit(32, "jump_half_life", self.jump_half_life);
    visit(33, "jump_cap", self.jump_cap);
  }
};

// Every number finite and in its range, thresholds ordered (exit <= enter; normal < high <
// extreme), 1 <= quorum <= quorum_sources. Errors name field and value.
Status validate(const Parameters& parameters);

}  // namespace bulkhead::market
