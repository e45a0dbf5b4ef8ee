#include "bulkhead/calibration/option_formula.h"

#include <cmath>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/market/black76.h"

namespace bulkhead::calibration {

OptionValue european_option(const OptionTerms& o) {
  BULKHEAD_ASSERT(o.spot > 0 && o.strike > 0 && o.years > 0 && o.volatility > 0);
  const double discount = std::exp(-o.rate * o.years);
  const double carry = std::exp(-o.yield * o.years);
  const double forward = o.spot * carry / discount;
  const double width = o.volatility * std::sqrt(o.years);
  const double d1 = std::log(forward / o.strike) / width + width / 2;
  const double d2 = d1 - width;
  const double sign = o.call ? 1 : -1;
  OptionValue v;
  v.price = discount * market::black76(o.call, forward, o.strike, width);
  const double reach = norm_cdf(sign * d1);
  const double exercise = norm_cdf(sign * d2);
  v.delta = sign * carry * reach;
  v.delta_forward = sign * discount * reach;
  v.elasticity = v.price > 0 ? v.delta * o.spot / v.price : 0;
  v.gamma = carry * norm_pdf(d1) / (o.spot * width);
  v.vega = o.spot * carry * norm_pdf(d1) * std::sqrt(o.years);
  v.rho = sign * o.strike * o.years * discount * exercise;
  v.dividend_rho = -sign * o.years * o.spot * carry * reach;
  v.theta = -o.spot * carry * norm_pdf(d1) * o.volatility / (2 * std::sqrt(o.years)) +
            sign * o.yield * o.spot * carry * reach -
            sign * o.rate * o.strike * discount * exercise;
  v.theta_per_day = v.theta / 365;
  return v;
}

}  // namespace bulkhead::calibration
