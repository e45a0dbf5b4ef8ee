// Internal to selection: the exact search over lots of at most kExactCandidatesMax candidates, by
// depth-first branch and bound under a fractional bound.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bulkhead/base/int128.h"

namespace bulkhead::collateral::internal {

// One candidate as the search sees it. Costs are in search units: 32 per nano of the numéraire, and
// one for each leg, so that among equal costs fewer legs win (there are fewer than 32).
inline constexpr std::int64_t kUnitsPerNano = 32;

struct SearchItem {
  std::uint64_t lots = 0;    // > 0, the most of it alone
  std::int64_t value = 0;    // stressed micros of one lot, > 0
  std::int64_t market = 0;   // micros of one lot against the room
  Int128 cost = 0;           // of one lot, search units
  Int128 fixed = 0;          // of using it, search units
  std::uint32_t source = 0;  // index of its shared source
  std::uint32_t room = 0;    // index of its shared room
};

struct SearchProblem {
  std::vector<SearchItem> items;           // in the order of ties
  std::vector<std::uint64_t> source_lots;  // by source
  std::vector<std::int64_t> rooms;         // micros, by room
  std::int64_t required = 0;               // micros, > 0
  std::uint32_t nodes_max = 0;
};

struct SearchResult {
  std::vector<std::uint64_t> lots;  // by item
  std::int64_t missing = 0;         // micros
  Int128 cost = 0;
  Int128 cost_bound = 0;
  bool proven = true;
  std::uint32_t nodes = 0;
};

SearchResult search(const SearchProblem& problem);

}  // namespace bulkhead::collateral::internal
