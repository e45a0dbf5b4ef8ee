// Acts that a price below `good` keeps from being done (D4.4): said once when it begins.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Emits ActBlocked at the first tick at which `blocked` holds; forgets it when it does not.
void note_blocked(Context& context, AccountIndex account, Act act, bool blocked);

}  // namespace bulkhead::engine
