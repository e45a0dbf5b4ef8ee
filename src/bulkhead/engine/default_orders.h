// Default declared by two persons without interest in the account, for a listed event (D10.1).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

Status propose_default(Context& context, const Propose& command, const DefaultOrder& order);
// Refused where nothing is owed, where a default is open already, and of an account that stands at
// its target at E_least: no order makes a healthy account pay.
Status approve_default(Context& context, const Proposal& proposal);

}  // namespace bulkhead::engine
