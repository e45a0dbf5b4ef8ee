// Which policy numbers of the market room are accepted.
#include "bulkhead/market/parameters.h"

#include <string>

namespace bulkhead::market {
namespace {

// Remembers the first number that is out of its range.
class Checker {
 public:
  void between(const char* field, double value, double low, double high) {
    if (value >= low && value <= high) return;
    refuse(field, std::to_string(value),
           "between " + std::to_string(low) + " and " + std::to_string(high));
  }
  void between(const char* field, Duration value, Duration low, Duration high) {
    if (value >= low && value <= high) return;
    refuse(field, to_string(value), "between " + to_string(low) + " and " + to_string(high));
  }
  void ordered(const char* field, const Hysteresis& threshold, double above) {
    between(field, threshold.enter, above, 1e6);
    if (threshold.exit > 0 && threshold.exit <= threshold.enter) return;
    refuse(field, std::to_string(threshold.exit), "an exit above 0 and at most the entry");
  }
  Status status() const { return status_; }

 private:
  void refuse(const char* field, const std::string& value, const std::string& detail) {
    if (!status_) return;
    status_ = fail(ErrorCode::out_of_range, std::string("market.") + field, value, detail);
  }
  Status status_;
};

void check_prices(const Parameters& p, Checker& check) {
  check.between("wide_limit", p.wide_limit, 1e-6, 0.5);
  check.between("volatile_limit", p.volatile_limit, 1e-6, 0.9);
  check.between("stale_after", p.stale_after, milliseconds(1), days(30));
  check.between("outlier_deviations", p.outlier_deviations, 1, 1e3);
  check.between("outlier_tolerance", p.outlier_tolerance, 0, 0.5);
  check.between("quorum", static_cast<double>(p.quorum), 1, 1'000);
  check.between("quorum_sources", static_cast<double>(p.quorum_sources),
                static_cast<double>(p.quorum), 1'000);
  check.between("maximum_clock_skew", p.maximum_clock_skew, Duration{}, hours(1));
  check.between("stable_average", p.stable_average, seconds(1), days(7));
  check.between("stable_restart_gap", p.stable_restart_gap, seconds(1), days(7));
  // A step within the gap must leave the lower clamp 1 − r·Δt above zero.
  const double longest_step_minutes = p.stable_restart_gap.seconds() / 60;
  check.between("stable_rate", p.stable_rate, 1e-9, 0.99 / longest_step_minutes);
  check.between("stale_deviations", p.stale_deviations, 0, 100);
  check.between("mark_band", p.mark_band, 0, 0.9);
  check.between("mark_band_per_year", p.mark_band_per_year, 0, 10);
}

void check_estimators(const Parameters& p, Checker& check) {
  check.between("fast_half_life", p.fast_half_life, minutes(1), days(365));
  check.between("slow_half_life", p.slow_half_life, p.fast_half_life, days(3'650));
  check.between("volatility_sampling", p.volatility_sampling, milliseconds(1), days(1));
  check.between("maximum_return_gap", p.maximum_return_gap, p.volatility_sampling, days(30));
  check.between("initial_volatility", p.initial_volatility, 1e-6, 10);
  check.between("initial_volatility_stable", p.initial_volatility_stable, 1e-6, 10);
  check.between("model_multiplier", p.model_multiplier, 0.01, 100);
  check.between("model_fast_weight", p.model_fast_weight, 0, 1);
  check.between("model_floor", p.model_floor, 1e-3, 20);
  check.between("model_cap", p.model_cap, p.model_floor, 20);
  check.between("regime_volatility_floor", p.regime_volatility_floor, 1e-6, 1);
  check.between("implied_premium", p.implied_premium, 0.1, 10);
  check.ordered("normal_ratio", p.normal_ratio, 1e-6);
  check.ordered("high_ratio", p.high_ratio, p.normal_ratio.enter);
  check.ordered("extreme_ratio", p.extreme_ratio, p.high_ratio.enter);
  check.ordered("high_jump", p.high_jump, 1e-6);
  check.ordered("extreme_jump", p.extreme_jump, p.high_jump.enter);
  check.between("jump_half_life", p.jump_half_life, seconds(1), days(30));
  check.between("jump_cap", p.jump_cap, p.extreme_jump.enter, 1e6);
}

}  // namespace

Status validate(const Parameters& parameters) {
  Checker check;
  check_prices(parameters, check);
  check_estimators(parameters, check);
  return check.status();
}

}  // namespace bulkhead::market
