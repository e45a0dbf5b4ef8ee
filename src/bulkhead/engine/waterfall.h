// Who pays what a closed account could not (D10.3): its own free assets, then the insurance fund;
// the rest is shown as bad debt.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Pledges the account's free assets while it owes something; false if there was nothing to pledge.
bool pledge_free(Context& context, AccountIndex account);

// Ends every debt: by set-off, the house tranche, the insurance fund and a haircut of others'
// unpaid gains as far as they go, in this order, then as bad debt.
void cover_losses(Context& context, AccountIndex account);

// What others than the account could pay: set-off, house tranche, insurance fund, at mid.
Usd funds_value(Context& context, AccountIndex account);

}  // namespace bulkhead::engine
