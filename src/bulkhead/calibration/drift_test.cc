// How often the drift monitor raises a false alarm, and how soon a true one.
#include "bulkhead/calibration/drift.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"

namespace bulkhead::calibration {
namespace {

using Alarm = DriftMonitor::Alarm;

// Mean observations to the first alarm of each kind, scores being `scale` times a standard normal.
struct Runs {
  double observations = 0;
  double wider = 0;
  double narrower = 0;
};
Runs simulate(double scale, double observations, double least = 1e-12) {
  Runs runs;
  DriftMonitor monitor;
  RandomStream draws(15, static_cast<std::uint64_t>(scale * 100));
  for (; runs.observations < observations; ++runs.observations) {
    const double u = 0.5 * std::erfc(-scale * draws.normal() / std::sqrt(2.0));
    const Alarm alarm = monitor.step(u, least);
    runs.wider += alarm == Alarm::wider ? 1 : 0;
    runs.narrower += alarm == Alarm::narrower ? 1 : 0;
  }
  return runs;
}

// 2,000 alarms: their count is good to about 2 %.
TEST(Drift, HasTheStatedRateOfFalseAlarms) {
  const Runs runs = simulate(1, 2e6);
  EXPECT_NEAR(runs.observations / (runs.wider + runs.narrower), kFalseAlarmEvery, 100);
  EXPECT_NEAR(runs.observations / runs.wider, 2 * kFalseAlarmEvery, 250);
  EXPECT_NEAR(runs.observations / runs.narrower, 2 * kFalseAlarmEvery, 250);
}

// A backtest's transforms are steps of a thousandth: the rate is the same within a tenth.
TEST(Drift, CoarseTransformsKeepTheRate) {
  DriftMonitor monitor;
  RandomStream draws(16, 1);
  double alarms = 0;
  constexpr double kMany = 2e6;
  for (double i = 0; i < kMany; ++i) {
    const double u = std::ceil(draws.uniform() * 999) / 999;
    alarms += monitor.step(u, 0.0005) == Alarm::none ? 0 : 1;
  }
  EXPECT_NEAR(kMany / alarms, kFalseAlarmEvery, 150);
}

TEST(Drift, SeesWhatIsWiderAndWhatIsNarrower) {
  const Runs wider = simulate(1.5, 100'000);
  EXPECT_LT(wider.observations / wider.wider, 30);
  EXPECT_LT(wider.narrower, 0.01 * wider.wider);
  const Runs narrower = simulate(1 / 1.5, 100'000);
  EXPECT_LT(narrower.observations / narrower.narrower, 40);
  EXPECT_LT(narrower.wider, 0.01 * narrower.narrower);
}

TEST(Drift, AReportCountsBothKinds) {
  const std::vector<double> ends = {0, 1, 0, 1, 0, 1, 0, 1};
  const DriftReport wild = watch_drift(ends, 0.0005);
  EXPECT_EQ(wild.observations, 8U);
  EXPECT_GE(wild.wider, 2U);
  EXPECT_EQ(wild.narrower, 0U);
  EXPECT_EQ(wild.expected_false, 8 / kFalseAlarmEvery);
  const DriftReport quiet = watch_drift(std::vector<double>(100, 0.5), 0.0005);
  EXPECT_EQ(quiet.wider, 0U);
  EXPECT_GE(quiet.narrower, 4U);
}

}  // namespace
}  // namespace bulkhead::calibration
