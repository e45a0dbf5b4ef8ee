// What an account may do now: new risk, withdrawals and collateral leaving, judged as if done
// (D4.4, D7.2, D7.5, D8.6). Checks change nothing.
#pragma once

#include <functional>
#include <vector>

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/portfolio.h"

namespace bulkhead::engine {

// Adds to (or takes from) the entry of an asset, keeping the list sorted without zero entries.
void add_amount(std::vector<risk::AssetAmount>& list, AssetIndex asset, Amount amount);
// The same for lots of an instrument.
void add_lots(std::vector<risk::PositionLots>& list, InstrumentIndex instrument, std::int64_t lots);

using Change = std::function<void(risk::Portfolio&)>;

// New risk needs coverage `normal`, no default, and E_least >= IM with the change done (D4.4,
// D7.2). A change that only reduces risk (D7.5) passes in every stage.
Status check_new_risk(Context& context, AccountIndex account, const Change& change);

// Taking `amount` out of `free`: at will, but for what an open call or a standing instruction to
// pull reserves up to the amount due (D6.1), and not in default.
Status check_free_withdrawal(Context& context, AccountIndex account, AssetIndex asset,
                             Amount amount);

// Collateral that stops counting: `normal`, no open call, every price good, and as if done
// E' >= target·IM' and E' >= stressed IM' at E_least, and the vault's requirement met (D7.2, D8.6).
Status check_collateral_leaves(Context& context, AccountIndex account, AssetIndex asset,
                               Amount amount);

// Counts a pledge of `amount` towards the open calls, oldest first, at its low edge (D4.5).
void credit_calls(Context& context, AccountIndex account, AssetIndex asset, Amount amount);

// D9.2: stressed value of what is sequestered or on its way, and R.
Usd vault_stressed(const Context& context, AccountIndex account);
Usd vault_requirement(const Context& context, AccountIndex account,
                      const risk::Requirement& requirement);

}  // namespace bulkhead::engine
