// Depegs, liquidity, Student t and haircuts against published figures, brute force and
// constructions with a known answer.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "bulkhead/base/random.h"
#include "bulkhead/calibration/depeg.h"
#include "bulkhead/calibration/liquidity.h"
#include "bulkhead/calibration/student.h"
#include "bulkhead/calibration/tails.h"

namespace bulkhead::calibration {
namespace {

const Timestamp kBegin = *parse_timestamp("2022-01-01T00:00:00Z");

// Garwood (1936), 95 % limits of a Poisson mean as tabulated.
TEST(PoissonInterval, IsGarwoods) {
  EXPECT_EQ(poisson_interval(0, 0.025).least, 0);
  EXPECT_NEAR(poisson_interval(0, 0.025).greatest, 3.689, 5e-4);
  EXPECT_NEAR(poisson_interval(1, 0.025).least, 0.0253, 5e-5);
  EXPECT_NEAR(poisson_interval(1, 0.025).greatest, 5.572, 5e-4);
  EXPECT_NEAR(poisson_interval(10, 0.025).least, 4.795, 5e-4);
  EXPECT_NEAR(poisson_interval(10, 0.025).greatest, 18.390, 5e-4);
  EXPECT_NEAR(poisson_interval(0, 0.05).greatest, 2.996, 5e-4);  // the rule of three
}

std::vector<Close> peg(std::initializer_list<std::pair<std::size_t, double>> off,
                       std::size_t days_in_all = 730) {
  std::vector<Close> closes;
  for (std::size_t i = 0; i < days_in_all; ++i) {
    closes.push_back({kBegin + days(static_cast<std::int64_t>(i)), i % 2 == 0 ? 1.0002 : 0.9998});
  }
  for (const auto& [day, price] : off) closes[day].price = price;
  return closes;
}

TEST(Depeg, CountsWhatLeavesThePegAndHowFar) {
  // Three days with a wobble between the two limits are one event.
  const auto fit = fit_depeg(peg({{100, 0.95}, {101, 0.993}, {102, 0.97}, {400, 1.02}}));
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->events, 2U);
  EXPECT_NEAR(fit->mean_depth, 0.035, 1e-12);
  EXPECT_NEAR(fit->worst_depth, 0.05, 1e-12);
  EXPECT_NEAR(fit->mean_days, 2, 1e-12);        // three and one
  EXPECT_NEAR(fit->years, 725.0 / 365, 1e-12);  // 729 steps, four of them off
  EXPECT_NEAR(fit->per_year, 2 / fit->years, 1e-12);
  EXPECT_LT(fit->per_year_least, fit->per_year);
  EXPECT_GT(fit->per_year_greatest, fit->per_year);
}

TEST(Depeg, WithoutAnEventThereIsStillALimit) {
  const auto fit = fit_depeg(peg({}));
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->per_year, 0);
  EXPECT_NEAR(fit->per_year_greatest, 3.689 / fit->years, 1e-3);
  EXPECT_EQ(fit->mean_days, 0);
}

TEST(Depeg, AGapIsNotWatchedAndAnEndlessEventCounts) {
  std::vector<Close> closes = peg({});
  closes.erase(closes.begin() + 200, closes.begin() + 400);
  EXPECT_NEAR(fit_depeg(closes)->years, (729.0 - 201) / 365, 1e-12);
  closes = peg({});
  for (std::size_t i = 500; i < closes.size(); ++i) closes[i].price = 0.1;
  const auto fit = fit_depeg(closes);
  EXPECT_EQ(fit->events, 1U);
  EXPECT_NEAR(fit->mean_depth, 0.9, 1e-12);
}

TEST(Depeg, TheIntervalCoversAsOftenAsItSays) {
  int covered = 0;
  constexpr int kPaths = 400;
  for (std::uint64_t path = 0; path < kPaths; ++path) {
    RandomStream draws(11, path);
    std::vector<Close> closes = peg({});
    for (std::size_t i = 0; i + 1 < closes.size(); ++i) {
      if (closes[i].price > 0.99 && draws.chance(3.0 / 365)) closes[i + 1].price = 0.95;
    }
    const auto fit = fit_depeg(closes);
    ASSERT_TRUE(fit);
    covered += fit->per_year_least <= 3 && fit->per_year_greatest >= 3 ? 1 : 0;
  }
  EXPECT_GE(covered, kPaths * 93 / 100);  // Garwood's covers at least 95 %
}

TEST(Depeg, SaysWhatIsNoHistory) {
  EXPECT_FALSE(fit_depeg({}));
  EXPECT_FALSE(fit_depeg(peg({}, 90)));
  const auto zero = fit_depeg(peg({{7, 0.0}}));
  ASSERT_FALSE(zero);
  EXPECT_EQ(zero.error().field, "closes[7]");
  std::vector<Close> closes = peg({});
  closes[4].time = closes[3].time;
  EXPECT_FALSE(fit_depeg(closes));
}

// Hourly bars of 60 trades each: a middle that walks, trades at either side of it, and moves that
// grow with the hour's volume to the power of `exponent`.
std::vector<TradedBar> market(double half_spread, double exponent, std::size_t days_in_all = 200) {
  RandomStream draws(12, 1);
  std::vector<TradedBar> bars;
  double middle = std::log(100.0);
  for (std::size_t hour = 0; hour < 24 * days_in_all; ++hour) {
    const double volume = std::exp(1.5 * draws.normal());
    const double step = 0.0006 * std::pow(volume, exponent);
    TradedBar bar{kBegin + hours(static_cast<std::int64_t>(hour + 1)), 0, 1e9, 0, 1e6 * volume};
    for (int trade = 0; trade < 60; ++trade) {
      middle += step * draws.normal();
      const double price = std::exp(middle + (draws.chance(0.5) ? half_spread : -half_spread));
      bar.high = std::max(bar.high, price);
      bar.low = std::min(bar.low, price);
      bar.close = price;
    }
    bars.push_back(bar);
  }
  return bars;
}

TEST(Liquidity, FindsTheSpreadAndTheExponentItWasMadeOf) {
  for (const double exponent : {0.3, 0.5, 0.7}) {
    const auto fit = fit_liquidity(market(0.004, exponent));
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->half_spread, 0.004, 0.0006) << exponent;
  }
  // Volumes of a day are shares of their own sum, which blurs the power a little.
  for (const double exponent : {0.3, 0.5, 0.7}) {
    const auto fit = fit_liquidity(market(0.0, exponent));
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->impact_exponent, exponent, 0.08);
    EXPECT_GT(fit->bars, 24U * 198U);  // but for hours of extreme range
  }
}

TEST(Liquidity, DailyVolumeIsTheMedianOfTheNewestDays) {
  std::vector<TradedBar> bars = market(0, 0.5);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const std::size_t day = i / 24;
    bars[i].volume = (i % 2 == 0 ? 1 : 3) * (day < 110 ? 1e9 : day % 2 == 0 ? 100 : 300);
  }
  EXPECT_NEAR(fit_liquidity(bars)->adv, 24 * 2 * 300, 1);  // 45 days of 100, 45 of 300: the upper
}

TEST(Liquidity, AWickAndARepeatedBarMoveNothing) {
  const std::vector<TradedBar> clean = market(0.002, 0.5);
  const auto was = fit_liquidity(clean);
  std::vector<TradedBar> corrupt = clean;
  corrupt[1000].low = 0.0001;
  corrupt.insert(corrupt.begin() + 2000, corrupt[1999]);
  const auto is = fit_liquidity(corrupt);
  ASSERT_TRUE(was && is);
  EXPECT_NEAR(is->half_spread, was->half_spread, 0.01 * was->half_spread);
  EXPECT_NEAR(is->impact_exponent, was->impact_exponent, 0.005);
  EXPECT_EQ(is->adv, was->adv);
}

TEST(Liquidity, SaysWhatIsNoMarket) {
  EXPECT_FALSE(fit_liquidity({}));
  EXPECT_FALSE(fit_liquidity(market(0, 0.5, 29)));
  std::vector<TradedBar> bars = market(0, 0.5);
  for (TradedBar& bar : bars) bar.volume = 1;
  EXPECT_FALSE(fit_liquidity(bars));
  bars = market(0, 0.5);
  for (TradedBar& bar : bars) bar.high = bar.low = bar.close = 1;
  EXPECT_FALSE(fit_liquidity(bars));
  bars = market(0, 0.5);
  bars[9].volume = std::numeric_limits<double>::quiet_NaN();
  const auto unknown = fit_liquidity(bars);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().field, "bars[9].volume");
}

TEST(Student, IsTheGreatestLikelihoodOfAGrid) {
  std::vector<double> values;
  RandomStream draws(13, 1);
  for (int i = 0; i < 400; ++i) values.push_back(0.02 * draws.student_t(4));
  const auto fit = fit_student(values);
  ASSERT_TRUE(fit);
  double best = -1e300, best_degrees = 0;
  for (double degrees = 2.1; degrees < 12; degrees += 0.05) {
    for (double scale = 0.008; scale < 0.03; scale *= 1.01) {
      const double here = student_log_likelihood(values, degrees, scale);
      if (here > best) best = here, best_degrees = degrees;
    }
  }
  EXPECT_GE(fit->log_likelihood, best - 1e-9);
  EXPECT_NEAR(fit->log_likelihood, best, 0.01);
  EXPECT_NEAR(fit->degrees, best_degrees, 0.1);
  EXPECT_NEAR(fit->log_likelihood, student_log_likelihood(values, fit->degrees, fit->scale), 1e-8);
}

TEST(Student, FindsTheDegreesOfManyDraws) {
  for (const double degrees : {3.0, 5.0, 8.0}) {
    std::vector<double> values;
    RandomStream draws(14, static_cast<std::uint64_t>(degrees));
    for (int i = 0; i < 30'000; ++i) values.push_back(draws.student_t(degrees));
    const auto fit = fit_student(values);
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->degrees, degrees, 0.08 * degrees);
    EXPECT_NEAR(fit->scale, std::sqrt((degrees - 2) / degrees), 0.02);
  }
  // log density of a standard t with 3 degrees at 0 is log(2/(π√3)).
  EXPECT_NEAR(student_log_likelihood(std::vector<double>{0}, 3, 1),
              std::log(2 / (3.14159265358979 * std::sqrt(3.0))), 1e-12);
}

TEST(Student, SaysWhatCannotBeFitted) {
  EXPECT_FALSE(fit_student({}));
  EXPECT_FALSE(fit_student(std::vector<double>(29, 1.0)));
  EXPECT_FALSE(fit_student(std::vector<double>(100, 0.0)));
  std::vector<double> values(50, 1.0);
  values[3] = HUGE_VAL;
  const auto bad = fit_student(values);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().field, "values[3]");
}

// Of the exponential tail: ES = u + β·(1 + log(share/(1 − level))).
TEST(TailHaircut, IsTheRootOfTimeOfADay) {
  TailFit fit;
  fit.threshold = 0.05;
  fit.shape = 0;
  fit.scale = 0.02;
  fit.share = 0.1;
  const double day = 0.05 + 0.02 * (1 + std::log(10.0));
  EXPECT_NEAR(*tail_haircut(fit, 0.99, 1), day, 1e-12);
  EXPECT_NEAR(*tail_haircut(fit, 0.99, 4), 1 - std::pow(1 - day, 2), 1e-12);
  fit.shape = 1;
  EXPECT_FALSE(tail_haircut(fit, 0.99, 1));
  fit.shape = 0.9;
  fit.scale = 2;
  EXPECT_EQ(*tail_haircut(fit, 0.99, 2), 1);  // no more than all
}

}  // namespace
}  // namespace bulkhead::calibration
