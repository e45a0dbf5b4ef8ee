// Black-76: the value of a European option on a forward, undiscounted (D3.2).
#pragma once

namespace bulkhead::market {

// call: F·Φ(d1) − K·Φ(d2); put: K·Φ(−d2) − F·Φ(−d1), with d1 = (ln(F/K) + v²/2)/v, d2 = d1 − v and
// v = sigma_sqrt_t = σ·√T (Black 1976, "The pricing of commodity contracts", eq. 16, without the
// discount factor). In units of `forward`. forward > 0, strike > 0 (asserted, finite).
// sigma_sqrt_t <= 0 gives the intrinsic value. The result lies in [intrinsic, F] (call) or
// [intrinsic, K] (put); its absolute error is below 1e-15·max(F, K).
double black76(bool call, double forward, double strike, double sigma_sqrt_t);

// The same from what a row of scenarios shares: log_ratio = ln(F/K) and inverse = 1/sigma_sqrt_t,
// each within a few units in the last place (`inverse` may be anything where sigma_sqrt_t is below
// 2^-100). An error of log_ratio is one of the price, in parts of the forward.
double black76_of(bool call, double forward, double strike, double log_ratio, double sigma_sqrt_t,
                  double inverse);

// √T with T = time to expiry in years of 365 days; 0 at and after expiry.
double sqrt_years(double seconds_to_expiry);

}  // namespace bulkhead::market
