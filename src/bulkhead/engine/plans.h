// Proposals of a planner outside: taken or refused, waited for, and followed slice by slice
// (D10.2).
#pragma once

#include <optional>
#include <vector>

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/liquidation_items.h"

namespace bulkhead::engine {

// True while this tick is one of those in which a planner may still answer; counts it.
bool waits_for_planner(Context& context, AccountIndex account);

// The slices of the plan in force that this interval's capacity takes, re-checked now, or no slice
// while capacity is used up; none if
// there is no plan, it has expired, is done, or a slice no longer holds (the plan has ended then).
std::optional<std::vector<policy::Slice>> slices_of_plan(Context& context, AccountIndex account,
                                                         const std::vector<ClosableLine>& lines);

// The default is over.
void end_plan(Context& context, AccountIndex account, PlanEnd end);

}  // namespace bulkhead::engine
