// Correlation, tails, realised and implied volatility, against published cases and constructions
// with a known answer.
#include <gtest/gtest.h>

#include <cmath>

#include "bulkhead/base/random.h"
#include "bulkhead/calibration/correlation.h"
#include "bulkhead/calibration/realised.h"
#include "bulkhead/calibration/tails.h"
#include "bulkhead/market/black76.h"

namespace bulkhead::calibration {
namespace {

Matrix matrix(std::size_t n, std::initializer_list<double> values) {
  Matrix m(n);
  m.values = values;
  return m;
}

// Higham (2002), "Computing the nearest correlation matrix", section 2.
TEST(NearestCorrelation, IsHighams) {
  const auto nearest = nearest_correlation(matrix(3, {1, 1, 0, 1, 1, 1, 0, 1, 1}));
  ASSERT_TRUE(nearest.has_value());
  EXPECT_NEAR(nearest->at(0, 1), 0.7607, 5e-5);
  EXPECT_NEAR(nearest->at(0, 2), 0.1573, 5e-5);
  EXPECT_NEAR(nearest->at(1, 2), 0.7607, 5e-5);
  EXPECT_EQ(nearest->at(1, 1), 1.0);
  EXPECT_GT(least_eigenvalue(*nearest), -1e-9);
}

TEST(NearestCorrelation, LeavesACorrelationAlone) {
  const Matrix m = matrix(3, {1, 0.5, 0.2, 0.5, 1, -0.3, 0.2, -0.3, 1});
  const auto nearest = nearest_correlation(m);
  ASSERT_TRUE(nearest.has_value());
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(nearest->values[i], m.values[i], 1e-9);
}

TEST(NearestCorrelation, IsNearerThanASpectralRepair) {
  const Matrix m = matrix(3, {1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1});
  const auto nearest = nearest_correlation(m);
  const auto repaired = spectral_repair(m);
  ASSERT_TRUE(nearest.has_value() && repaired.has_value());
  double to_nearest = 0, to_repaired = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    to_nearest += std::pow(nearest->values[i] - m.values[i], 2);
    to_repaired += std::pow(repaired->values[i] - m.values[i], 2);
  }
  EXPECT_LE(to_nearest, to_repaired + 1e-9);
  EXPECT_GT(least_eigenvalue(*repaired), -1e-12);
  EXPECT_LT(least_eigenvalue(m), -0.1);
}

TEST(NearestCorrelation, NamesWhatIsNoMatrix) {
  const auto skew = nearest_correlation(matrix(2, {1, 0.5, 0.4, 1}));
  ASSERT_FALSE(skew.has_value());
  EXPECT_EQ(skew.error().field, "matrix[0][1]");
  EXPECT_FALSE(nearest_correlation(Matrix(0)).has_value());
}

TEST(LedoitWolf, ShrinksLessWithMoreDates) {
  const auto columns = [](std::size_t dates) {
    std::vector<std::vector<double>> out(8);
    RandomStream draws(5, dates);
    for (std::size_t t = 0; t < dates; ++t) {
      const double market = draws.normal();
      for (auto& column : out) column.push_back(0.7 * market + std::sqrt(0.51) * draws.normal());
    }
    return out;
  };
  const auto few = ledoit_wolf(columns(30));
  const auto many = ledoit_wolf(columns(3000));
  ASSERT_TRUE(few.has_value() && many.has_value());
  EXPECT_GT(few->intensity, 3 * many->intensity);
  EXPECT_LT(many->intensity, 0.02);
  EXPECT_NEAR(many->correlation.at(0, 1), 0.49, 0.05);
  EXPECT_GT(least_eigenvalue(few->correlation), 0);
}

// Two of three columns are one and the same: the sample is singular, what is shrunk is not.
TEST(LedoitWolf, IsPositiveDefiniteWhereTheSampleIsNot) {
  std::vector<std::vector<double>> columns(3);
  RandomStream draws(6, 1);
  for (int t = 0; t < 200; ++t) {
    const double x = draws.normal();
    columns[0].push_back(x);
    columns[1].push_back(x);
    columns[2].push_back(t == 3 ? std::nan("") : draws.normal());
  }
  const auto shrunk = ledoit_wolf(columns);
  ASSERT_TRUE(shrunk.has_value());
  EXPECT_EQ(shrunk->rows, 199U);
  EXPECT_GT(least_eigenvalue(shrunk->correlation), 0);
  EXPECT_LT(shrunk->correlation.at(0, 1), 1);
}

TEST(LedoitWolf, NamesTheColumnWithoutMovement) {
  const auto still = ledoit_wolf(
      {std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, std::vector<double>(10, 2.0)});
  ASSERT_FALSE(still.has_value());
  EXPECT_EQ(still.error().field, "columns[1]");
  EXPECT_FALSE(ledoit_wolf({{1, 2, 3}}).has_value());
}

TEST(TailFit, FindsTheShapeOfAParetoTail) {
  RandomStream draws(8, 1);
  std::vector<double> losses;
  for (int i = 0; i < 40'000; ++i) losses.push_back(std::pow(1 - draws.uniform(), -1 / 4.0));
  const auto fit = fit_tail(losses, 0.05);
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->shape, 0.25, 0.06);
  EXPECT_EQ(fit->peaks, 2000U);
  const auto risk = tail_risk(*fit, 0.999);
  ASSERT_TRUE(risk.has_value());
  const double exact = std::pow(0.001, -0.25);
  EXPECT_NEAR(risk->value_at_risk / exact, 1, 0.05);
  EXPECT_NEAR(risk->expected_shortfall / (exact * 4 / 3), 1, 0.08);
}

TEST(TailFit, ExponentialTailHasNoShape) {
  RandomStream draws(9, 1);
  std::vector<double> losses;
  for (int i = 0; i < 40'000; ++i) losses.push_back(draws.exponential());
  const auto fit = fit_tail(losses, 0.1);
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->shape, 0, 0.05);
  EXPECT_NEAR(fit->scale, 1, 0.06);
}

TEST(TailFit, RefusesWhatHasNoTail) {
  EXPECT_FALSE(fit_tail(std::vector<double>(100, 1.0), 0.1).has_value());
  EXPECT_FALSE(fit_tail(std::vector<double>(1000, 1.0), 0.1).has_value());
  EXPECT_FALSE(tail_risk({1, 1.2, 1, 0.1, 100, 0}, 0.99).has_value());
}

TEST(RealisedVariance, TellsAJumpFromDiffusion) {
  std::vector<double> returns;
  RandomStream draws(10, 1);
  for (int i = 0; i < 288; ++i) returns.push_back(0.001 * draws.normal());
  const auto quiet = realised_variance(returns);
  ASSERT_TRUE(quiet.has_value());
  EXPECT_NEAR(quiet->realised, 288e-6, 60e-6);
  EXPECT_LT(std::abs(quiet->jump_statistic), 3);
  returns[100] += 0.03;
  const auto jump = realised_variance(returns);
  ASSERT_TRUE(jump.has_value());
  EXPECT_GT(jump->jump_statistic, 4);
  EXPECT_NEAR(jump->jump_variance, 9e-4, 2e-4);
}

TEST(RealisedVariance, StatisticIsStandardNormalWithoutJumps) {
  int beyond = 0;
  constexpr int kDays = 2000;
  for (int day = 0; day < kDays; ++day) {
    RandomStream draws(12, static_cast<std::uint64_t>(day));
    std::vector<double> returns;
    for (int i = 0; i < 288; ++i) returns.push_back(draws.normal());
    beyond += realised_variance(returns)->jump_statistic > 1.6449;
  }
  EXPECT_NEAR(beyond / double{kDays}, 0.05, 0.025);
}

TEST(RealisedVariance, OfNothingIsNothing) {
  const auto still = realised_variance(std::vector<double>(20, 0.0));
  ASSERT_TRUE(still.has_value());
  EXPECT_EQ(still->jump_statistic, 0);
  EXPECT_FALSE(realised_variance(std::vector<double>(3, 0.0)).has_value());
}

TEST(ImpliedIndex, OfAFlatChainIsItsVolatility) {
  constexpr double kForward = 60'100, kVolatility = 0.62, kYears = 30 / 365.0;
  std::vector<OptionQuote> quotes;
  double base = 0;
  for (double k = 15'000; k <= 180'000; k += 500) {
    if (k <= kForward) base = k;
  }
  for (double k = 15'000; k <= 180'000; k += 500) {
    const double total = kVolatility * std::sqrt(kYears);
    const double call = market::black76(true, kForward, k, total);
    const double put = market::black76(false, kForward, k, total);
    quotes.push_back({k, k == base ? (call + put) / 2 : (k < base ? put : call)});
  }
  const auto index = implied_index(quotes, kForward, kYears);
  ASSERT_TRUE(index.has_value());
  EXPECT_NEAR(*index, kVolatility, 2e-4);
}

TEST(ImpliedIndex, NeedsStrikesOnBothSides) {
  const std::vector<OptionQuote> quotes = {{100, 1}, {110, 2}, {120, 1}};
  EXPECT_FALSE(implied_index(quotes, 90, 0.1).has_value());
  EXPECT_FALSE(implied_index(quotes, 130, 0.1).has_value());
  EXPECT_FALSE(implied_index(quotes, 105, 0).has_value());
}

}  // namespace
}  // namespace bulkhead::calibration
