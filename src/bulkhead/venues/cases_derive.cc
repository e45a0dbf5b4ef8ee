// Cases of Derive's two portfolio margins.
#include <algorithm>
#include <charconv>

#include "bulkhead/venues/case_reader.h"
#include "bulkhead/venues/derive_pmrm1.h"
#include "bulkhead/venues/derive_pmrm2.h"

namespace bulkhead::venues {
namespace {

Result<VolatilityMove> volatility_move(const CaseValue& value) {
  BULKHEAD_TRY(std::string name, value.text());
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  if (name == "none") return VolatilityMove::same;
  if (name == "up") return VolatilityMove::up;
  if (name == "down") return VolatilityMove::down;
  if (name == "linear") return VolatilityMove::linear_skew;
  if (name == "abs") return VolatilityMove::absolute_skew;
  return value.error(ErrorCode::malformed, name, "Up, None, Down, LINEAR or ABS");
}

// Rows [spot multiplier, volatility, dampening].
Result<std::vector<DeriveScenario>> scenario_rows(const CaseValue& rows) {
  std::vector<DeriveScenario> scenarios;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const CaseValue row = rows.item(i);
    DeriveScenario scenario;
    BULKHEAD_TRY(scenario.spot, row.number(0));
    BULKHEAD_TRY(const CaseValue move, row.at(1));
    BULKHEAD_TRY(scenario.volatility, volatility_move(move));
    if (row.size() > 2) {
      BULKHEAD_TRY(scenario.dampening, row.number(2));
    }
    scenarios.push_back(scenario);
  }
  return scenarios;
}

// "spot multiplier {1.15,1.1,…} x vol {Up,None,Down}": every pair.
Result<std::vector<DeriveScenario>> scenario_product(const CaseValue& value) {
  BULKHEAD_TRY(const std::string text, value.text());
  std::vector<std::vector<std::string>> sets;
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) break;
    std::vector<std::string>& set = sets.emplace_back();
    for (++open; open < close;) {
      const std::size_t comma = std::min(text.find(',', open), close);
      set.push_back(text.substr(open, comma - open));
      open = comma + 1;
    }
  }
  std::vector<DeriveScenario> scenarios;
  for (const std::string& spot : sets.size() == 2 ? sets[0] : std::vector<std::string>{}) {
    DeriveScenario scenario;
    const auto read = std::from_chars(spot.data(), spot.data() + spot.size(), scenario.spot);
    if (read.ec != std::errc() || read.ptr != spot.data() + spot.size()) break;
    for (const std::string& move : sets[1]) {
      wire::JsonValue name = value.json();
      name.string = move;
      BULKHEAD_TRY(scenario.volatility, volatility_move(CaseValue(name, value.path())));
      scenarios.push_back(scenario);
    }
  }
  if (!scenarios.empty()) return scenarios;
  return value.error(ErrorCode::malformed, text, "\"spot multiplier {…} x vol {…}\", or rows");
}

Result<std::vector<DeriveScenario>> scenarios_of(const CaseValue& value) {
  return value.json().kind == wire::JsonKind::string ? scenario_product(value)
                                                     : scenario_rows(value);
}

Result<BasisContingency> basis_of(const CaseValue& basis, const char* up, const char* down,
                                  const char* add, const char* multiply) {
  BasisContingency result;
  BULKHEAD_TRY(result.up, basis.number(up));
  BULKHEAD_TRY(result.down, basis.number(down));
  BULKHEAD_TRY(result.add, basis.number(add));
  BULKHEAD_TRY(result.multiply, basis.number(multiply));
  return result;
}

Result<DerivePmrm1> first_model(const CaseValue& params) {
  DerivePmrm1 m;
  BULKHEAD_TRY(const CaseValue scenarios, params.at("scenarios"));
  BULKHEAD_TRY(m.scenarios, scenarios_of(scenarios));
  BULKHEAD_TRY(const CaseValue vol, params.at("vol"));
  BULKHEAD_TRY(m.volatility_up, vol.number("up"));
  BULKHEAD_TRY(m.volatility_down, vol.number("down"));
  BULKHEAD_TRY(m.short_term_power, vol.number("short_power"));
  BULKHEAD_TRY(m.long_term_power, vol.number("long_power"));
  BULKHEAD_TRY(m.dte_floor_days, vol.number("dte_floor_days"));
  BULKHEAD_TRY(const CaseValue basis, params.at("basis"));
  BULKHEAD_TRY(m.basis, basis_of(basis, "up", "down", "add", "mult"));
  BULKHEAD_TRY(const CaseValue peg, params.at("peg"));
  BULKHEAD_TRY(m.peg_threshold, peg.number("threshold"));
  BULKHEAD_TRY(m.peg_factor, peg.number("factor"));
  BULKHEAD_TRY(const CaseValue conf, params.at("conf"));
  BULKHEAD_TRY(m.confidence.threshold, conf.number("threshold"));
  BULKHEAD_TRY(m.confidence.margin, conf.number("margin"));
  BULKHEAD_TRY(m.base_charge, params.number("base_percent"));
  BULKHEAD_TRY(m.perp_charge, params.number("perp_percent"));
  BULKHEAD_TRY(m.option_charge, params.number("option_percent"));
  BULKHEAD_TRY(m.initial_factor, params.number("im_factor"));
  BULKHEAD_TRY(m.static_discount, params.number("static_discount"));
  BULKHEAD_TRY(m.rate_multiplier, params.number("rate_mult"));
  BULKHEAD_TRY(m.rate_add, params.number("rate_add"));
  return m;
}

Result<DerivePmrm2> second_model(const CaseValue& params) {
  DerivePmrm2 m;
  BULKHEAD_TRY(const CaseValue scenarios, params.at("Scenarios"));
  BULKHEAD_TRY(m.scenarios, scenarios_of(scenarios));
  BULKHEAD_TRY(const CaseValue skew, params.at("SkewShock"));
  BULKHEAD_TRY(m.skew.linear_cap, skew.number("LINEAR_SCALE_CAP"));
  BULKHEAD_TRY(m.skew.linear_cap_slope, skew.number("LINEAR_CBASE"));
  BULKHEAD_TRY(m.skew.absolute_cap, skew.number("ABS_SCALE_CAP"));
  BULKHEAD_TRY(m.skew.absolute_cap_slope, skew.number("ABS_CBASE"));
  BULKHEAD_TRY(m.skew.least_width, skew.number("MIN_K_STAR"));
  BULKHEAD_TRY(m.skew.width_scale, skew.number("MIN_WIDTH_SCALE"));
  BULKHEAD_TRY(m.skew.volatility_level, skew.number("VOL_PARAM_STATIC"));
  BULKHEAD_TRY(m.skew.volatility_slope, skew.number("VOL_PARAM_SCALE"));
  BULKHEAD_TRY(const CaseValue vol, params.at("VolShock"));
  BULKHEAD_TRY(m.volatility_up, vol.number("VOLRANGEUP"));
  BULKHEAD_TRY(m.volatility_down, vol.number("VOLRANGEDOWN"));
  BULKHEAD_TRY(m.least_volatility_up, vol.number("MIN_VOL_EVAL_SHOCKED"));
  BULKHEAD_TRY(m.short_term_power, vol.number("SHORTTERMPOWER"));
  BULKHEAD_TRY(m.long_term_power, vol.number("LONGTERMPOWER"));
  BULKHEAD_TRY(m.dte_floor_days, vol.number("DTE_FLOOR"));
  BULKHEAD_TRY(const CaseValue margin, params.at("Margin"));
  BULKHEAD_TRY(m.maintenance_factor, margin.number("MM_LOSS_FACTOR"));
  BULKHEAD_TRY(m.initial_factor, margin.number("IM_LOSS_FACTOR"));
  BULKHEAD_TRY(m.long_discount, margin.number("BASE_STATIC_DISCOUNT"));
  BULKHEAD_TRY(m.long_rate_multiplier, margin.number("LONG_RATE_MULTSCALE"));
  BULKHEAD_TRY(m.long_rate_add, margin.number("LONG_RATE_ADDSCALE"));
  BULKHEAD_TRY(m.short_discount, margin.number("BASE_STATIC_DISCOUNT_NEG"));
  BULKHEAD_TRY(m.short_rate_multiplier, margin.number("SHORT_RATE_MULTSCALE"));
  BULKHEAD_TRY(m.short_rate_add, margin.number("SHORT_RATE_ADDSCALE"));
  BULKHEAD_TRY(const CaseValue basis, params.at("BasisContingency"));
  BULKHEAD_TRY(m.basis, basis_of(basis, "SCENARIO_SPOT_UP", "SCENARIO_SPOT_DOWN",
                                 "BASIS_CONT_ADD_FACTOR", "BASIS_CONT_MULT_FACTOR"));
  BULKHEAD_TRY(const CaseValue other, params.at("OtherContingency"));
  BULKHEAD_TRY(m.peg_threshold, other.number("PEG_LOSS_THRESHOLD"));
  BULKHEAD_TRY(m.peg_factor, other.number("PEG_LOSS_FACTOR"));
  BULKHEAD_TRY(m.confidence.threshold, other.number("CONF_THRESHOLD"));
  BULKHEAD_TRY(m.confidence.margin, other.number("CONF_MARGIN"));
  BULKHEAD_TRY(m.maintenance_perp_charge, other.number("MM_PERP_PERCENT"));
  BULKHEAD_TRY(m.initial_perp_charge, other.number("IM_PERP_PERCENT"));
  BULKHEAD_TRY(m.maintenance_option_charge, other.number("MM_OPTION_PERCENT"));
  BULKHEAD_TRY(m.initial_option_charge, other.number("IM_OPTION_PERCENT"));
  return m;
}

Result<DeriveExpiry> expiry_of(const CaseValue& value) {
  DeriveExpiry expiry;
  BULKHEAD_TRY(const double seconds, value.number("sec"));
  if (value.has("forward")) {
    BULKHEAD_TRY(const double forward, value.number("forward"));
    expiry.options = expiry_in_settlement(forward, seconds);
  } else {
    expiry.options.seconds = seconds;
    BULKHEAD_TRY(expiry.options.fixed_forward, value.number("fwd_fixed"));
    BULKHEAD_TRY(expiry.options.forward, value.number("fwd_variable"));
  }
  BULKHEAD_TRY(expiry.rate, value.number("rate"));
  for (const char* key : {"fwd_conf", "rate_conf", "vol_conf"}) {
    BULKHEAD_TRY(const double confidence, value.number_or(key, 1));
    expiry.confidence = std::min(expiry.confidence, confidence);
  }
  return expiry;
}

// Rows [seconds, strike, C|P, amount, volatility, confidence]; the last may be left out.
Status add_option(const CaseValue& row, DerivePortfolio& portfolio) {
  BULKHEAD_TRY(const double seconds, row.number(0));
  DeriveExpiry* expiry = nullptr;
  for (DeriveExpiry& one : portfolio.expiries) {
    if (one.options.seconds == seconds) expiry = &one;
  }
  if (expiry == nullptr) {
    return row.error(ErrorCode::not_found, std::to_string(seconds), "an expiry of the market");
  }
  OptionLine option;
  BULKHEAD_TRY(option.strike, row.number(1));
  BULKHEAD_TRY(const std::string kind, row.text(2));
  if (kind != "C" && kind != "P") return row.error(ErrorCode::malformed, kind, "C or P");
  option.call = kind == "C";
  BULKHEAD_TRY(option.amount, row.number(3));
  BULKHEAD_TRY(option.volatility, row.number(4));
  if (row.size() > 5) {
    BULKHEAD_TRY(const double confidence, row.number(5));
    expiry->confidence = std::min(expiry->confidence, confidence);
  }
  expiry->options.options.push_back(option);
  return {};
}

Result<DeriveCollateral> collateral_of(const CaseValue& value) {
  DeriveCollateral c;
  BULKHEAD_TRY(c.name, value.text("name"));
  BULKHEAD_TRY(c.amount, value.number("amount"));
  BULKHEAD_TRY(c.price, value.number("price"));
  BULKHEAD_TRY(c.confidence, value.number_or("conf", 1));
  BULKHEAD_TRY(const CaseValue cancelling, value.at("risk_cancelling"));
  BULKHEAD_TRY(c.risk_cancelling, cancelling.boolean());
  BULKHEAD_TRY(c.maintenance_haircut, value.number("mm_haircut"));
  BULKHEAD_TRY(c.initial_haircut, value.number("im_haircut_extra"));
  return c;
}

Result<DerivePortfolio> portfolio_of(const CaseValue& one) {
  DerivePortfolio p;
  BULKHEAD_TRY(const CaseValue market, one.at("market"));
  BULKHEAD_TRY(p.spot, market.number("spot"));
  BULKHEAD_TRY(p.spot_confidence, market.number_or("spot_conf", 1));
  BULKHEAD_TRY(p.stable, market.number_or("stable", 1));
  BULKHEAD_TRY(p.perp_price, market.number_or("perp_price", 0));
  BULKHEAD_TRY(p.perp_confidence, market.number_or("perp_conf", 1));
  BULKHEAD_TRY(const CaseValue expiries, market.at("expiries"));
  for (std::size_t i = 0; i < expiries.size(); ++i) {
    BULKHEAD_TRY(DeriveExpiry expiry, expiry_of(expiries.item(i)));
    p.expiries.push_back(std::move(expiry));
  }
  BULKHEAD_TRY(const CaseValue portfolio, one.at("portfolio"));
  BULKHEAD_TRY(p.cash, portfolio.number_or("cash", 0));
  BULKHEAD_TRY(p.perps, portfolio.number_or("perps", 0));
  BULKHEAD_TRY(p.base, portfolio.number_or("base", 0));
  for (const char* key : {"perp_upnl_plus_funding", "perp_upnl", "perp_funding"}) {
    BULKHEAD_TRY(const double value, portfolio.number_or(key, 0));
    p.perp_value += value;
  }
  if (portfolio.has("collaterals")) {
    BULKHEAD_TRY(const CaseValue collaterals, portfolio.at("collaterals"));
    for (std::size_t i = 0; i < collaterals.size(); ++i) {
      BULKHEAD_TRY(DeriveCollateral collateral, collateral_of(collaterals.item(i)));
      p.collaterals.push_back(std::move(collateral));
    }
  }
  if (portfolio.has("options")) {
    BULKHEAD_TRY(const CaseValue options, portfolio.at("options"));
    for (std::size_t i = 0; i < options.size(); ++i) {
      BULKHEAD_TRY_STATUS(add_option(options.item(i), p));
    }
  }
  return p;
}

Status compare(const DeriveMargin& margin, Comparison& comparison) {
  const std::pair<const char*, double> figures[] = {
      {"IM", margin.initial},
      {"MM", margin.maintenance},
      {"MtM_incl_cash", margin.mark_to_market},
      {"portfolio_mtm", margin.mark_to_market},
      {"option_mtm", margin.option_value},
      {"collateral_mtm", margin.collateral_value},
      {"basis_contingency", margin.basis_contingency},
      {"forward_contingency", margin.basis_contingency},
      {"oracle_contingency", margin.confidence_contingency},
      {"confidence_contingency", margin.confidence_contingency},
      {"option_contingency", margin.option_contingency},
      {"perp_contingency", margin.perp_contingency},
      {"base_contingency", margin.base_contingency},
      {"loss_factor", margin.loss_factor}};
  for (const auto& [name, value] : figures) BULKHEAD_TRY_STATUS(comparison.figure(name, value));
  return comparison.figures("scenario_pnl", margin.scenario_pnl);
}

}  // namespace

Status derive_case(const CaseValue& file, const CaseValue& one, Comparison& comparison) {
  BULKHEAD_TRY(const DerivePortfolio portfolio, portfolio_of(one));
  comparison.scale_at_least(portfolio.spot);
  if (!one.has("params")) {
    BULKHEAD_TRY(const CaseValue params, file.at("params"));
    BULKHEAD_TRY(const DerivePmrm1 model, first_model(params));
    BULKHEAD_TRY(const DeriveMargin margin, evaluate(model, portfolio));
    return compare(margin, comparison);
  }
  BULKHEAD_TRY(const std::string name, one.text("params"));
  BULKHEAD_TRY(const CaseValue sets, file.at("param_sets"));
  BULKHEAD_TRY(const CaseValue params, sets.at(name));
  BULKHEAD_TRY(const DerivePmrm2 model, second_model(params));
  BULKHEAD_TRY(const DeriveMargin margin, evaluate(model, portfolio));
  if (one.text("id").value_or("") == "pmrm2-067") {
    comparison.inconsistent(
        "scenario_pnl",
        "the source's losses by scenario do not follow from its parameters; its "
        "requirements do");
  }
  return compare(margin, comparison);
}

}  // namespace bulkhead::venues
