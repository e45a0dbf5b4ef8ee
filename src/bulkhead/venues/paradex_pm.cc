#include "bulkhead/venues/paradex_pm.h"

#include <algorithm>

#include "bulkhead/venues/checks.h"

namespace bulkhead::venues {
namespace {

double magnitude(double x) { return std::max(x, -x); }

double scenario_pnl(const ParadexPm& model, const ParadexAsset& asset,
                    const ParadexScenario& scenario, const ParadexBook& book) {
  double pnl = book.perps * book.perp_mark * scenario.spot;
  for (const OptionExpiry& expiry : book.options) {
    const double reach = volatility_reach(
        {model.short_vega_power, model.long_vega_power, model.dte_floor_days}, expiry.seconds);
    double shock = scenario.volatility * reach;
    if (scenario.volatility > 0) shock = std::max(shock, asset.min_volatility_up);
    const VolatilityShock shocked{std::max(0.0, 1 + shock), 0};
    pnl += expiry_value(expiry, 1 + scenario.spot, shocked) - expiry_value(expiry, 1, {});
  }
  return pnl;
}

double leg_margin(const SpreadTerms& terms, double spot, const SpreadLeg& leg) {
  if (leg.amount >= 0) {
    return leg.amount * std::min(leg.mark * terms.premium_multiplier, terms.long_itm * spot);
  }
  const double out = std::max(0.0, leg.call ? leg.strike - spot : spot - leg.strike);
  return -leg.amount * std::max(terms.short_itm * spot - out, terms.short_otm * spot);
}

double payoff(std::span<const SpreadLeg> legs, double price) {
  double sum = 0;
  for (const SpreadLeg& leg : legs) {
    sum += leg.amount * std::max(0.0, leg.call ? price - leg.strike : leg.strike - price);
  }
  return sum;
}

}  // namespace

const ParadexAsset* find_asset(const ParadexPm& model, std::string_view asset) {
  for (const ParadexAsset& one : model.assets) {
    if (one.asset == asset) return &one;
  }
  return nullptr;
}

Status validate(const ParadexPm& m) {
  BULKHEAD_TRY_STATUS(not_negative("short_vega_power", m.short_vega_power));
  BULKHEAD_TRY_STATUS(not_negative("long_vega_power", m.long_vega_power));
  BULKHEAD_TRY_STATUS(above_zero("dte_floor_days", m.dte_floor_days));
  BULKHEAD_TRY_STATUS(within("maintenance_factor", m.maintenance_factor, 0, 1));
  BULKHEAD_TRY_STATUS(not_negative("fee_rate", m.fee_rate));
  BULKHEAD_TRY_STATUS(finite("funding_rate", m.funding_rate));
  for (std::size_t a = 0; a < m.assets.size(); ++a) {
    const ParadexAsset& asset = m.assets[a];
    const std::string at = "assets[" + std::to_string(a) + "]";
    if (asset.scenarios.empty()) {
      return fail(ErrorCode::missing_field, at + ".scenarios", "", "at least one scenario");
    }
    for (std::size_t i = 0; i < asset.scenarios.size(); ++i) {
      const ParadexScenario& s = asset.scenarios[i];
      const std::string line = at + ".scenarios[" + std::to_string(i) + "]";
      BULKHEAD_TRY_STATUS(within(line + ".spot", s.spot, -1, 1000));
      BULKHEAD_TRY_STATUS(finite(line + ".volatility", s.volatility));
      BULKHEAD_TRY_STATUS(not_negative(line + ".weight", s.weight));
    }
    BULKHEAD_TRY_STATUS(not_negative(at + ".min_volatility_up", asset.min_volatility_up));
    BULKHEAD_TRY_STATUS(not_negative(at + ".unhedged_factor", asset.unhedged_factor));
    BULKHEAD_TRY_STATUS(not_negative(at + ".hedged_factor", asset.hedged_factor));
  }
  return {};
}

MinDelta min_delta(std::span<const double> deltas, double spot, double unhedged_factor,
                   double hedged_factor) {
  MinDelta result;
  for (const double delta : deltas) {
    result.net += delta;
    result.gross += magnitude(delta);
  }
  result.hedged = (result.gross - magnitude(result.net)) / 2;
  result.risk = (unhedged_factor * magnitude(result.net) + hedged_factor * result.hedged) * spot;
  return result;
}

Result<ParadexMargin> evaluate(const ParadexPm& model, const ParadexAsset& asset,
                               const ParadexBook& book) {
  BULKHEAD_TRY_STATUS(validate(model));
  BULKHEAD_TRY_STATUS(above_zero("spot", book.spot));
  BULKHEAD_TRY_STATUS(finite("perps", book.perps));
  BULKHEAD_TRY_STATUS(not_negative("perp_mark", book.perp_mark));
  ParadexMargin margin;
  margin.worst_scenario = asset.scenarios.size();
  for (std::size_t i = 0; i < asset.scenarios.size(); ++i) {
    const double pnl = scenario_pnl(model, asset, asset.scenarios[i], book);
    margin.scenario_pnl.push_back(pnl);
    const double loss = -pnl * asset.scenarios[i].weight;
    if (loss > margin.scan_risk) {
      margin.scan_risk = loss;
      margin.worst_scenario = i;
    }
  }
  std::vector<double> deltas{book.perps};
  double notional = magnitude(book.perps) * book.perp_mark;
  for (const OptionExpiry& expiry : book.options) {
    const double forward = expiry.forward + expiry.fixed_forward;
    for (const OptionLine& option : expiry.options) {
      deltas.push_back(option.amount * option_delta(option, forward, expiry.seconds));
      notional += magnitude(option.amount) * book.spot;
    }
  }
  const MinDelta least = min_delta(deltas, book.spot, asset.unhedged_factor, asset.hedged_factor);
  margin.net_delta = least.net;
  margin.gross_delta = least.gross;
  margin.hedged_delta = least.hedged;
  margin.min_delta_risk = least.risk;
  margin.funding_provision = std::max(0.0, book.perps * book.perp_mark * model.funding_rate);
  margin.fee_provision = notional * model.fee_rate;
  const double net = std::max(margin.scan_risk, margin.min_delta_risk);
  const double provisions = margin.funding_provision + margin.fee_provision;
  margin.initial = net + provisions;
  margin.maintenance = net * model.maintenance_factor + provisions;
  return margin;
}

ParadexOpenSize open_size(double position, double buy_orders, double sell_orders, double mark,
                          double initial_fraction) {
  ParadexOpenSize size;
  size.buy = std::max(0.0, buy_orders + position);
  size.sell = std::max(0.0, sell_orders - position);
  size.net_initial = std::max(size.buy, size.sell) * initial_fraction * mark;
  return size;
}

LiquidationPlan liquidation_plan(double maintenance, double account_value, double fee, double step,
                                 double target) {
  LiquidationPlan plan;
  plan.share = 1;
  bool found = false;
  for (int i = 1; i * step < 1 - step / 2; ++i) {
    LiquidationRow row;
    row.share = i * step;
    row.maintenance = maintenance * (1 - row.share);
    row.penalty = row.share * fee * maintenance;
    row.account_value = account_value - row.penalty;
    row.margin_ratio = row.account_value > 0 ? row.maintenance / row.account_value : 0;
    plan.rows.push_back(row);
    if (found || !(row.account_value > 0) || row.margin_ratio >= target) continue;
    plan.share = row.share;
    found = true;
  }
  return plan;
}

double socialised_loss_factor(double shortfall, double total, LossDenominator denominator) {
  if (!(shortfall > 0)) return 0;
  return shortfall / (denominator == LossDenominator::by_formula ? total + shortfall : total);
}

SpreadMargin spread_margin(const SpreadTerms& terms, double spot, std::span<const SpreadLeg> legs) {
  SpreadMargin margin;
  double value = 0, calls = 0;
  bool any_short = false;
  for (const SpreadLeg& leg : legs) {
    margin.legs.push_back(leg_margin(terms, spot, leg));
    margin.sum += margin.legs.back();
    value += leg.amount * leg.mark;
    if (leg.call) calls += leg.amount;
    any_short |= leg.amount < 0;
  }
  // The payoff bends at strikes only: its least value is at zero or at one of them.
  double least = payoff(legs, 0);
  for (const SpreadLeg& leg : legs) least = std::min(least, payoff(legs, leg.strike));
  margin.max_settlement_loss = std::max(0.0, value - least);
  margin.unpaired_reserve = std::max(0.0, -calls) * terms.unpaired_scale * spot;
  margin.group = any_short
                     ? std::min(margin.sum, margin.max_settlement_loss + margin.unpaired_reserve)
                     : margin.sum;
  return margin;
}

}  // namespace bulkhead::venues
