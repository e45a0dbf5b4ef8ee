#include "bulkhead/calibration/student.h"

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/calibration/loss_measures.h"
#include "bulkhead/calibration/search.h"

namespace bulkhead::calibration {
namespace {

// x = (log ν, log scale) over values whose median size is 1.
double objective(const std::vector<double>& x, std::vector<double>&, void* data) {
  const auto& values = *static_cast<std::vector<double>*>(data);
  return student_log_likelihood(values, std::exp(x[0]), std::exp(x[1]));
}

}  // namespace

double student_log_likelihood(std::span<const double> values, double degrees, double scale) {
  const double constant = std::lgamma((degrees + 1) / 2) - std::lgamma(degrees / 2) -
                          0.5 * std::log(degrees * std::numbers::pi) - std::log(scale);
  double sum = static_cast<double>(values.size()) * constant;
  for (const double v : values) {
    const double z = v / scale;
    sum -= (degrees + 1) / 2 * std::log1p(z * z / degrees);
  }
  return sum;
}

Result<StudentFit> fit_student(std::span<const double> values) {
  if (values.size() < kStudentLeast) {
    return fail(ErrorCode::out_of_range, "values", std::to_string(values.size()),
                "at least " + std::to_string(kStudentLeast));
  }
  std::vector<double> sizes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return fail(ErrorCode::out_of_range, "values[" + std::to_string(i) + "]",
                  std::to_string(values[i]), "a finite value");
    }
    sizes.push_back(std::fabs(values[i]));
  }
  const double unit = median(std::move(sizes));
  if (!(unit > 0)) {
    return fail(ErrorCode::out_of_range, "values", "0 for most", "values that vary");
  }
  std::vector<double> scaled(values.begin(), values.end());
  for (double& v : scaled) v /= unit;
  nlopt::opt optimiser(nlopt::LN_NELDERMEAD, 2);
  optimiser.set_max_objective(objective, &scaled);
  optimiser.set_lower_bounds({std::log(kDegreesLeast), std::log(1e-3)});
  optimiser.set_upper_bounds({std::log(kDegreesMost), std::log(1e3)});
  optimiser.set_xtol_rel(1e-9);
  optimiser.set_maxeval(2000);
  std::vector<double> x = {std::log(5.0), std::log(1.3)};
  BULKHEAD_TRY(const double best, maximise(optimiser, x, "values"));
  const double count = static_cast<double>(values.size());
  return StudentFit{std::exp(x[0]), std::exp(x[1]) * unit, best - count * std::log(unit)};
}

}  // namespace bulkhead::calibration
