// The watch over the model of risk: what one unit of each product may lose is remembered, and
// compared with what it lost one horizon later (D12.2). Decides nothing about accounts.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Once in a tick, when the epoch is closed and figures can be had. A product is an asset, or an
// instrument that is no option. Results and new forecasts are taken at good prices only: until then
// a product waits, and what it may lose grows with the root of time.
void watch_models(Context& context);

}  // namespace bulkhead::engine
