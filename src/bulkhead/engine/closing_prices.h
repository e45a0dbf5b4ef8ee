// Prices at which an account in default trades outside the market, and what a position has gained
// at a price (D10.2, D10.3).
#pragma once

#include "bulkhead/base/decimal.h"
#include "bulkhead/engine/context.h"
#include "bulkhead/engine/liquidation_items.h"

namespace bulkhead::engine {

// Fair, moved by `shift` of the underlying in favour of the account in default: it sells for more
// and buys for less; a negative shift is against it. The nearest decimal of twelve digits, so that
// the log says the very price of the trade.
Decimal closing_price(const Books& books, const ClosableLine& line, double shift);

// What a future or perpetual would be paid if it ended at `price`, in its settlement asset.
Amount gain_at(const market::Registry& registry, const positions::Position& position, double price);

}  // namespace bulkhead::engine
