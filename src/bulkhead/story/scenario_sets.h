// The scenario sets of a story: a few joint moves with their weights, from which a requirement can
// be computed by hand.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bulkhead/market/registry.h"
#include "bulkhead/pricing/scenario_set.h"
#include "bulkhead/story/program.h"

namespace bulkhead::story {

// The same moves in all three blocks, or in the stressed one those that are said to be; what of the
// weight the moves leave belongs to a scenario in which nothing moves. Every registered asset but
// the numéraire has a spot factor. out_of_range: weights above 100 %; asset_unknown.
Result<pricing::ScenarioSet> make_set(const std::vector<Move>& moves,
                                      const market::Registry& registry, Timestamp as_of);

}  // namespace bulkhead::story
