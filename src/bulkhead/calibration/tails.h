// Tails beyond a threshold: the generalised Pareto distribution of peaks over it, and the VaR and
// ES that follow (McNeil and Frey 2000).
#pragma once

#include <cstdint>
#include <span>

#include "bulkhead/base/result.h"
#include "bulkhead/calibration/distributions.h"

namespace bulkhead::calibration {

struct TailFit {
  double threshold = 0;  // u: losses above it are peaks
  double shape = 0;      // ξ; below 1 or there is no ES
  double scale = 0;      // β > 0
  double share = 0;      // of losses that are peaks
  std::uint64_t peaks = 0;
  double log_likelihood = 0;
};

inline constexpr std::size_t kPeaksLeast = 20;

// Maximum likelihood over the peaks above the `share` quantile from above (0.1: the worst tenth).
// Errors: fewer than 20 peaks, a loss that is not finite, peaks that do not vary.
Result<TailFit> fit_tail(std::span<const double> losses, double share);

// Share of value that collateral loses at most at `level` while it is sold over `days`, by the ES
// of a day's loss and the root of time: 1 − (1 − ES)^√days. Error: as tail_risk.
Result<double> tail_haircut(const TailFit& fit, double level, double days);

// VaR = u + β/ξ·(((1−α)/share)^−ξ − 1), ES = VaR/(1−ξ) + (β − ξ·u)/(1−ξ); 1 − share <= level < 1.
// Error: ξ >= 1, where the mean of the tail does not exist.
Result<TailRisk> tail_risk(const TailFit& fit, double level);

}  // namespace bulkhead::calibration
