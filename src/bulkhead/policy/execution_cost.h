// What a trade of some size is expected to cost: price ± (half-spread + η·σ·√(size/ADV)) (issue 2,
// D10).
#pragma once

#include "bulkhead/base/amount.h"
#include "bulkhead/base/time.h"
#include "bulkhead/policy/ladder_parameters.h"

namespace bulkhead::policy {

// One market, in numéraire.
struct MarketDepth {
  double half_spread = 0;  // fraction of price
  double impact = 1;       // η
  double volatility = 0;   // σ, daily
  double adv = 0;          // average daily volume, numéraire; 0: unknown, impact at its bound
};

// half-spread + min(η·σ·√(size/ADV), 50 %), the mean cost of trading `size` (numéraire) at once, as
// a fraction of price.
double cost_fraction(const MarketDepth& market, double size);
// cost_fraction · size, rounded up.
Usd execution_cost(const MarketDepth& market, Usd size);
// Fair price moved against the one who trades: buy price·(1 + f), sell price·(1 − f).
double expected_price(const MarketDepth& market, double price, double size, bool buy);

// Notional per liquidation interval: capacity_bp · ADV/1440 · capacity_minutes (D13), rounded down.
Usd interval_capacity(const MarketDepth& market, const DefaultParameters& parameters);

// Worst price accepted `elapsed` after the default was declared, as a fraction of fair: 0 at once,
// rising linearly to closing_band_bp (D10.4).
double closing_band(Duration elapsed, const DefaultParameters& parameters);

}  // namespace bulkhead::policy
