// Default and liquidation of one account at one tick (D10). Liquidation is an instruction to the
// venue; fills come back as trades.
#pragma once

#include "bulkhead/engine/context.h"
#include "bulkhead/policy/default.h"

namespace bulkhead::engine {

policy::DefaultContext default_context(const Context& context, AccountIndex account,
                                       const policy::Standing& standing);
// Declares, cures, ends or closes; says what a price blocks.
void follow_default(Context& context, AccountIndex account, const policy::Standing& standing);
// Two persons declare it (D10.1): its orders are cancelled at once.
void declare_by_order(Context& context, AccountIndex account);
// The first of it is closed or sold (D7.2): a declared default is liquidated from now on.
void change_to_liquidating(Context& context, AccountIndex account);
// Next slices of an account that was in default before this tick: reduce, recall, sell, and at the
// end cover what is left.
void liquidate(Context& context, AccountIndex account, const policy::Standing& standing);

}  // namespace bulkhead::engine
