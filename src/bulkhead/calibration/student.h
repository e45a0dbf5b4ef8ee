// Student t by maximum likelihood: the tails of what a beta leaves over, where a history is too
// short for peaks over a threshold.
#pragma once

#include <cstdint>
#include <span>

#include "bulkhead/base/result.h"

namespace bulkhead::calibration {

inline constexpr std::size_t kStudentLeast = 30;
inline constexpr double kDegreesLeast = 2.1;
inline constexpr double kDegreesMost = 100;  // as good as normal

struct StudentFit {
  double degrees = 0;
  double scale = 0;  // x/scale is a standard t
  double log_likelihood = 0;
};

// Of values around 0. Errors (field "values"): fewer than 30, one that is not finite, none that
// differs from 0 for more than half of them.
Result<StudentFit> fit_student(std::span<const double> values);

double student_log_likelihood(std::span<const double> values, double degrees, double scale);

}  // namespace bulkhead::calibration
