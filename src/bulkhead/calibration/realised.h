// Volatility that was realised inside a day, apart from jumps, and volatility that options imply
// for the days to come.
#pragma once

#include <span>

#include "bulkhead/base/result.h"
#include "bulkhead/calibration/coverage_tests.h"

namespace bulkhead::calibration {

// From n intraday returns: RV = Σ r², BV = π/2·n/(n−1)·Σ|r_i||r_{i−1}| (Barndorff-Nielsen and
// Shephard 2004). jump_variance = max(0, RV − BV); `jump_statistic` is the ratio statistic of Huang
// and Tauchen (2005) with tri-power quarticity, standard normal without jumps.
struct RealisedVariance {
  double realised = 0;
  double bipower = 0;
  double jump_variance = 0;
  double jump_statistic = 0;
};

// Errors: fewer than 10 returns, one that is not finite. A series without movement has a statistic
// of 0.
Result<RealisedVariance> realised_variance(std::span<const double> returns);

struct OptionQuote {
  double strike = 0;
  double premium = 0;  // undiscounted, in the quote; of the option that is out of the money
};

// Annual volatility by replication of a variance swap (Demeterfi and others 1999; the formula of
// the CBOE's index): σ² = 2/T·Σ ΔK/K²·Q(K) − (F/K₀ − 1)²/T, K₀ the greatest strike <= F, where the
// quote is the mean of call and put. Strikes ascending, T in years. Errors: fewer than 3 strikes,
// none below or none above the forward, values out of range, a negative variance.
Result<double> implied_index(std::span<const OptionQuote> quotes, double forward, double years);

}  // namespace bulkhead::calibration
