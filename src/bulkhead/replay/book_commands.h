// Turns a planned book into the commands that build it: persons, accounts, deposits, pledges,
// positions, loans that are spent.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/engine/commands.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/replay/synth_book.h"

namespace bulkhead::replay {

// Who acts, where, and when. The actors must have been registered in their roles.
struct BookActors {
  std::string operator_actor = "operator";  // registers persons, opens accounts, records deposits
  std::string venue_actor = "venue";        // reports fills
  std::string place = "internal";           // where deposits lie
  std::string model = "scenario_es";
  Timestamp time;
};

// What the book generator needs to know of a market, from a registry and a closed epoch: priced
// assets and marked instruments that expire later than `horizon` after the epoch.
// margin_rate(asset) = 1 % + margin_multiple · slow daily volatility, at least 2 % (0.5 % for
// stablecoins), at most 60 %.
BookMarket book_market(const market::Registry& registry, const market::Epoch& epoch,
                       Duration horizon, double margin_multiple = 3.2);

// Commands in the order in which they must be applied, after that epoch was closed and a scenario
// set adopted: fills stand at marks against the venue's market account; loans are drawn last,
// unpledged and withdrawn (what D8.6 refuses stays pledged). Amounts are rounded down to minor
// units, positions to lots; what rounds to nothing is left out. Errors: an asset without a price,
// an instrument without a mark, an amount beyond 128 bits.
Result<std::vector<engine::Command>> book_commands(const BookPlan& plan,
                                                   const market::Registry& registry,
                                                   const market::Epoch& epoch,
                                                   const BookActors& actors);

// The n-th command id of a writer, a function of (writer, seed, n).
std::array<std::uint8_t, 16> command_id(std::string_view writer, std::uint64_t seed,
                                        std::uint64_t n);

}  // namespace bulkhead::replay
