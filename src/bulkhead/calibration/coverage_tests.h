// Whether losses exceed a Value at Risk as often as it says, and not in clusters: Kupiec,
// Christoffersen and the Basel traffic light (D12.2).
//
//   const Exceptions seen = count_exceptions(losses, value_at_risk);
//   const LikelihoodRatio often = kupiec(seen.observations, seen.exceptions, 0.01);
//   if (often.p_value < 0.05) …
#pragma once

#include <cstdint>
#include <span>

namespace bulkhead::calibration {

// Of a likelihood-ratio test: statistic >= 0 and the probability of a larger one if the model
// holds.
struct LikelihoodRatio {
  double statistic = 0;
  double p_value = 1;
};

// Days by whether they and the day before were exceptions: n01 is quiet, then exception.
struct Transitions {
  std::uint64_t n00 = 0, n01 = 0, n10 = 0, n11 = 0;
};

struct Exceptions {
  std::uint64_t observations = 0;
  std::uint64_t exceptions = 0;
  Transitions transitions;  // one less than observations in all
};

// A loss is an exception if it is greater than the forecast of its day. Spans of equal length.
Exceptions count_exceptions(std::span<const double> losses, std::span<const double> forecasts);

// Proportion of failures (Kupiec 1995): x exceptions of n at probability p, χ²(1). 0 < p < 1.
LikelihoodRatio kupiec(std::uint64_t n, std::uint64_t x, double p);
// Time until the first failure (Kupiec 1995): the first exception is observation n >= 1, χ²(1).
LikelihoodRatio first_failure(std::uint64_t n, double p);
// Independence against first-order Markov dependence (Christoffersen 1998), χ²(1).
LikelihoodRatio independence(const Transitions& seen);
// Conditional coverage: the sum of the two, χ²(2).
LikelihoodRatio conditional_coverage(const Exceptions& seen, double p);

// Counts that Kupiec's test does not reject at `size` (0.05: LR below the 95 % point of χ²(1)).
struct CountRange {
  std::uint64_t least = 0, greatest = 0;
};
CountRange accepted_counts(std::uint64_t n, double p, double size);

// Basel zones (BCBS 22, MAR99): yellow begins where P(X <= k) reaches 95 %, red where it reaches
// 99.99 %. Counts up to max_green are green, up to max_yellow yellow.
enum class Zone : std::uint8_t { green, yellow, red };
struct Zones {
  std::uint64_t max_green = 0, max_yellow = 0;
  Zone of(std::uint64_t exceptions) const {
    if (exceptions <= max_green) return Zone::green;
    return exceptions <= max_yellow ? Zone::yellow : Zone::red;
  }
};
Zones traffic_light(std::uint64_t n, double p);

// The same where every observation is the sum of `horizon` daily P&Ls and observations overlap by
// all but one day: by simulation of independent normal days, the same figure for the same seed.
Zones overlapping_traffic_light(std::uint64_t n, std::uint32_t horizon, double p,
                                std::uint32_t paths, std::uint64_t seed);

// What Basel adds to its multiplier for exceptions of 250 at 99 %: by BCBS 22 (on 3.0) and by MAR99
// (on 1.5).
double plus_factor_1996(std::uint64_t exceptions);
double plus_factor_mar99(std::uint64_t exceptions);

}  // namespace bulkhead::calibration
