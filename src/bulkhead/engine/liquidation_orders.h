// What is instructed to the venue for an account in default, and what ends it: fills, time, the end
// of the default (D10.2).
#pragma once

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/liquidation_items.h"

namespace bulkhead::engine {

// Instructs `lots` of a line at worst `band` from fair, or further where so many are expected to
// cost more. They use up the market's grant.
void instruct(Context& context, AccountIndex account, const ClosableLine& line,
              const policy::Slice& slice, double band);

// `order.lots` or `order.amount` is what is left of the open instruction: keeps that part of its
// capacity.
void keep_open(Context& context, const LiquidationOrder& before, LiquidationOrder order);
// It is over; the capacity of what is unfilled comes back to the market's grant.
void end_instruction(Context& context, std::uint64_t number, bool filled);
// All that is open of an account, or what of it closes positions: no longer wanted.
void end_instructions(Context& context, AccountIndex account);
void end_position_instructions(Context& context, AccountIndex account);

}  // namespace bulkhead::engine
