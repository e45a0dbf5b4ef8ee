// Volatility forecasts made before each return, and what stands in for them where history is short.
#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/calibration/return_grid.h"

namespace bulkhead::calibration {

struct VolatilityPath {
  std::vector<double> before;  // EWMA forecast made before each date's return; 0: none yet
  double now = 0;              // after the last return
  double long_run = 0;         // root mean square of all returns
  std::uint32_t count = 0;     // returns seen
};

// σ²_t = λ·σ²_{t−1} + (1−λ)·r²_{t−1} over the returns present; started by the mean square of the
// first `warm_up`, which have no forecast themselves. Gaps leave the forecast as it was.
VolatilityPath ewma_path(const Column& returns, double decay, std::uint32_t warm_up);

// The same with a calibrated GARCH(1,1) from the warm-up on: σ²_t = (1 − α − β)·long_run² +
// α·r²_{t−1} + β·σ²_{t−1}. The long run is the calibrated one.
VolatilityPath garch_volatility_path(const Column& returns, const CalibratedVolatility& calibrated,
                                     std::uint32_t warm_up);

// √(w·own² + (1−w)·prior²), w = min(1, count / full).
double blend_volatility(double own, double prior, std::uint32_t count, std::uint32_t full);

}  // namespace bulkhead::calibration
