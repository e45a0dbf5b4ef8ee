#include "bulkhead/venues/derive_pmrm1.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/venues/checks.h"

namespace bulkhead::venues {
namespace {

struct Precomputed {
  OptionExpiry options;  // undiscounted
  double value = 0;
  double up = 1, down = 1;  // volatility multipliers
  double discount = 1;      // of shocked value above zero
};

Precomputed precompute(const DerivePmrm1& model, const DeriveExpiry& expiry) {
  Precomputed result;
  result.options = expiry.options;
  result.options.discount = 1;
  result.value = expiry_value(result.options, 1, {});
  const double seconds = expiry.options.seconds;
  const double reach = volatility_reach(
      {model.short_term_power, model.long_term_power, model.dte_floor_days}, seconds);
  result.up = 1 + model.volatility_up * reach;
  result.down = std::max(0.0, 1 - model.volatility_down * reach);
  const double rate = std::max(0.0, expiry.rate) * model.rate_multiplier + model.rate_add;
  result.discount = model.static_discount * exp_fixed(-years_of(seconds) * rate);
  return result;
}

double scenario_pnl(const DeriveScenario& scenario, const DerivePortfolio& p,
                    const std::vector<Precomputed>& expiries) {
  double pnl = 0;
  for (const Precomputed& expiry : expiries) {
    double multiplier = 1;
    if (scenario.volatility == VolatilityMove::up) multiplier = expiry.up;
    if (scenario.volatility == VolatilityMove::down) multiplier = expiry.down;
    const double shocked = expiry_value(expiry.options, scenario.spot, {multiplier, 0});
    pnl += (shocked > 0 ? shocked * expiry.discount : shocked) - expiry.value;
  }
  pnl += p.base * p.spot / p.stable * (scenario.spot - 1);
  pnl += p.perps * p.perp_price * (scenario.spot - 1);
  return pnl;
}

}  // namespace

Status validate(const DerivePmrm1& m) {
  if (m.scenarios.empty()) {
    return fail(ErrorCode::missing_field, "scenarios", "", "at least one scenario");
  }
  for (std::size_t i = 0; i < m.scenarios.size(); ++i) {
    const std::string at = "scenarios[" + std::to_string(i) + "]";
    BULKHEAD_TRY_STATUS(not_negative(at + ".spot", m.scenarios[i].spot));
    BULKHEAD_TRY_STATUS(within(at + ".dampening", m.scenarios[i].dampening, 1, 1));
    if (m.scenarios[i].volatility > VolatilityMove::down) {
      return fail(ErrorCode::out_of_range, at + ".volatility", to_string(m.scenarios[i].volatility),
                  "same, up or down: no skews in this model");
    }
  }
  BULKHEAD_TRY_STATUS(not_negative("volatility_up", m.volatility_up));
  BULKHEAD_TRY_STATUS(not_negative("volatility_down", m.volatility_down));
  BULKHEAD_TRY_STATUS(finite("short_term_power", m.short_term_power));
  BULKHEAD_TRY_STATUS(finite("long_term_power", m.long_term_power));
  BULKHEAD_TRY_STATUS(not_negative("dte_floor_days", m.dte_floor_days));
  BULKHEAD_TRY_STATUS(not_negative("basis.up", m.basis.up));
  BULKHEAD_TRY_STATUS(not_negative("basis.down", m.basis.down));
  BULKHEAD_TRY_STATUS(not_negative("basis.add", m.basis.add));
  BULKHEAD_TRY_STATUS(not_negative("basis.multiply", m.basis.multiply));
  BULKHEAD_TRY_STATUS(not_negative("peg_factor", m.peg_factor));
  BULKHEAD_TRY_STATUS(not_negative("peg_threshold", m.peg_threshold));
  BULKHEAD_TRY_STATUS(within("confidence.threshold", m.confidence.threshold, 0, 1));
  BULKHEAD_TRY_STATUS(not_negative("confidence.margin", m.confidence.margin));
  BULKHEAD_TRY_STATUS(not_negative("base_charge", m.base_charge));
  BULKHEAD_TRY_STATUS(not_negative("perp_charge", m.perp_charge));
  BULKHEAD_TRY_STATUS(not_negative("option_charge", m.option_charge));
  BULKHEAD_TRY_STATUS(not_negative("initial_factor", m.initial_factor));
  BULKHEAD_TRY_STATUS(not_negative("static_discount", m.static_discount));
  BULKHEAD_TRY_STATUS(not_negative("rate_multiplier", m.rate_multiplier));
  return not_negative("rate_add", m.rate_add);
}

Result<DeriveMargin> evaluate(const DerivePmrm1& model, const DerivePortfolio& p) {
  BULKHEAD_TRY_STATUS(validate(model));
  BULKHEAD_TRY_STATUS(validate(p));
  if (!p.collaterals.empty()) {
    return fail(ErrorCode::out_of_range, "portfolio.collaterals[0]", p.collaterals[0].name,
                "none: the first model knows cash and the underlying coin only");
  }
  std::vector<Precomputed> expiries;
  std::vector<OptionExpiry> grid;
  for (std::size_t i = 0; i < p.expiries.size(); ++i) {
    BULKHEAD_TRY_STATUS(above_zero("market.expiries[" + std::to_string(i) + "].sec",
                                   std::max(p.expiries[i].options.seconds, model.dte_floor_days)));
    expiries.push_back(precompute(model, p.expiries[i]));
    grid.push_back(expiries.back().options);
  }

  DeriveMargin margin;
  const double perps = std::max(p.perps, -p.perps);
  double confidence = p.spot_confidence;
  if (p.perps != 0) confidence = std::min(confidence, p.perp_confidence);
  margin.collateral_value = p.base * p.spot / p.stable;
  margin.base_contingency = -p.base * model.base_charge * p.spot;
  margin.perp_contingency = -perps * model.perp_charge * p.spot;
  margin.confidence_contingency = -model.confidence.of(confidence, (perps + p.base) * p.spot);
  for (std::size_t i = 0; i < expiries.size(); ++i) {
    margin.option_value += expiries[i].value;
    margin.option_contingency -=
        net_short_per_strike(expiries[i].options.options) * model.option_charge * p.spot;
    margin.confidence_contingency -= model.confidence.of(
        std::min(confidence, p.expiries[i].confidence), gross_amount(grid[i]) * p.spot);
  }
  margin.mark_to_market = margin.collateral_value + p.perp_value + margin.option_value + p.cash;

  margin.basis_contingency = basis_contingency(model.basis, grid);
  margin.worst = margin.basis_contingency;
  margin.worst_scenario = model.scenarios.size();
  for (std::size_t i = 0; i < model.scenarios.size(); ++i) {
    const double pnl = scenario_pnl(model.scenarios[i], p, expiries);
    margin.scenario_pnl.push_back(pnl);
    if (pnl < margin.worst) {
      margin.worst = pnl;
      margin.worst_scenario = i;
    }
  }
  const double charged =
      margin.worst + margin.base_contingency + margin.perp_contingency + margin.option_contingency;
  margin.loss_factor =
      model.initial_factor + std::max(0.0, model.peg_threshold - p.stable) * model.peg_factor;
  margin.maintenance = charged + margin.mark_to_market;
  margin.initial =
      charged * margin.loss_factor + margin.confidence_contingency + margin.mark_to_market;
  return margin;
}

}  // namespace bulkhead::venues
