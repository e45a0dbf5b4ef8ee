// How much may still be moved to a place or traded in a market: venue-wide quantities that are
// granted to this engine (D9.6, D10.2, DESIGN 3). What nothing was ever granted for has no such
// limit.
#pragma once

#include <optional>
#include <string_view>

#include "bulkhead/engine/state.h"

namespace bulkhead::engine {

// Market value (place_capacity) or notional (market_capacity: of an instrument, or of an asset that
// is sold) that the grant leaves; 0 once it has expired. None: no limit.
std::optional<Usd> capacity_left(const State& state, GrantKind kind, std::string_view subject,
                                 Timestamp now);

// `value` is on its way there, or asked of the market. Returns the epoch of the grant that it is
// charged to, 0 if there is none.
std::uint64_t use_capacity(State& state, GrantKind kind, std::string_view subject, Usd value);
// `value` was not made use of after all: it comes back to the grant that it was charged to, while
// no newer one has taken its place.
void return_capacity(State& state, GrantKind kind, std::string_view subject, Usd value,
                     std::uint64_t epoch);

}  // namespace bulkhead::engine
