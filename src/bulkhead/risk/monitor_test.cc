// Zones against the binomial distribution, and the exact rate of false alarms of the drift sums.
#include "bulkhead/risk/monitor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "bulkhead/base/elementary.h"

namespace bulkhead::risk {
namespace {

constexpr std::size_t kBins = 6;
// Probability of each bin if the forecast holds.
constexpr std::array<double, kBins> kHolds = {0.02, 0.03, 0.05, 0.10, 0.30, 0.50};

// The same for normal moves that are `ratio` times as wide as forecast.
std::array<double, kBins> bins_at(double ratio) {
  std::array<double, kBins> bins{};
  double before = 0;
  for (std::size_t b = 0; b < kBins; ++b) {
    const double beyond = kForecastCuts[b] / 1000.0;
    const double all = b + 1 == kBins ? 1 : 2 * norm_cdf(inverse_norm_cdf(beyond) / ratio);
    bins[b] = all - before;
    before = all;
  }
  return bins;
}

// Mean number of results until the sum reaches its alarm, beginning at 0: the chain of sums is
// followed until the share that has not alarmed falls by the same factor every step.
double run_length(std::span<const std::int32_t> scores, std::int32_t alarm,
                  const std::array<double, kBins>& bins) {
  std::vector<double> at(static_cast<std::size_t>(alarm));
  at[0] = 1;
  double length = 0, left = 1, factor = 0;
  while (left > 1e-12) {
    length += left;
    std::vector<double> next(at.size());
    for (std::size_t s = 0; s < at.size(); ++s) {
      for (std::size_t b = 0; b < kBins; ++b) {
        const auto to = std::max<std::int64_t>(0, static_cast<std::int64_t>(s) + scores[b]);
        if (to < alarm) next[static_cast<std::size_t>(to)] += at[s] * bins[b];
      }
    }
    at = std::move(next);
    double now = 0;
    for (const double share : at) now += share;
    const bool settled = length > 500 && std::abs(now / left - factor) < 1e-12;
    factor = now / left;
    left = now;
    if (settled) return length + left / (1 - factor);
  }
  return length;
}

TEST(ModelMonitor, ZonesAreThoseOfBaselAtTheShippedLevel) {
  const ModelZones zones = model_zones(Level{});
  EXPECT_EQ(zones.max_green, 4U);
  EXPECT_EQ(zones.max_yellow, 9U);
  EXPECT_EQ(zones.of(4), ModelZone::green);
  EXPECT_EQ(zones.of(5), ModelZone::yellow);
  EXPECT_EQ(zones.of(9), ModelZone::yellow);
  EXPECT_EQ(zones.of(10), ModelZone::red);
}

// By its own likelihood ratio, in hundredths.
TEST(ModelMonitor, ScoresAreLikelihoodRatios) {
  for (std::size_t b = 0; b < kBins; ++b) {
    EXPECT_EQ(kWiderScores[b], std::lround(100 * std::log(bins_at(1.5)[b] / kHolds[b]))) << b;
    EXPECT_EQ(kNarrowerScores[b], std::lround(100 * std::log(bins_at(1 / 1.5)[b] / kHolds[b])))
        << b;
  }
}

TEST(ModelMonitor, HasTheStatedRateOfFalseAlarms) {
  const double wider = run_length(kWiderScores, kWiderAlarm, kHolds);
  const double narrower = run_length(kNarrowerScores, kNarrowerAlarm, kHolds);
  EXPECT_NEAR(wider, 2'000, 20);
  EXPECT_NEAR(narrower, 2'000, 20);
  EXPECT_LT(run_length(kWiderScores, kWiderAlarm, bins_at(1.5)), 30);
  EXPECT_LT(run_length(kNarrowerScores, kNarrowerAlarm, bins_at(1 / 1.5)), 45);
}

TEST(ModelMonitor, SumsBeginAnewAfterAnAlarm) {
  DriftSums sums;
  EXPECT_EQ(follow_drift(sums, 0), Drift::none);
  EXPECT_EQ(follow_drift(sums, 0), Drift::none);
  EXPECT_EQ(sums, (DriftSums{360, 0}));
  EXPECT_EQ(follow_drift(sums, 0), Drift::wider);
  EXPECT_EQ(sums, DriftSums{});
  for (int quiet = 0; quiet < 16; ++quiet) EXPECT_EQ(follow_drift(sums, 5), Drift::none) << quiet;
  EXPECT_EQ(follow_drift(sums, 5), Drift::narrower);
}

TEST(ModelMonitor, CutsAreWeightedQuantiles) {
  std::vector<std::int32_t> pnl;
  std::vector<std::uint32_t> weights;
  for (std::int32_t i = 0; i < 1'000; ++i) {
    pnl.push_back((i * 7) % 1'000);  // 0 to 999, mixed
    weights.push_back(5);
  }
  const auto cuts = forecast_cuts(pnl, weights);
  for (std::size_t c = 0; c < cuts.size(); ++c) {
    EXPECT_EQ(cuts[c], static_cast<std::int32_t>(kForecastCuts[c]) - 1);
  }
  weights[1] = 5'000;  // a P&L of 7 has half the weight
  EXPECT_EQ(forecast_cuts(pnl, weights)[2], 7);
  EXPECT_EQ(forecast_cuts(pnl, weights)[4], 7);
  EXPECT_GT(forecast_cuts(pnl, weights)[5], 400);
}

TEST(ModelMonitor, BinsArePairsFromBothEnds) {
  const std::vector<double> cuts = {-10, -8, -6, -4, -2, 2, 4, 6, 8, 10};
  EXPECT_EQ(drift_bin(cuts, -11), 0U);
  EXPECT_EQ(drift_bin(cuts, 11), 0U);
  EXPECT_EQ(drift_bin(cuts, -9), 1U);
  EXPECT_EQ(drift_bin(cuts, 9), 1U);
  EXPECT_EQ(drift_bin(cuts, -3), 4U);
  EXPECT_EQ(drift_bin(cuts, 0), 5U);
  EXPECT_FALSE(drift_bin(cuts, 2).has_value());
  EXPECT_FALSE(drift_bin(std::vector<double>(10, 0.0), 1).has_value());
}

}  // namespace
}  // namespace bulkhead::risk
