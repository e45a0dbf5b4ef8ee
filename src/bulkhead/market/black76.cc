// Black-76 from the house's own elementary functions, so that its bits are the same everywhere.
#include "bulkhead/market/black76.h"

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::market {
namespace {

constexpr double kSecondsPerYear = 365.0 * 86'400.0;

double clamp(double x, double low, double high) { return x < low ? low : (x > high ? high : x); }

}  // namespace

double black76(bool call, double forward, double strike, double sigma_sqrt_t) {
  BULKHEAD_ASSERT(forward > 0 && strike > 0);
  const double intrinsic =
      call ? (forward > strike ? forward - strike : 0) : (strike > forward ? strike - forward : 0);
  if (!(sigma_sqrt_t > 0)) return intrinsic;
  const double d1 = log_fixed(forward / strike) / sigma_sqrt_t + 0.5 * sigma_sqrt_t;
  const double d2 = d1 - sigma_sqrt_t;
  const double value = call ? forward * norm_cdf(d1) - strike * norm_cdf(d2)
                            : strike * norm_cdf(-d2) - forward * norm_cdf(-d1);
  return clamp(value, intrinsic, call ? forward : strike);
}

double sqrt_years(double seconds_to_expiry) {
  return seconds_to_expiry > 0 ? sqrt_fixed(seconds_to_expiry / kSecondsPerYear) : 0;
}

}  // namespace bulkhead::market
