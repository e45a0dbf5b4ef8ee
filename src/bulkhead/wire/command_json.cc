// The only place where the JSON codec is instantiated for commands and events.
#include "bulkhead/wire/command_json.h"

#include <utility>

#include "bulkhead/wire/json_codec.h"

namespace bulkhead::wire {

std::string to_json_text(const engine::Command& command) { return to_json(command); }
std::string to_json_text(const engine::Event& event) { return to_json(event); }
std::string to_json_text(const engine::LogRecord& record) { return to_json(record); }

Result<engine::Command> command_from_json(const JsonValue& json) {
  auto command = from_json<engine::Command>(json);
  if (command && command->body.index() == 0) {
    return std::unexpected(
        json_error(ErrorCode::missing_field, json.line, "body", "", "one command, by its name"));
  }
  return command;
}

Result<engine::Command> command_from_json(std::string_view text) {
  BULKHEAD_TRY(const JsonValue json, parse_json(text));
  return command_from_json(json);
}

Result<engine::Event> event_from_json(std::string_view text) {
  return from_json<engine::Event>(text);
}

bool CommandLines::next(Result<engine::Command>& command) {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto json = parser_.parse(line, line_);
    if (json) {
      command = command_from_json(*json);
    } else {
      command = std::unexpected(json.error());
    }
    return true;
  }
  return false;
}

Result<std::vector<engine::Command>> parse_command_lines(std::string_view text) {
  std::vector<engine::Command> commands;
  CommandLines lines(text);
  Result<engine::Command> command;
  while (lines.next(command)) {
    if (!command) return std::unexpected(command.error());
    commands.push_back(std::move(*command));
  }
  return commands;
}

}  // namespace bulkhead::wire
