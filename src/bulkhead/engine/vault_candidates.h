// Which of an account's collateral could go to which place, what that would cost, and which places
// will serve (D9.3).
#pragma once

#include <string>
#include <vector>

#include "bulkhead/collateral/selection.h"
#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// A place that takes sequestered assets.
bool is_vault(const market::Place& place);

// A power of ten of the minor unit that is worth at least one unit of the numéraire, so that
// rounding of its value is small and its count stays countable.
Amount selection_lot(const market::Asset& asset, double price);

// How a place took the last instruction for an account's asset: refused within the dwell, or
// before.
enum class Answers : std::uint8_t { yes, refused_now, refused_before, silent };
Answers answers(const Context& context, AccountIndex account, AssetIndex asset, PlaceIndex place);

// A silent place and one under alarm are passed over; one that refused, while another can serve,
// and for a dwell in any case (D9.4).
bool may_serve(const Context& context, AccountIndex account, AssetIndex asset, PlaceIndex place);

// Of moving and keeping one lot of a candidate: opportunity, haircut waste, time to finality.
std::int64_t cost_nanos(const Context& context, const collateral::Candidate& candidate,
                        const collateral::AssetTerms& terms);

// What to sequester (D9.2, D9.3): the exact selection, with what it moves valued exactly.
struct VaultPlan {
  std::vector<collateral::Candidate> candidates;  // everything pledged, to every vault
  std::vector<Amount> amounts;                    // by candidate, of what is taken
  std::vector<Usd> stressed;                      // by candidate; they add up to what is gained
  std::vector<std::string> why;                   // by candidate: why it is not taken, or not all
  Usd missing;                                    // of the gap
};

// The cheapest lots that add at least `gap` to the stressed value that is held; `required` is R, of
// which shares are limits. The stressed value of an asset is not proportional to its amount (its
// size cost is not, D6.3), so its lots are valued at the mean of what is added over what is taken:
// first over all that there is, which is never too much, then over what was chosen, while that
// still suffices.
VaultPlan plan_vault(const Context& context, AccountIndex account, Usd required, Usd gap);

}  // namespace bulkhead::engine
