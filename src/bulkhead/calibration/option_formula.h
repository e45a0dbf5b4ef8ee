// Black, Scholes and Merton with a continuous yield, and its sensitivities: the core's Black-76 on
// the forward, discounted. With yield = rate it is Black-76 on a future.
#pragma once

namespace bulkhead::calibration {

struct OptionTerms {
  bool call = true;
  double spot = 0;        // > 0
  double strike = 0;      // > 0
  double yield = 0;       // continuous, a year
  double rate = 0;        // continuous, a year
  double years = 0;       // > 0
  double volatility = 0;  // > 0, a year
};

// Per unit of spot, volatility 1.00, rate 1.00 and year.
struct OptionValue {
  double price = 0;
  double delta = 0;
  double delta_forward = 0;  // by the forward
  double elasticity = 0;     // delta·spot/price
  double gamma = 0;
  double theta = 0;  // a year
  double theta_per_day = 0;
  double vega = 0;
  double rho = 0;
  double dividend_rho = 0;
};
OptionValue european_option(const OptionTerms& o);

}  // namespace bulkhead::calibration
