// A leaf of the log: one command, or one event that it caused.
#pragma once

#include <variant>

#include "bulkhead/engine/commands.h"
#include "bulkhead/engine/events.h"

namespace bulkhead::engine {

struct CommandRecord {
  static constexpr int kTag = 1;
  static constexpr std::string_view kName = "command";
  Command command;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "command", self.command);
  }
};

struct EventRecord {
  static constexpr int kTag = 2;
  static constexpr std::string_view kName = "event";
  Event event;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "event", self.event);
  }
};

struct LogRecord {
  std::variant<std::monostate, CommandRecord, EventRecord> content;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit.oneof("content", self.content);
  }
};

}  // namespace bulkhead::engine
