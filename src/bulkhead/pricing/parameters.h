// What is revalued beside the scenario set: the instantaneous grid and the shape of volatility
// shocks (D3.4, D5.4). Policy numbers; the defaults are the shipped ones (D13).
#pragma once

#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::pricing {

struct Parameters {
  // Relative moves of every coin and token at once (correlation 1); stablecoins and fiat stand
  // still.
  std::vector<double> spot_points = {-0.20, -0.10, -0.05, 0.0, 0.05, 0.10, 0.20};
  // Log shocks of the 30-day volatility, one with each spot point.
  std::vector<double> volatility_points = {-0.30, 0.0, 0.45};
  // Relative moves of one stablecoin while everything else stands still, each stablecoin in turn.
  std::vector<double> depeg_points = {-0.10, -0.03, 0.02};
  double volatility_exponent_short = 0.30;  // p of (30/d)^p up to 30 days
  double volatility_exponent_long = 0.13;   // and beyond
  double volatility_factor_min = 0.2;
  double volatility_factor_max = 5.0;
  Duration settlement_averaging =
      minutes(30);  // of what expires: only the unfixed part moves (D3.5)

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "spot_points", self.spot_points);
    visit(2, "volatility_points", self.volatility_points);
    visit(3, "depeg_points", self.depeg_points);
    visit(4, "volatility_exponent_short", self.volatility_exponent_short);
    visit(5, "volatility_exponent_long", self.volatility_exponent_long);
    visit(6, "volatility_factor_min", self.volatility_factor_min);
    visit(7, "volatility_factor_max", self.volatility_factor_max);
    visit(8, "settlement_averaging", self.settlement_averaging);
  }
};

// Spot and depeg points ascending and in [-0.99, 10]; volatility points ascending and in [-5, 5];
// each list at most 64 long; exponents in [0, 1]; 0.001 <= min <= 1 <= max <= 100; averaging in [0,
// 1 d].
Status validate(const Parameters& parameters);

}  // namespace bulkhead::pricing
