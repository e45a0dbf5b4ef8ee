// Drift of a model between refits: CUSUMs of normal scores that raise an alarm when losses have
// become wider or narrower than what was forecast, with a stated rate of false alarms (D12.2).
#pragma once

#include <cstdint>
#include <span>

#include "bulkhead/base/fields.h"

namespace bulkhead::calibration {

// Page's CUSUM of the likelihood ratio of N(0, ratio²) against N(0, 1), over x = Φ⁻¹(u), u the
// probability transform of what came: uniform, so x standard normal, whatever the model's
// distribution, if it holds. Wider: ratio 1.5; narrower: 1/1.5. Thresholds are such that each has
// one false alarm in 2,000 observations on average, both together one in 1,000 (drift_test.cc
// simulates it). After an alarm the sum starts anew.
inline constexpr double kDriftRatio = 1.5;
inline constexpr double kWiderThreshold = 4.69;
inline constexpr double kNarrowerThreshold = 5.24;
inline constexpr double kFalseAlarmEvery = 1000;  // observations, both together

class DriftMonitor {
 public:
  enum class Alarm : std::uint8_t { none, wider, narrower };
  // 0 <= u <= 1; taken within `least` of either end, for a sample of n draws knows no less than
  // 1/(2n).
  Alarm step(double u, double least);

 private:
  double wider_ = 0;
  double narrower_ = 0;
};

struct DriftReport {
  std::uint64_t observations = 0;
  std::uint64_t wider = 0;
  std::uint64_t narrower = 0;
  double expected_false = 0;  // alarms of both kinds if the model holds

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "observations", self.observations);
    visit(2, "wider", self.wider);
    visit(3, "narrower", self.narrower);
    visit(4, "expected_false", self.expected_false);
  }
};
DriftReport watch_drift(std::span<const double> transforms, double least);

}  // namespace bulkhead::calibration
