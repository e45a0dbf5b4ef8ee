// Stop buttons: one person presses, two end, each expires; none stops a top-up or an order that
// reduces risk (D11.6).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Whether the button is pressed for this account or for all.
bool is_stopped(const State& state, StopButton button, AccountIndex account);
// Whether trading in the instrument is halted.
bool is_halted(const State& state, InstrumentIndex instrument);

// D11.6: refuses new risk of an account while reduce-only is pressed for it.
Status check_not_reduce_only(const Context& context, AccountIndex account);
// The same in an instrument whose market is halted.
Status check_market_runs(const Context& context, InstrumentIndex instrument);
Status check_releases_run(const Context& context, AccountIndex account);

// Ends what has expired; before the market epoch of a tick is closed.
void expire_stops(Context& context);

// What set_halt says of an asset that a stop holds halted: remembered for the end of the stop.
// False if no stop is pressed for the asset.
bool halt_under_stop(Context& context, const std::string& asset, bool halted);

}  // namespace bulkhead::engine
