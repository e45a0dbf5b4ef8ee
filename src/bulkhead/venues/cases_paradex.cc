// Cases of Paradex: worked examples of its documentation, and SCAN over the file's own grids.
#include <algorithm>
#include <charconv>

#include "bulkhead/venues/case_reader.h"
#include "bulkhead/venues/paradex_pm.h"

namespace bulkhead::venues {
namespace {

constexpr double kPercent = 100;

// The document prints ratios with one digit, and 99.884 % as 99.9.
double one_digit(double value) {
  const double scaled = value * 10;
  return static_cast<double>(static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5))) / 10;
}

Status liquidation_share(const CaseValue& input, Comparison& comparison) {
  const CaseValue& expected = comparison.expected();
  double profit = 0, maintenance = 0;
  BULKHEAD_TRY(const double fraction, input.number("mmf"));
  std::vector<std::pair<std::string, double>> sizes;
  for (std::size_t i = 0; i < input.keys().size(); ++i) {
    const CaseValue value = input.item(i);
    if (!input.keys()[i].ends_with("_perp")) continue;
    BULKHEAD_TRY(const double size, value.number("size"));
    BULKHEAD_TRY(const double entry, value.number("entry"));
    BULKHEAD_TRY(const double mark, value.number("mark"));
    profit += size * (mark - entry);
    maintenance += fraction * std::max(size, -size) * mark;
    sizes.emplace_back(input.keys()[i].substr(0, input.keys()[i].size() - 5), size);
  }
  BULKHEAD_TRY(const double cash, input.number("usdc"));
  // The text says 70 % and the table was made with 50 %: the file says which the table used.
  BULKHEAD_TRY(const double stated, input.number_or("fee_stated", 0.7));
  BULKHEAD_TRY(const double fee, input.number_or("fee_used_by_table", stated));
  BULKHEAD_TRY(const double step, input.number("step"));
  BULKHEAD_TRY(const double target, input.number("target_margin_ratio"));
  const LiquidationPlan plan = liquidation_plan(maintenance, cash + profit, fee, step, target);
  BULKHEAD_TRY_STATUS(comparison.figure("upnl", profit));
  BULKHEAD_TRY_STATUS(comparison.figure("mmr", maintenance));
  BULKHEAD_TRY_STATUS(comparison.figure("account_value", cash + profit));
  BULKHEAD_TRY_STATUS(comparison.figure("chosen_share", plan.share));
  const double penalty = plan.share * fee * maintenance;
  BULKHEAD_TRY_STATUS(comparison.figure("collateral_after", cash + plan.share * profit - penalty));
  if (expected.has("rows")) {
    BULKHEAD_TRY(const CaseValue rows, expected.at("rows"));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const CaseValue row = rows.item(i);
      BULKHEAD_TRY(const double share, row.number("share"));
      const LiquidationRow* found = nullptr;
      for (const LiquidationRow& one : plan.rows) {
        if (std::max(one.share - share, share - one.share) < 1e-9) found = &one;
      }
      if (found == nullptr) return row.error(ErrorCode::not_found, "", "a multiple of the step");
      const std::pair<const char*, double> figures[] = {
          {"new_mmr", found->maintenance},
          {"penalty", found->penalty},
          {"account_value", found->account_value},
          {"margin_ratio_pct", one_digit(found->margin_ratio * kPercent)}};
      for (const auto& [key, value] : figures) {
        if (!row.has(key)) continue;
        BULKHEAD_TRY(const double wanted, row.number(key));
        comparison.add("rows[" + std::to_string(i) + "]." + key, value, wanted);
      }
    }
  }
  if (!expected.has("positions_after")) return {};
  BULKHEAD_TRY(const CaseValue after, expected.at("positions_after"));
  for (const auto& [name, size] : sizes) {
    BULKHEAD_TRY(const double wanted, after.number(name));
    comparison.add("positions_after." + name, size * (1 - plan.share), wanted);
  }
  return {};
}

Status socialised_loss(const CaseValue& input, Comparison& comparison) {
  BULKHEAD_TRY(const double fund, input.number("insurance_fund"));
  BULKHEAD_TRY(const CaseValue accounts, input.at("accounts"));
  BULKHEAD_TRY(const double balance, accounts.number("alice"));
  BULKHEAD_TRY(const double size, input.number("alice_long"));
  BULKHEAD_TRY(const double entry, input.number("entry"));
  BULKHEAD_TRY(const double mark, input.number("mark"));
  BULKHEAD_TRY(const double withdrawal, input.number("withdraw_charlie"));
  double total = fund;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    BULKHEAD_TRY(const double one, accounts.item(i).number());
    total += one;
  }
  const double profit = size * (mark - entry);
  const double bankruptcy = std::max(0.0, -(balance + profit));
  const double shortfall = std::max(0.0, bankruptcy - fund);
  const double factor = socialised_loss_factor(shortfall, total, LossDenominator::by_example);
  const double formula = socialised_loss_factor(shortfall, total, LossDenominator::by_formula);
  BULKHEAD_TRY_STATUS(comparison.figure("alice_upnl", profit));
  BULKHEAD_TRY_STATUS(comparison.figure("alice_bankruptcy", bankruptcy));
  BULKHEAD_TRY_STATUS(comparison.figure("exchange_bankruptcy", shortfall));
  BULKHEAD_TRY_STATUS(comparison.figure("loss_factor_pct", factor * kPercent));
  BULKHEAD_TRY_STATUS(comparison.figure("charlie_receives", withdrawal * (1 - factor)));
  BULKHEAD_TRY_STATUS(comparison.figure("fund_receives", withdrawal * factor));
  // By the venue's formula the shortfall is part of the denominator; its example leaves it out.
  BULKHEAD_TRY(const double stated, comparison.expected().number("loss_factor_pct"));
  comparison.add("loss_factor_pct by the formula", formula * kPercent, stated,
                 "the venue's example divides by the total without the shortfall");
  // What the file states at a second mark, "after_mark_70".
  const CaseValue& expected = comparison.expected();
  constexpr std::string_view kAfter = "after_mark_";
  for (std::size_t i = 0; i < expected.keys().size(); ++i) {
    const std::string& key = expected.keys()[i];
    if (!key.starts_with(kAfter)) continue;
    double later = 0;
    std::from_chars(key.data() + kAfter.size(), key.data() + key.size(), later);
    const double after = size * (later - entry);
    const double value = fund + balance + after;  // the fund has taken the account over
    const std::pair<const char*, double> figures[] = {
        {"alice_like_upnl", after},
        {"fund_value", value},
        {"loss_factor_pct", kPercent * socialised_loss_factor(std::max(0.0, -value), total,
                                                              LossDenominator::by_example)}};
    for (const auto& [name, computed] : figures) {
      if (!expected.item(i).has(name)) continue;
      BULKHEAD_TRY(const double wanted, expected.item(i).number(name));
      comparison.add(key + "." + name, computed, wanted);
    }
  }
  return {};
}

Status cross_margin(const CaseValue& input, Comparison& comparison) {
  BULKHEAD_TRY(const double position, input.number("position"));
  BULKHEAD_TRY(const double buys, input.number("buy_orders"));
  BULKHEAD_TRY(const double sells, input.number("sell_orders"));
  BULKHEAD_TRY(const double fraction, input.number("imf"));
  BULKHEAD_TRY(const double mark, input.number("mark"));
  const ParadexOpenSize size = open_size(position, buys, sells, mark, fraction);
  BULKHEAD_TRY_STATUS(comparison.figure("buy_open", size.buy));
  BULKHEAD_TRY_STATUS(comparison.figure("sell_open", size.sell));
  return comparison.figure("net_imr", size.net_initial);
}

Status least_by_delta(const CaseValue& input, Comparison& comparison) {
  std::vector<double> deltas;
  BULKHEAD_TRY(const double perp, input.number_or("perp_delta", 0));
  deltas.push_back(perp);
  // "short_calls": 5, "call_delta": 0.3; likewise long and puts, whose delta is below zero.
  for (const char* kind : {"call", "put"}) {
    BULKHEAD_TRY(const double delta, input.number_or(std::string(kind) + "_delta", 0));
    BULKHEAD_TRY(const double sold, input.number_or("short_" + std::string(kind) + "s", 0));
    BULKHEAD_TRY(const double bought, input.number_or("long_" + std::string(kind) + "s", 0));
    deltas.push_back(-sold * delta);
    deltas.push_back(bought * delta);
  }
  BULKHEAD_TRY(const double spot, input.number("spot"));
  BULKHEAD_TRY(const double unhedged, input.number("unhedged_factor"));
  BULKHEAD_TRY(const double hedged, input.number("hedged_factor"));
  const MinDelta least = min_delta(deltas, spot, unhedged, hedged);
  BULKHEAD_TRY_STATUS(comparison.figure("net_delta", least.net));
  BULKHEAD_TRY_STATUS(comparison.figure("gross_delta", least.gross));
  BULKHEAD_TRY_STATUS(comparison.figure("hedged_delta", least.hedged));
  return comparison.figure("min_delta_risk", least.risk);
}

Status spread(const CaseValue& input, Comparison& comparison) {
  BULKHEAD_TRY(const double spot, input.number("spot"));
  SpreadTerms terms;
  BULKHEAD_TRY(terms.premium_multiplier, input.number_or("premium_multiplier", 1));
  BULKHEAD_TRY(terms.long_itm, input.number("long_itm"));
  BULKHEAD_TRY(terms.short_itm, input.number("short_itm"));
  BULKHEAD_TRY(terms.short_otm, input.number("short_otm"));
  BULKHEAD_TRY(terms.unpaired_scale, input.number_or("unpaired_scale", 0));
  std::vector<SpreadLeg> legs;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < input.keys().size(); ++i) {
    const std::string& key = input.keys()[i];
    const bool bought = key.starts_with("long_");
    const bool call = key.find("_call") != std::string::npos;
    if ((!bought && !key.starts_with("short_")) ||
        (!call && key.find("_put") == std::string::npos)) {
      continue;
    }
    SpreadLeg leg;
    leg.call = call;
    BULKHEAD_TRY(leg.strike, input.item(i).number("k"));
    BULKHEAD_TRY(leg.mark, input.item(i).number("mark"));
    BULKHEAD_TRY(const double amount, input.item(i).number_or("amount", 1));
    leg.amount = bought ? amount : -amount;
    legs.push_back(leg);
    names.push_back(bought ? "long_leg" : "short_leg");
  }
  const SpreadMargin margin = spread_margin(terms, spot, legs);
  for (std::size_t i = 0; i < legs.size(); ++i) {
    BULKHEAD_TRY_STATUS(comparison.figure(names[i], margin.legs[i]));
  }
  BULKHEAD_TRY_STATUS(comparison.figure("sum", margin.sum));
  BULKHEAD_TRY_STATUS(comparison.figure("max_settlement_loss", margin.max_settlement_loss));
  BULKHEAD_TRY_STATUS(comparison.figure("unpaired_reserve", margin.unpaired_reserve));
  return comparison.figure("group_margin", margin.group);
}

Result<ParadexAsset> grid_of(const CaseValue& file, const std::string& asset) {
  BULKHEAD_TRY(const CaseValue grids, file.at("scenario_grids"));
  BULKHEAD_TRY(const CaseValue grid, grids.at(asset));
  BULKHEAD_TRY(const CaseValue rows, grid.at("rows"));
  ParadexAsset result;
  result.asset = asset;
  BULKHEAD_TRY(result.min_volatility_up, grid.number_or("min_vol_up", 0));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ParadexScenario scenario;
    BULKHEAD_TRY(scenario.spot, rows.item(i).number(0));
    BULKHEAD_TRY(scenario.volatility, rows.item(i).number(1));
    BULKHEAD_TRY(scenario.weight, rows.item(i).number(2));
    result.scenarios.push_back(scenario);
  }
  return result;
}

// input: asset of scenario_grids, spot, perps, perp_mark, options rows [sec, strike, C|P, amount,
// volatility] with an optional forward, unhedged_factor, hedged_factor, fee_rate, funding_rate.
Status scan(const CaseValue& file, const CaseValue& input, Comparison& comparison) {
  BULKHEAD_TRY(const std::string name, input.text("asset"));
  BULKHEAD_TRY(ParadexAsset asset, grid_of(file, name));
  BULKHEAD_TRY(asset.unhedged_factor, input.number_or("unhedged_factor", 0));
  BULKHEAD_TRY(asset.hedged_factor, input.number_or("hedged_factor", 0));
  ParadexPm model;
  model.short_vega_power = 0.30;
  model.long_vega_power = 0.13;
  BULKHEAD_TRY(model.fee_rate, input.number_or("fee_rate", 0));
  BULKHEAD_TRY(model.funding_rate, input.number_or("funding_rate", 0));
  ParadexBook book;
  BULKHEAD_TRY(book.spot, input.number("spot"));
  BULKHEAD_TRY(book.perps, input.number_or("perps", 0));
  BULKHEAD_TRY(book.perp_mark, input.number_or("perp_mark", book.spot));
  if (input.has("options")) {
    BULKHEAD_TRY(const CaseValue rows, input.at("options"));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const CaseValue row = rows.item(i);
      OptionExpiry expiry;
      BULKHEAD_TRY(expiry.seconds, row.number(0));
      expiry.forward = book.spot;
      if (row.size() > 5) {
        BULKHEAD_TRY(expiry.forward, row.number(5));
      }
      OptionLine option;
      BULKHEAD_TRY(option.strike, row.number(1));
      BULKHEAD_TRY(const std::string kind, row.text(2));
      if (kind != "C" && kind != "P") return row.error(ErrorCode::malformed, kind, "C or P");
      option.call = kind == "C";
      BULKHEAD_TRY(option.amount, row.number(3));
      BULKHEAD_TRY(option.volatility, row.number(4));
      expiry.options.push_back(option);
      book.options.push_back(std::move(expiry));
    }
  }
  BULKHEAD_TRY(const ParadexMargin margin, evaluate(model, asset, book));
  const std::pair<const char*, double> figures[] = {{"scan_risk", margin.scan_risk},
                                                    {"net_delta", margin.net_delta},
                                                    {"gross_delta", margin.gross_delta},
                                                    {"hedged_delta", margin.hedged_delta},
                                                    {"min_delta_risk", margin.min_delta_risk},
                                                    {"funding_provision", margin.funding_provision},
                                                    {"fee_provision", margin.fee_provision},
                                                    {"imr", margin.initial},
                                                    {"mmr", margin.maintenance}};
  for (const auto& [key, value] : figures) BULKHEAD_TRY_STATUS(comparison.figure(key, value));
  return comparison.figures("scenario_pnl", margin.scenario_pnl);
}

}  // namespace

Status paradex_case(const CaseValue& file, const CaseValue& one, Comparison& comparison) {
  BULKHEAD_TRY(const CaseValue input, one.at("input"));
  const CaseValue& expected = comparison.expected();
  if (expected.has("scan_risk")) return scan(file, input, comparison);
  if (expected.has("chosen_share")) return liquidation_share(input, comparison);
  if (expected.has("loss_factor_pct")) return socialised_loss(input, comparison);
  if (expected.has("net_imr")) return cross_margin(input, comparison);
  if (expected.has("min_delta_risk")) return least_by_delta(input, comparison);
  return spread(input, comparison);
}

}  // namespace bulkhead::venues
