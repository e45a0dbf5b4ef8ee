#include "bulkhead/risk/monitor.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "bulkhead/base/assert.h"

namespace bulkhead::risk {
namespace {

constexpr double kYellow = 0.95;
constexpr double kRed = 0.9999;

}  // namespace

ModelZones model_zones(const Level& level) {
  const double tail = level.denominator - level.numerator;
  const double p = 2 * tail / (5.0 * level.denominator);
  double probability = 1;  // of exactly k
  for (std::uint32_t i = 0; i < kMonitorWindow; ++i) probability *= 1 - p;
  ModelZones zones;
  double reached = probability;  // P(X <= k)
  for (std::uint32_t k = 0; reached < kRed && k < kMonitorWindow; ++k) {
    if (reached < kYellow) zones.max_green = k;
    zones.max_yellow = k;
    probability *= (kMonitorWindow - k) * p / ((k + 1) * (1 - p));
    reached += probability;
  }
  return zones;
}

std::array<std::int32_t, kForecastCuts.size()> forecast_cuts(
    std::span<const std::int32_t> pnl, std::span<const std::uint32_t> weights) {
  BULKHEAD_ASSERT(!pnl.empty() && pnl.size() == weights.size());
  std::vector<std::pair<std::int32_t, std::uint32_t>> sorted;
  sorted.reserve(pnl.size());
  std::uint64_t whole = 0;
  for (std::size_t s = 0; s < pnl.size(); ++s) {
    sorted.emplace_back(pnl[s], weights[s]);
    whole += weights[s];
  }
  std::ranges::sort(sorted);
  std::array<std::int32_t, kForecastCuts.size()> cuts{};
  std::size_t at = 0;
  std::uint64_t below = sorted[0].second;  // weight up to and with `at`
  for (std::size_t c = 0; c < cuts.size(); ++c) {
    while (below * 1'000 < whole * kForecastCuts[c] && at + 1 < sorted.size()) {
      below += sorted[++at].second;
    }
    cuts[c] = sorted[at].first;
  }
  return cuts;
}

std::optional<std::size_t> drift_bin(std::span<const double> cuts, double pnl) {
  if (cuts.size() != kForecastCuts.size() || !(cuts.front() < cuts.back())) return std::nullopt;
  if (std::ranges::find(cuts, pnl) != cuts.end()) return std::nullopt;
  const auto below = static_cast<std::size_t>(std::ranges::lower_bound(cuts, pnl) - cuts.begin());
  return std::min(below, cuts.size() - below);
}

Drift follow_drift(DriftSums& sums, std::size_t bin) {
  BULKHEAD_ASSERT(bin < kWiderScores.size());
  sums.wider = std::max(0, sums.wider + kWiderScores[bin]);
  sums.narrower = std::max(0, sums.narrower + kNarrowerScores[bin]);
  Drift alarm = Drift::none;
  if (sums.narrower >= kNarrowerAlarm) alarm = Drift::narrower;
  if (sums.wider >= kWiderAlarm) alarm = Drift::wider;
  if (alarm != Drift::none) sums = {};
  return alarm;
}

}  // namespace bulkhead::risk
