// What an account in liquidation loses, charged to its own assets in their order: sequestered
// first, then pledged, its free ones last (D10.3).
#pragma once

#include <span>

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Remembers what losses of accounts in liquidation made them owe, and what gains have paid of it.
void note_losses(Context& context, std::span<const positions::Settled> settled);

// Recalls from the vaults what of the assets owed lies there, and pays the rest of each debt from
// what is pledged in its asset. A vault that gives no answer is not waited for.
void pay_debts(Context& context, AccountIndex account);

// What has come back from a vault pays what is owed in that asset at once; only in default.
void pay_with_returned(Context& context, AccountIndex account, AssetIndex asset, Amount amount);

// At the exit level: whether nothing that the liquidation lost is still owed that the account could
// pay of its own. If not, the next step towards it is taken: it is paid, recalled from the vault,
// or collateral is sold for it.
bool own_losses_settled(Context& context, AccountIndex account);

}  // namespace bulkhead::engine
