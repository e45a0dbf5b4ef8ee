// What an account may do now: new risk, withdrawals and collateral leaving, judged as if done
// (D4.4, D7.2, D7.5, D8.6). Checks change nothing.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/open_orders.h"
#include "bulkhead/engine/portfolio.h"

namespace bulkhead::engine {

// Adds to (or takes from) the entry of an asset, keeping the list sorted without zero entries.
void add_amount(std::vector<risk::AssetAmount>& list, AssetIndex asset, Amount amount);
// The same for lots of an instrument.
void add_lots(std::vector<risk::PositionLots>& list, InstrumentIndex instrument, std::int64_t lots);

using Change = std::function<void(risk::Portfolio&)>;

// New risk needs coverage `normal`, no default, and E_least >= IM with the change done (D4.4,
// D7.2), and no stop button pressed for the account or for a market it is in (D11.6). A change that
// only reduces risk (D7.5) passes in every stage.
Status check_new_risk(Context& context, AccountIndex account, const Change& change,
                      std::span<const InstrumentIndex> markets = {});

// The same for an order, of a package all its legs as one: it passes in every stage and at every
// quality if its fill reduces risk (D7.5), whichever of what may be filled beside it has been: IM
// does not rise and E − IM falls by no more than the closing band. `change` adds the order to the
// book.
Status check_order(Context& context, AccountIndex account, const positions::Order& order,
                   const Change& change);

// The book after a trade at `price` in the instrument's quote (of options: premium per coin in the
// settlement asset).
void add_trade(const market::Registry& registry, risk::Portfolio& book, InstrumentIndex instrument,
               std::int64_t lots, double price);

// Taking `amount` out of `free`: at will, but for what an open call or a standing instruction to
// pull reserves up to the amount due (D6.1), and not in default.
Status check_free_withdrawal(Context& context, AccountIndex account, AssetIndex asset,
                             Amount amount);

// Collateral that stops counting: `normal`, no open call, its own price good or wide, and as if
// done E' >= target·IM' and E' >= stressed IM' at E_least, and the vault's requirement met (D7.2,
// D8.6). A poor price of anything else widens E_least and blocks nothing (D4.5). While an account
// of the member or of an affiliate is called or worse, ΣE >= Σ target·IM must hold over all of
// them.
// `meanwhile` comes in together with it, and `charge` is taken off E_least besides (D8.5).
Status check_collateral_leaves(Context& context, AccountIndex account, AssetIndex asset,
                               Amount amount, const Change& meanwhile = {}, Usd charge = {});
// What moves must have a price, good or wide; another asset's quality blocks nothing (D4.5).
Status price_lets_move(const Context& context, AssetIndex asset);

// Until when a call can be met: its deadline, or the end of the grace after an outage in which it
// fell (D2.4), or the time-out of what was seen on its way (D6.2).
Timestamp due_time(const Context& context, const policy::Call& call);

// Puts a call that changed from `before`, says so, and withdraws what was proposed for it once it
// has ended (D8.4).
void change_call(Context& context, const policy::Call& before, const policy::Call& call);

// At its low edge; nothing while its price is stale or worse.
Usd low_value(const Context& context, AssetIndex asset, Amount amount);
// What a top-up of `amount` would credit: what more counts by it, at its low edge; nothing while
// its price is stale or worse, or if the asset is not eligible (D4.5, D6.4).
Usd creditable_value(const Context& context, AccountIndex account, AssetIndex asset, Amount amount);

// Counts `credit` towards the open calls that could still be met at `as_of`, oldest first.
void credit_open_calls(Context& context, AccountIndex account, Usd credit, Timestamp as_of);
// The same for a pledge of `amount` now.
// At a price too poor to cure it waits until that is good.
void credit_calls(Context& context, AccountIndex account, AssetIndex asset, Amount amount);
// Credits what waited for a price that is good now; forgets it when no call is open.
void credit_waiting(Context& context, AccountIndex account);

// D9.2: stressed value of what is sequestered or on its way (not to a place that has let its time
// pass without a word, D9.4, nor what lies at a place under alarm or is halted, D9.1), and R.
Usd vault_stressed(const State& state, const Valuer& valuer, AccountIndex account);
// The same as if so much more, or less, of each asset lay there.
struct VaultChange {
  AssetIndex asset;
  Amount amount;
};
Usd vault_stressed_if(const State& state, const Valuer& valuer, AccountIndex account,
                      std::span<const VaultChange> changes);
Usd vault_requirement(const Context& context, AccountIndex account,
                      const risk::Requirement& requirement);

}  // namespace bulkhead::engine
