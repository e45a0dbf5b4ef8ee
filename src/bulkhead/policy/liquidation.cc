// The plain liquidation plan: greedy blocks, trimmed to the fewest lots that reach exit.
#include "bulkhead/policy/liquidation.h"

#include <algorithm>
#include <optional>

#include "bulkhead/base/assert.h"

namespace bulkhead::policy {
namespace {

constexpr std::size_t kSinglesMax = 24;
constexpr std::uint32_t kBlocksMax = 64;
constexpr std::uint64_t kCoarse = 8;  // a block is this part of an item …
constexpr std::uint64_t kFine = 64;   // … or this one, where impact makes the coarse one a loss

using Lots = std::vector<std::uint64_t>;

// A state on the way: what is closed so far and what the account is then, costs subtracted.
struct Point {
  Lots closed;
  HypotheticalFigures figures;
  Usd cost;
};

class Planner {
 public:
  Planner(std::span<const ClosableItem> items, const EvaluateClosed& evaluate, const Levels& levels)
      : items_(items), evaluate_(evaluate), exit_bp_(levels.target_bp) {
    for (const ClosableItem& item : items_) BULKHEAD_ASSERT(item.notional_per_lot > 0);
    list_bundles();
  }

  LiquidationPlan run() {
    Point at = visit(Lots(items_.size(), 0));
    PlanOutcome outcome = PlanOutcome::continues;
    for (std::uint32_t block = 0; block < kBlocksMax && distance(at) < 0; ++block) {
      std::optional<Point> next = best_block(at, kCoarse);
      if (!next) next = best_block(at, kFine);
      if (!next) {
        outcome = blocked_outcome(at);
        break;
      }
      at = distance(*next) < 0 ? std::move(*next) : trim(at, *next);
    }
    if (distance(at) >= 0) outcome = PlanOutcome::reaches_exit;
    return finish(at, outcome);
  }

 private:
  // Items that are closed together by the same fraction.
  using Bundle = std::vector<std::uint32_t>;

  void list_bundles() {
    Bundle order(items_.size());
    for (std::uint32_t i = 0; i < items_.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      const Usd left = notional(items_[a], items_[a].lots);
      const Usd right = notional(items_[b], items_[b].lots);
      return left != right ? left > right : a < b;
    });
    if (order.size() > kSinglesMax) order.resize(kSinglesMax);
    std::sort(order.begin(), order.end());
    for (const std::uint32_t i : order) bundles_.push_back({i});
    list_group_bundles();
  }

  void list_group_bundles() {
    Bundle order(items_.size());
    for (std::uint32_t i = 0; i < items_.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      return items_[a].group != items_[b].group ? items_[a].group < items_[b].group : a < b;
    });
    std::size_t group_count = 0;
    for (std::size_t begin = 0; begin < order.size(); ++group_count) {
      std::size_t end = begin + 1;
      while (end < order.size() && items_[order[end]].group == items_[order[begin]].group) ++end;
      if (end - begin > 1) {
        bundles_.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(begin),
                              order.begin() + static_cast<std::ptrdiff_t>(end));
      }
      begin = end;
    }
    if (group_count > 1) {
      std::sort(order.begin(), order.end());
      bundles_.push_back(order);
    }
  }

  Point visit(Lots closed) {
    ++evaluations_;
    Point point{std::move(closed), {}, {}};
    point.figures = evaluate_(point.closed);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (point.closed[i] == 0) continue;
      point.cost += execution_cost(items_[i].market, notional(items_[i], point.closed[i]));
    }
    point.figures.equity -= point.cost;
    return point;
  }

  // 10^4·E − exit·IM: the plan ends at or above zero.
  Int128 distance(const Point& p) const {
    return Int128{10'000} * p.figures.equity.micros -
           Int128{exit_bp_} * p.figures.initial_margin.micros;
  }
  static Usd maintenance_excess(const Point& p) {
    return p.figures.equity - p.figures.maintenance_margin;
  }

  std::uint64_t room(const Point& at, std::uint32_t i) const {
    const std::uint64_t most = std::min(items_[i].lots, items_[i].capacity);
    return most > at.closed[i] ? most - at.closed[i] : 0;
  }

  // The best next point by gain per notional, first bundle of equals; none if no bundle gains.
  std::optional<Point> best_block(const Point& at, std::uint64_t parts) {
    std::optional<Point> best;
    Int128 best_rate = 0;
    for (const Bundle& bundle : bundles_) {
      Lots closed = at.closed;
      Int128 traded = 0;
      for (const std::uint32_t i : bundle) {
        const std::uint64_t part = (items_[i].lots + parts - 1) / parts;
        const std::uint64_t lots = std::min(part, room(at, i));
        closed[i] += lots;
        traded += notional(items_[i], lots).micros;
      }
      if (traded == 0) continue;
      Point next = visit(std::move(closed));
      const Int128 gain = distance(next) - distance(at);
      if (gain <= 0 || maintenance_excess(next) < maintenance_excess(at)) continue;
      const Int128 rate = gain * 1'000'000 / traded;
      if (best && rate <= best_rate) continue;
      best = std::move(next);
      best_rate = rate;
    }
    return best;
  }

  // The smallest share of the last block that still reaches exit, by bisection on its largest leg.
  Point trim(const Point& from, const Point& reached) {
    std::uint64_t longest = 0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      longest = std::max(longest, reached.closed[i] - from.closed[i]);
    }
    Point best = reached;
    std::uint64_t low = 0;
    std::uint64_t high = longest;
    while (high - low > 1) {
      const std::uint64_t middle = low + (high - low) / 2;
      Lots closed = from.closed;
      for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto leg = static_cast<Uint128>(reached.closed[i] - from.closed[i]);
        closed[i] += static_cast<std::uint64_t>((leg * middle + longest - 1) / longest);
      }
      Point point = visit(std::move(closed));
      if (distance(point) >= 0 && maintenance_excess(point) >= maintenance_excess(from)) {
        best = std::move(point);
        high = middle;
      } else {
        low = middle;
      }
    }
    return best;
  }

  PlanOutcome blocked_outcome(const Point& at) const {
    bool anything_closed = false;
    bool anything_left = false;
    bool capacity_left = false;
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      anything_closed |= at.closed[i] > 0;
      anything_left |= at.closed[i] < items_[i].lots;
      capacity_left |= room(at, i) > 0;
    }
    if (!anything_left) return PlanOutcome::close_out;
    if (anything_closed || !capacity_left) return PlanOutcome::continues;
    return PlanOutcome::stuck;
  }

  LiquidationPlan finish(const Point& at, PlanOutcome outcome) const {
    LiquidationPlan plan;
    plan.outcome = outcome;
    plan.expected_cost = at.cost;
    plan.after = at.figures;
    plan.evaluations = evaluations_;
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      if (at.closed[i] == 0) continue;
      const Usd cost = execution_cost(items_[i].market, notional(items_[i], at.closed[i]));
      plan.slices.push_back({i, at.closed[i], cost});
    }
    return plan;
  }

  std::span<const ClosableItem> items_;
  const EvaluateClosed& evaluate_;
  BasisPoints exit_bp_;
  std::vector<Bundle> bundles_;
  std::uint32_t evaluations_ = 0;
};

}  // namespace

Usd notional(const ClosableItem& item, std::uint64_t lots) {
  constexpr double kMicrosMax = 9.2e18;
  const double micros = item.notional_per_lot * static_cast<double>(lots) * 1e6;
  return Usd{static_cast<std::int64_t>(micros < kMicrosMax ? micros : kMicrosMax)};
}

LiquidationPlan plan_liquidation(std::span<const ClosableItem> items,
                                 const EvaluateClosed& evaluate, const Levels& levels) {
  return Planner(items, evaluate, levels).run();
}

Waterfall charge_loss(Usd loss, const WaterfallFunds& funds) {
  BULKHEAD_ASSERT(loss >= Usd{} && funds.own_sequestered >= Usd{} && funds.own_pledged >= Usd{} &&
                  funds.own_free >= Usd{} && funds.insurance >= Usd{});
  Waterfall w;
  Usd rest = loss;
  const auto take = [&rest](Usd fund) {
    const Usd part = min(rest, fund);
    rest -= part;
    return part;
  };
  w.own_sequestered = take(funds.own_sequestered);
  w.own_pledged = take(funds.own_pledged);
  w.own_free = take(funds.own_free);
  w.insurance = take(funds.insurance);
  w.bad_debt = rest;
  w.surplus = (funds.own_sequestered - w.own_sequestered) + (funds.own_pledged - w.own_pledged) +
              (funds.own_free - w.own_free);
  BULKHEAD_ASSERT(w.own_sequestered + w.own_pledged + w.own_free + w.insurance + w.bad_debt ==
                  loss);
  return w;
}

}  // namespace bulkhead::policy
