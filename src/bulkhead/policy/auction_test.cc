// Maker's published cases: makerdao/dss, commit fa4f663, src/test/clip.t.sol and abaci.t.sol
// (numbers only).
#include "bulkhead/policy/auction.h"

#include <gtest/gtest.h>

namespace bulkhead::policy {
namespace {

constexpr double kNear = 1e-12;

AuctionTerms fixture() {
  AuctionTerms terms;
  terms.least_left = 22;
  return terms;
}

Auction fresh() { return {110, 40, auction_top(fixture(), 4)}; }

AuctionTerms linear(Duration length) {
  AuctionTerms terms;
  terms.curve = AuctionCurve::linear;
  terms.length = length;
  terms.reset_below = 0.5;
  return terms;
}

TEST(Auction, TakesNoMoreThanTheDebtAndGivesTheRestBack) {
  const auto fill = take(fixture(), fresh(), 25, 5, seconds(0));
  ASSERT_TRUE(fill);
  EXPECT_DOUBLE_EQ(fill->price, 5);
  EXPECT_DOUBLE_EQ(fill->coins, 22);
  EXPECT_DOUBLE_EQ(fill->paid, 110);
  EXPECT_DOUBLE_EQ(fill->returned, 18);
  EXPECT_TRUE(fill->over);
}

TEST(Auction, TakesAPart) {
  const auto fill = take(fixture(), fresh(), 11, 5, seconds(0));
  ASSERT_TRUE(fill);
  EXPECT_DOUBLE_EQ(fill->paid, 55);
  EXPECT_DOUBLE_EQ(fill->left.debt, 55);
  EXPECT_DOUBLE_EQ(fill->left.lot, 29);
  EXPECT_DOUBLE_EQ(fill->returned, 0);
  EXPECT_FALSE(fill->over);
}

TEST(Auction, TheWholeLotForAPartOfTheDebtIsTheEnd) {
  const auto fill = take(fixture(), fresh(), 40, 2.5, seconds(69));
  ASSERT_TRUE(fill);
  EXPECT_DOUBLE_EQ(fill->coins, 40);
  EXPECT_NEAR(fill->paid, 100, 0.1);
  EXPECT_NEAR(fill->left.debt, 10, 0.1);
  EXPECT_TRUE(fill->over);
}

TEST(Auction, TwoBidsAtTwoPrices) {
  const auto first = take(fixture(), fresh(), 10, 5, seconds(0));
  ASSERT_TRUE(first);
  EXPECT_DOUBLE_EQ(first->paid, 50);
  EXPECT_DOUBLE_EQ(first->left.debt, 60);
  EXPECT_DOUBLE_EQ(first->left.lot, 30);
  const auto second = take(fixture(), first->left, 30, 5, seconds(30));
  ASSERT_TRUE(second);
  EXPECT_NEAR(second->price, 3.698501866941401, kNear);
  EXPECT_NEAR(second->coins, 16.22278483520653, kNear);
  EXPECT_DOUBLE_EQ(second->paid, 60);
  EXPECT_TRUE(second->over);
}

TEST(Auction, APartialBidLeavesNoCrumbs) {
  const auto fill = take(fixture(), fresh(), 18, 5, seconds(0));
  ASSERT_TRUE(fill);
  EXPECT_DOUBLE_EQ(fill->left.debt, 22);
  EXPECT_DOUBLE_EQ(fill->left.lot, 22.4);
  EXPECT_FALSE(take(fixture(), fill->left, 1, 5, seconds(0)));
  EXPECT_TRUE(take(fixture(), fill->left, 10, 5, seconds(0)));
}

TEST(Auction, NobodyPaysMoreThanTheirLimit) {
  EXPECT_FALSE(take(fixture(), fresh(), 10, 4.99, seconds(0)));
  EXPECT_TRUE(take(fixture(), fresh(), 10, 4.99, seconds(1)));
}

TEST(Auction, BeginsAnewAfterItsTail) {
  const AuctionTerms terms = linear(hours(10));
  EXPECT_FALSE(needs_reset(terms, 5, seconds(3600)));
  EXPECT_TRUE(needs_reset(terms, 5, seconds(3601)));
  EXPECT_FALSE(take(terms, {110, 40, 5}, 10, 5, seconds(3601)));
  EXPECT_DOUBLE_EQ(auction_top(terms, 3), 3.75);
}

TEST(Auction, BeginsAnewBelowItsCusp) {
  const AuctionTerms terms = linear(hours(1));
  EXPECT_FALSE(needs_reset(terms, 5, seconds(1800)));
  EXPECT_TRUE(needs_reset(terms, 5, seconds(1801)));
}

TEST(AuctionCurves, Linear) {
  const AuctionTerms terms = linear(hours(1));
  const double expected[] = {1000, 900, 800, 500, 100, 0};
  const std::int64_t at[] = {0, 360, 720, 1800, 3240, 3600};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(auction_price(terms, 1000, seconds(at[i])), expected[i], 1e-9);
  }
}

TEST(AuctionCurves, Exponential) {
  AuctionTerms terms;
  terms.cut = 0.999230132966;
  for (int i = 0; i <= 4; ++i) {
    EXPECT_NEAR(auction_price(terms, 4000, seconds(900 * i)), 4000.0 / (1 << i), 1e-3);
  }
}

// abaci.sol's ExponentialDecrease counts whole seconds; between two of them the curve is smooth.
TEST(AuctionCurves, ContinuousExponential) {
  AuctionTerms terms;
  terms.curve = AuctionCurve::exponential;
  terms.cut = 0.25;
  terms.step = seconds(2);
  EXPECT_DOUBLE_EQ(auction_price(terms, 64, seconds(0)), 64);
  EXPECT_DOUBLE_EQ(auction_price(terms, 64, seconds(4)), 4);
  EXPECT_NEAR(auction_price(terms, 64, seconds(1)), 32, kNear);
  EXPECT_NEAR(auction_price(terms, 64, seconds(3)), 8, kNear);
  terms.curve = AuctionCurve::stepwise;
  EXPECT_DOUBLE_EQ(auction_price(terms, 64, seconds(3)), 16);
}

// Limits that decimals meet exactly and doubles only nearly: 0.7·0.7 < 0.49, 110.3 − (110.3 − 22.1)
// != 22.1.
TEST(Auction, IsNotRefusedForALastDigit) {
  AuctionTerms terms = fixture();
  terms.cut = 0.7;
  terms.reset_below = 0.49;
  EXPECT_FALSE(needs_reset(terms, 1, seconds(2)));
  EXPECT_TRUE(needs_reset(terms, 1, seconds(3)));
  terms = fixture();
  terms.least_left = 22.1;
  const auto fill = take(terms, {110.3, 40, 5}, 20, 5, seconds(0));
  ASSERT_TRUE(fill);
  const auto again = take(terms, fill->left, 1, 5, seconds(0));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), AuctionRefusal::leaves_crumbs);
}

TEST(Seizure, StaysWithinTheRoom) {
  const auto seized = seize(100, 40, 1.1, 75, 20);
  ASSERT_TRUE(seized);
  EXPECT_NEAR(seized->debt, 75, kNear);
  EXPECT_NEAR(seized->lot, 27.27272727272727, kNear);
  EXPECT_NEAR(seized->debt_left, 31.818181818181827, 1e-10);
  EXPECT_FALSE(seize(100, 40, 1.1, 0, 20));
}

TEST(Seizure, LeavesNoDust) {
  const auto at_dust = seize(100, 40, 1, 80, 20);
  ASSERT_TRUE(at_dust);
  EXPECT_DOUBLE_EQ(at_dust->debt, 80);
  EXPECT_DOUBLE_EQ(at_dust->lot, 32);
  EXPECT_DOUBLE_EQ(at_dust->debt_left, 20);
  EXPECT_DOUBLE_EQ(at_dust->coins_left, 8);
  const auto all = seize(100, 40, 1, 81, 20);
  ASSERT_TRUE(all);
  EXPECT_DOUBLE_EQ(all->debt, 100);
  EXPECT_FALSE(seize(100, 40, 1, 19, 20));
}

// Inside the closing band: above fair at first, at the end of the band at the end of its time.
TEST(Auction, AShareOfFairFallsThroughTheBand) {
  DefaultParameters rules;
  rules.auction_premium_bp = 200;
  rules.closing_band_bp = 600;
  rules.auction_length = minutes(40);
  EXPECT_NEAR(closing_share(rules, Duration{}), 1.02, 1e-12);
  EXPECT_NEAR(closing_share(rules, minutes(10)), 1.00, 1e-9);
  EXPECT_NEAR(closing_share(rules, minutes(20)), 0.98, 1e-9);
  EXPECT_NEAR(closing_share(rules, minutes(40)), 0.94, 1e-9);
  EXPECT_GE(closing_share(rules, hours(2)), 0.94);
  EXPECT_TRUE(needs_reset(closing_terms(rules), 1.02, minutes(41)));
  EXPECT_FALSE(needs_reset(closing_terms(rules), 1.02, minutes(40)));
  rules.auction_premium_bp = rules.closing_band_bp = 0;
  EXPECT_NEAR(closing_share(rules, minutes(40)), 1, 1e-4);
}

}  // namespace
}  // namespace bulkhead::policy
