// What an amount of an asset counts as collateral (D6.3) and what it is worth under stress (D9.2).
//
//   value = amount · price · max(0, 1 − h_asset − h_fx − h_add)
//   h_asset = max(static floor, D5.4 core of one unit over the horizon) + size cost
//   size cost = half-spread + min(η·σ·√(X/ADV), …), X = amount · price: the mean over the size of
//   the marginal cost half-spread + min(1.5·η·σ·√(x/ADV), 50 %) of D5.5.
// Haircuts add. More of an asset never counts less: past the size whose marginal value is zero the
// value stays where it is (D5.7).
#pragma once

#include <cstdint>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/result.h"
#include "bulkhead/collateral/parameters.h"

namespace bulkhead::collateral {

// One asset at one epoch. Rates are fractions (0.05 = 5 %).
struct AssetRisk {
  double price = 0;  // numéraire per coin, > 0; the edge that the caller's act must pass (D4.4)
  std::uint32_t decimals = 0;
  double dynamic_core = 0;  // D5.4 core of one unit over price, >= 0
  double half_spread = 0;
  double volatility = 0;           // daily
  double adv = 0;                  // numéraire per day; 0: unknown, the bound of 50 % applies
  bool currency_mismatch = false;  // h_fx applies (once, haircut mode only)
};

struct Haircut {
  double asset = 0;  // max(floor, core), without size cost
  double size = 0;   // mean size cost at this amount
  double fx = 0;
  double additional = 0;
  double total = 0;  // min(1, sum)
};

struct CollateralValue {
  Usd market;  // amount · price, rounded down
  Usd value;   // D6.3, rounded down; 0 <= value <= market
  Haircut haircut;
};

// amount >= 0. amount_overflow if the market value does not fit Usd. An ineligible asset has value
// 0 and haircut 1.
Result<CollateralValue> value_collateral(Amount amount, const AssetTerms& terms,
                                         const AssetRisk& risk, double impact);

// Mean cost of selling X numéraire: half_spread + (1/X)∫₀^X min(1.5·η·σ·√(x/ADV), 50 %) dx.
double mean_size_cost(double size, double half_spread, double volatility, double adv,
                      double impact);

// Market value less the larger of its haircut and its worst stress-set return (D9.2), rounded down,
// at least 0. worst_return: the least return of the asset over the stress set, as a fraction
// (−0.4).
Usd stressed_value(const CollateralValue& value, double worst_return);

}  // namespace bulkhead::collateral
