// Events as sentences.
#pragma once

#include <string>

#include "bulkhead/engine/events.h"
#include "bulkhead/story/scope.h"

namespace bulkhead::story {

std::string in_words(const engine::Event& event, const Scope& scope);
// Registrations, openings, adoptions: what a reader of the story need not see.
bool is_set_up(const engine::Event& event);

}  // namespace bulkhead::story
