// What lies at a place under alarm goes to the next best place (D9.1).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Sequestered at an alarmed vault: moved to the vault that takes all of it at the least cost;
// pledged at an alarmed internal ledger: sequestered there. What no place takes is said once.
void evacuate(Context& context, AccountIndex account, const policy::Standing& standing);

}  // namespace bulkhead::engine
