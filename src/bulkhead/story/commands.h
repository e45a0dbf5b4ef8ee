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

// The whole lots of a statement's quantities, each in its contract's unit.
Result<std::vector<Assign>> lots_of(const Give& give, const Scope& scope);
// What a fill of packages does in each leg: prices stand in the order in which the newest order of
// that name among `commands` lists its legs. order_not_found if there is none.
Result<std::vector<Assign>> filled_legs(const Give& give,
                                        std::span<const engine::Command> commands);

// The proposal to reverse the newest of `commands` that the statement names; `records` are theirs.
// not_found if there is none.
Result<engine::Propose> correction_of(const Correct& correct,
                                      std::span<const engine::Command> commands,
                                      std::span<const std::uint64_t> records, Timestamp now);

}  // namespace bulkhead::story
