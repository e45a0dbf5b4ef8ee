// EWMA volatility over columns with gaps.
#include "bulkhead/calibration/volatility.h"

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::calibration {

VolatilityPath ewma_path(const Column& returns, double decay, std::uint32_t warm_up) {
  BULKHEAD_ASSERT(decay > 0 && decay < 1);
  VolatilityPath path;
  path.before.assign(returns.values.size(), 0.0);
  double variance = 0;
  double squares = 0;
  for (std::size_t i = 0; i < returns.values.size(); ++i) {
    if (!returns.present[i]) continue;
    const double square = returns.values[i] * returns.values[i];
    if (path.count >= warm_up) path.before[i] = sqrt_fixed(variance);
    squares += square;
    ++path.count;
    variance =
        path.count <= warm_up ? squares / path.count : decay * variance + (1.0 - decay) * square;
  }
  if (path.count > 0) {
    path.now = sqrt_fixed(variance);
    path.long_run = sqrt_fixed(squares / path.count);
  }
  return path;
}

VolatilityPath garch_volatility_path(const Column& returns, const CalibratedVolatility& calibrated,
                                     std::uint32_t warm_up) {
  const double long_run = calibrated.long_run * calibrated.long_run;
  const double constant = (1.0 - calibrated.alpha - calibrated.beta) * long_run;
  VolatilityPath path;
  path.before.assign(returns.values.size(), 0.0);
  double variance = long_run;
  for (std::size_t i = 0; i < returns.values.size(); ++i) {
    if (!returns.present[i]) continue;
    if (path.count >= warm_up) path.before[i] = sqrt_fixed(variance);
    ++path.count;
    variance = constant + calibrated.alpha * returns.values[i] * returns.values[i] +
               calibrated.beta * variance;
  }
  if (path.count > 0) {
    path.now = sqrt_fixed(variance);
    path.long_run = calibrated.long_run;
  }
  return path;
}

double blend_volatility(double own, double prior, std::uint32_t count, std::uint32_t full) {
  if (count >= full) return own;
  const double weight = static_cast<double>(count) / static_cast<double>(full);
  return sqrt_fixed(weight * own * own + (1.0 - weight) * prior * prior);
}

}  // namespace bulkhead::calibration
