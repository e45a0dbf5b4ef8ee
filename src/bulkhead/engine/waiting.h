// Who on the ladder waits: under watch, called, or for a dwell to pass, so that nothing is done
// until the market takes it to another side of a level, the clock comes to a known time, or
// somebody acts on it (docs/safe-regions.md, "Who waits").
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "bulkhead/base/ids.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/events_collateral.h"
#include "bulkhead/risk/safe_region.h"

namespace bulkhead::engine {

class Context;

// Assets that are poor as collateral for every account alike (substitution_offers.h).
using PoorAssets = std::map<AssetIndex, PoorCause>;

struct Wait {
  AccountIndex account;
  std::vector<risk::Edge> edges;   // between which its turn at a tick stays one without effect
  std::optional<Timestamp> until;  // when it ends by itself, or may
};

// Of an account whose turn at this tick has changed nothing; none: it is to be looked at again.
std::optional<Wait> wait_of(const Context& context, AccountIndex account, const PoorAssets& poor);

}  // namespace bulkhead::engine
