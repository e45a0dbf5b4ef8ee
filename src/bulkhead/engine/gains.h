// A capped haircut of what others have gained and not been paid in the markets of an account in
// default since that was declared (D10.3). It takes nothing that anybody holds.
#pragma once

#include <vector>

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Charges up to `loss` of an asset to gains in the account's markets that are settled in it, in
// proportion to what of each may be taken; the pool is paid. Returns what was taken of whom.
std::vector<LossPart> reduce_gains(Context& context, AccountIndex account, AssetIndex asset,
                                   Amount loss);

}  // namespace bulkhead::engine
