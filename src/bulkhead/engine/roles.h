// Which role may issue which command (D11.1).
#pragma once

#include <string>
#include <string_view>

#include "bulkhead/engine/commands.h"

namespace bulkhead::engine {

// Name of the body's kind: "deposit"; "" for an empty body.
std::string_view kind_name(const CommandBody& body);

bool role_may(Role role, const CommandBody& body);
// "operator, venue"; empty if nobody may give it.
std::string roles_that_may(const CommandBody& body);

// Commands that count only with a signature: proposals and approvals.
bool needs_signature(const CommandBody& body);

}  // namespace bulkhead::engine
