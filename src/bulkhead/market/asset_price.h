// From an aggregate to a graded price: quality, stable price and interval of one asset (D4.2,
// D4.3).
#pragma once

#include "bulkhead/base/time.h"
#include "bulkhead/market/aggregate.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/market/parameters.h"
#include "bulkhead/market/state.h"

namespace bulkhead::market {

// What the sources gave at a tick.
struct AssetAggregate {
  Aggregate value;
  bool quorum = false;            // value.count reaches it
  std::uint32_t needed = 1;       // the quorum
  bool any_fresh = false;         // some source was not stale
  bool ever = false;              // some source has been observed at all
  bool through_volatile = false;  // needs a quote asset whose own price is volatile
};

// y ← y·clamp(x/y, 1 − r·Δt, 1 + r·Δt) with x ← x + (1 − e^{−Δt/average})·(price − x), Δt since the
// last good or wide aggregate, r·Δt in minutes. After a gap over stable_restart_gap, and at first,
// y = x = price if `good`; else the stable price is off (0) until the next good one.
void move_stable(StableState& state, double price, bool good, Timestamp t,
                 const Parameters& parameters);

// Grades the aggregate, moves stable price and last good, and sets `state.price`.
// `daily_volatility` widens a stale price. Does not touch the estimators.
void grade(AssetState& state, const AssetAggregate& aggregate, double daily_volatility, Timestamp t,
           const Parameters& parameters);

// The numéraire's price: exactly 1, good.
AssetPrice numeraire_price();

// Half width of a price for what is quoted in it: confidence, or further if its interval reaches
// further.
double half_width(const AssetPrice& price);

}  // namespace bulkhead::market
