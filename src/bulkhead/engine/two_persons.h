// What every order of two persons has in common: one of role risk manager proposes it with a
// reason, another of role approver lets it act (D9.1, D10.1, D11.5).
#pragma once

#include <string>
#include <vector>

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Not empty, at most 256 bytes.
Status check_reason(const std::string& reason);
// The actor is an approver who has not spoken on the proposal.
Status check_second_person(const Context& context, const Proposal& proposal);
// Who proposed it, then who approved, in order.
std::vector<std::string> persons_of(const Proposal& proposal);

// Puts it up; the account that it concerns, if it concerns one.
void open_proposal(Context& context, const Propose& command, Proposal::Content content,
                   AccountIndex account = {});
// Takes it down as effective, and gives it back with the approval of the actor.
Proposal take_up(Context& context, Proposal proposal, AccountIndex account = {});

// The account that a proposal concerns; none if it concerns no single one.
AccountIndex account_of(const State& state, const Proposal& proposal);

}  // namespace bulkhead::engine
