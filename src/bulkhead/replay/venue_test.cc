// The simulated venue: prices, capacity, limits, reduce-only.
#include "bulkhead/replay/venue.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bulkhead::replay {
namespace {

const Timestamp kStart = from_civil({2020, 3, 12});

std::map<std::string, VenueMarket> market(double price = 5000, double adv = 1e9) {
  return {{"BTC", {price, 0.001, 1.0, 0.0005, 0.04, adv}}};  // a lot is 5 USDT
}

VenueInstruction sell(std::int64_t lots, std::int64_t slice) {
  return {"i-1", "account-1", "BTC", -lots, slice, 0, true};
}

TEST(Venue, FillsAtTheNextStepBelowMidBySpreadAndImpact) {
  Venue venue({});
  venue.set_position("account-1", "BTC", 2000);
  venue.submit(sell(1000, 1000), kStart);
  EXPECT_TRUE(venue.step(kStart, market()).empty());
  const auto fills = venue.step(kStart + minutes(1), market());
  ASSERT_EQ(fills.size(), 1U);
  EXPECT_EQ(fills[0].lots, -1000);
  EXPECT_NEAR(fills[0].price, 5000 * (1 - 0.0005 - 0.04 * std::sqrt(5000 / 1e9)), 1e-9);
  EXPECT_EQ(venue.open_count(), 0U);
}

TEST(Venue, CapacityAndSliceSpreadALargeOrderOverTime) {
  Venue venue({});
  venue.set_position("account-1", "BTC", 100'000'000);
  venue.submit(sell(100'000, 40'000), kStart);
  // 2 % · 10 / 1440 of 1e9 a day: 138,888 USDT a minute, 27,777 lots.
  Timestamp now = kStart;
  std::int64_t sold = 0;
  int steps = 0;
  while (venue.open_count() > 0 && steps < 100) {
    now = now + minutes(1);
    ++steps;
    for (const VenueFill& fill : venue.step(now, market())) {
      EXPECT_LE(-fill.lots, 27'777 * (steps == 1 ? 1 : 2));
      sold -= fill.lots;
    }
  }
  EXPECT_EQ(sold, 100'000);
  EXPECT_EQ(steps, 4);
}

TEST(Venue, ReduceOnlyNeverTurnsAPosition) {
  Venue venue({});
  venue.set_position("account-1", "BTC", 300);
  venue.submit(sell(1000, 1000), kStart);
  const auto fills = venue.step(kStart + minutes(1), market());
  ASSERT_EQ(fills.size(), 1U);
  EXPECT_EQ(fills[0].lots, -300);
  EXPECT_TRUE(venue.step(kStart + minutes(2), market()).empty());
  EXPECT_EQ(venue.open_count(), 0U);
}

TEST(Venue, LimitsHoldAndTheLatestInstructionReplaces) {
  Venue venue({});
  venue.set_position("account-1", "BTC", 1000);
  VenueInstruction instruction = sell(1000, 1000);
  instruction.limit = 4999;
  venue.submit(instruction, kStart);
  EXPECT_TRUE(venue.step(kStart + minutes(1), market()).empty());
  instruction.limit = 4900;
  instruction.lots = -10;
  venue.submit(instruction, kStart + minutes(1));
  EXPECT_EQ(venue.open_count(), 1U);
  const auto fills = venue.step(kStart + minutes(2), market());
  ASSERT_EQ(fills.size(), 1U);
  EXPECT_EQ(fills[0].lots, -10);
}

TEST(Venue, NoPriceOrNoMarketNoFill) {
  Venue venue({});
  venue.set_position("account-1", "BTC", 1000);
  venue.submit(sell(10, 10), kStart);
  EXPECT_TRUE(venue.step(kStart + minutes(1), {}).empty());
  EXPECT_TRUE(venue.step(kStart + minutes(2), market(0)).empty());
  EXPECT_TRUE(venue.step(kStart + minutes(3), market(5000, 0)).empty());
  EXPECT_EQ(venue.open_count(), 1U);
}

}  // namespace
}  // namespace bulkhead::replay
