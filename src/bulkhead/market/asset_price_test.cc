// Quality, stable price and intervals of one asset (D4.2, D4.3), by hand and as properties.
#include "bulkhead/market/asset_price.h"

#include <gtest/gtest.h>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"

namespace bulkhead::market {
namespace {

const Timestamp kStart = from_unix_ms(1'700'000'000'000);

AssetAggregate at(double price, double confidence = 0) {
  AssetAggregate result;
  result.value = {price, confidence, 3};
  result.quorum = result.any_fresh = result.ever = true;
  return result;
}

AssetAggregate silent(bool any_fresh) {
  AssetAggregate result;
  result.ever = true;
  result.any_fresh = any_fresh;
  return result;
}

struct Graded {
  AssetState state;
  Parameters parameters;
  Timestamp now = kStart;

  const AssetPrice& step(const AssetAggregate& aggregate, Duration elapsed = seconds(60)) {
    now = now + elapsed;
    grade(state, aggregate, 0.04, now, parameters);
    return state.price;
  }
};

TEST(AssetPrice, GoodIsAPoint) {
  Graded asset;
  const AssetPrice& price = asset.step(at(100, 0.5));  // 0.5 % is not over the limit
  EXPECT_EQ(price.quality, Quality::good);
  EXPECT_EQ(price.low, 100);
  EXPECT_EQ(price.mid, 100);
  EXPECT_EQ(price.high, 100);
  EXPECT_EQ(price.stable, 100);
}

TEST(AssetPrice, WideIsTheConfidence) {
  Graded asset;
  const AssetPrice& price = asset.step(at(100, 0.6));
  EXPECT_EQ(price.quality, Quality::wide);
  EXPECT_EQ(price.low, 99.4);
  EXPECT_EQ(price.high, 100.6);
  EXPECT_EQ(price.stable, 0) << "the stable price starts at the first good aggregate";
  EXPECT_EQ(asset.step(at(100, 250)).low, 0) << "no price is below zero";
}

TEST(AssetPrice, VolatileIsTheHullWithTheStablePrice) {
  Graded asset;
  asset.step(at(100));
  const AssetPrice& price = asset.step(at(80, 0.1));
  EXPECT_EQ(price.quality, Quality::volatile_);
  EXPECT_EQ(price.mid, 80);
  EXPECT_EQ(price.low, 79.9);
  // x = 100 − (1 − e^{−1/10})·20 = 98.097; y moves by at most 1 % in a minute.
  EXPECT_EQ(price.stable, 99);
  EXPECT_EQ(price.high, 99);
  EXPECT_EQ(asset.state.last_good, 100) << "a volatile aggregate is not a last good one";
}

TEST(AssetPrice, StableFollowsTheAverageInsideTheRate) {
  Graded asset;
  asset.step(at(100));
  const AssetPrice& price = asset.step(at(101));
  const double expected = 100 + (1 - exp_fixed(-0.1)) * 1;  // 100.095, under 1 % a minute
  EXPECT_LT(price.stable - expected, 1e-12);
  EXPECT_LT(expected - price.stable, 1e-12);
}

TEST(AssetPrice, ARealCrashStopsBeingVolatileByItself) {
  Graded asset;
  asset.step(at(100));
  int minutes_volatile = 0;
  while (asset.step(at(80)).quality == Quality::volatile_) ++minutes_volatile;
  EXPECT_GE(minutes_volatile, 15);  // ln(84/100)/ln(0.99) = 17.3 minutes, later behind the average
  EXPECT_LE(minutes_volatile, 25);
}

TEST(AssetPrice, StableRestartsAfterAGapAtAGoodAggregate) {
  Graded asset;
  asset.step(at(100));
  EXPECT_EQ(asset.step(at(50), minutes(10)).quality, Quality::volatile_) << "no gap yet";
  Graded late;
  late.step(at(100));
  EXPECT_EQ(late.step(at(50, 5), minutes(11)).stable, 0) << "wide: waits";
  const AssetPrice& price = late.step(at(50));
  EXPECT_EQ(price.quality, Quality::good);
  EXPECT_EQ(price.stable, 50);
}

TEST(AssetPrice, StaleWidensWithAge) {
  Graded asset;
  asset.step(at(100, 0.2));
  const AssetPrice& price = asset.step(silent(false), days(1));
  EXPECT_EQ(price.quality, Quality::stale);
  EXPECT_EQ(price.mid, 100);
  EXPECT_EQ(price.low, 100 - (0.5 + 100 * (3 * 0.04)));  // limit + 3·σ·√1 day
  EXPECT_EQ(price.high, 100 + (0.5 + 100 * (3 * 0.04)));
  EXPECT_EQ(price.aggregate, 0);
  const double width = price.high - price.low;
  EXPECT_GT(asset.step(silent(false), days(3)).high - 100, width / 2);
  EXPECT_EQ(asset.step(silent(true)).quality, Quality::no_quorum);
}

TEST(AssetPrice, AWidePriceThatGoesStaleDoesNotGetNarrower) {
  Graded asset;
  asset.step(at(100, 3));
  const AssetPrice& price = asset.step(silent(false), seconds(1));
  EXPECT_LT(price.low, 97);
  EXPECT_GT(price.high, 103);
}

TEST(AssetPrice, NeverPricedIsNoPrice) {
  Graded asset;
  AssetAggregate nothing;
  const AssetPrice& price = asset.step(nothing);
  EXPECT_EQ(price.quality, Quality::no_quorum);
  EXPECT_FALSE(price.priced());
  EXPECT_EQ(price.high, 0);
}

TEST(AssetPrice, HaltedIsNothingToTwiceTheLastGood) {
  Graded asset;
  asset.step(at(100));
  asset.state.halted = true;
  const AssetPrice& price = asset.step(at(40));
  EXPECT_EQ(price.quality, Quality::halted);
  EXPECT_EQ(price.mid, 100);
  EXPECT_EQ(price.low, 0);
  EXPECT_EQ(price.high, 200);
  EXPECT_EQ(price.aggregate, 40) << "shown, not used";
  EXPECT_EQ(price.stable, 100) << "stands still";
}

TEST(AssetPrice, IntervalHoldsTheMidAndStableKeepsItsRate) {
  RandomStream random(11, 4);
  Graded asset;
  double spot = 100;
  double before = 0;
  for (int i = 0; i < 5'000; ++i) {
    spot *= exp_fixed(0.02 * random.normal());
    const Duration elapsed = milliseconds(static_cast<std::int64_t>(1 + random.below(120'000)));
    asset.state.halted = random.chance(0.02);
    const bool has = random.chance(0.9);
    const double confidence = random.chance(0.2) ? spot * 0.05 * random.uniform() : 0;
    const AssetPrice& price =
        asset.step(has ? at(spot, confidence) : silent(random.chance(0.5)), elapsed);
    ASSERT_LE(0, price.low);
    ASSERT_LE(price.low, price.mid);
    ASSERT_LE(price.mid, price.high);
    const bool restarted = asset.state.stable.time == asset.now && price.stable == price.aggregate;
    if (before > 0 && price.stable > 0 && !restarted) {
      const double minutes_at_most = 10 + 2;  // since the last good or wide aggregate
      ASSERT_LE(price.stable, before * (1 + 0.01 * minutes_at_most));
      ASSERT_GE(price.stable, before * (1 - 0.01 * minutes_at_most));
    }
    before = price.stable;
  }
}

}  // namespace
}  // namespace bulkhead::market
