// Margin calls and top-ups of one account at one tick (D8.1, D8.2, D8.4).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Names of the proposals that Bulkhead makes begin so.
inline constexpr std::string_view kOwnProposals = "top-up-";

// Sizes the need and issues a call for what neither the open ones nor deliveries on their way
// cover.
void issue_call(Context& context, AccountIndex account, const policy::Standing& standing);
// What a failed delivery stood in for is called under its original deadline (D8.2).
void call_failed_part(Context& context, AccountIndex account, const policy::Standing& standing);
// The cause is gone: every open call ends as withdrawn.
void withdraw_calls(Context& context, AccountIndex account);
// Standing instructions while a call is open: pulls from free at once, or proposes to.
void top_up(Context& context, AccountIndex account);

// Least amount of each asset that would restore the target, cheapest at market first, at most four:
// the numéraire and what the account has free.
std::vector<CureOption> cheapest_cures(const State& state, Valuer& valuer, AccountIndex account);

}  // namespace bulkhead::engine
