// Online volatility, jumps and regime of one asset from its irregular aggregates (D7.3).
#pragma once

#include "bulkhead/base/time.h"
#include "bulkhead/market/parameters.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/market/state.h"

namespace bulkhead::market {

// Sets both variances to the asset's (or else the policy's) initial daily volatility if unset.
void start_estimators(EstimatorState& state, const Asset& asset, const Parameters& parameters);

// One aggregate. With r the log return since the last sample, Δ days apart:
//   v ← v·2^(−Δ/h) + (1 − 2^(−Δ/h))·r²/Δ                    once Δ reaches the sampling distance
//   jump ← max(jump·2^(−Δ'/h_jump), min(|r|/slow, cap))      at once, Δ' since the jump was set
// An aggregate that is not `confirmed` (its quality is volatile) is a jump, an early signal, but no
// sample: a wick that goes away leaves no trace in the variances, a crash enters once the stable
// price has followed. A return over more than maximum_return_gap is not taken; the sample starts
// anew.
void observe_price(EstimatorState& state, double price, bool confirmed, Timestamp t,
                   const Parameters& parameters);

// The greatest jump as of t, decayed.
double jump_at(const EstimatorState& state, Timestamp t, const Parameters& parameters);

// The regime that follows the state's present one, with hysteresis. `implied` is the annual
// at-the-money volatility, 0 if none.
Regime next_regime(const EstimatorState& state, double implied, Timestamp t,
                   const Parameters& parameters);

// Annual volatility by model (parameters.h) from the two variances.
double model_volatility(const EstimatorState& state, const Parameters& parameters);

}  // namespace bulkhead::market
