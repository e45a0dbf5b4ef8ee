// What can be read of the venue without a command: its state, and the figures of it.
#pragma once

#include "bulkhead/engine/state.h"
#include "bulkhead/engine/valuer.h"

namespace bulkhead::engine {

struct Books {
  const State& state;
  Valuer& valuer;

  const policy::ParameterSet& parameters() const { return state.parameters(); }
  const policy::LadderParameters& ladder() const { return state.parameters().ladder; }
  const market::Registry& registry() const { return state.registry(); }
};

}  // namespace bulkhead::engine
