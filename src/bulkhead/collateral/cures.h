// The least of an asset that cures an account: the smallest x with E′(x) >= target·IM′(x) (D8.1),
// by bisection on whole steps of a function that the caller gives.
//
//   auto cure = least_cure({target_bp, step, unit, free_balance}, [&](Amount x) {
//     return engine_value_with(account, asset, x);   // pure: E and IM as if x had been added
//   });
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "bulkhead/base/amount.h"

namespace bulkhead::collateral {

struct CureFigures {
  Usd equity;
  Usd initial_margin;
};
// E − IM must not fall as x rises (D5.7). Pure.
using EvaluateCure = std::function<CureFigures(Amount)>;

struct CureRequest {
  BasisPoints target_bp = 0;
  Amount step;  // > 0: x is sought among its multiples (the asset's valuation lot)
  Amount unit;  // > 0: a delivery is rounded up to a multiple of it
  Amount cap;   // >= 0: the most that may be delivered
};

struct Cure {
  Amount least;       // smallest multiple of step that cures, or the cap itself
  Amount delivery;    // least rounded up to the unit, at most the cap
  CureFigures after;  // at `least`
  std::uint32_t evaluations = 0;
};

// None if the cap does not cure. Zero if the account needs nothing. `guess`: where to begin
// (a shortfall at market), only for speed: the answer is the same.
std::optional<Cure> least_cure(const CureRequest& request, const EvaluateCure& evaluate,
                               Amount guess = {});

// Pull for a top-up in the stated order of a standing instruction (D8.4): each source is used as
// far as needed, the next one only if all before it did not suffice.
struct PullSource {
  Amount available;
  Amount step;  // > 0
  Amount unit;  // > 0
};
struct PullPlan {
  std::vector<Amount> amounts;  // one per source, in order
  bool cured = false;           // else everything available is pulled: it still helps
  CureFigures after;
};
// amounts.size() == sources.size(). Pure.
using EvaluatePull = std::function<CureFigures(std::span<const Amount> amounts)>;
PullPlan plan_pull(std::span<const PullSource> sources, BasisPoints target_bp,
                   const EvaluatePull& evaluate);

}  // namespace bulkhead::collateral
