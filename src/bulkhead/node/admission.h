// What is asked of a command before it may become a record, and again of every record by whoever
// verifies.
#pragma once

#include "bulkhead/engine/commands.h"
#include "bulkhead/engine/state.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::node {

// A signature, if there is one, must verify with the actor's key as it stands in the state before
// the command (of a genesis: with the one it brings). bad_signature also for an unknown actor or
// one who has no key.
Status check_signature(const engine::State& state, const engine::Command& command);

// Content that a command names must be stored before it, or its outcome would depend on the store
// (DESIGN 4). not_found names the hash.
Status check_content(const journal::ContentStore& content, const engine::Command& command);

struct AdmittedCommand {
  engine::Command command;  // as it will be read back from the log
  Bytes record;
};
// Shape: the canonical bytes and the value that they stand for. Errors of wire/record.h.
Result<AdmittedCommand> admit_shape(const engine::Command& command);

}  // namespace bulkhead::node
