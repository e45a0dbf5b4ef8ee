// What is measured; each gives its figures.
#pragma once

#include "bulkhead/base/result.h"
#include "figures.h"
#include "stage.h"

namespace bulkhead::bench {

struct Ceilings {
  Timing flop;
  Timing byte;
};

// Evaluations on one and two threads, ES, and rows, on the book of a stage that is open.
Result<std::vector<Figure>> measure_risk(Stage& stage, const Ceilings& ceilings);

// Engine::apply(Tick), price observations given before and not counted.
Result<std::vector<Figure>> measure_ticks(Stage& stage, int count);

// Bytes that an account adds to an engine with a market, by the heap's own count and by resident
// memory. `fresh` has seen nothing.
Result<std::vector<Figure>> measure_memory(Stage& fresh);

}  // namespace bulkhead::bench
