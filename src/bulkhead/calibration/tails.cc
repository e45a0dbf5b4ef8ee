#include "bulkhead/calibration/tails.h"

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>
#include <string>
#include <vector>

#include "bulkhead/base/assert.h"
#include "bulkhead/calibration/search.h"

namespace bulkhead::calibration {
namespace {

// x = (ξ, log β) over peaks of mean 1.
double log_likelihood(const std::vector<double>& peaks, double shape, double scale) {
  double sum = -static_cast<double>(peaks.size()) * std::log(scale);
  for (const double y : peaks) {
    const double z = y / scale;
    if (std::abs(shape) < 1e-9) {
      sum -= z;
      continue;
    }
    const double inside = 1 + shape * z;
    if (inside <= 0) return -HUGE_VAL;
    sum -= (1 + 1 / shape) * std::log(inside);
  }
  return sum;
}

double objective(const std::vector<double>& x, std::vector<double>&, void* data) {
  const double value =
      log_likelihood(*static_cast<std::vector<double>*>(data), x[0], std::exp(x[1]));
  return std::isfinite(value) ? value : -1e300;
}

}  // namespace

Result<TailFit> fit_tail(std::span<const double> losses, double share) {
  BULKHEAD_ASSERT(share > 0 && share < 1);
  std::vector<double> sorted(losses.begin(), losses.end());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (std::isfinite(sorted[i])) continue;
    return fail(ErrorCode::out_of_range, "losses[" + std::to_string(i) + "]",
                std::to_string(sorted[i]), "a finite loss");
  }
  std::ranges::sort(sorted, std::greater<>());
  const auto count = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  if (count < kPeaksLeast || count >= sorted.size()) {
    return fail(ErrorCode::out_of_range, "losses", std::to_string(count) + " peaks",
                "at least " + std::to_string(kPeaksLeast) + " losses above the threshold");
  }
  TailFit fit;
  fit.threshold = sorted[count];
  fit.peaks = count;
  fit.share = static_cast<double>(count) / static_cast<double>(sorted.size());
  std::vector<double> peaks;
  double mean = 0;
  for (std::size_t i = 0; i < count; ++i) {
    peaks.push_back(sorted[i] - fit.threshold);
    mean += peaks.back() / static_cast<double>(count);
  }
  if (!(peaks.front() > peaks.back())) {
    return fail(ErrorCode::out_of_range, "losses", "peaks of one size", "peaks that vary");
  }
  for (double& y : peaks) y /= mean;
  nlopt::opt optimiser(nlopt::LN_NELDERMEAD, 2);
  optimiser.set_max_objective(objective, &peaks);
  optimiser.set_lower_bounds({-0.5, -10});
  optimiser.set_upper_bounds({3, 10});
  optimiser.set_xtol_rel(1e-9);
  optimiser.set_maxeval(5000);
  std::vector<double> x = {0.1, -0.1};
  BULKHEAD_TRY(const double best, maximise(optimiser, x, "losses"));
  fit.shape = x[0];
  fit.scale = std::exp(x[1]) * mean;
  fit.log_likelihood = best - static_cast<double>(count) * std::log(mean);
  return fit;
}

Result<TailRisk> tail_risk(const TailFit& fit, double level) {
  BULKHEAD_ASSERT(level >= 1 - fit.share - 1e-12 && level < 1);
  if (fit.shape >= 1) {
    return fail(ErrorCode::out_of_range, "shape", std::to_string(fit.shape),
                "a shape below 1: heavier tails have no mean");
  }
  const double ratio = (1 - level) / fit.share;
  const double above = std::abs(fit.shape) < 1e-9
                           ? -fit.scale * std::log(ratio)
                           : fit.scale / fit.shape * (std::pow(ratio, -fit.shape) - 1);
  const double var = fit.threshold + above;
  return TailRisk{var, (var + fit.scale - fit.shape * fit.threshold) / (1 - fit.shape)};
}

Result<double> tail_haircut(const TailFit& fit, double level, double days) {
  BULKHEAD_TRY(const TailRisk risk, tail_risk(fit, level));
  const double day = std::clamp(risk.expected_shortfall, 0.0, 1.0);
  return 1 - std::pow(1 - day, std::sqrt(days));
}

}  // namespace bulkhead::calibration
