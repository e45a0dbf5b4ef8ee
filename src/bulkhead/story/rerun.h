// A story's log given to a new engine (D11.2).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "bulkhead/engine/engine.h"

namespace bulkhead::story {

struct Told {
  std::vector<engine::Command> commands;
  std::vector<Bytes> contents;  // scenario sets that commands name
};

// Whether the commands, without the first one of kind `without` (empty: all), give these events and
// this root of the state again. not_found: there is no such command.
Result<bool> runs_alike(const Told& told, std::string_view without,
                        std::span<const engine::Event> events, const Hash& root);

}  // namespace bulkhead::story
