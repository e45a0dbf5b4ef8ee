// Sequestration and release of one account at one tick (D9).
#pragma once

#include <vector>

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/custody_moves.h"

namespace bulkhead::engine {

// Everything that the triggers and R depend on.
policy::SequestrationInput sequestration_input(const State& state, Valuer& valuer,
                                               AccountIndex account,
                                               const policy::Standing& standing);
// Decides, selects exactly, encumbers and instructs; nothing if it need not act.
void sequester(Context& context, AccountIndex account, const policy::SequestrationInput& input);
// Orders the release of everything held, if the rules allow it now.
void release(Context& context, AccountIndex account, const policy::Standing& standing);
// What two places hold where one was asked for: what is beyond R goes back once every leg is final
// (D9.4). At good prices it asks for no level, unlike a release: what stays makes up R.
void release_surplus(Context& context, AccountIndex account, const policy::Standing& standing);
// Whether what is held may go back at all, if two persons order it: D8.6 as if done.
Status check_release(Context& context, AccountIndex account);
void order_release(Context& context, AccountIndex account, const std::vector<VaultMove>& moves,
                   policy::Reason reason);
// In default: what is held comes back, to be sold (first_slice) or to its owner (nothing_left).
void recall(Context& context, AccountIndex account, policy::Reason reason);
// Moves the vault stage by what the legs say.
void follow_legs(Context& context, AccountIndex account);
// Changes the vault stage by an input, and says so.
void change_vault(Context& context, AccountIndex account, policy::VaultInput input,
                  policy::Reason reason);

}  // namespace bulkhead::engine
