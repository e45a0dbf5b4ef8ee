// Timers: deadlines, expiries and time-outs that have come due (D2.4). They are derived from the
// records that carry them, and fire only inside a Tick.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Fires all timers with due <= now in the order (due, kind, id).
void fire_timers(Context& context);

}  // namespace bulkhead::engine
