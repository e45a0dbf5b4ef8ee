// Break-glass orders: one person acts at once where it otherwise takes two, signed, for a short
// time, and two others must ratify it or it ends (D11.1).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Refuses what takes free assets out while an order holds withdrawals of the account, or of all.
Status check_withdrawals_run(const Context& context, AccountIndex account);

// Ends what nobody ratified in time and what has reached its end, and forgets what ended unratified
// a day ago; inside a tick.
void expire_break_glass(Context& context);

}  // namespace bulkhead::engine
