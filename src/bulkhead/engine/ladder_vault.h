// Sequestration and release of one account at one tick (D9).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

policy::SequestrationInput sequestration_input(Context& context, AccountIndex account,
                                               const policy::Standing& standing);
// Decides, selects exactly, encumbers and instructs; nothing if it need not act.
void sequester(Context& context, AccountIndex account, const policy::SequestrationInput& input);
// Orders the release of everything held, if the rules allow it now.
void release(Context& context, AccountIndex account, const policy::Standing& standing);
// What two places hold where one was asked for: what is beyond R goes back once every leg is final
// (D9.4). Unlike a release it asks for no level: what stays makes up R.
void release_surplus(Context& context, AccountIndex account, const policy::Standing& standing);
// In default: what is held comes back, to be sold (first_slice) or to its owner (nothing_left).
void recall(Context& context, AccountIndex account, policy::Reason reason);
// Moves the vault stage by what the legs say.
void follow_legs(Context& context, AccountIndex account);
// Changes the vault stage by an input, and says so.
void change_vault(Context& context, AccountIndex account, policy::VaultInput input,
                  policy::Reason reason);

}  // namespace bulkhead::engine
