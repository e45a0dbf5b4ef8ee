// Published figures: Acerbi and Szekely (2014), significance thresholds of Z₂ for T = 250 and 2.5
// %; closed forms of McNeil, Frey and Embrechts.
#include "bulkhead/calibration/es_tests.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"
#include "bulkhead/calibration/distributions.h"

namespace bulkhead::calibration {
namespace {

TEST(TailRisk, HasTheClosedFormsOfTheBook) {
  EXPECT_NEAR(normal_tail(0.975).value_at_risk, 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_tail(0.975).expected_shortfall, 2.3378027922014133, 1e-12);
  EXPECT_NEAR(normal_tail(0.999).expected_shortfall, 3.367090077063992, 1e-11);
  EXPECT_NEAR(student_t_tail(0.975, 3).value_at_risk, 3.182446305284263, 1e-10);
  EXPECT_NEAR(student_t_tail(0.975, 3).expected_shortfall, 5.039583061112117, 1e-10);
  EXPECT_NEAR(student_t_tail(0.99, 30).expected_shortfall, 2.865627430091316, 1e-10);
  // V = 10,000, 20 % a year, 250 days; t with 4 degrees of freedom of the same variance.
  const double daily = 10'000 * 0.2 / std::sqrt(250.0);
  EXPECT_NEAR(daily * normal_tail(0.99).value_at_risk, 294.26231647438215, 1e-8);
  EXPECT_NEAR(daily * std::sqrt(0.5) * student_t_tail(0.99, 4).value_at_risk, 335.137162705644,
              1e-8);
  EXPECT_NEAR(daily * std::sqrt(0.5) * student_t_tail(0.995, 4).expected_shortfall,
              565.7100553395252, 1e-7);
}

TEST(AcerbiSzekely, HasTheThresholdsOfThePaper) {
  struct Row {
    double degrees;  // 0: normal
    double at_1_in_10000, at_1_percent, at_5_percent;
  };
  // Of the paper, but for 1 %: that column is of a simulation of two million paths.
  constexpr std::array<Row, 3> kRows = {
      {{3, -4.4, -1.33, -0.82}, {5, -2.0, -1.11, -0.74}, {0, -1.8, -1.04, -0.70}}};
  constexpr std::array kSizes = {0.0001, 0.01, 0.05};
  for (const Row& row : kRows) {
    const CriticalValues values =
        acerbi_szekely_critical(250, 0.025, row.degrees, kSizes, 60'000, 20141201);
    EXPECT_NEAR(values.z2[2], row.at_5_percent, 0.02) << row.degrees;
    EXPECT_NEAR(values.z2[1], row.at_1_percent, 0.05) << row.degrees;
    // Six paths of t with 3 degrees lie beyond: their largest loss decides.
    if (row.degrees != 3) {
      EXPECT_NEAR(values.z2[0], row.at_1_in_10000, 0.3) << row.degrees;
    }
    EXPECT_NEAR(values.mean_z2, 0, 0.01) << row.degrees;
  }
}

TEST(AcerbiSzekely, TellsUnderstatedRisk) {
  const std::vector<double> losses = {1, 4, 0.5, 6};
  const std::vector<double> var(4, 3.0), es(4, 4.0);
  const AcerbiSzekely z = acerbi_szekely(losses, var, es, 0.25);
  EXPECT_DOUBLE_EQ(z.z1, 1 - (1.0 + 1.5) / 2);
  EXPECT_DOUBLE_EQ(z.z2, 1 - (1.0 + 1.5) / (4 * 0.25));
  const std::vector<double> quiet(4, 0.0);
  EXPECT_EQ(acerbi_szekely(quiet, var, es, 0.25).z1, 0);
  EXPECT_EQ(acerbi_szekely(quiet, var, es, 0.25).z2, 1);
}

TEST(MultinomialTest, RejectsTrueModelsAsOftenAsItSaysAndSeesHeavyTails) {
  constexpr std::uint32_t kPaths = 1500;
  std::uint32_t rejected = 0, seen = 0;
  for (std::uint32_t path = 0; path < kPaths; ++path) {
    RandomStream draws(11, path);
    std::vector<double> uniform, heavy;
    for (int day = 0; day < 1000; ++day) {
      uniform.push_back(draws.uniform());
      heavy.push_back(norm_cdf(draws.student_t(3)));
    }
    rejected += multinomial_test(multinomial_cells(uniform, 0.975, 4), 0.975).p_value < 0.05;
    seen += multinomial_test(multinomial_cells(heavy, 0.975, 4), 0.975).p_value < 0.05;
  }
  EXPECT_NEAR(rejected / double{kPaths}, 0.05, 0.02);
  EXPECT_GT(seen / double{kPaths}, 0.5);
}

TEST(MultinomialTest, CountsEachLevelOnce) {
  const std::vector<double> transforms = {0.1, 0.974, 0.975, 0.98, 0.9826, 0.99, 0.9999, 1.0};
  EXPECT_EQ(multinomial_cells(transforms, 0.975, 4), (std::vector<std::uint64_t>{2, 2, 1, 1, 2}));
}

}  // namespace
}  // namespace bulkhead::calibration
