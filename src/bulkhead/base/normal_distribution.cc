// The standard normal distribution: density, distribution function and its inverse.

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/base/elementary_parts.h"
#include "bulkhead/base/elementary_tables.h"

namespace bulkhead {
namespace {

using internal::kTailSeries;
using internal::polynomial;

constexpr double kInverseSqrtTwoPi = 0x1.9884533d43651p-2;

// Rational approximations of Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988).
constexpr double kCentreTop[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                 3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr double kCentreBottom[] = {1.0,
                                    4.2313330701600911252e+1,
                                    6.8718700749205790830e+2,
                                    5.3941960214247511077e+3,
                                    2.1213794301586595867e+4,
                                    3.9307895800092710610e+4,
                                    2.8729085735721942674e+4,
                                    5.2264952788528545610e+3};
constexpr double kMiddleTop[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                 5.76949722146069140550e0,  3.64784832476320460504e0,
                                 1.27045825245236838258e0,  2.41780725177450611770e-1,
                                 2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double kMiddleBottom[] = {1.0,
                                    2.05319162663775882187e0,
                                    1.67638483018380384940e0,
                                    6.89767334985100004550e-1,
                                    1.48103976427480074590e-1,
                                    1.51986665636164571966e-2,
                                    5.47593808499534494600e-4,
                                    1.05075007164441684324e-9};
constexpr double kFarTop[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                              1.78482653991729133580e0,  2.96560571828504891230e-1,
                              2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double kFarBottom[] = {1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15};

// exp(-x²/2) with the rounding error of the square carried along.
double gaussian(double x) {
  const internal::Pair square = internal::two_product(x, x);
  return internal::exp_of_sum(-0.5 * square.high, -0.5 * square.low);
}

// Φ(-x) for x >= 0, accurate relative to its size.
double upper_tail(double x) {
  if (x > 39.0) return 0.0;
  const double scale = 1.0 / (x + 4.0);
  const double t = (x - 4.0) * scale;
  return gaussian(x) * (polynomial(kTailSeries, t) * scale);
}

}  // namespace

double norm_pdf(double x) {
  BULKHEAD_ASSERT(x == x);
  if (x > 40.0 || x < -40.0) return 0.0;
  return gaussian(x) * kInverseSqrtTwoPi;
}

double norm_cdf(double x) {
  BULKHEAD_ASSERT(x == x);
  return x < 0.0 ? upper_tail(-x) : 1.0 - upper_tail(x);
}

double inverse_norm_cdf(double p) {
  BULKHEAD_ASSERT(p > 0.0 && p < 1.0);
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(kCentreTop, r) / polynomial(kCentreBottom, r);
  }
  const double tail = q < 0.0 ? p : 1.0 - p;
  const double r = sqrt_fixed(-log_fixed(tail));
  const double x = r <= 5.0 ? polynomial(kMiddleTop, r - 1.6) / polynomial(kMiddleBottom, r - 1.6)
                            : polynomial(kFarTop, r - 5.0) / polynomial(kFarBottom, r - 5.0);
  return q < 0.0 ? -x : x;
}

}  // namespace bulkhead
