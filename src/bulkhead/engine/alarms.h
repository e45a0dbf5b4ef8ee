// Alarms of assets and places: which are in force, and whom they concern (D9.1).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Raises and ends the alarms that prices give: a stablecoin below its peg, a halted asset. Ends
// every alarm that has been clear through its hysteresis. Once in a tick, on the new epoch.
void watch_alarms(Context& context);

// Raised and not yet said to be clear.
bool is_alarmed(const State& state, PlaceIndex place);

struct AccountAlarms {
  bool raised = false;  // something counted as its collateral is, or lies at, what is alarmed
  bool clear = true;    // nothing is, nor where it would go back to, not even within the hysteresis
};
AccountAlarms alarms_of(const State& state, AccountIndex account);

}  // namespace bulkhead::engine
