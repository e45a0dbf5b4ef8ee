// Validation of the ladder's numbers.
#include "bulkhead/policy/ladder_parameters.h"

#include <array>
#include <string>

#include "bulkhead/policy/timers.h"

namespace bulkhead::policy {
namespace {

template <class T>
auto by_regime(const T& values, market::Regime regime) {
  switch (regime) {
    case market::Regime::calm:
      return values.calm;
    case market::Regime::normal:
      return values.normal;
    case market::Regime::high:
      return values.high;
    case market::Regime::extreme:
      break;
  }
  return values.extreme;
}

Status in_range(std::string_view field, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return {};
  return fail(ErrorCode::out_of_range, field, std::to_string(value),
              "from " + std::to_string(least) + " to " + std::to_string(most));
}

Status in_range(std::string_view field, Duration value, Duration least, Duration most) {
  if (value >= least && value <= most) return {};
  return fail(ErrorCode::out_of_range, field, to_string(value),
              "from " + to_string(least) + " to " + to_string(most));
}

template <class T, class Check>
Status each_regime(std::string_view field, const T& values, const Check& check) {
  for (const auto regime : {market::Regime::calm, market::Regime::normal, market::Regime::high,
                            market::Regime::extreme}) {
    const std::string name = std::string(field) + "." + std::string(to_string(regime));
    BULKHEAD_TRY_STATUS(check(name, values.at(regime)));
  }
  return {};
}

Status validate_levels(const Levels& levels) {
  struct Level {
    std::string_view name;
    BasisPoints bp;
  };
  const std::array<Level, 6> falling{{{"release_bp", levels.release_bp},
                                      {"target_bp", levels.target_bp},
                                      {"watch_bp", levels.watch_bp},
                                      {"call_bp", levels.call_bp},
                                      {"sequester_bp", levels.sequester_bp},
                                      {"maintenance_bp", levels.maintenance_bp}}};
  for (std::size_t i = 0; i < falling.size(); ++i) {
    const std::string field = "ladder.levels." + std::string(falling[i].name);
    BULKHEAD_TRY_STATUS(in_range(field, falling[i].bp, 1, 100'000));
    if (i > 0 && falling[i].bp >= falling[i - 1].bp) {
      return fail(ErrorCode::levels_out_of_order, field, std::to_string(falling[i].bp),
                  "must lie below " + std::string(falling[i - 1].name) + " = " +
                      std::to_string(falling[i - 1].bp));
    }
  }
  return in_range("ladder.levels.maintenance_bp", levels.maintenance_bp, 1, 10'000);
}

Status validate_calls(const CallParameters& calls) {
  const auto deadline = [](std::string_view field, Duration value) {
    return in_range(field, value, minutes(1), days(30));
  };
  BULKHEAD_TRY_STATUS(each_regime("ladder.calls.deadline", calls.deadline, deadline));
  BULKHEAD_TRY_STATUS(in_range("ladder.calls.minimum_transfer", calls.minimum_transfer.micros, 0,
                               usd(1'000'000'000).micros));
  BULKHEAD_TRY_STATUS(in_range("ladder.calls.minimum_transfer_of_margin_bp",
                               calls.minimum_transfer_of_margin_bp, 0, 10'000));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.calls.rounding", calls.rounding.micros, 1, usd(1'000'000).micros));
  BULKHEAD_TRY_STATUS(in_range("ladder.calls.open_calls_max", calls.open_calls_max, 1, 64));
  return in_range("ladder.calls.dispute_clock", calls.dispute_clock, minutes(1), days(7));
}

Status validate_sequestration(const SequestrationParameters& p) {
  const auto multiple = [](std::string_view field, BasisPoints value) {
    return in_range(field, value, 0, 100'000);
  };
  const auto ahead = [](std::string_view field, Duration value) {
    return in_range(field, value, minutes(1), days(7));
  };
  BULKHEAD_TRY_STATUS(each_regime("ladder.sequestration.multiple_bp", p.multiple_bp, multiple));
  BULKHEAD_TRY_STATUS(each_regime("ladder.sequestration.look_ahead", p.look_ahead, ahead));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.sequestration.finality_multiple", p.finality_multiple, 2, 100));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.sequestration.breach_weight_bp", p.breach_weight_bp, 1, 10'000));
  BULKHEAD_TRY_STATUS(in_range("ladder.sequestration.breach_weight_clear_bp",
                               p.breach_weight_clear_bp, 0, p.breach_weight_bp));
  BULKHEAD_TRY_STATUS(in_range("ladder.sequestration.gap_bp", p.gap_bp, 0, 10'000));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.sequestration.review_after", p.review_after, minutes(1), days(365)));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.sequestration.vault_concentration_bp", p.vault_concentration_bp, 1, 10'000));
  BULKHEAD_TRY_STATUS(in_range("ladder.sequestration.depeg_bp", p.depeg_bp, 1, 10'000));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.sequestration.depeg_clear_bp", p.depeg_clear_bp, 0, p.depeg_bp));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.sequestration.alarm_clear_after", p.alarm_clear_after, Duration{}, days(7)));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.sequestration.false_alarms_max", p.false_alarms_max, 1, 1'000));
  return in_range("ladder.sequestration.false_alarm_window", p.false_alarm_window, Duration{},
                  days(30));
}

Status validate_defaults(const DefaultParameters& p) {
  BULKHEAD_TRY_STATUS(
      in_range("ladder.defaults.confirm_for", p.confirm_for, Duration{}, hours(24)));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.defaults.confirm_aggregates", p.confirm_aggregates, 1, kStreakMost));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.defaults.tick_step_max", p.tick_step_max, milliseconds(1), days(7)));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.defaults.outage_grace", p.outage_grace, Duration{}, days(7)));
  BULKHEAD_TRY_STATUS(in_range("ladder.defaults.liquidation_interval", p.liquidation_interval,
                               seconds(1), hours(24)));
  BULKHEAD_TRY_STATUS(in_range("ladder.defaults.capacity_bp", p.capacity_bp, 1, 10'000));
  BULKHEAD_TRY_STATUS(in_range("ladder.defaults.capacity_minutes", p.capacity_minutes, 1, 1'440));
  BULKHEAD_TRY_STATUS(in_range("ladder.defaults.closing_band_bp", p.closing_band_bp, 0, 10'000));
  BULKHEAD_TRY_STATUS(in_range("ladder.defaults.confirm_volatile_for", p.confirm_volatile_for,
                               p.confirm_for, days(7)));
  BULKHEAD_TRY_STATUS(in_range("ladder.defaults.plan_ticks", p.plan_ticks, 0, 1'000));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.defaults.deleverage_after", p.deleverage_after, seconds(1), days(7)));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.defaults.auction_premium_bp", p.auction_premium_bp, 0, 10'000));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.defaults.auction_length", p.auction_length, Duration{}, days(7)));
  BULKHEAD_TRY_STATUS(in_range("ladder.defaults.gains_haircut_bp", p.gains_haircut_bp, 0, 10'000));
  return in_range("ladder.defaults.closing_band_after", p.closing_band_after, seconds(1), days(7));
}

}  // namespace

Duration RegimeDurations::at(market::Regime regime) const { return by_regime(*this, regime); }
BasisPoints RegimeShares::at(market::Regime regime) const { return by_regime(*this, regime); }

Status validate(const LadderParameters& parameters) {
  const auto dwell = [](std::string_view field, Duration value) {
    return in_range(field, value, Duration{}, days(7));
  };
  BULKHEAD_TRY_STATUS(validate_levels(parameters.levels));
  BULKHEAD_TRY_STATUS(each_regime("ladder.dwell", parameters.dwell, dwell));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.regime_membership_bp", parameters.regime_membership_bp, 0, 10'000));
  BULKHEAD_TRY_STATUS(validate_calls(parameters.calls));
  BULKHEAD_TRY_STATUS(validate_sequestration(parameters.sequestration));
  BULKHEAD_TRY_STATUS(
      in_range("ladder.parameter_ramp", parameters.parameter_ramp, Duration{}, days(90)));
  return validate_defaults(parameters.defaults);
}

}  // namespace bulkhead::policy
