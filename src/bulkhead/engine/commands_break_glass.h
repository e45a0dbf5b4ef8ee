// Commands of break-glass orders: what one person may do at once where it otherwise takes two, and
// the word of those who look at it afterwards (D11.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::engine {

// None of it lowers what protects another owner, and none stops a top-up or an order that reduces
// risk.
enum class BreakGlassAct : std::uint8_t {
  sequester,         // of a troubled account, up to what D9.2 allows
  extend_deadlines,  // of open calls whose accounts still stand at their maintenance margin
  hold_withdrawals   // what is free stays at the venue
};
BULKHEAD_ENUM_NAMES(BreakGlassAct, "sequester", "extend_deadlines", "hold_withdrawals")

// The listed grounds.
enum class BreakGlassCause : std::uint8_t {
  market_disruption,
  custody_failure,
  suspected_fraud,
  operational_failure
};
BULKHEAD_ENUM_NAMES(BreakGlassCause, "market_disruption", "custody_failure", "suspected_fraud",
                    "operational_failure")

// Acts at once and for four hours; until `until` once two approvers have ratified it.
struct BreakGlass {
  static constexpr int kTag = 95;
  static constexpr std::string_view kName = "break_glass";
  std::string order;  // a new name
  BreakGlassAct act = BreakGlassAct::sequester;
  BreakGlassCause cause = BreakGlassCause::market_disruption;
  std::string account;  // empty: all; not for sequester
  std::string reason;
  Timestamp until;  // later than now, at most 24 h

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "order", self.order);
    visit(2, "act", self.act);
    visit(3, "cause", self.cause);
    visit(4, "account", self.account);
    visit(5, "reason", self.reason);
    visit(6, "until", self.until);
  }
};

// An approver's word on it: one no ends it at once.
struct ReviewBreakGlass {
  static constexpr int kTag = 96;
  static constexpr std::string_view kName = "review_break_glass";
  std::string order;
  bool ratify = true;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "order", self.order);
    visit(2, "ratify", self.ratify);
  }
};

}  // namespace bulkhead::engine
