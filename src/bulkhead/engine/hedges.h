// What could be traded against a position that its own market does not take now, or takes dearer:
// another future or perpetual on the same underlying (D10.2).
#pragma once

#include <vector>

#include "bulkhead/engine/liquidation_items.h"

namespace bulkhead::engine {

// At most one for each underlying, up to its net delta, on the side that reduces it: the one of the
// narrowest spread, then of the lowest index. Only where a position of that underlying cannot be
// traded, does not fit into this interval, or has a wider spread. Each is a group of its own.
std::vector<ClosableLine> hedge_lines(const Books& books, AccountIndex account,
                                      const std::vector<ClosableLine>& closable);

// The lines that close or sell, without the hedges at their end.
std::span<const ClosableLine> without_hedges(const std::vector<ClosableLine>& lines);

}  // namespace bulkhead::engine
