#include "bulkhead/venues/derive_pmrm2.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/market/black76.h"
#include "bulkhead/venues/checks.h"

namespace bulkhead::venues {
namespace {

struct Precomputed {
  OptionExpiry options;  // discounted at max(rate, 0)
  double value = 0;
  double up = 1, down = 1;                       // volatility multipliers
  double long_discount = 1, short_discount = 1;  // of shocked value
};

Precomputed precompute(const DerivePmrm2& model, const DeriveExpiry& expiry) {
  Precomputed result;
  result.options = expiry.options;
  const double seconds = expiry.options.seconds;
  const double years = years_of(seconds);
  const double rate = std::max(0.0, expiry.rate);
  result.options.discount = exp_fixed(-rate * years);
  result.value = expiry_value(result.options, 1, {});
  const double reach = volatility_reach(
      {model.short_term_power, model.long_term_power, model.dte_floor_days}, seconds);
  result.up = 1 + model.volatility_up * reach;
  result.down = std::max(0.0, 1 - model.volatility_down * reach);
  result.long_discount =
      model.long_discount *
      exp_fixed(-years * (rate * model.long_rate_multiplier + model.long_rate_add));
  const double grown =
      model.short_discount *
      exp_fixed(years * (rate * model.short_rate_multiplier + model.short_rate_add));
  result.short_discount = std::min(1 / result.options.discount, grown);
  return result;
}

bool is_skew(const DeriveScenario& scenario) {
  return scenario.volatility == VolatilityMove::linear_skew ||
         scenario.volatility == VolatilityMove::absolute_skew;
}

double skewed_value(const SkewShock& shock, bool linear, const OptionExpiry& expiry) {
  const double forward = expiry.forward + expiry.fixed_forward;
  double sum = 0;
  for (const OptionLine& option : expiry.options) {
    const double multiplier =
        skew_multiplier(shock, linear, option.strike, forward, expiry.seconds);
    sum += option.amount * (expiry.discount * option_value(option, forward, expiry.seconds,
                                                           option.volatility * multiplier));
  }
  return sum;
}

double shocked_value(const DerivePmrm2& model, const DeriveScenario& scenario,
                     const Precomputed& expiry) {
  switch (scenario.volatility) {
    case VolatilityMove::same:
      return expiry_value(expiry.options, scenario.spot, {});
    case VolatilityMove::up:
      return expiry_value(expiry.options, scenario.spot, {expiry.up, model.least_volatility_up});
    case VolatilityMove::down:
      return expiry_value(expiry.options, scenario.spot, {expiry.down, 0});
    case VolatilityMove::linear_skew:
    case VolatilityMove::absolute_skew:
      break;
  }
  return skewed_value(model.skew, scenario.volatility == VolatilityMove::linear_skew,
                      expiry.options);
}

double scenario_pnl(const DerivePmrm2& model, const DeriveScenario& scenario,
                    const DerivePortfolio& p, const std::vector<Precomputed>& expiries) {
  double pnl = p.perps * p.perp_price * (scenario.spot - 1) * scenario.dampening;
  for (const Precomputed& expiry : expiries) {
    const double shocked = shocked_value(model, scenario, expiry);
    const double discounted =
        shocked * (shocked >= 0 ? expiry.long_discount : expiry.short_discount);
    const double change = (discounted - expiry.value) * scenario.dampening;
    // A skew may turn the other way too: each expiry counts as the loss it could be.
    pnl += is_skew(scenario) && change > 0 ? -change : change;
  }
  for (const DeriveCollateral& collateral : p.collaterals) {
    if (!collateral.risk_cancelling) continue;
    pnl +=
        collateral.amount * collateral.price / p.stable * (scenario.spot - 1) * scenario.dampening;
  }
  return pnl;
}

Status check_numbers(const DerivePmrm2& m) {
  const std::pair<const char*, double> finite_ones[] = {
      {"skew.linear_cap", m.skew.linear_cap},
      {"skew.linear_cap_slope", m.skew.linear_cap_slope},
      {"skew.absolute_cap", m.skew.absolute_cap},
      {"skew.absolute_cap_slope", m.skew.absolute_cap_slope},
      {"skew.volatility_level", m.skew.volatility_level},
      {"skew.volatility_slope", m.skew.volatility_slope},
      {"short_term_power", m.short_term_power},
      {"long_term_power", m.long_term_power}};
  for (const auto& [name, value] : finite_ones) BULKHEAD_TRY_STATUS(finite(name, value));
  const std::pair<const char*, double> others[] = {
      {"skew.least_width", m.skew.least_width},
      {"skew.width_scale", m.skew.width_scale},
      {"volatility_up", m.volatility_up},
      {"volatility_down", m.volatility_down},
      {"least_volatility_up", m.least_volatility_up},
      {"dte_floor_days", m.dte_floor_days},
      {"maintenance_factor", m.maintenance_factor},
      {"initial_factor", m.initial_factor},
      {"long_discount", m.long_discount},
      {"long_rate_multiplier", m.long_rate_multiplier},
      {"long_rate_add", m.long_rate_add},
      {"short_discount", m.short_discount},
      {"short_rate_multiplier", m.short_rate_multiplier},
      {"short_rate_add", m.short_rate_add},
      {"basis.up", m.basis.up},
      {"basis.down", m.basis.down},
      {"basis.add", m.basis.add},
      {"basis.multiply", m.basis.multiply},
      {"peg_threshold", m.peg_threshold},
      {"peg_factor", m.peg_factor},
      {"confidence.margin", m.confidence.margin},
      {"maintenance_perp_charge", m.maintenance_perp_charge},
      {"initial_perp_charge", m.initial_perp_charge},
      {"maintenance_option_charge", m.maintenance_option_charge},
      {"initial_option_charge", m.initial_option_charge}};
  for (const auto& [name, value] : others) BULKHEAD_TRY_STATUS(not_negative(name, value));
  return within("confidence.threshold", m.confidence.threshold, 0, 1);
}

// Everything but the scenarios.
DeriveMargin charges(const DerivePmrm2& model, const DerivePortfolio& p,
                     const std::vector<Precomputed>& expiries) {
  DeriveMargin margin;
  // A collateral is as sure as its own price and spot; expiries and perpetuals, as the perpetual's
  // price too where one is held.
  double confidence = p.spot_confidence;
  for (const DeriveCollateral& collateral : p.collaterals) {
    const double value = collateral.amount * collateral.price / p.stable;
    margin.collateral_value += value;
    margin.base_contingency -= value * collateral.maintenance_haircut;
    margin.initial_contingency -= value * collateral.initial_haircut;
    margin.confidence_contingency -=
        model.confidence.of(std::min(collateral.confidence, confidence), value);
  }
  if (p.perps != 0) confidence = std::min(confidence, p.perp_confidence);
  const double perps = std::max(p.perps, -p.perps) * p.spot;
  margin.perp_contingency = -perps * model.maintenance_perp_charge;
  margin.initial_contingency -= perps * model.initial_perp_charge;
  margin.confidence_contingency -= model.confidence.of(confidence, perps);
  for (std::size_t i = 0; i < expiries.size(); ++i) {
    const double naked = net_short_per_strike(expiries[i].options.options) * p.spot;
    margin.option_value += expiries[i].value;
    margin.option_contingency -= naked * model.maintenance_option_charge;
    margin.initial_contingency -= naked * model.initial_option_charge;
    margin.confidence_contingency -= model.confidence.of(
        std::min(confidence, p.expiries[i].confidence), gross_amount(expiries[i].options) * p.spot);
  }
  margin.mark_to_market = p.perp_value + margin.option_value + margin.collateral_value + p.cash;
  return margin;
}

}  // namespace

double skew_multiplier(const SkewShock& shock, bool linear, double strike, double forward,
                       double seconds) {
  const double root = market::sqrt_years(seconds);
  const double cap = linear ? shock.linear_cap + shock.linear_cap_slope * root
                            : shock.absolute_cap + shock.absolute_cap_slope * root;
  const double width =
      std::max(shock.least_width,
               root * shock.width_scale * (shock.volatility_level + shock.volatility_slope * root));
  double k = log_fixed(strike / forward);
  if (!linear) k = std::max(k, -k);
  if (k == 0) return 1;
  // A width of zero is the limit in which the cap is reached at once.
  const double slope = width > 0 ? k * cap / width : (k > 0 ? cap : -cap);
  const double moved = k > 0 ? std::min(cap, slope) : std::max(-cap, slope);
  return std::max(0.0, 1 + moved);
}

Status validate(const DerivePmrm2& m) {
  if (m.scenarios.empty()) {
    return fail(ErrorCode::missing_field, "scenarios", "", "at least one scenario");
  }
  for (std::size_t i = 0; i < m.scenarios.size(); ++i) {
    const std::string at = "scenarios[" + std::to_string(i) + "]";
    BULKHEAD_TRY_STATUS(not_negative(at + ".spot", m.scenarios[i].spot));
    BULKHEAD_TRY_STATUS(not_negative(at + ".dampening", m.scenarios[i].dampening));
  }
  for (std::size_t i = 0; i < m.haircuts.size(); ++i) {
    const std::string at = "haircuts[" + std::to_string(i) + "]";
    BULKHEAD_TRY_STATUS(within(at + ".maintenance", m.haircuts[i].maintenance, 0, 1));
    BULKHEAD_TRY_STATUS(within(at + ".initial", m.haircuts[i].initial, 0, 1));
  }
  return check_numbers(m);
}

Result<DeriveMargin> evaluate(const DerivePmrm2& model, const DerivePortfolio& p) {
  BULKHEAD_TRY_STATUS(validate(model));
  BULKHEAD_TRY_STATUS(validate(p));
  BULKHEAD_TRY_STATUS(within("portfolio.base", p.base, 0, 0));
  std::vector<Precomputed> expiries;
  std::vector<OptionExpiry> grid;
  for (std::size_t i = 0; i < p.expiries.size(); ++i) {
    BULKHEAD_TRY_STATUS(above_zero("market.expiries[" + std::to_string(i) + "].sec",
                                   std::max(p.expiries[i].options.seconds, model.dte_floor_days)));
    expiries.push_back(precompute(model, p.expiries[i]));
    grid.push_back(expiries.back().options);
  }
  DeriveMargin margin = charges(model, p, expiries);
  margin.basis_contingency = basis_contingency(model.basis, grid);
  margin.worst = margin.basis_contingency;
  margin.worst_scenario = model.scenarios.size();
  for (std::size_t i = 0; i < model.scenarios.size(); ++i) {
    const double pnl = scenario_pnl(model, model.scenarios[i], p, expiries);
    margin.scenario_pnl.push_back(pnl);
    if (pnl < margin.worst) {
      margin.worst = pnl;
      margin.worst_scenario = i;
    }
  }
  margin.loss_factor =
      model.initial_factor + std::max(0.0, model.peg_threshold - p.stable) * model.peg_factor;
  const double charged =
      margin.perp_contingency + margin.option_contingency + margin.base_contingency;
  margin.maintenance = margin.worst * model.maintenance_factor + charged + margin.mark_to_market;
  margin.initial = margin.worst * margin.loss_factor + margin.initial_contingency +
                   margin.confidence_contingency + charged + margin.mark_to_market;
  return margin;
}

}  // namespace bulkhead::venues
