// Published figures: MATLAB's Risk Management Toolbox (varbacktest.cc), Kupiec (1995) as reprinted
// by Jorion, BCBS 22 table 2, ISDA's bounds for overlapping windows.
#include "bulkhead/calibration/coverage_tests.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "bulkhead/base/random.h"
#include "bulkhead/calibration/distributions.h"
#include "bulkhead/risk/monitor.h"

namespace bulkhead::calibration {
namespace {

TEST(CoverageTests, GiveTheFiguresOfTheMatlabToolbox) {
  const Exceptions seen{1043, 57, {932, 53, 53, 4}};
  const LikelihoodRatio often = kupiec(1043, 57, 0.05);
  EXPECT_NEAR(often.statistic, 0.46146639532895506, 1e-12);
  EXPECT_NEAR(often.p_value, 0.4969394476803891, 1e-12);
  const LikelihoodRatio apart = independence(seen.transitions);
  EXPECT_NEAR(apart.statistic, 0.2586631525858003, 1e-12);
  EXPECT_NEAR(apart.p_value, 0.6110400778479392, 1e-12);
  const LikelihoodRatio both = conditional_coverage(seen, 0.05);
  EXPECT_NEAR(both.statistic, 0.7201295479147554, 1e-12);
  EXPECT_NEAR(both.p_value, 0.6976311362779996, 1e-12);
}

TEST(CoverageTests, KupiecHoldsAtItsEdges) {
  EXPECT_NEAR(kupiec(250, 0, 0.01).statistic, 5.025167926750726, 1e-12);
  EXPECT_NEAR(kupiec(250, 10, 0.01).statistic, 12.955491062356018, 1e-11);
  EXPECT_NEAR(kupiec(1000, 4, 0.01).p_value, 0.030058130684599005, 1e-12);
  EXPECT_TRUE(std::isfinite(kupiec(250, 250, 0.01).statistic));
  EXPECT_EQ(independence({0, 0, 0, 0}).statistic, 0);
  EXPECT_EQ(independence({100, 0, 0, 0}).p_value, 1);
}

TEST(CoverageTests, TimeUntilFirstFailure) {
  EXPECT_NEAR(first_failure(1, 0.01).statistic, 9.210340371976182, 1e-12);
  EXPECT_NEAR(first_failure(7, 0.01).statistic, 3.5893159461804736, 1e-12);
  EXPECT_NEAR(first_failure(100, 0.01).statistic, 0, 1e-12);
  EXPECT_NEAR(first_failure(439, 0.01).statistic, 3.847715389409819, 1e-12);
}

TEST(CoverageTests, AcceptTheCountsOfKupiecsTable) {
  struct Row {
    double p;
    std::uint64_t n, least, greatest;
  };
  // The row (0.01, 255) is printed as "N < 7"; none at all is rejected by the statistic.
  constexpr std::array<Row, 15> kRows = {{{0.01, 255, 1, 6},
                                          {0.01, 510, 2, 10},
                                          {0.01, 1000, 5, 16},
                                          {0.025, 255, 3, 11},
                                          {0.025, 510, 7, 20},
                                          {0.025, 1000, 16, 35},
                                          {0.05, 255, 7, 20},
                                          {0.05, 510, 17, 35},
                                          {0.05, 1000, 38, 64},
                                          {0.075, 255, 12, 27},
                                          {0.075, 510, 28, 50},
                                          {0.075, 1000, 60, 91},
                                          {0.1, 255, 17, 35},
                                          {0.1, 510, 39, 64},
                                          {0.1, 1000, 82, 119}}};
  for (const Row& row : kRows) {
    const CountRange range = accepted_counts(row.n, row.p, 0.05);
    EXPECT_EQ(range.least, row.least) << row.p << " of " << row.n;
    EXPECT_EQ(range.greatest, row.greatest) << row.p << " of " << row.n;
  }
}

TEST(TrafficLight, HasTheZonesOfBasel) {
  constexpr std::array kCumulative = {0.0811, 0.2858, 0.5432, 0.7581, 0.8922, 0.9588,
                                      0.9863, 0.9960, 0.9989, 0.9997, 0.9999};
  for (std::size_t k = 0; k < kCumulative.size(); ++k) {
    EXPECT_NEAR(binomial_cdf(k, 250, 0.01), kCumulative[k], 5.1e-5) << k;
  }
  const Zones zones = traffic_light(250, 0.01);
  EXPECT_EQ(zones.max_green, 4U);
  EXPECT_EQ(zones.max_yellow, 9U);
  EXPECT_EQ(zones.of(4), Zone::green);
  EXPECT_EQ(zones.of(5), Zone::yellow);
  EXPECT_EQ(zones.of(10), Zone::red);
  EXPECT_EQ(plus_factor_1996(4), 0);
  EXPECT_EQ(plus_factor_1996(7), 0.65);
  EXPECT_EQ(plus_factor_1996(30), 1.0);
  EXPECT_EQ(plus_factor_mar99(9), 0.42);
}

// The core counts by the same zones, with no libm: at a level for Expected Shortfall, two fifths of
// what it leaves (risk/monitor.h).
TEST(TrafficLight, IsThatOfTheCore) {
  for (const auto& [numerator, denominator] :
       {std::pair{39U, 40U}, std::pair{99U, 100U}, std::pair{19U, 20U}, std::pair{9U, 10U},
        std::pair{1U, 2U}, std::pair{9'999U, 10'000U}}) {
    const risk::ModelZones zones = risk::model_zones({numerator, denominator});
    const Zones expected =
        traffic_light(risk::kMonitorWindow, 0.4 * (denominator - numerator) / denominator);
    EXPECT_EQ(zones.max_green, expected.max_green) << numerator;
    EXPECT_EQ(zones.max_yellow, expected.max_yellow) << numerator;
  }
}

// A stretch of one bad period counts often: bounds are wider than for separate windows.
TEST(TrafficLight, WidensForOverlappingWindows) {
  const Zones apart = traffic_light(500, 0.01);
  const Zones overlapping = overlapping_traffic_light(500, 10, 0.01, 20'000, 1);
  EXPECT_GT(overlapping.max_green, apart.max_green);
  EXPECT_GT(overlapping.max_yellow, apart.max_yellow);
  const Zones alone = overlapping_traffic_light(250, 1, 0.01, 50'000, 2);
  EXPECT_EQ(alone.max_green, 4U);
}

TEST(CoverageTests, RejectTrueModelsAsOftenAsTheySay) {
  constexpr std::uint32_t kPaths = 2000;
  std::uint32_t often = 0, apart = 0;
  for (std::uint32_t path = 0; path < kPaths; ++path) {
    RandomStream draws(7, path);
    std::vector<double> losses, forecasts;
    for (int day = 0; day < 1000; ++day) {
      losses.push_back(draws.uniform());
      forecasts.push_back(0.95);
    }
    const Exceptions seen = count_exceptions(losses, forecasts);
    often += kupiec(seen.observations, seen.exceptions, 0.05).p_value < 0.05 ? 1U : 0U;
    apart += independence(seen.transitions).p_value < 0.05 ? 1U : 0U;
  }
  EXPECT_NEAR(often / double{kPaths}, 0.05, 0.02);
  EXPECT_NEAR(apart / double{kPaths}, 0.05, 0.03);
}

TEST(CoverageTests, SeeClusters) {
  std::vector<double> losses(500, 0.0), forecasts(500, 1.0);
  for (std::size_t i = 100; i < 125; ++i) losses[i] = 2;
  const Exceptions seen = count_exceptions(losses, forecasts);
  EXPECT_EQ(seen.exceptions, 25U);
  EXPECT_EQ(seen.transitions.n11, 24U);
  EXPECT_GT(kupiec(500, 25, 0.05).p_value, 0.9);
  EXPECT_LT(independence(seen.transitions).p_value, 1e-6);
}

}  // namespace
}  // namespace bulkhead::calibration
