// Online volatility, jumps and regimes (D7.3), by hand and against a sample's own deviation.
#include "bulkhead/market/estimators.h"

#include <gtest/gtest.h>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"

namespace bulkhead::market {
namespace {

const Timestamp kStart = from_unix_ms(1'700'000'000'000);

EstimatorState started(double daily = 0.04) {
  Asset asset;
  asset.initial_volatility = daily;
  EstimatorState state;
  start_estimators(state, asset, Parameters{});
  return state;
}

TEST(Estimators, StartWhereTheAssetOrThePolicySays) {
  EXPECT_DOUBLE_EQ(sqrt_fixed(started(0.05).slow), 0.05);
  EXPECT_DOUBLE_EQ(sqrt_fixed(started(0).slow), 0.04);
  Asset peg;
  peg.kind = AssetKind::stablecoin;
  EstimatorState state;
  start_estimators(state, peg, Parameters{});
  EXPECT_DOUBLE_EQ(sqrt_fixed(state.fast), 0.002);
}

TEST(Estimators, OneStepByHand) {
  const Parameters p;
  EstimatorState state = started();
  observe_price(state, 100, true, kStart, p);
  EXPECT_EQ(state.fast, started().fast) << "one price is no return";
  observe_price(state, 110, true, kStart + hours(12),
                p);  // one fast half-life, r²/Δ = ln(1.1)²/0.5
  const double r = log_fixed(1.1);
  EXPECT_DOUBLE_EQ(state.fast, 0.5 * 0.0016 + 0.5 * (r * r / 0.5));
  EXPECT_LT(state.slow, state.fast);
  EXPECT_DOUBLE_EQ(state.jump, r / 0.04);
}

TEST(Estimators, TakeNoReturnAcrossALongGapNorBetweenSamples) {
  const Parameters p;
  EstimatorState state = started();
  observe_price(state, 100, true, kStart, p);
  observe_price(state, 200, true, kStart + days(1) + seconds(1), p);
  EXPECT_EQ(state.fast, started().fast);
  EXPECT_EQ(state.sample_price, 200);
  observe_price(state, 201, true, kStart + days(1) + seconds(2), p);
  EXPECT_EQ(state.sample_price, 200) << "samples are an hour apart";
}

// Whatever the spacing of ticks, the estimate is the daily deviation.
TEST(Estimators, DoNotDependOnTheSpacingOfTicks) {
  const Parameters p;
  for (const std::int64_t step_seconds : {3'600, 7'200, 14'400}) {
    RandomStream random(3, static_cast<std::uint64_t>(step_seconds));
    EstimatorState state = started(0.01);
    double price = 100;
    Timestamp t = kStart;
    const double step_deviation = 0.05 * sqrt_fixed(static_cast<double>(step_seconds) / 86'400);
    double mean_fast = 0;
    int count = 0;
    while (t < kStart + days(300)) {
      observe_price(state, price, true, t, p);
      if (t > kStart + days(200)) {
        mean_fast += state.fast;
        ++count;
      }
      price *= exp_fixed(step_deviation * random.normal());
      t = t + seconds(step_seconds);
    }
    EXPECT_NEAR(sqrt_fixed(mean_fast / count), 0.05, 0.004);
    EXPECT_NEAR(sqrt_fixed(state.slow), 0.05, 0.006);
  }
}

TEST(Estimators, AJumpDecaysAndIsReplacedByAGreaterOne) {
  const Parameters p;
  EstimatorState state = started();
  observe_price(state, 100, true, kStart, p);
  observe_price(state, 90, true, kStart + seconds(30), p);
  const double first = -log_fixed(0.9) / 0.04;
  EXPECT_DOUBLE_EQ(jump_at(state, kStart + seconds(30), p), first);
  EXPECT_DOUBLE_EQ(jump_at(state, kStart + seconds(30) + hours(2), p), first / 2);
  observe_price(state, 100, true, kStart + seconds(60), p);
  EXPECT_LT(state.jump_time, kStart + seconds(60)) << "no move against the sample";
}

TEST(Estimators, AWickIsAJumpButNoSample) {
  const Parameters p;
  EstimatorState state = started();
  observe_price(state, 100, true, kStart, p);
  observe_price(state, 0.01, false, kStart + hours(1), p);
  EXPECT_EQ(state.fast, started().fast);
  EXPECT_EQ(state.sample_price, 100);
  EXPECT_EQ(state.jump, 10) << "the cap";
  observe_price(state, 100, true, kStart + hours(2), p);
  EXPECT_LT(state.fast, started().fast) << "two hours without a move";
}

TEST(Estimators, RegimesEnterAndLeaveWithHysteresis) {
  const Parameters p;
  EstimatorState state = started();
  const auto regime_at = [&](double ratio) {
    state.fast = state.slow * ratio * ratio;
    state.regime = next_regime(state, 0, kStart, p);
    return state.regime;
  };
  EXPECT_EQ(regime_at(1.0), Regime::normal);
  EXPECT_EQ(regime_at(1.74), Regime::normal);
  EXPECT_EQ(regime_at(1.76), Regime::high);
  EXPECT_EQ(regime_at(1.45), Regime::high);
  EXPECT_EQ(regime_at(1.39), Regime::normal);
  EXPECT_EQ(regime_at(3.1), Regime::extreme);
  EXPECT_EQ(regime_at(2.5), Regime::extreme);
  EXPECT_EQ(regime_at(2.3), Regime::high);
  EXPECT_EQ(regime_at(0.5), Regime::calm);
  EXPECT_EQ(regime_at(0.7), Regime::calm);
  EXPECT_EQ(regime_at(0.76), Regime::normal);
}

TEST(Estimators, JumpsAndImpliedVolatilityRaiseTheRegimeAlone) {
  const Parameters p;
  EstimatorState state = started();
  EXPECT_EQ(next_regime(state, 4.0, kStart, p), Regime::extreme);  // 400 % against 76 %
  observe_price(state, 100, true, kStart, p);
  observe_price(state, 95, true, kStart + seconds(10), p);  // 1.28 daily deviations
  EXPECT_EQ(next_regime(state, 0, kStart + seconds(10), p), Regime::high);
  observe_price(state, 90, true, kStart + seconds(20), p);
  EXPECT_EQ(next_regime(state, 0, kStart + seconds(20), p), Regime::extreme);
  EXPECT_EQ(next_regime(state, 0, kStart + days(2), p), Regime::normal);
}

TEST(Estimators, NoiseOfAPegIsCalm) {
  EstimatorState state = started(0.0001);
  state.fast = 1e-6;  // ten times its slow deviation, yet 0.1 % a day
  EXPECT_EQ(next_regime(state, 0, kStart, Parameters{}), Regime::calm);
}

TEST(Estimators, ModelVolatilityByHand) {
  const Parameters p;
  EstimatorState state;
  state.fast = 0.0036;
  state.slow = 0.0016;
  EXPECT_DOUBLE_EQ(model_volatility(state, p), 1.15 * sqrt_fixed(365 * 0.0026));
  state.fast = state.slow = 1;
  EXPECT_EQ(model_volatility(state, p), 4.0);
  state.fast = state.slow = 1e-9;
  EXPECT_EQ(model_volatility(state, p), 0.20);
}

}  // namespace
}  // namespace bulkhead::market
