// Haircuts: published arithmetic, monotonicity, bounds.
#include "bulkhead/collateral/valuation.h"

#include <gtest/gtest.h>

#include "bulkhead/base/random.h"

namespace bulkhead::collateral {
namespace {

AssetTerms terms(BasisPoints floor_bp) {
  AssetTerms t;
  t.asset = "X";
  t.haircut_floor_bp = floor_bp;
  return t;
}

AssetRisk cash(double price) {
  AssetRisk r;
  r.price = price;
  r.decimals = 2;
  r.adv = 1e12;
  return r;
}

// ISDA 2018 credit support annex as recomputed from the Common Domain Model's cases: haircut 10 %,
// FX haircut 8 %, 5 posted counts 5·(1 − 0.1 − 0.08) = 4.1, added and not multiplied (which
// gives 4.14); 15 posted counts 12.3.
TEST(Valuation, HaircutsAdd) {
  AssetTerms t = terms(1'000);
  t.fx_haircut_bp = 800;
  AssetRisk r = cash(1);
  EXPECT_EQ(value_collateral(Amount{500}, t, r, 1)->value, Usd{4'500'000});
  r.currency_mismatch = true;
  EXPECT_EQ(value_collateral(Amount{500}, t, r, 1)->value, Usd{4'100'000});
  EXPECT_NEAR(static_cast<double>(value_collateral(Amount{1'500}, t, r, 1)->value.micros),
              12'300'000, 1);
}

TEST(Valuation, TakesTheLargerOfFloorAndCore) {
  AssetRisk r = cash(100);
  r.dynamic_core = 0.25;
  EXPECT_EQ(value_collateral(Amount{100}, terms(1'000), r, 1)->value, Usd{75'000'000});
  r.dynamic_core = 0.05;
  EXPECT_EQ(value_collateral(Amount{100}, terms(1'000), r, 1)->value, Usd{90'000'000});
}

TEST(Valuation, CountsNothingIfIneligibleOrIfHaircutsReachAll) {
  AssetTerms t = terms(0);
  t.eligible = false;
  EXPECT_EQ(value_collateral(Amount{100}, t, cash(5), 1)->value, Usd{});
  EXPECT_EQ(value_collateral(Amount{100}, t, cash(5), 1)->market, usd(5));
  EXPECT_EQ(value_collateral(Amount{100}, terms(10'000), cash(5), 1)->value, Usd{});
}

TEST(Valuation, OverflowIsAnErrorThatNamesTheAmount) {
  const auto value = value_collateral(Amount{Int128{1} << 90}, terms(0), cash(1), 1);
  ASSERT_FALSE(value.has_value());
  EXPECT_EQ(value.error().code, ErrorCode::amount_overflow);
}

// (1/X)∫₀^X (0.001 + min(1.5·σ·√(x/ADV), 0.5)) dx by the midpoint rule.
TEST(Valuation, MeanSizeCostIsTheIntegralOfTheMarginalCost) {
  const double sigma = 0.2;
  const double adv = 1e6;
  for (const double size : {1e3, 1e5, 2.7e6, 2.8e6, 5e7}) {
    const int steps = 200'000;
    double sum = 0;
    for (int i = 0; i < steps; ++i) {
      const double x = (i + 0.5) / steps * size;
      double marginal = 0;
      // √ by Newton, so that this does not lean on what it checks.
      double root = x / adv > 1 ? x / adv : 1;
      for (int k = 0; k < 60; ++k) root = 0.5 * (root + x / adv / root);
      marginal = 1.5 * sigma * root;
      sum += 0.001 + (marginal < 0.5 ? marginal : 0.5);
    }
    EXPECT_NEAR(mean_size_cost(size, 0.001, sigma, adv, 1), sum / steps, 1e-6) << size;
  }
  EXPECT_DOUBLE_EQ(mean_size_cost(1, 0.001, 0.2, 0, 1), 0.501);
  EXPECT_DOUBLE_EQ(mean_size_cost(1e9, 0.001, 0, 1e6, 1), 0.001);
}

TEST(Valuation, MoreNeverCountsLess) {
  RandomStream random(11, 1);
  for (int trial = 0; trial < 500; ++trial) {
    AssetTerms t = terms(static_cast<BasisPoints>(random.below(9'000)));
    AssetRisk r;
    r.price = random.uniform() * 50'000 + 0.01;
    r.decimals = 8;
    r.dynamic_core = random.uniform();
    r.half_spread = random.uniform() * 0.02;
    r.volatility = random.uniform() * 0.3;
    r.adv = random.uniform() * 1e7;
    Usd before;
    for (Int128 amount = 1'000; amount < Int128{1'000'000'000'000'000}; amount *= 3) {
      const auto value = value_collateral(Amount{amount}, t, r, 1.0);
      if (!value) break;
      EXPECT_GE(value->value.micros, before.micros - 1);  // an ulp of the haircut
      EXPECT_LE(value->value, value->market);
      EXPECT_GE(value->haircut.total, 0);
      EXPECT_LE(value->haircut.total, 1);
      EXPECT_LE(stressed_value(*value, -0.4), value->value);
      before = value->value;
    }
  }
}

TEST(Valuation, StressedValueIsTheWorseOfHaircutAndStressReturn) {
  const auto value = value_collateral(Amount{10'000}, terms(2'000), cash(1), 1);
  EXPECT_EQ(stressed_value(*value, -0.1), usd(80));
  EXPECT_EQ(stressed_value(*value, -0.5), usd(50));
  EXPECT_EQ(stressed_value(*value, -1.0), Usd{});
  EXPECT_EQ(stressed_value(*value, 0.3), usd(80));
}

TEST(Schedule, RefusesWhatIsUnsortedRepeatedOrOutOfRange) {
  Parameters p;
  p.schedule = {terms(0), terms(0)};
  p.schedule[0].asset = "B";
  p.schedule[1].asset = "A";
  EXPECT_EQ(validate(p).error().code, ErrorCode::not_canonical);
  p.schedule[1].asset = "B";
  EXPECT_EQ(validate(p).error().code, ErrorCode::duplicate_field);
  p.schedule[1].asset = "C";
  EXPECT_TRUE(validate(p).has_value());
  EXPECT_EQ(find_terms(p, "C"), &p.schedule[1]);
  EXPECT_EQ(find_terms(p, "D"), nullptr);
  p.schedule[1].haircut_floor_bp = 10'001;
  const Status status = validate(p);
  EXPECT_EQ(status.error().field, "collateral.schedule[1].haircut_floor_bp");
  EXPECT_EQ(status.error().value, "10001");
}

}  // namespace
}  // namespace bulkhead::collateral
