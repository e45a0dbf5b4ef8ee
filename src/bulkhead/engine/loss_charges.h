// What a liquidation has lost and who is charged for it, in the order of D10.3: the account's own
// sequestered, pledged and free assets, set-off, the house, the insurance fund, those who gained.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// A default is declared: what the account has of its own, and the marks of its markets.
void note_declared(Context& context, AccountIndex account);

// Realised in liquidation, + lost.
void add_loss(Context& context, AccountIndex account, Usd lost);

// Who has paid what so far. What nobody else did the account has paid of its own, in the order of
// what it had when its default was declared.
LossCharges charged(const DefaultRecord& record);

// At the end of a default: says so, if anything was lost.
void tell_charges(Context& context, AccountIndex account);

}  // namespace bulkhead::engine
