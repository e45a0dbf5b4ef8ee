// Each sequestration is scored against the counterfactual of doing nothing (D9.6): needed if the
// account fell below maintenance while it was held, a false alarm if it never did; and an account
// that fell below with nothing held was missed.
//   precision = needed / (needed + false alarms)     recall = needed / (needed + missed)
//   cost of capital = Σ value · (opportunity of the asset + cost of the place) · time + transfers
#pragma once

#include <vector>

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/custody_moves.h"

namespace bulkhead::engine {

// Something is moved towards vaults, or back: an episode is open, transfers cost.
void score_moves(Context& context, AccountIndex account, const std::vector<VaultMove>& moves,
                 policy::Reason trigger);
// Once in a tick and account: accrues, notes a breach, ends an episode of which nothing is left.
void follow_score(Context& context, AccountIndex account, const policy::Standing& standing);
// False alarms of the account that are not older than the window of the rate limit.
std::uint32_t recent_false_alarms(const State& state, AccountIndex account, Timestamp now);
// What limits the rate of false alarms keeps from being done; said once.
void note_held_back(Context& context, AccountIndex account, bool held_back,
                    const policy::SequestrationDecision& decision);

}  // namespace bulkhead::engine
