// Distribution functions that judging a model takes beyond the normal one: the only place that
// knows Boost.Math. Outside the core: results are not promised to the last bit.
#pragma once

#include <cstdint>

namespace bulkhead::calibration {

double chi_squared_survival(double x, double degrees);            // P(X > x); 1 for x <= 0
double chi_squared_quantile(double probability, double degrees);  // degrees > 0
double binomial_cdf(std::uint64_t successes, std::uint64_t trials, double probability);
double student_t_quantile(double probability, double degrees);
double student_t_density(double x, double degrees);
double student_t_cdf(double x, double degrees);

// Of a loss: VaR_α and ES_α, both positive for losses.
struct TailRisk {
  double value_at_risk = 0;
  double expected_shortfall = 0;
};

// Closed forms (McNeil, Frey and Embrechts, Quantitative Risk Management, section 2.2): ES =
// φ(z)/(1−α), and g_ν(t)/(1−α)·(ν + t²)/(ν − 1) of a standard t, ν > 1. 0 < level < 1.
TailRisk normal_tail(double level);
TailRisk student_t_tail(double level, double degrees);

}  // namespace bulkhead::calibration
