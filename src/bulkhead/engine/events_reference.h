// Events that say what is known: the log, refusals, persons, things and accounts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/engine/commands_reference.h"
#include "bulkhead/engine/event_parts.h"

namespace bulkhead::engine {

struct LogOpened {
  BULKHEAD_EVENT(10, "log_opened")
  std::uint32_t format = 0;
  std::uint32_t behaviour = 0;
  std::uint32_t parameter_version = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "format", self.format);
    visit(2, "behaviour", self.behaviour);
    visit(3, "parameter_version", self.parameter_version);
  }
};

// A command that changed nothing, and why. The refusal is sticky for its id where it depends on
// state.
struct Refused {
  BULKHEAD_EVENT(11, "refused")
  std::uint32_t code = 0;  // number in the table of errors
  std::string name;
  std::string rule;
  std::string field;
  std::string value;
  std::string detail;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "code", self.code);
    visit(2, "name", self.name);
    visit(3, "rule", self.rule);
    visit(4, "field", self.field);
    visit(5, "value", self.value);
    visit(6, "detail", self.detail);
  }
};

enum class RegisteredKind : std::uint8_t { person, asset, instrument, source, place };
BULKHEAD_ENUM_NAMES(RegisteredKind, "person", "asset", "instrument", "source", "place")

struct Registered {
  BULKHEAD_EVENT(12, "registered")
  RegisteredKind kind = RegisteredKind::person;
  std::string name;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "kind", self.kind);
    visit(2, "name", self.name);
  }
};

struct AccountOpened {
  BULKHEAD_EVENT(13, "account_opened")
  std::string member;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "member", self.member);
  }
};

struct StandingInstructionSet {
  BULKHEAD_EVENT(14, "standing_instruction_set")
  StandingInstruction standing;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "standing", self.standing);
  }
};

}  // namespace bulkhead::engine
