// Receipts under way, given out in one total order whatever order they were made in.
#pragma once

#include <optional>
#include <vector>

#include "bulkhead/custody/port.h"

namespace bulkhead::custody {

// Removes and returns those received at or before `now`, by (received, account, asset, seq,
// status).
std::vector<Receipt> take_received(std::vector<Receipt>& under_way, Timestamp now);
// The least `received`; empty if none is under way.
std::optional<Timestamp> earliest(const std::vector<Receipt>& under_way);

}  // namespace bulkhead::custody
