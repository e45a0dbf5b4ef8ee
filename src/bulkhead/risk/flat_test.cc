// `flat` reproduces the 18 published health cases of Mango v4 and hand-computed portfolios.
#include "bulkhead/risk/flat.h"

#include <gtest/gtest.h>

#include <optional>

namespace bulkhead::risk {
namespace {

// blockworks-foundation/mango-v4, commit 1303a4a16228eb1e8e8d4f0eef724eaf63310c86,
// programs/mango-v4/src/health/cache.rs, test_health1: tokens of price 1, 5, 10 with initial
// weights 0.8/1.2, 0.5/1.5, 0.5/1.5; one contract of price 5, lot 10, base weights 0.8/1.2, overall
// 0.95.
struct Bank {
  double deposits = 0, deposit_start = 0;  // native; numéraire
  double borrows = 0, borrow_start = 0;
};
struct Orders {
  double quote = 0, base = 0;  // reserved
  std::optional<double> lowest_ask, highest_bid_inverse;
};
struct Contract {
  double lots = 0, quote = 0, bid_lots = 0, ask_lots = 0;
};
struct Case {
  const char* what;
  double balance[3];
  std::optional<Orders> market2, market3;
  std::optional<Contract> contract;
  Bank banks[3];
  double health;
};

double health_of(const Case& c) {
  const double prices[] = {1, 5, 10};
  const double asset_weights[] = {0.8, 0.5, 0.5};
  const double liability_weights[] = {1.2, 1.5, 1.5};
  std::vector<FlatToken> tokens;
  for (std::size_t i = 0; i < 3; ++i) {
    const Bank& bank = c.banks[i];
    tokens.push_back(
        {c.balance[i], prices[i],
         scaled_asset_weight(asset_weights[i], bank.deposit_start, bank.deposits * prices[i]),
         scaled_liability_weight(liability_weights[i], bank.borrow_start,
                                 bank.borrows * prices[i])});
  }
  std::vector<FlatReserved> reserved;
  const auto add = [&reserved](std::size_t base, const std::optional<Orders>& orders) {
    if (!orders) return;
    FlatReserved r;
    r.base = base;
    r.quote = 0;
    r.reserved_quote = orders->quote;
    r.reserved_base = orders->base;
    r.lowest_ask = orders->lowest_ask;
    if (orders->highest_bid_inverse) r.highest_bid = 1 / *orders->highest_bid_inverse;
    reserved.push_back(r);
  };
  add(1, c.market2);
  add(2, c.market3);
  std::vector<FlatContract> contracts;
  if (c.contract) {
    contracts.push_back({0, c.contract->lots * 10, c.contract->quote, c.contract->bid_lots * 10,
                         c.contract->ask_lots * 10, 5, 0.8, 1.2, 0.95});
  }
  return flat_health(tokens, reserved, contracts);
}

TEST(FlatHealth, ReproducesMangoV4) {
  const Case cases[] = {
      {"0: bids execute",
       {100, -10, 0},
       Orders{20, 15, {}, {}},
       {},
       Contract{3, -131, 7, 11},
       {},
       16.2},
      {"1: asks execute",
       {-100, 10, 0},
       Orders{20, 15, {}, {}},
       {},
       Contract{-10, -131, 7, 11},
       {},
       -1056.7},
      {"2: positive result weighted", {0, 0, 0}, {}, {}, Contract{-1, 100, 0, 0}, {}, 30.4},
      {"3: negative result not", {0, 0, 0}, {}, {}, Contract{1, -100, 0, 0}, {}, -72.0},
      {"4: contract", {0, 0, 0}, {}, {}, Contract{10, 100, 0, 0}, {}, 380.0},
      {"5: contract", {0, 0, 0}, {}, {}, Contract{30, -100, 0, 0}, {}, 836.0},
      {"6: reserved funds",
       {-100, -10, -10},
       Orders{1, 1, {}, {}},
       Orders{1, 1, {}, {}},
       {},
       {},
       -324.6},
      {"7: across zero",
       {-14, -10, -10},
       Orders{1, 1, {}, {}},
       Orders{1, 1, {}, {}},
       {},
       {},
       -223.8},
      {"8: in the other token",
       {-100, -100, -1},
       Orders{0, 0, {}, {}},
       Orders{10, 1, {}, {}},
       {},
       {},
       -865},
      {"9: another market",
       {-100, -100, -1},
       Orders{100, 0, {}, {}},
       Orders{10, 1, {}, {}},
       {},
       {},
       -757.0},
      {"10: deposits scaled",
       {100, 100, 100},
       {},
       {},
       {},
       {{100, 1000, 0, 0}, {1500, 5000, 0, 0}, {10000, 10000, 0, 0}},
       296.666666667},
      {"11: borrows scaled",
       {-100, -100, -100},
       {},
       {},
       {},
       {{0, 0, 100, 1000}, {0, 0, 1500, 5000}, {0, 0, 10000, 10000}},
       -16245.0},
      {"12: gain against a debt", {-100, 0, 0}, {}, {}, Contract{1, 100, 0, 0}, {}, 26.4},
      {"13: loss against a deposit", {100, 0, 0}, {}, {}, Contract{-1, -100, 0, 0}, {}, -72.0},
      {"14: order prices",
       {-100, -10, 0},
       Orders{1, 1, 3.0, {}},
       Orders{11, 1, {}, 0.08333333333333333},
       {},
       {},
       -180.616666667},
      {"15: extreme order prices",
       {-100, -10, 0},
       Orders{1, 1, 6.0, {}},
       Orders{11, 1, {}, 0.1111111111111111},
       {},
       {},
       -177.3},
      {"16: base of 17",
       {100, 100, 100},
       Orders{0, 100, {}, {}},
       Orders{0, 100, {}, {}},
       {},
       {},
       1580},
      // Deposits include the 100 tokens that open orders may bring.
      {"17: potential tokens",
       {100, 100, 100},
       Orders{0, 100, {}, {}},
       Orders{0, 100, {}, {}},
       {},
       {{}, {100 + 100, 500, 0, 0}, {600 + 100, 5000, 0, 0}},
       1044.285714286},
  };
  for (const Case& c : cases) EXPECT_NEAR(health_of(c), c.health, 1e-9 * 16'245) << c.what;
}

}  // namespace
}  // namespace bulkhead::risk
