// A set of closings of an account in default, valued and judged: by the core when a planner
// proposes one, and by a planner before it proposes (D10.2). Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/engine/liquidation_items.h"

namespace bulkhead::engine {

// Of each line of closable_lines().
using LotsClosed = std::vector<std::uint64_t>;

struct ValuedClosing {
  policy::HypotheticalFigures figures;  // costs subtracted from equity
  Usd cost;
};

// Expected, of so many lots at once; rounded up.
Usd closing_cost(const ClosableLine& line, std::uint64_t lots);
Usd closing_cost(const std::vector<ClosableLine>& lines, const LotsClosed& closed);

ValuedClosing value_closing(const Books& books, AccountIndex account,
                            const std::vector<ClosableLine>& lines, const LotsClosed& closed);

// E >= exit·IM.
bool reaches_exit(const Books& books, const policy::HypotheticalFigures& figures);

// The core's own plan for all of it at once, whatever an interval takes: what a proposal is
// measured by.
policy::LiquidationPlan plain_plan(const Books& books, AccountIndex account,
                                   const std::vector<ClosableLine>& lines);

struct JudgedClosing {
  Usd cost;
  Usd plain_cost;       // 0 if the plain plan does not reach the exit level
  bool closes = false;  // all of the book
};

// It reaches the exit level, with hedges or without, no dearer than the plain plan; or nothing
// does, and it closes all. Errors: plan_misses_exit, plan_dearer.
Result<JudgedClosing> judge_closing(const Books& books, AccountIndex account,
                                    const std::vector<ClosableLine>& lines,
                                    const LotsClosed& closed);

}  // namespace bulkhead::engine
