// Contract amounts by hand, and rounding against brute force.
#include "bulkhead/positions/valuation.h"

#include "bulkhead/positions/test_venue.h"

namespace bulkhead::positions {
namespace {

using testing::Venue;

TEST(Valuation, LinearIsLotsTimesLotSizeTimesPrice) {
  const Venue venue;
  // 3 · 0.001 BTC · 50,000.5 USDT = 150.0015 USDT.
  EXPECT_EQ(contract_value(venue.registry, venue.linear, 3, 50'000.5, Rounding::up),
            Amount{150'001'500});
  EXPECT_EQ(contract_value(venue.registry, venue.linear, -3, 50'000.5, Rounding::up),
            Amount{-150'001'500});
  // 1 · 0.001 · 0.0001 = 10^-7 USDT: a tenth of the minor unit.
  EXPECT_EQ(contract_value(venue.registry, venue.linear, 1, 0.0001, Rounding::up), Amount{1});
  EXPECT_EQ(contract_value(venue.registry, venue.linear, 1, 0.0001, Rounding::down), Amount{0});
  EXPECT_EQ(contract_value(venue.registry, venue.linear, -1, 0.0001, Rounding::down), Amount{-1});
}

TEST(Valuation, InverseIsMinusDollarsOverPrice) {
  const Venue venue;
  // 30 lots of 10 USD at 30,000: 0.01 BTC.
  EXPECT_EQ(contract_value(venue.registry, venue.inverse, 30, 30'000, Rounding::up),
            Amount{-1'000'000});
  // 1 lot at 30,000: 10/30,000 BTC = 33,333.33… satoshi.
  EXPECT_EQ(contract_value(venue.registry, venue.inverse, 1, 30'000, Rounding::up),
            Amount{-33'333});
  EXPECT_EQ(contract_value(venue.registry, venue.inverse, 1, 30'000, Rounding::down),
            Amount{-33'334});
  EXPECT_EQ(contract_value(venue.registry, venue.inverse, -1, 30'000, Rounding::up),
            Amount{33'334});
}

TEST(Valuation, FundingHasTheSignOfTheNotional) {
  const Venue venue;
  // 1 BTC at 50,000 and 0.01 %: 5 USDT; 300 USD at 30,000 and 0.01 %: 100 satoshi.
  EXPECT_EQ(funding_amount(venue.registry, venue.linear, 1000, 50'000, 0.0001, Rounding::down),
            Amount{5'000'000});
  EXPECT_EQ(funding_amount(venue.registry, venue.inverse, 30, 30'000, 0.0001, Rounding::down),
            Amount{100});
  EXPECT_EQ(funding_amount(venue.registry, venue.inverse, -30, 30'000, -0.0001, Rounding::down),
            Amount{100});
  EXPECT_EQ(funding_amount(venue.registry, venue.inverse, 1, 1, 1.5, Rounding::up).error().code,
            ErrorCode::out_of_range);
}

TEST(Valuation, IntrinsicOfOptions) {
  const Venue venue;
  // Call 100,000, 2 · 0.1 BTC at 120,000.25: 4,000.05 USDT.
  EXPECT_EQ(intrinsic_value(venue.registry, venue.linear_call, 2, 120'000.25, Rounding::down),
            Amount{4'000'050'000});
  EXPECT_EQ(intrinsic_value(venue.registry, venue.linear_call, -2, 100'000, Rounding::down),
            Amount{0});
  // Put 100,000 in coin, 0.1 BTC at 80,000: 0.1 · 20,000/80,000 = 0.025 BTC.
  EXPECT_EQ(intrinsic_value(venue.registry, venue.inverse_put, 1, 80'000, Rounding::down),
            Amount{2'500'000});
  EXPECT_EQ(intrinsic_value(venue.registry, venue.inverse_put, 1, 110'000, Rounding::down),
            Amount{0});
}

TEST(Valuation, RefusesPricesThatAreNone) {
  const Venue venue;
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double price : {0.0, -1.0, infinity, -infinity, infinity - infinity}) {
    EXPECT_EQ(contract_value(venue.registry, venue.linear, 1, price, Rounding::up).error().code,
              ErrorCode::price_invalid);
  }
  EXPECT_EQ(contract_value(venue.registry, venue.linear_call, 1, 0.0, Rounding::up), Amount{0});
  EXPECT_EQ(contract_value(venue.registry, venue.linear, std::int64_t{1} << 62, 1e300, Rounding::up)
                .error()
                .code,
            ErrorCode::amount_overflow);
}

TEST(Valuation, EntryPriceComesBackFromTheLeg) {
  const Venue venue;
  EXPECT_DOUBLE_EQ(entry_price(venue.registry, venue.linear, 3, Amount{-150'001'500}), 50'000.5);
  EXPECT_DOUBLE_EQ(entry_price(venue.registry, venue.inverse, -30, Amount{-1'000'000}), 30'000);
  EXPECT_EQ(entry_price(venue.registry, venue.linear, 0, Amount{5}), 0);
}

TEST(Valuation, ShareDownIsTheFloorOfTheExactShare) {
  for (int amount = -50; amount <= 50; ++amount) {
    for (int whole = 1; whole <= 7; ++whole) {
      for (int part = 0; part <= whole; ++part) {
        const int product = amount * part;
        int expected = product / whole;
        while (expected * whole > product) --expected;
        EXPECT_EQ(share_down(Amount{amount}, part, whole), Amount{expected});
      }
    }
  }
  const std::int64_t large = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(share_down(Amount{kInt128Max}, large, large), Amount{kInt128Max});
  EXPECT_EQ(share_down(Amount{kInt128Min}, large, large), Amount{kInt128Min});
}

}  // namespace
}  // namespace bulkhead::positions
