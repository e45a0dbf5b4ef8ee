// Which assets to move, exactly: the cheapest lots whose stressed value makes up what is required
// (D9.2, D9.3). The same search says what may be released.
//
//   minimise   Σ used fixed_cost + Σ lots · cost_per_lot
//   subject to Σ lots · stressed_per_lot >= required, 0 <= lots <= what is available and allowed,
//              lots of one source shared, room of one destination shared.
// Integer costs and values, so the optimum is exact. If the requirement cannot be met, the missing
// part is minimised first. Among equal costs: fewest legs, then most from the least (place, asset,
// source).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/ids.h"

namespace bulkhead::collateral {

// At most this many take part in the exact search; of more, those with the least cost per stressed
// value (whole candidate, fixed cost included; ties by place, asset, source) do, and the result
// says so.
inline constexpr std::size_t kExactCandidatesMax = 16;

// Candidates of one (asset, source) share its lots and have the same lot. Costs of moving and
// keeping a lot: opportunity, haircut waste and time to finality (D9.3).
struct Candidate {
  AssetIndex asset;
  PlaceIndex source;
  PlaceIndex destination;
  Amount lot;                                  // minor units of one lot, > 0
  std::uint64_t lots = 0;                      // available at the source
  std::uint64_t lots_max = ~std::uint64_t{0};  // vault concentration or eligibility cap
  Usd stressed_per_lot;                        // >= 0, rounded down
  Usd market_per_lot;  // >= 0, rounded up: what counts against the destination's room
  std::int64_t cost_per_lot_nanos = 0;  // 10^-9 numéraire, 0..10^15, rounded up
  Usd fixed_cost;                       // of one transfer, 0..10^6 numéraire
  bool eligible = true;                 // false: passed over, named
};

// Room left at a destination (capacity, rate limit), in market value. Absent: unlimited.
struct DestinationRoom {
  PlaceIndex destination;
  Usd room;
};

struct SelectionRequest {
  std::vector<Candidate> candidates;
  std::vector<DestinationRoom> rooms;
  Usd required;  // > 0
  std::uint32_t search_nodes_max = 50'000;
};

enum class Verdict : std::uint8_t {
  taken,          // all that may be taken of it
  taken_in_part,  // as much as was needed
  costlier,       // others make up the requirement for less
  not_eligible,
  nothing_there,  // no lot at the source
  no_value,       // a lot has no stressed value
  capped,         // concentration or room leaves no lot
  not_searched,   // beyond the exact search's width and not needed
  kept,           // of a release: cheap to keep, and needed
  elsewhere       // every lot of its source goes to another place
};
BULKHEAD_ENUM_NAMES(Verdict, "taken", "taken_in_part", "costlier", "not_eligible", "nothing_there",
                    "no_value", "capped", "not_searched", "kept", "elsewhere")

struct Chosen {
  std::uint32_t candidate = 0;  // index in the request
  std::uint64_t lots = 0;
  Amount amount;  // lots · lot
  Usd stressed;   // lots · stressed_per_lot
  Verdict verdict = Verdict::costlier;
  Usd cost;  // of what is taken of it, rounded up
  // Cost per stressed value of the whole candidate against the plan's, in basis points of value,
  // rounded up: why it was passed over.
  BasisPoints unit_cost_bp = 0;
};

struct Selection {
  std::vector<Chosen> choices;  // one per candidate, in the order of the request
  Usd stressed;                 // Σ of what is taken
  Usd missing;                  // max(0, required − stressed)
  Usd cost;                     // rounded up
  bool proven = true;           // the search ended; false: search_nodes_max or width cut it
  Usd cost_bound;               // no plan with this `missing` costs less (= cost if proven)
  std::uint32_t nodes = 0;
};

Selection select(const SelectionRequest& request);

// What may be released of what is held: keep the cheapest to keep whose stressed value makes up
// `required` (cost_per_lot_nanos is the cost of keeping, fixed_cost is not charged), release the
// rest. choices[].lots are the lots to release. required <= 0 releases everything.
Selection select_release(const SelectionRequest& request);

// "costlier: 12 bp of value": the words of an explanation.
std::string_view verdict_text(Verdict verdict);

}  // namespace bulkhead::collateral
