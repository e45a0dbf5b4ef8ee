// Marks of instruments: a future's price against its index, and an option's forward, volatility and
// premium, from the assets' prices and what the instruments' own sources gave (D4.1).
#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/base/time.h"
#include "bulkhead/market/aggregate.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/market/parameters.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/market/state.h"

namespace bulkhead::market {

// Prices that a mark rests on.
struct MarkInputs {
  const AssetPrice* underlying = nullptr;
  const AssetPrice* settlement = nullptr;  // null for inverse instruments
  const AssetState* underlying_state = nullptr;

  // Spot in the instrument's quote, S/X (linear) or S (inverse); 0 if either is not priced.
  double index() const;
  Quality worst() const;  // of the prices
};

// A dated future that can give an option's forward.
struct ForwardNode {
  Timestamp expiry;
  double basis = 0;  // > 0
  Quality own = Quality::good;
};

// One observation of an instrument's mark as it counts at this tick.
struct MarkObservation {
  double price = 0;  // as observed
  double confidence = 0;
  double basis = 0;  // against the index at the tick of its observation, 0: unknown
  bool now = false;  // observed since the last tick
};

// Updates the state of a perpetual or future from its sources that are not stale. A price observed
// at this tick counts as it is, an older one as its basis on today's index. What lies further from
// the index than the band is cut to it and own quality is volatile, unless the index is stale or
// worse. Without any such source the last basis stands: own is stale if there are `registered`
// sources, else good.
void update_future(InstrumentState& state, const Instrument& instrument, const MarkInputs& inputs,
                   const std::vector<MarkObservation>& fresh, std::size_t registered, Timestamp t,
                   const Parameters& parameters);

// Mark of a perpetual or future: what was observed at this tick, else index times last basis (1
// before the first, and from expiry on), marked derived.
InstrumentMark future_mark(const InstrumentState& state, const Instrument& instrument,
                           const MarkInputs& inputs, Timestamp t);

// Mark of an option. Forward: spot times the basis of the future of the same expiry, else of the
// one nearest in time (earlier first) with a day or more to run, basis^(τ/τ_future), else spot.
// Volatility: its own, else the underlying's at-the-money node (derived), else the model's.
InstrumentMark option_mark(const InstrumentState& state, const Instrument& instrument,
                           const MarkInputs& inputs, const std::vector<ForwardNode>& futures,
                           Timestamp t);

}  // namespace bulkhead::market
