#include "bulkhead/calibration/drift.h"

#include <algorithm>
#include <cmath>

#include "bulkhead/base/elementary.h"

namespace bulkhead::calibration {
namespace {

// log of the density of N(0, ratio²) over that of N(0, 1).
double log_ratio(double x, double ratio) {
  return -std::log(ratio) + x * x / 2 * (1 - 1 / (ratio * ratio));
}

}  // namespace

DriftMonitor::Alarm DriftMonitor::step(double u, double least) {
  const double x = inverse_norm_cdf(std::clamp(u, least, 1 - least));
  wider_ = std::max(0.0, wider_ + log_ratio(x, kDriftRatio));
  narrower_ = std::max(0.0, narrower_ + log_ratio(x, 1 / kDriftRatio));
  Alarm alarm = Alarm::none;
  if (narrower_ >= kNarrowerThreshold) alarm = Alarm::narrower;
  if (wider_ >= kWiderThreshold) alarm = Alarm::wider;
  if (alarm != Alarm::none) wider_ = narrower_ = 0;
  return alarm;
}

DriftReport watch_drift(std::span<const double> transforms, double least) {
  DriftReport report;
  DriftMonitor monitor;
  for (const double u : transforms) {
    const DriftMonitor::Alarm alarm = monitor.step(u, least);
    ++report.observations;
    report.wider += alarm == DriftMonitor::Alarm::wider ? 1U : 0U;
    report.narrower += alarm == DriftMonitor::Alarm::narrower ? 1U : 0U;
  }
  report.expected_false = static_cast<double>(report.observations) / kFalseAlarmEvery;
  return report;
}

}  // namespace bulkhead::calibration
