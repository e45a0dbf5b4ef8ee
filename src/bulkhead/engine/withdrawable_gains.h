// Of an account's unrealised gains, what does not count when collateral is taken out: what a gain
// is less at the stable price, and what the market could not realise within the margin period of
// risk (D5.9).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Taken off E_least before a withdrawal is judged. Gains are counted per underlying, each at the
// lowest of its three points; a market of unknown volume has no limit, as for liquidations (D10.2).
Usd unrealisable_gain(const State& state, const Valuer& valuer, AccountIndex account);

}  // namespace bulkhead::engine
