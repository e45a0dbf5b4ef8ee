#include "bulkhead/calibration/loss_measures.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "bulkhead/base/assert.h"

namespace bulkhead::calibration {
namespace {

// (1 − 0.975)·40 is a little more than 1 in binary.
constexpr double kSlack = 1e-9;

Status check(double level, bool any) {
  if (!(level > 0 && level < 1)) {
    return fail(ErrorCode::out_of_range, "level", std::to_string(level), "between 0 and 1");
  }
  if (!any) return fail(ErrorCode::missing_field, "losses", "", "at least one");
  return {};
}

}  // namespace

Result<LossMeasures> worst_losses_measures(std::span<const double> worst, std::uint64_t scenarios,
                                           double level) {
  BULKHEAD_TRY_STATUS(check(level, !worst.empty()));
  const double wanted = std::ceil((1 - level) * static_cast<double>(scenarios) - kSlack);
  const auto tail = static_cast<std::size_t>(std::max(1.0, wanted));
  if (tail > worst.size()) {
    return fail(ErrorCode::out_of_range, "losses", std::to_string(worst.size()),
                "at least the " + std::to_string(tail) + " worst");
  }
  std::vector<double> sorted(worst.begin(), worst.end());
  std::ranges::sort(sorted, std::greater<>());
  LossMeasures result;
  result.tail = tail;
  result.var = sorted[tail - 1];
  result.es =
      std::accumulate(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(tail), 0.0) /
      static_cast<double>(tail);
  return result;
}

Result<LossMeasures> historical_measures(std::span<const double> losses, double level) {
  return worst_losses_measures(losses, losses.size(), level);
}

double decayed_weight(std::uint64_t scenario, std::uint64_t scenarios, double decay) {
  BULKHEAD_ASSERT(scenario >= 1 && scenario <= scenarios && decay > 0 && decay < 1);
  const double age = static_cast<double>(scenarios - scenario);
  return std::pow(decay, age) * (1 - decay) / (1 - std::pow(decay, static_cast<double>(scenarios)));
}

Result<LossMeasures> decayed_measures(std::span<const DatedLoss> worst, std::uint64_t scenarios,
                                      double level, double decay) {
  BULKHEAD_TRY_STATUS(check(level, !worst.empty()));
  std::vector<DatedLoss> sorted(worst.begin(), worst.end());
  std::ranges::sort(sorted, std::greater<>(), &DatedLoss::loss);
  const double target = 1 - level;
  double filled = 0;
  LossMeasures result;
  for (const DatedLoss& one : sorted) {
    if (one.scenario < 1 || one.scenario > scenarios) {
      return fail(ErrorCode::out_of_range, "scenario", std::to_string(one.scenario),
                  "1 to " + std::to_string(scenarios));
    }
    const double weight = std::min(decayed_weight(one.scenario, scenarios, decay), target - filled);
    filled += weight;
    result.es += weight * one.loss / target;
    result.var = one.loss;
    ++result.tail;
    if (filled >= target * (1 - kSlack)) return result;
  }
  return fail(ErrorCode::out_of_range, "losses", std::to_string(worst.size()),
              "enough of the worst to reach a weight of 1 − level");
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace bulkhead::calibration
