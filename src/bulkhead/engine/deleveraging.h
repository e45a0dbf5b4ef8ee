// What the market has not taken through the time for it: positions go to those who gained, by rank,
// or are torn up against the venue; collateral goes to the pool (D10.3). So every default ends.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Instructed, and nothing filled for `deleverage_after`.
bool market_is_silent(const Context& context, AccountIndex account);
// Remembers since when nothing is filled; or that something was, or that nothing may be asked for.
void note_asked(Context& context, AccountIndex account);
void note_filled(Context& context, AccountIndex account);

// Closes what the plain plan needs, or everything where nothing reaches the exit level, at the
// bankruptcy price inside the closing band.
void deleverage(Context& context, AccountIndex account);

}  // namespace bulkhead::engine
