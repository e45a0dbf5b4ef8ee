// Black-76 against printed tables, high-precision values and its identities.
#include "bulkhead/market/black76.h"

#include <gtest/gtest.h>

#include <cmath>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"

namespace bulkhead::market {
namespace {

double distance(double a, double b) { return a < b ? b - a : a - b; }

// Haug, The Complete Guide to Option Pricing Formulas (1998), as tabulated in QuantLib's
// test-suite/europeanoption.cpp; with F = S·e^{(r−q)t} his value is e^{−rt}·Black-76. `exact` is
// the same recomputed in double precision.
TEST(Black76, AgreesWithHaugsTables) {
  struct Row {
    bool call;
    double spot, strike, yield, rate, years, volatility, printed, exact;
  };
  const Row rows[] = {
      {true, 60, 65, 0, 0.08, 0.25, 0.3, 2.1334, 2.1333684449162007},
      {false, 100, 95, 0.05, 0.1, 0.5, 0.2, 2.4648, 2.4647876467558305},
      {false, 19, 19, 0.1, 0.1, 0.75, 0.28, 1.7011, 1.7010507252362679},
      {true, 1.56, 1.6, 0.08, 0.06, 0.5, 0.12, 0.0291, 0.02909925314943973},
      {false, 75, 70, 0.05, 0.1, 0.5, 0.35, 4.087, 4.086953828635355},
      {true, 90, 100, 0.1, 0.1, 0.1, 0.15, 0.0205, 0.020490148536479014},
      {true, 110, 100, 0.1, 0.1, 0.1, 0.35, 11.1381, 11.138125160603508},
      {true, 100, 100, 0.1, 0.1, 0.5, 0.25, 6.6997, 6.699696963531345},
      {false, 110, 100, 0.1, 0.1, 0.1, 0.15, 0.0408, 0.04077905799786441},
      {false, 90, 100, 0.1, 0.1, 0.5, 0.35, 14.4452, 14.445171675530283},
      {true, 42, 40, 0.08, 0.04, 0.75, 0.35, 5.0975, 5.097547717726165},
  };
  for (const Row& row : rows) {
    const double forward = row.spot * exp_fixed((row.rate - row.yield) * row.years);
    const double value =
        exp_fixed(-row.rate * row.years) *
        black76(row.call, forward, row.strike, row.volatility * sqrt_fixed(row.years));
    EXPECT_LT(distance(value, row.printed), 0.0001) << row.exact;
    EXPECT_LT(distance(value, row.exact), 2e-15 * row.spot) << row.exact;
  }
}

// Computed with 40 digits (mpmath).
TEST(Black76, IsAccurateToTheForwardsLastDigits) {
  EXPECT_LT(distance(black76(true, 100, 100, 0.2), 7.9655674554057967338), 2e-13);
  EXPECT_LT(distance(black76(true, 50'000, 120'000, 0.35), 53.423923115353292625), 1e-10);
  EXPECT_LT(distance(black76(false, 50'000, 120'000, 0.35), 70053.423923115353293), 1e-10);
  EXPECT_LT(distance(black76(false, 100, 50, 0.15), 4.0348202055795016937e-6), 1e-13);
  EXPECT_LT(distance(black76(true, 1e-5, 2e-5, 1.5), 3.878142527958985738e-6), 4e-20);
  EXPECT_LT(distance(black76(true, 100, 100, 1e-6), 0.000039894228040141603729), 1e-13);
}

// The textbook's formula in long double.
long double reference(bool call, double forward, double strike, double v) {
  const long double f = forward, k = strike, root2 = std::sqrt(2.0L);
  const long double d1 = std::log(f / k) / v + 0.5L * v;
  const long double d2 = d1 - v;
  const auto phi = [root2](long double x) { return 0.5L * std::erfc(-x / root2); };
  return call ? f * phi(d1) - k * phi(d2) : k * phi(-d2) - f * phi(-d1);
}

TEST(Black76, IsWithinTheErrorItStates) {
  RandomStream random(13, 1);
  const auto between = [&random](double low, double high) {
    return low + (high - low) * random.uniform();
  };
  long double worst = 0;
  for (int i = 0; i < 400'000; ++i) {
    const double v = exp_fixed(between(-9, 3));
    const double spread = i % 3 == 0 ? 1.5 : (i % 3 == 1 ? 4 * v : 0.01);
    const double forward = exp_fixed(between(-3, 12));
    const double strike = forward * exp_fixed(between(-spread, spread));
    const bool call = i % 2 == 0;
    const long double exact = reference(call, forward, strike, v);
    const long double size = forward > strike ? forward : strike;
    const long double error = std::fabs(black76(call, forward, strike, v) - exact) / size;
    worst = error > worst ? error : worst;
  }
  EXPECT_LT(worst, 1e-15L);
  RecordProperty("worst_e18", static_cast<int>(worst * 1e18L));
}

// On both sides of where the series ends and the textbook's form begins.
TEST(Black76, HasNoStepWhereItsFormsMeet) {
  for (const double moneyness : {1e-3, 0.2, 1.0, 3.0, 1e4}) {
    const double below = black76(true, 100, 100 * moneyness, 8.0);
    const double above = black76(true, 100, 100 * moneyness, 8.0000000000000018);
    EXPECT_LT(distance(below, above), 2e-13 * (1 + moneyness));
  }
}

TEST(Black76, DegeneratesToIntrinsicValue) {
  EXPECT_EQ(black76(true, 110, 100, 0), 10);
  EXPECT_EQ(black76(true, 90, 100, 0), 0);
  EXPECT_EQ(black76(false, 90, 100, -1), 10);
  EXPECT_EQ(black76(false, 110, 100, 0), 0);
  EXPECT_EQ(sqrt_years(0), 0);
  EXPECT_EQ(sqrt_years(-5), 0);
  EXPECT_EQ(sqrt_years(365.0 * 86'400), 1);
}

TEST(Black76, KeepsBoundsAndParity) {
  for (const double forward : {1e-6, 0.5, 99.0, 100.0, 101.0, 70'000.0}) {
    for (const double moneyness : {0.05, 0.5, 0.999, 1.0, 1.001, 2.0, 20.0}) {
      double call_before = -1;
      for (const double v : {1e-9, 1e-4, 0.01, 0.2, 1.0, 5.0, 40.0}) {
        const double strike = forward * moneyness;
        const double call = black76(true, forward, strike, v);
        const double put = black76(false, forward, strike, v);
        EXPECT_GE(call, forward > strike ? forward - strike : 0);
        EXPECT_LE(call, forward);
        EXPECT_GE(put, strike > forward ? strike - forward : 0);
        EXPECT_LE(put, strike);
        EXPECT_LT(distance(call - put, forward - strike), 4e-15 * (forward + strike));
        EXPECT_GE(call, call_before - 4e-15 * (forward + strike)) << "rises with volatility";
        call_before = call;
      }
    }
  }
}

}  // namespace
}  // namespace bulkhead::market
