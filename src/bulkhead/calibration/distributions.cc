#include "bulkhead/calibration/distributions.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::calibration {

double chi_squared_survival(double x, double degrees) {
  BULKHEAD_ASSERT(degrees > 0);
  if (!(x > 0)) return 1;
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(degrees), x));
}

double chi_squared_quantile(double probability, double degrees) {
  BULKHEAD_ASSERT(degrees > 0 && probability > 0 && probability < 1);
  return boost::math::quantile(boost::math::chi_squared(degrees), probability);
}

double binomial_cdf(std::uint64_t successes, std::uint64_t trials, double probability) {
  BULKHEAD_ASSERT(probability >= 0 && probability <= 1);
  if (successes >= trials) return 1;
  return boost::math::cdf(boost::math::binomial(static_cast<double>(trials), probability),
                          static_cast<double>(successes));
}

double student_t_quantile(double probability, double degrees) {
  return boost::math::quantile(boost::math::students_t(degrees), probability);
}

double student_t_density(double x, double degrees) {
  return boost::math::pdf(boost::math::students_t(degrees), x);
}

double student_t_cdf(double x, double degrees) {
  return boost::math::cdf(boost::math::students_t(degrees), x);
}

TailRisk normal_tail(double level) {
  BULKHEAD_ASSERT(level > 0 && level < 1);
  const double z = inverse_norm_cdf(level);
  return {z, norm_pdf(z) / (1 - level)};
}

TailRisk student_t_tail(double level, double degrees) {
  BULKHEAD_ASSERT(level > 0 && level < 1 && degrees > 1);
  const double t = student_t_quantile(level, degrees);
  const double shape = (degrees + t * t) / (degrees - 1);
  return {t, student_t_density(t, degrees) / (1 - level) * shape};
}

}  // namespace bulkhead::calibration
