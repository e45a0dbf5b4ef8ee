// How much may still be moved to a place: a venue-wide quantity that is granted to this engine
// (D9.6, DESIGN 3). A place for which nothing was ever granted has no such limit.
#pragma once

#include <optional>

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Market value that the grant of the place leaves; 0 once it has expired. None: no limit.
std::optional<Usd> capacity_left(const Context& context, PlaceIndex place);

// `value` is on its way there.
void use_capacity(Context& context, PlaceIndex place, Usd value);

}  // namespace bulkhead::engine
