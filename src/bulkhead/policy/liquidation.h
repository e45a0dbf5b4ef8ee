// The core's plain liquidation plan: the smallest greedy reduction that reaches the exit level at
// expected prices, within capacity, no slice lowering E − MM (D10.2, issue 2).
//
// The caller lists what can be closed (positions; collateral that can be sold for a debt) and gives
// a pure function that values the account as if some of it were closed at mid. Costs are subtracted
// here.
//
//   LiquidationPlan plan = plan_liquidation(items, evaluate, levels);
//   for (const Slice& slice : plan.slices) instruct(items[slice.item], slice.lots);
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/policy/execution_cost.h"

namespace bulkhead::policy {

struct ClosableItem {
  std::uint32_t group = 0;      // underlying: items of one group may be closed as one package
  std::uint64_t lots = 0;       // that could be closed, in whatever unit evaluate understands
  double notional_per_lot = 0;  // numéraire, > 0
  std::uint64_t capacity = 0;   // lots that this interval's capacity still takes
  MarketDepth market;
};
// Of so many lots of the item, numéraire; cut off where micros end.
Usd notional(const ClosableItem& item, std::uint64_t lots);

struct HypotheticalFigures {
  Usd equity;  // at mid, before the cost of closing
  Usd initial_margin;
  Usd maintenance_margin;
};
// closed[i] lots of item i closed at mid; closed.size() == items.size(). Pure.
using EvaluateClosed = std::function<HypotheticalFigures(std::span<const std::uint64_t> closed)>;

struct Slice {
  std::uint32_t item = 0;
  std::uint64_t lots = 0;
  Usd expected_cost;
};

enum class PlanOutcome : std::uint8_t {
  reaches_exit,  // after these slices E >= exit·IM
  continues,     // this interval's capacity is used up; plan again in the next
  close_out,     // no plan reaches exit: everything is being closed
  stuck          // no slice improves E − MM now
};
BULKHEAD_ENUM_NAMES(PlanOutcome, "reaches_exit", "continues", "close_out", "stuck")

struct LiquidationPlan {
  std::vector<Slice> slices;  // by item; at most one per item
  PlanOutcome outcome = PlanOutcome::stuck;
  Usd expected_cost;
  HypotheticalFigures after;  // of the plan, costs subtracted from equity
  std::uint32_t evaluations = 0;
};

// Greedy over blocks of an eighth of an item (singly, or every item of a group, or all items, by
// the same fraction: a package), the best gain of 10^4·E − exit·IM per notional first, ties by
// item, the last block trimmed to the fewest lots that suffice. Every accepted block has gain > 0
// and does not lower E − MM. Of more than 24 items the largest by notional are singly tried. At
// most 64 blocks.
LiquidationPlan plan_liquidation(std::span<const ClosableItem> items,
                                 const EvaluateClosed& evaluate, const Levels& levels);

// D10.3 as far as issue 2: losses of a closed account in order.
struct Waterfall {
  Usd own_sequestered;
  Usd own_pledged;
  Usd own_free;
  Usd insurance;
  Usd bad_debt;
  Usd surplus;  // of the account's own, returned
};
struct WaterfallFunds {
  Usd own_sequestered;
  Usd own_pledged;
  Usd own_free;
  Usd insurance;
};
// Charges `loss` >= 0 against the funds (each >= 0) in order; parts + bad_debt = loss exactly.
Waterfall charge_loss(Usd loss, const WaterfallFunds& funds);

}  // namespace bulkhead::policy
