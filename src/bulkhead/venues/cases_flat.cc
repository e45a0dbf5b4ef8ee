// Cases of the flat ratios: Mango's health and Synthetix's skew-priced perpetuals, by the same
// model `flat` that an account may be margined with (D5.10).
#include <algorithm>

#include "bulkhead/risk/flat.h"
#include "bulkhead/venues/case_reader.h"

namespace bulkhead::venues {
namespace {

double magnitude(double x) { return std::max(x, -x); }

struct Limits {
  double deposits = 0, deposit_start = 0;
  double borrows = 0, borrow_start = 0;
};

Result<Limits> limits_of(const CaseValue& input, std::size_t token) {
  Limits limits;
  if (!input.has("bank_settings")) return limits;
  BULKHEAD_TRY(const CaseValue settings, input.at("bank_settings"));
  const std::string key = std::to_string(token + 1);
  if (!settings.has(key)) return limits;
  BULKHEAD_TRY(const CaseValue bank, settings.at(key));
  BULKHEAD_TRY(limits.deposits, bank.number_or("deposits", 0));
  BULKHEAD_TRY(limits.deposit_start, bank.number_or("deposit_weight_scale_start_quote", 0));
  BULKHEAD_TRY(limits.borrows, bank.number_or("borrows", 0));
  BULKHEAD_TRY(limits.borrow_start, bank.number_or("borrow_weight_scale_start_quote", 0));
  // Tokens that open orders may bring count as deposits.
  BULKHEAD_TRY(const double potential, bank.number_or("potential_serum_tokens", 0));
  limits.deposits += potential;
  return limits;
}

Result<std::vector<risk::FlatToken>> tokens_of(const CaseValue& fixture, const CaseValue& input) {
  BULKHEAD_TRY(const CaseValue terms, fixture.at("tokens"));
  std::vector<risk::FlatToken> tokens;
  for (std::size_t i = 0; i < terms.keys().size(); ++i) {
    const CaseValue term = terms.item(i);
    risk::FlatToken token;
    BULKHEAD_TRY(token.balance, input.number_or(terms.keys()[i], 0));
    BULKHEAD_TRY(token.price, term.number("price"));
    BULKHEAD_TRY(const double asset, term.number("init_asset_w"));
    BULKHEAD_TRY(const double liability, term.number("init_liab_w"));
    BULKHEAD_TRY(const Limits limits, limits_of(input, i));
    token.asset_weight =
        risk::scaled_asset_weight(asset, limits.deposit_start, limits.deposits * token.price);
    token.liability_weight =
        risk::scaled_liability_weight(liability, limits.borrow_start, limits.borrows * token.price);
    tokens.push_back(token);
  }
  return tokens;
}

// "oo_1_3": [reserved of token 1, reserved of token 3].
Result<std::vector<risk::FlatReserved>> orders_of(const CaseValue& input, std::size_t tokens) {
  std::vector<risk::FlatReserved> all;
  for (std::size_t i = 0; i < input.keys().size(); ++i) {
    const std::string& key = input.keys()[i];
    if (!key.starts_with("oo_") || key.size() != 6) continue;
    risk::FlatReserved orders;
    orders.quote = static_cast<std::size_t>(key[3] - '1');
    orders.base = static_cast<std::size_t>(key[5] - '1');
    if (orders.quote >= tokens || orders.base >= tokens) {
      return input.item(i).error(ErrorCode::malformed, key, "oo_ and two tokens, oo_1_2");
    }
    BULKHEAD_TRY(orders.reserved_quote, input.item(i).number(std::size_t{0}));
    BULKHEAD_TRY(orders.reserved_base, input.item(i).number(std::size_t{1}));
    if (input.has("lowest_ask")) {
      BULKHEAD_TRY(const CaseValue asks, input.at("lowest_ask"));
      if (asks.has(key)) {
        BULKHEAD_TRY(orders.lowest_ask, asks.number(key));
      }
    }
    if (input.has("highest_bid_inv")) {
      BULKHEAD_TRY(const CaseValue bids, input.at("highest_bid_inv"));
      if (bids.has(key)) {
        BULKHEAD_TRY(const double inverse, bids.number(key));
        orders.highest_bid = 1 / inverse;
      }
    }
    all.push_back(orders);
  }
  return all;
}

struct SkewMarket {
  double entry = 0, now = 0, scale = 1, size = 0;
  double profit() const {
    // A market without skew fills at the mean of its price before and after the trade.
    const double fill = entry * (1 + size / 2 / scale);
    return size * (now - fill);
  }
};

Result<SkewMarket> skew_market(const CaseValue& value) {
  SkewMarket market;
  BULKHEAD_TRY(market.scale, value.number("skew_scale"));
  BULKHEAD_TRY(market.size, value.number("size"));
  if (value.has("index")) {
    BULKHEAD_TRY(market.entry, value.number("index"));
    market.now = market.entry;
    return market;
  }
  BULKHEAD_TRY(market.entry, value.number("entry_index"));
  BULKHEAD_TRY(market.now, value.number("index_now"));
  return market;
}

}  // namespace

Status health_case(const CaseValue& file, const CaseValue& one, Comparison& comparison) {
  BULKHEAD_TRY(const CaseValue input, one.at("input"));
  BULKHEAD_TRY(const CaseValue fixture, file.at("fixture"));
  BULKHEAD_TRY(const std::vector<risk::FlatToken> tokens, tokens_of(fixture, input));
  BULKHEAD_TRY(const std::vector<risk::FlatReserved> orders, orders_of(input, tokens.size()));
  std::vector<risk::FlatContract> contracts;
  if (input.has("perp1")) {
    BULKHEAD_TRY(const CaseValue terms, fixture.at("perp1"));
    BULKHEAD_TRY(const CaseValue position, input.at("perp1"));
    risk::FlatContract contract;
    BULKHEAD_TRY(const double lot, terms.number("base_lot_size"));
    BULKHEAD_TRY(contract.price, terms.number("price"));
    BULKHEAD_TRY(contract.base_asset_weight, terms.number("init_base_asset_w"));
    BULKHEAD_TRY(contract.base_liability_weight, terms.number("init_base_liab_w"));
    BULKHEAD_TRY(contract.overall_asset_weight, terms.number("init_overall_asset_w"));
    BULKHEAD_TRY(const double lots, position.number(std::size_t{0}));
    BULKHEAD_TRY(contract.quote, position.number(std::size_t{1}));
    BULKHEAD_TRY(const double bids, position.number(std::size_t{2}));
    BULKHEAD_TRY(const double asks, position.number(std::size_t{3}));
    contract.base = lots * lot;
    contract.bids = bids * lot;
    contract.asks = asks * lot;
    contracts.push_back(contract);
  }
  return comparison.figure("init_health", risk::flat_health(tokens, orders, contracts));
}

Status skew_case(const CaseValue& one, Comparison& comparison) {
  BULKHEAD_TRY(const CaseValue input, one.at("input"));
  BULKHEAD_TRY(const double collateral, input.number("collateral_usd"));
  double profits = 0, initial = 0, maintenance = 0, reward = 0;
  const bool grouped = input.has("markets");
  CaseValue markets = input;
  if (grouped) {
    BULKHEAD_TRY(markets, input.at("markets"));
  }
  for (std::size_t i = 0; i < markets.keys().size(); ++i) {
    const CaseValue value = markets.item(i);
    if (value.json().kind != wire::JsonKind::object) continue;
    BULKHEAD_TRY(const SkewMarket market, skew_market(value));
    const double profit = market.profit();
    profits += profit;
    if (comparison.expected().has("pnl")) {
      BULKHEAD_TRY(const CaseValue expected, comparison.expected().at("pnl"));
      BULKHEAD_TRY(const double wanted, expected.number(markets.keys()[i]));
      comparison.add("pnl." + markets.keys()[i], profit, wanted);
    }
    if (!value.has("im_fraction")) continue;
    BULKHEAD_TRY(const double fraction, value.number("im_fraction"));
    BULKHEAD_TRY(const double least, value.number("min_im_ratio"));
    BULKHEAD_TRY(const double scalar, value.number("mm_scalar"));
    BULKHEAD_TRY(const double minimum, value.number("min_position_margin"));
    BULKHEAD_TRY(const double reward_ratio, value.number_or("liq_reward_ratio", 0));
    const double notional = magnitude(market.size) * market.now;
    const double ratio = magnitude(market.size) / market.scale * fraction + least;
    initial += notional * ratio + minimum;
    maintenance += notional * ratio * scalar + minimum;
    reward += notional * reward_ratio;
  }
  const double available = std::max(0.0, collateral + profits);
  BULKHEAD_TRY_STATUS(comparison.figure("available_margin", available));
  BULKHEAD_TRY_STATUS(comparison.figure("initial_margin_ex_reward", initial));
  BULKHEAD_TRY_STATUS(comparison.figure("maintenance_margin_ex_reward", maintenance));
  return comparison.figure("withdrawable", available - initial - reward);
}

}  // namespace bulkhead::venues
