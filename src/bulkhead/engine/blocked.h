// Acts that a poor price or an outage keeps from being done (D4.4, D4.5): said once when it begins.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Emits ActBlocked at the first tick at which `blocked` holds; forgets it when it does not. Names
// the worst price that the account touches.
void note_blocked(Context& context, AccountIndex account, Act act, bool blocked);

// The same for a reason (none: not blocked) and the price that is to blame, if one is.
void note_blocked(Context& context, AccountIndex account, Act act, policy::Reason reason,
                  const std::optional<std::pair<std::string, market::Quality>>& price);

}  // namespace bulkhead::engine
