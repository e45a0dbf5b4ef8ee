// Events of break-glass orders and of margin models and commitments that changed (D11.1, D11.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_break_glass.h"
#include "bulkhead/engine/event_parts.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::engine {

enum class BreakGlassStage : std::uint8_t {
  started,   // by one person, unreviewed
  reviewed,  // one of two approvers has ratified it
  ratified,  // both have
  rejected,  // an approver said no: over
  lapsed,    // nobody ratified it in time: over
  ended      // ratified, and its time is over
};
BULKHEAD_ENUM_NAMES(BreakGlassStage, "started", "reviewed", "ratified", "rejected", "lapsed",
                    "ended")

// Every step of a break-glass order, from its start to its end.
struct BreakGlassChanged {
  BULKHEAD_EVENT(140, "break_glass_changed")
  std::string order;
  BreakGlassStage stage = BreakGlassStage::started;
  BreakGlassAct act = BreakGlassAct::sequester;
  BreakGlassCause cause = BreakGlassCause::market_disruption;
  std::string account;  // empty: all
  std::string reason;
  Timestamp ends;                    // when it ends as it stands now
  std::vector<std::string> persons;  // who started it, then who reviewed it
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "order", self.order);
    visit(2, "stage", self.stage);
    visit(3, "act", self.act);
    visit(4, "cause", self.cause);
    visit(5, "account", self.account);
    visit(6, "reason", self.reason);
    visit(7, "ends", self.ends);
    visit(8, "persons", self.persons);
  }
};

// The deadline of an open call was moved by a break-glass order, or back when that was rejected.
struct DeadlineMoved {
  BULKHEAD_EVENT(141, "deadline_moved")
  std::uint64_t call = 0;
  Timestamp from;
  Timestamp to;
  std::string order;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "from", self.from);
    visit(3, "to", self.to);
    visit(4, "order", self.order);
  }
};

// The account is margined by another model from now on.
struct ModelChanged {
  BULKHEAD_EVENT(142, "model_changed")
  std::string proposal;
  std::string from;
  std::string to;
  risk::MarginMode mode = risk::MarginMode::joint;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "from", self.from);
    visit(3, "to", self.to);
    visit(4, "mode", self.mode);
  }
};

struct CommitmentRenewed {
  BULKHEAD_EVENT(143, "commitment_renewed")
  std::string person;
  Hash commitment{};  // all zero: none any more
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "person", self.person);
    visit(2, "commitment", self.commitment);
  }
};

}  // namespace bulkhead::engine
