// Internal to selection: a good plan to begin the exact search with, so that its bound cuts early.
#pragma once

#include "bulkhead/collateral/selection_search.h"

namespace bulkhead::collateral::internal {

// Greedy by cost per value with fixed cost spread, then items dropped and few lots exchanged
// between pairs as long as that is cheaper. Feasible; missing is 0 only if greedy covers the
// requirement.
SearchResult seed(const SearchProblem& problem);

}  // namespace bulkhead::collateral::internal
