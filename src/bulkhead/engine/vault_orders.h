// Orders of two persons to sequester or to release: a risk manager proposes, an approver approves
// (D9.1, D9.5). Neither role can have an account.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Checks the content and opens the proposal; its name and expiry are checked by the caller.
Status propose_vault_order(Context& context, const Propose& command);
Status approve_vault_order(Context& context, const Proposal& open);
// The account's order to sequester is this one from now on, and it is told.
void put_order_in_force(Context& context, AccountIndex account, const StandingOrder& order);
// An order to sequester is no longer in force: expired, or lifted by an order to release.
void end_order(Context& context, AccountIndex account);

}  // namespace bulkhead::engine
