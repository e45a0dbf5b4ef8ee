// Values in micro-USD: exact products rounded once against the account (D2.2, D2.3).
#include "bulkhead/pricing/values.h"

#include <gtest/gtest.h>

#include "bulkhead/base/random.h"
#include "bulkhead/pricing/test_support.h"

namespace bulkhead::pricing {
namespace {

market::Asset asset(std::uint32_t decimals, std::uint32_t lot_exponent) {
  market::Asset a;
  a.decimals = decimals;
  a.valuation_lot_exponent = lot_exponent;
  return a;
}

TEST(Values, HoldingsDownDebtsUp) {
  const market::Asset btc = asset(8, 0);
  // 1 satoshi at 60,000.5 USD = 600.005 micro-USD.
  EXPECT_EQ(holding_value(btc, Amount{1}, 60'000.5).micros, 600);
  EXPECT_EQ(debt_value(btc, Amount{1}, 60'000.5).micros, 601);
  EXPECT_EQ(holding_value(btc, Amount{-1}, 60'000.5).micros, -601);
  EXPECT_EQ(holding_value(btc, Amount{100'000'000}, 60'000.5).micros, 60'000'500'000);
}

TEST(Values, LotsRoundBeforePrices) {
  const market::Asset btc = asset(8, 3);  // lots of 1,000 satoshi
  EXPECT_EQ(valuation_lots(btc, Amount{1'999}, Rounding::down), 1);
  EXPECT_EQ(valuation_lots(btc, Amount{1'001}, Rounding::up), 2);
  EXPECT_EQ(valuation_lots(btc, Amount{-1'001}, Rounding::down), -2);
  EXPECT_EQ(holding_value(btc, Amount{1'999}, 60'000).micros, 600'000);
  EXPECT_EQ(debt_value(btc, Amount{1'001}, 60'000).micros, 1'200'000);
}

TEST(Values, PositionsRoundDown) {
  EXPECT_EQ(position_value(3, 0.1).micros, 300'000);  // 0.1 as a double lies above one tenth
  EXPECT_EQ(position_value(-3, 0.1).micros, -300'001);
  EXPECT_EQ(position_value(0, 1e300).micros, 0);
  EXPECT_EQ(position_value(1, 1e300), saturate_usd(kInt128Max));
  EXPECT_EQ(position_value(-1, 1e300), saturate_usd(kInt128Min));
}

// The 128-bit path and the wide one of base are the same function.
TEST(Values, FastPathEqualsWideArithmetic) {
  RandomStream random(7, 1);
  for (int n = 0; n < 20'000; ++n) {
    const auto decimals = static_cast<std::uint32_t>(random.below(31));
    const auto lot = static_cast<std::uint32_t>(random.below(decimals + 1));
    const market::Asset a = asset(decimals, lot);
    const auto bits = random.below(62);
    Int128 lots = static_cast<Int128>(random.next_u64() >> (63 - bits));
    if (random.chance(0.5)) lots = -lots;
    double price = random.uniform();
    for (std::uint64_t k = random.below(60); k > 0; --k) price *= n % 2 == 0 ? 0.5 : 2;
    const int exponent10 = static_cast<int>(lot) - static_cast<int>(decimals) + 6;
    for (const Rounding rounding : {Rounding::down, Rounding::up}) {
      const auto wide = multiply_round(lots, price, 1.0, exponent10, rounding);
      const Int128 expected = wide ? *wide : lots < 0 ? kInt128Min : kInt128Max;
      ASSERT_EQ(value_of_lots(a, lots, price, rounding), saturate_usd(expected))
          << to_string(lots) << " " << price << " " << exponent10;
    }
  }
}

TEST(Values, UnpricedContractsAreWorthNothing) {
  TestMarket m;
  m.epoch.instruments[m.call.value].price = 0;
  EXPECT_EQ(lot_value(m.registry, m.epoch, m.call, 60'000), 0);
}

}  // namespace
}  // namespace bulkhead::pricing
