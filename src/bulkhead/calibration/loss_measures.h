// VaR, Expected Shortfall and the middle of samples, in the conventions of published cases. What an
// account is charged is `risk/es.h`, exact and in integers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::calibration {

// Losses (positive) of n equally likely scenarios. k = ⌈(1 − level)·n⌉: VaR is the k-th largest, ES
// the mean of the k largest.
struct LossMeasures {
  double var = 0;
  double es = 0;
  std::uint64_t tail = 0;  // scenarios in the tail
};
Result<LossMeasures> historical_measures(std::span<const double> losses, double level);

// The same from the worst losses only, of `scenarios` in all.
Result<LossMeasures> worst_losses_measures(std::span<const double> worst, std::uint64_t scenarios,
                                           double level);

// Boudoukh, Richardson and Whitelaw: scenario i of n (1 the oldest) has weight
// λ^(n−i)·(1−λ)/(1−λ^n). VaR is the loss at which the weight of the worst reaches 1 − level; ES
// counts of that loss only the weight that is missing to 1 − level.
struct DatedLoss {
  std::uint64_t scenario = 0;  // 1 the oldest
  double loss = 0;
};
double decayed_weight(std::uint64_t scenario, std::uint64_t scenarios, double decay);
Result<LossMeasures> decayed_measures(std::span<const DatedLoss> worst, std::uint64_t scenarios,
                                      double level, double decay);

// The middle of a sample, of an even number the upper of both; 0 of none.
double median(std::vector<double> values);

}  // namespace bulkhead::calibration
