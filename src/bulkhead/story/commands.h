// Every command by name and fields, and every event by name and fields. Commands and events that
// are added to the engine are reached without a change here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/engine/commands.h"
#include "bulkhead/engine/events.h"
#include "bulkhead/story/field_text.h"
#include "bulkhead/story/program.h"

namespace bulkhead::story {

std::vector<std::string> command_names();
std::vector<std::string> event_names();

// unknown_field names the command or the field and what there is.
Result<engine::CommandBody> make_command(std::string_view name, std::span<const Assign> assigns,
                                         const Scope& scope);
// That the event and its fields exist.
Status check_event_fields(std::string_view name, std::span<const Assign> wanted);

std::string_view event_name(const engine::Event& event);
// What of `wanted` an event of that name does not meet; empty if it meets all. Texts that cannot be
// read are errors.
Result<std::vector<std::string>> unmet_fields(const engine::Event& event,
                                              std::span<const Assign> wanted, const Scope& scope);

// The proposal to reverse the newest of `commands` that the statement names; `records` are theirs.
// not_found if there is none.
Result<engine::Propose> correction_of(const Correct& correct,
                                      std::span<const engine::Command> commands,
                                      std::span<const std::uint64_t> records, Timestamp now);

}  // namespace bulkhead::story
