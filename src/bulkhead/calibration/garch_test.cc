// Published figures: Fiorentini, Calzolari and Panattoni (1996) on the Bollerslev and Ghysels
// DM/GBP series; QuantLib's forecast recursion.
#include "bulkhead/calibration/garch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

#include "bulkhead/base/random.h"

namespace bulkhead::calibration {
namespace {

constexpr const char* kSeries = "../shared/vectors/risk/dem2gbp.csv";

std::vector<double> marks_per_pound() {
  std::ifstream file(kSeries);
  std::vector<double> returns;
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t comma = line.find(',');
    if (line.empty() || line[0] == '#' || line[0] == 't' || comma == std::string::npos) continue;
    returns.push_back(std::strtod(line.c_str() + comma + 1, nullptr));
  }
  return returns;
}

#define NEEDS_SERIES(returns)                                          \
  const std::vector<double> returns = marks_per_pound();               \
  if (returns.empty()) {                                               \
    ASSERT_EQ(std::getenv("CI"), nullptr) << kSeries << " is missing"; \
    GTEST_SKIP() << "no shared vectors here";                          \
  }

TEST(Garch, FitsTheBenchmarkToFiveDigits) {
  NEEDS_SERIES(returns);
  ASSERT_EQ(returns.size(), 1974U);
  const auto fit = fit_garch(returns);
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->parameters.mu, -0.00619041, 5e-8);
  EXPECT_NEAR(fit->parameters.omega, 0.0107613, 2e-7);
  EXPECT_NEAR(fit->parameters.alpha, 0.153134, 1e-6);
  EXPECT_NEAR(fit->parameters.beta, 0.805974, 1e-6);
  EXPECT_NEAR(fit->standard_errors.mu, 0.00846212, 1e-6);
  EXPECT_NEAR(fit->standard_errors.omega, 0.00285271, 2e-6);
  EXPECT_NEAR(fit->standard_errors.alpha, 0.0265228, 2e-5);
  EXPECT_NEAR(fit->standard_errors.beta, 0.0335527, 3e-5);
  EXPECT_NEAR(fit->log_likelihood, -1106.6078810, 1e-6);
  EXPECT_FALSE(fit->at_bound);
}

TEST(Garch, PathHasThePublishedVariances) {
  NEEDS_SERIES(returns);
  const GarchPath path = garch_path(returns, {-0.00619041, 0.0107613, 0.153134, 0.805974});
  EXPECT_NEAR(path.variances[0], 0.22284176491701854, 1e-13);
  EXPECT_NEAR(path.variances[2], 0.16651460418477504, 1e-13);
  EXPECT_NEAR(path.variances[999], 0.06764900576492842, 1e-13);
  EXPECT_NEAR(path.variances[1973], 0.1147990535883874, 1e-13);
  EXPECT_NEAR(path.next, 0.14699224640130187, 1e-13);
  EXPECT_NEAR(path.log_likelihood, -1106.6078810439346, 1e-9);
}

// QuantLib, test-suite/garch.cpp: α 0.2, β 0.3, long-run variance 0.4, r = 0.1 throughout.
TEST(Garch, PathFollowsQuantLibsRecursion) {
  const std::vector<double> returns(9, 0.1);
  const GarchPath path = garch_path(returns, {0, 0.2, 0.2, 0.3});
  EXPECT_NEAR(std::sqrt(path.variances[0]), 0.452769, 5e-7);
  EXPECT_NEAR(std::sqrt(path.variances[3]), 0.5350841, 5e-7);
  EXPECT_NEAR(std::sqrt(path.next), 0.537187, 5e-7);
}

TEST(Garch, FindsWhatASeriesWasMadeOf) {
  RandomStream draws(3, 1);
  const GarchParameters truth{0.0005, 4e-6, 0.08, 0.90};
  std::vector<double> returns;
  double h = truth.long_run_variance();
  for (int i = 0; i < 20'000; ++i) {
    const double e = std::sqrt(h) * draws.normal();
    returns.push_back(truth.mu + e);
    h = truth.omega + truth.alpha * e * e + truth.beta * h;
  }
  const auto fit = fit_garch(returns);
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->parameters.alpha, truth.alpha, 4 * fit->standard_errors.alpha);
  EXPECT_NEAR(fit->parameters.beta, truth.beta, 4 * fit->standard_errors.beta);
  EXPECT_LT(fit->standard_errors.beta, 0.02);
}

TEST(Garch, ScaleOfReturnsDoesNotMatter) {
  NEEDS_SERIES(returns);
  std::vector<double> small;
  for (const double r : returns) small.push_back(r * 1e-4);
  const auto a = fit_garch(returns);
  const auto b = fit_garch(small);
  ASSERT_TRUE(a.has_value() && b.has_value());
  EXPECT_NEAR(a->parameters.alpha, b->parameters.alpha, 1e-9);
  EXPECT_NEAR(a->parameters.omega * 1e-8 / b->parameters.omega, 1, 1e-7);
}

TEST(Garch, RefusesWhatHasNoVolatility) {
  const auto few = fit_garch(std::vector<double>(50, 0.1));
  ASSERT_FALSE(few.has_value());
  EXPECT_EQ(few.error().field, "returns");
  EXPECT_FALSE(fit_garch(std::vector<double>(500, 0.0)).has_value());
  std::vector<double> odd(500, 0.01);
  odd[7] = std::nan("");
  odd[8] = 0.02;
  const auto broken = fit_garch(odd);
  ASSERT_FALSE(broken.has_value());
  EXPECT_EQ(broken.error().field, "returns[7]");
}

// Without clusters α goes to 0, where β means nothing: said, not reported with an error of 0.
TEST(Garch, SaysThatAnOptimumLiesOnTheEdge) {
  std::vector<double> returns;
  for (int i = 0; i < 400; ++i) returns.push_back(i % 2 == 0 ? 0.01 : -0.01 * (1 + 1e-6 * i));
  const auto fit = fit_garch(returns);
  if (fit.has_value()) {
    EXPECT_TRUE(fit->at_bound || std::isfinite(fit->standard_errors.beta));
    EXPECT_TRUE(std::isfinite(fit->log_likelihood));
  }
}

}  // namespace
}  // namespace bulkhead::calibration
