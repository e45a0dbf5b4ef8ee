// Which price an account depends on most, and where that price would bring its equity to a level.
#pragma once

#include "bulkhead/engine/engine.h"

namespace bulkhead::views {

struct Sensitivity {
  AssetIndex asset;     // invalid: the account depends on no price
  double price = 0;     // now, numéraire
  double per_unit = 0;  // change of equity in numéraire for a rise of the price by 1
};

// The asset, the numéraire apart, with the largest change of equity for a rise by one percent. All
// that depends on the asset moves with it: holdings, debts, settlement legs, and the marks of what
// it underlies in proportion.
Sensitivity main_sensitivity(const engine::State& state, const risk::Portfolio& portfolio);

// First-order price at which equity has changed by `change`; 0 if there is none above zero.
double price_for(const Sensitivity& sensitivity, Usd change);

}  // namespace bulkhead::views
