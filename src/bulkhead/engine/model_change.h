// Margin models of accounts as something that is proposed, approved by two persons and effective at
// a stated time (D5.10, D11.1).
#pragma once

#include <string>

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Checks the content and opens the proposal; its name and expiry are checked by the caller.
Status propose_model_change(Context& context, const Propose& command, const ModelChange& change);
// An approved one has reached its time; inside a tick, before accounts are evaluated. Accounts in
// default keep the model that their default is judged by.
void adopt_model_change(Context& context, const std::string& name);

}  // namespace bulkhead::engine
