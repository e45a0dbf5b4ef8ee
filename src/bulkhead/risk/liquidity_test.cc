// The liquidity integral in closed form against numerical integration, and its bounds (D5.5).
#include "bulkhead/risk/liquidity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bulkhead/base/random.h"

namespace bulkhead::risk {
namespace {

double integrate(const LiquidityCurve& curve, double notional, double bound) {
  const int steps = 200'000;
  double sum = 0;
  for (int k = 0; k < steps; ++k) {
    const double x = notional * (k + 0.5) / steps;
    const double impact = std::min(curve.impact_scale * std::sqrt(x), curve.impact_cap);
    sum += std::min(curve.half_spread + impact, bound);
  }
  return sum * notional / steps;
}

TEST(Liquidity, ClosedFormEqualsTheIntegral) {
  const LiquidityCurve curve = liquidity_curve(0.001, 1.0, 0.04, 1e8, 0.5);
  for (const double x : {0.0, 1.0, 1e4, 1e6, 1e8, 6.9e9, 7e9, 1e11}) {
    EXPECT_NEAR(liquidity_charge(curve, x), integrate(curve, x, 1), 1e-6 * x + 1e-9) << x;
    for (const double bound : {0.9, 0.3, 0.05, 0.0005, 0.0}) {
      EXPECT_NEAR(bounded_liquidity_charge(curve, x, bound), integrate(curve, x, bound),
                  1e-6 * x + 1e-9)
          << x << " " << bound;
    }
  }
  // σ = 4 %, x = 1 % of ADV: (2/3)·1.5·0.04·√0.01 = 0.4 % of x and the half-spread of 0.1 %.
  EXPECT_NEAR(liquidity_charge(curve, 1e6), 1e6 * (0.004 + 0.001), 1e-6);
}

TEST(Liquidity, IsConvexAndBounded) {
  RandomStream random(4, 0);
  for (int n = 0; n < 2'000; ++n) {
    const LiquidityCurve curve =
        liquidity_curve(0.01 * random.uniform(), 3 * random.uniform(), 0.2 * random.uniform(),
                        1e3 + 1e6 * random.uniform(), 0.5);
    const double a = 1e7 * random.uniform() * random.uniform();
    const double b = 1e7 * random.uniform() * random.uniform();
    const double middle = liquidity_charge(curve, (a + b) / 2);
    EXPECT_LE(middle, (liquidity_charge(curve, a) + liquidity_charge(curve, b)) / 2 + 1e-6);
    EXPECT_LE(liquidity_charge(curve, a), (curve.half_spread + 0.5) * a + 1e-9);
    EXPECT_LE(bounded_liquidity_charge(curve, a, 0.2), 0.2 * a + 1e-9);
  }
}

TEST(Liquidity, UnknownVolumePaysTheCap) {
  const LiquidityCurve curve = liquidity_curve(0.001, 1.0, 0.04, 0, 0.5);
  EXPECT_DOUBLE_EQ(liquidity_charge(curve, 1'000), 501);
  EXPECT_DOUBLE_EQ(bounded_liquidity_charge(curve, 1'000, 0.25), 250);
}

TEST(Liquidity, RoundingToUsd) {
  EXPECT_EQ(usd_up(0.0000001), Usd{1});
  EXPECT_EQ(usd_up(0), Usd{0});
  EXPECT_EQ(usd_down(-0.0000001), Usd{-1});
  EXPECT_EQ(usd_up(1e300).micros, INT64_MAX);
}

}  // namespace
}  // namespace bulkhead::risk
