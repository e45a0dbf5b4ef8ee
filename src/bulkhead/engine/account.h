// What is known of an account beside its books: whose it is, how it is margined, and where it
// stands on the ladder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands.h"
#include "bulkhead/policy/ladder.h"

namespace bulkhead::engine {

// Pledged while calls were open at a price that was stale or worse: it credits them once it is
// priced good (D4.5).
struct TopUpWaiting {
  std::uint32_t asset = 0;
  Amount amount;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "amount", self.amount);
  }
};

// State record "engine/account/<index, ten digits>".
struct AccountState {
  std::string name;
  std::string member;
  std::string group;  // affiliate group; the member's name if none was given
  risk::MarginMode mode = risk::MarginMode::joint;
  std::string model;
  StandingInstruction standing;
  Timestamp opened;
  policy::LadderState ladder;
  std::uint32_t open_calls = 0;
  bool call_missed = false;   // a call was missed and nothing has made up for it since
  std::uint32_t blocked = 0;  // bit per Act that a price keeps from being done
  std::vector<std::uint32_t> regime_underlyings;  // assets that count for its regime (D7.3)
  bool regime_stale = true;                       // membership is taken anew at the next tick
  std::uint32_t open_deliveries = 0;
  Usd failed_due;             // what failed deliveries stood in for, not called again yet (D8.2)
  Timestamp failed_deadline;  // the original deadline of that, the earliest
  std::uint64_t declined_call = 0;    // the newest call for which a proposed top-up was rejected
  std::vector<TopUpWaiting> waiting;  // pledged at a price too poor to cure, by asset (D4.5)
  std::vector<std::uint32_t> kept;    // assets that its member did not want exchanged (D8.5)

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "member", self.member);
    visit(3, "group", self.group);
    visit(4, "mode", self.mode);
    visit(5, "model", self.model);
    visit(6, "standing", self.standing);
    visit(7, "opened", self.opened);
    visit(8, "ladder", self.ladder);
    visit(9, "open_calls", self.open_calls);
    visit(10, "call_missed", self.call_missed);
    visit(11, "blocked", self.blocked);
    visit(12, "regime_underlyings", self.regime_underlyings);
    visit(13, "regime_stale", self.regime_stale);
    visit(14, "open_deliveries", self.open_deliveries);
    visit(15, "failed_due", self.failed_due);
    visit(16, "failed_deadline", self.failed_deadline);
    visit(17, "declined_call", self.declined_call);
    visit(18, "waiting", self.waiting);
    visit(19, "kept", self.kept);
  }
};

}  // namespace bulkhead::engine
