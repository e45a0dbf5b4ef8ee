// Dutch auctions of what an account in default has and no market takes in time (D10.2, D10.4):
// opened by the ladder, filled by bids, ended by all being sold or by time.
#pragma once

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/liquidation_items.h"

namespace bulkhead::engine {

// Whether what must go does not fit into its markets before closing prices are at the end of their
// band, or has no market; false once an auction of this default was not sold out.
bool cannot_be_sliced(Context& context, AccountIndex account, std::span<const ClosableLine> lines);

// Offers what must go of these lines: what reaches the exit level, or all.
void open_auction(Context& context, AccountIndex account, std::span<const ClosableLine> lines);

// Ends an open auction; nothing if there is none. `expired`: what is left is closed by rank.
void end_auction(Context& context, AccountIndex account, AuctionEnd end);

// What is left of one line, by name.
PlanLine told(const market::Registry& registry, const OpenAuction::Line& line);

}  // namespace bulkhead::engine
