// Parameters on their way: levels, haircuts and account limits move to those of a new version in a
// straight line, announced when it begins (D6.4, D7.3).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// A new set was adopted in place of `before`: what ramps is as it was, and moves from now on
// through the ramp that the new set states. When it arrives; 0: nothing moves.
Timestamp begin_ramp(Context& context, const policy::ParameterSet& before);
// Takes the numbers of now, and says when they have arrived. Before the epoch is closed, so that
// all that follows uses them.
void follow_ramp(Context& context);

}  // namespace bulkhead::engine
