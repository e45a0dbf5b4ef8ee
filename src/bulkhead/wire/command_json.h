// Commands, events and log records as JSON, one a line; the forms of json_codec.h.
//
//   {"time":"2020-03-12T10:45:00Z","actor":"ann","id":"000…01","signature":"",
//    "deposit":{"account":"a1","asset":"BTC","place":"internal","amount":"125000000"}}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/engine/log_record.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::wire {

std::string to_json_text(const engine::Command& command);
std::string to_json_text(const engine::Event& event);
std::string to_json_text(const engine::LogRecord& record);

// missing_field if the command has no body; otherwise the errors of from_json.
Result<engine::Command> command_from_json(const JsonValue& json);
Result<engine::Command> command_from_json(std::string_view text);
Result<engine::Event> event_from_json(std::string_view text);

// Reads JSON lines one by one; errors name the line. Blank lines are skipped.
class CommandLines {
 public:
  explicit CommandLines(std::string_view text) : rest_(text) {}

  // False at the end of the text. After an error reading goes on at the next line.
  bool next(Result<engine::Command>& command);
  std::uint32_t line() const { return line_; }  // of the last command, from 1

 private:
  std::string_view rest_;
  std::uint32_t line_ = 0;
  JsonParser parser_;
};

// All lines, or the first error.
Result<std::vector<engine::Command>> parse_command_lines(std::string_view text);

}  // namespace bulkhead::wire
