#include "bulkhead/venues/okx_pm.h"

#include <algorithm>
#include <map>

#include "bulkhead/venues/checks.h"

namespace bulkhead::venues {
namespace {

constexpr double kDay = 86'400;

double magnitude(double x) { return std::max(x, -x); }

double unit_pnl(const OkxUnit& unit, double move, double volatility) {
  double pnl = unit.coins * unit.spot * move;
  for (const OkxFuture& future : unit.futures) pnl += future.coins * future.mark * move;
  for (const OptionExpiry& expiry : unit.options) {
    pnl += expiry_value(expiry, 1 + move, {std::max(0.0, 1 + volatility), 0}) -
           expiry_value(expiry, 1, {});
  }
  return pnl;
}

double theta_loss(const OkxUnit& unit, double days) {
  double pnl = 0;
  for (const OptionExpiry& expiry : unit.options) {
    OptionExpiry later = expiry;
    later.seconds = std::max(0.0, expiry.seconds - days * kDay);
    pnl += expiry_value(later, 1, {}) - expiry_value(expiry, 1, {});
  }
  return std::max(0.0, -pnl);
}

// Each expiry's net delta by what its basis to spot may move until then; spot and perpetuals have
// none to move.
double basis_loss(const OkxUnit& unit, double annualised_move) {
  std::map<double, double> deltas;
  deltas[0] = unit.coins;
  for (const OkxFuture& future : unit.futures) deltas[future.seconds] += future.coins;
  for (const OptionExpiry& expiry : unit.options) deltas[expiry.seconds] += expiry_delta(expiry);
  double sum = 0;
  for (const auto& [seconds, delta] : deltas) {
    sum += magnitude(delta) * unit.spot * annualised_move * years_of(seconds);
  }
  return sum;
}

Status validate_unit(const OkxUnit& unit) {
  BULKHEAD_TRY_STATUS(above_zero("spot", unit.spot));
  BULKHEAD_TRY_STATUS(finite("coins", unit.coins));
  for (const OkxFuture& future : unit.futures) {
    BULKHEAD_TRY_STATUS(finite("future.coins", future.coins));
    BULKHEAD_TRY_STATUS(above_zero("future.mark", future.mark));
    BULKHEAD_TRY_STATUS(not_negative("future.seconds", future.seconds));
  }
  return {};
}

}  // namespace

const OkxAssetClass* find_class(const OkxPm& model, std::string_view asset) {
  for (const OkxAssetClass& one : model.classes) {
    if (one.assets.empty() || std::ranges::find(one.assets, asset) != one.assets.end()) return &one;
  }
  return nullptr;
}

Status validate(const OkxPm& m) {
  for (std::size_t c = 0; c < m.classes.size(); ++c) {
    const OkxAssetClass& one = m.classes[c];
    const std::string at = "classes[" + std::to_string(c) + "]";
    for (const double move : one.spot_moves) {
      BULKHEAD_TRY_STATUS(within(at + ".spot_moves", move, -1, 1000));
    }
    BULKHEAD_TRY_STATUS(within(at + ".extreme_move", one.extreme_move, 0, 1));
    BULKHEAD_TRY_STATUS(not_negative(at + ".annualised_basis_move", one.annualised_basis_move));
    double before = 0;
    for (std::size_t i = 0; i < one.tiers.size(); ++i) {
      const bool last = i + 1 == one.tiers.size();
      if (!(last && one.tiers[i].to == 0) && !(one.tiers[i].to > before)) {
        return fail(ErrorCode::out_of_range, at + ".tiers[" + std::to_string(i) + "].to",
                    number_text(one.tiers[i].to), "above the tier before; 0 in the last");
      }
      before = one.tiers[i].to;
    }
  }
  BULKHEAD_TRY_STATUS(not_negative("volatility_shock", m.volatility_shock));
  BULKHEAD_TRY_STATUS(within("extreme_weight", m.extreme_weight, 0, 1));
  BULKHEAD_TRY_STATUS(not_negative("theta_days", m.theta_days));
  BULKHEAD_TRY_STATUS(not_negative("minimum_rate", m.minimum_rate));
  return within("initial_factor", m.initial_factor, 1, 100);
}

double tiered_charge(double raw, const std::vector<OkxTier>& tiers) {
  if (tiers.empty()) return raw;
  double charge = 0, from = 0;
  for (std::size_t i = 0; i < tiers.size() && raw > from; ++i) {
    const bool last = i + 1 == tiers.size();
    const double to = last ? raw : std::min(raw, tiers[i].to);
    charge += (to - from) * tiers[i].multiplier;
    from = to;
  }
  return charge;
}

double okx_maintenance(double core, double minimum) { return std::max(core, minimum); }

Result<OkxMargin> evaluate(const OkxPm& model, const OkxAssetClass& numbers, const OkxUnit& unit) {
  BULKHEAD_TRY_STATUS(validate(model));
  BULKHEAD_TRY_STATUS(validate_unit(unit));
  OkxMargin margin;
  margin.worst_scenario = "no scenario loses";
  const double volatilities[] = {-model.volatility_shock, 0, model.volatility_shock};
  for (const double move : numbers.spot_moves) {
    for (const double volatility : volatilities) {
      const double loss = -unit_pnl(unit, move, volatility);
      if (loss <= margin.spot_shock) continue;
      margin.spot_shock = loss;
      margin.worst_scenario = "spot " + signed_percent(move);
      if (volatility != 0) {
        margin.worst_scenario += ", volatility " + signed_percent(volatility);
      }
    }
  }
  margin.theta = theta_loss(unit, model.theta_days);
  for (const double move : {-numbers.extreme_move, numbers.extreme_move}) {
    margin.extreme = std::max(margin.extreme, -unit_pnl(unit, move, 0) * model.extreme_weight);
  }
  margin.basis = basis_loss(unit, numbers.annualised_basis_move);
  double notional = 0;
  for (const OkxFuture& future : unit.futures) notional += magnitude(future.coins) * future.mark;
  for (const OptionExpiry& expiry : unit.options) {
    for (const OptionLine& option : expiry.options) {
      notional += magnitude(option.amount) * unit.spot;
    }
  }
  margin.minimum_raw = notional * model.minimum_rate;
  margin.minimum = tiered_charge(margin.minimum_raw, numbers.tiers);
  const double worst = std::max({margin.spot_shock, margin.theta, margin.extreme});
  if (margin.extreme > std::max(margin.spot_shock, margin.theta)) {
    margin.worst_scenario = "extreme move of " + percent_text(numbers.extreme_move);
  } else if (margin.theta > margin.spot_shock) {
    margin.worst_scenario = "a day of lost time value";
  }
  margin.maintenance = okx_maintenance(worst + margin.basis, margin.minimum);
  margin.initial = margin.maintenance * model.initial_factor;
  return margin;
}

}  // namespace bulkhead::venues
