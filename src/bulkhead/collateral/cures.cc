// Bisection for the least curing amount.
#include "bulkhead/collateral/cures.h"

#include "bulkhead/base/assert.h"

namespace bulkhead::collateral {
namespace {

bool cures(const CureFigures& f, BasisPoints target_bp) {
  return f.equity >= Usd{} && at_least_bp(f.equity, target_bp, f.initial_margin);
}

// Amounts of one search: multiples 0, 1, … `last`−1 of step, then the cap itself as `last`.
class Grid {
 public:
  Grid(const CureRequest& request) : step_(request.step.units), cap_(request.cap.units) {
    last_ = (cap_ + step_ - 1) / step_;
  }
  Int128 last() const { return last_; }
  Amount at(Int128 k) const { return Amount{k == last_ ? cap_ : k * step_}; }
  // Nearest point at or below an amount.
  Int128 index(Amount amount) const {
    if (amount.units <= 0) return 0;
    return amount.units >= cap_ ? last_ : amount.units / step_;
  }

 private:
  Int128 step_;
  Int128 cap_;
  Int128 last_ = 0;
};

Amount round_up(Amount amount, Amount unit, Amount cap) {
  const Int128 below = amount.units - amount.units % unit.units;
  if (below == amount.units) return amount;
  if (below > cap.units - unit.units) return cap;
  return Amount{below + unit.units};
}

}  // namespace

std::optional<Cure> least_cure(const CureRequest& request, const EvaluateCure& evaluate,
                               Amount guess) {
  BULKHEAD_ASSERT(request.step.is_positive() && request.unit.is_positive());
  BULKHEAD_ASSERT(!request.cap.is_negative() && request.cap.units <= kInt128Max / 4);
  BULKHEAD_ASSERT(request.step.units <= kInt128Max / 4 && request.unit.units <= kInt128Max / 4);
  const Grid grid(request);
  std::uint32_t evaluations = 0;
  CureFigures best{};
  const auto passes = [&](Int128 k) {
    ++evaluations;
    const CureFigures figures = evaluate(grid.at(k));
    const bool ok = cures(figures, request.target_bp);
    if (ok) best = figures;
    return ok;
  };
  const auto answer = [&](Int128 k) {
    const Amount least = grid.at(k);
    return Cure{least, round_up(least, request.unit, request.cap), best, evaluations};
  };

  if (passes(0)) return answer(0);
  // Invariant from here: low fails, high passes, best are the figures of high.
  Int128 low = 0;
  Int128 high = grid.last();
  if (high == 0) return std::nullopt;
  // Gallop from the guess, so that a good one saves most of the bisection.
  Int128 reach = grid.index(guess);
  if (reach < 1) reach = 1;
  while (reach < grid.last() && !passes(reach)) {
    low = reach;
    reach = reach > grid.last() / 2 ? grid.last() : reach * 2;
  }
  if (reach >= grid.last()) {
    if (!passes(grid.last())) return std::nullopt;
  } else {
    high = reach;
  }
  while (high - low > 1) {
    const Int128 middle = low + (high - low) / 2;
    (passes(middle) ? high : low) = middle;
  }
  return answer(high);
}

PullPlan plan_pull(std::span<const PullSource> sources, BasisPoints target_bp,
                   const EvaluatePull& evaluate) {
  PullPlan plan;
  plan.amounts.resize(sources.size());
  plan.after = evaluate(plan.amounts);
  plan.cured = cures(plan.after, target_bp);
  for (std::size_t i = 0; i < sources.size() && !plan.cured; ++i) {
    const PullSource& source = sources[i];
    if (!source.available.is_positive()) continue;
    const CureRequest request{target_bp, source.step, source.unit, source.available};
    const auto cure = least_cure(request, [&](Amount amount) {
      plan.amounts[i] = amount;
      return evaluate(plan.amounts);
    });
    plan.amounts[i] = cure ? cure->delivery : source.available;
    plan.after = evaluate(plan.amounts);
    plan.cured = cures(plan.after, target_bp);
  }
  return plan;
}

}  // namespace bulkhead::collateral
