// Events of sequestration and custody, and of acts that a price keeps from being done (D9, D4.4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/engine/event_parts.h"
#include "bulkhead/engine/records_vault.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/policy/stages.h"

namespace bulkhead::engine {

struct SequestrationLeg {
  std::string asset;
  std::string from_place;
  std::string to_place;
  Amount amount;
  Usd stressed_value;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "from_place", self.from_place);
    visit(3, "to_place", self.to_place);
    visit(4, "amount", self.amount);
    visit(5, "stressed_value", self.stressed_value);
  }
};

struct PassedOver {
  std::string asset;
  std::string from_place;
  std::string to_place;
  std::string why;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "from_place", self.from_place);
    visit(3, "to_place", self.to_place);
    visit(4, "why", self.why);
  }
};

struct SequestrationOrdered {
  BULKHEAD_EVENT(50, "sequestration_ordered")
  policy::Reason trigger = policy::Reason::none;
  Usd required;  // R (D9.2)
  Usd held;      // stressed value held or in flight before
  Usd missing;   // cannot be covered by what the account has
  std::vector<SequestrationLeg> legs;
  std::vector<PassedOver> passed_over;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "trigger", self.trigger);
    visit(2, "required", self.required);
    visit(3, "held", self.held);
    visit(4, "missing", self.missing);
    visit(5, "legs", self.legs);
    visit(6, "passed_over", self.passed_over);
    visit(7, "figures", self.figures);
  }
};

struct ReleaseOrdered {
  BULKHEAD_EVENT(51, "release_ordered")
  std::vector<SequestrationLeg> legs;
  Figures figures;
  policy::Reason reason = policy::Reason::release_through_dwell;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "legs", self.legs);
    visit(2, "figures", self.figures);
    visit(3, "reason", self.reason);
  }
};

// To the place: hold `target` of the asset for the account (absolute; the highest seq is in force).
struct CustodyInstructed {
  BULKHEAD_EVENT(52, "custody_instructed")
  std::string asset;
  std::string place;
  Amount target;
  std::uint64_t seq = 0;
  bool repeated = false;  // asked again under the same number
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "target", self.target);
    visit(4, "seq", self.seq);
    visit(5, "repeated", self.repeated);
  }
};

struct CustodyLegChanged {
  BULKHEAD_EVENT(53, "custody_leg_changed")
  std::string asset;
  std::string place;
  std::uint64_t seq = 0;
  policy::LegStatus from = policy::LegStatus::instructed;
  policy::LegStatus to = policy::LegStatus::instructed;
  Amount observed;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "seq", self.seq);
    visit(4, "from", self.from);
    visit(5, "to", self.to);
    visit(6, "observed", self.observed);
  }
};

// What a place reported and the books did not expect: they follow it (D9.4). Each amount is a
// movement of its own beside the legs; what a leg itself moved is not in it.
struct CustodyReconciled {
  BULKHEAD_EVENT(110, "custody_reconciled")
  std::string asset;
  std::string place;
  std::uint64_t seq = 0;  // of the instruction in force
  Amount booked;          // what the books thought was there, final
  Amount observed;        // what the place holds
  Amount lost;            // marked down: it holds less than it had confirmed
  Amount found;           // marked up again: of what had been marked down
  Amount taken;           // pledged before: it holds what it had refused or left
  Amount suspense;        // + put aside, nobody can explain it; − no longer there
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "seq", self.seq);
    visit(4, "booked", self.booked);
    visit(5, "observed", self.observed);
    visit(6, "lost", self.lost);
    visit(7, "found", self.found);
    visit(8, "taken", self.taken);
    visit(9, "suspense", self.suspense);
  }
};

// To the operator: a place let a second time-out pass without a word (D9.4). Said once for each
// instruction.
struct CustodyEscalated {
  BULKHEAD_EVENT(111, "custody_escalated")
  std::string asset;
  std::string place;
  std::uint64_t seq = 0;
  Amount target;
  std::uint32_t asked = 0;  // times
  Timestamp since;          // first instructed
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "seq", self.seq);
    visit(4, "target", self.target);
    visit(5, "asked", self.asked);
    visit(6, "since", self.since);
  }
};

// A sequestration that can move nothing: what is missing, and why each candidate does not serve.
// Said once, until something can be moved or nothing is missing (D9.2).
struct SequestrationShort {
  BULKHEAD_EVENT(112, "sequestration_short")
  policy::Reason trigger = policy::Reason::none;
  Usd required;  // R (D9.2)
  Usd held;      // stressed value held or in flight
  Usd missing;
  std::vector<PassedOver> passed_over;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "trigger", self.trigger);
    visit(2, "required", self.required);
    visit(3, "held", self.held);
    visit(4, "missing", self.missing);
    visit(5, "passed_over", self.passed_over);
    visit(6, "figures", self.figures);
  }
};

enum class AlarmStage : std::uint8_t { raised, clearing, ended };
BULKHEAD_ENUM_NAMES(AlarmStage, "raised", "clearing", "ended")

// Of an asset or a place (D9.1). clearing: all clear, but not yet through the hysteresis.
struct AlarmChanged {
  BULKHEAD_EVENT(113, "alarm_changed")
  AlarmSubject of = AlarmSubject::place;
  std::string subject;
  AlarmCause cause = AlarmCause::custodian_alarm;
  AlarmStage stage = AlarmStage::raised;
  std::string reason;
  Timestamp ends;  // clearing: if nothing happens
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "of", self.of);
    visit(2, "subject", self.subject);
    visit(3, "cause", self.cause);
    visit(4, "stage", self.stage);
    visit(5, "reason", self.reason);
    visit(6, "ends", self.ends);
  }
};

// An order of two persons to sequester is in force, or no longer (D9.1).
struct SequestrationOrderChanged {
  BULKHEAD_EVENT(114, "sequestration_order_changed")
  std::string proposal;
  bool in_force = false;
  Usd value;  // 0: all that D9.2 allows
  std::string reason;
  Timestamp until;
  std::vector<std::string> persons;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "in_force", self.in_force);
    visit(3, "value", self.value);
    visit(4, "reason", self.reason);
    visit(5, "until", self.until);
    visit(6, "persons", self.persons);
  }
};

// late: it fell below before anything was held; missed: and nothing was.
enum class ScoreOutcome : std::uint8_t { false_alarm, needed, late, missed };
BULKHEAD_ENUM_NAMES(ScoreOutcome, "false_alarm", "needed", "late", "missed")

// A sequestration has ended, or there was none where one was needed: against the counterfactual of
// doing nothing (D9.6). needed: E < MM at some tick while it was held.
struct SequestrationScored {
  BULKHEAD_EVENT(115, "sequestration_scored")
  ScoreOutcome outcome = ScoreOutcome::false_alarm;
  policy::Reason trigger = policy::Reason::none;
  Timestamp opened;
  Usd most;  // largest market value held
  Usd cost;  // of capital and transfers
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "outcome", self.outcome);
    visit(2, "trigger", self.trigger);
    visit(3, "opened", self.opened);
    visit(4, "most", self.most);
    visit(5, "cost", self.cost);
    visit(6, "figures", self.figures);
  }
};

// A trigger that only foresees is not followed: the account had as many false alarms as the rate
// limit allows (D9.6). Said once.
struct SequestrationHeldBack {
  BULKHEAD_EVENT(116, "sequestration_held_back")
  policy::Reason trigger = policy::Reason::none;
  std::uint32_t false_alarms = 0;  // within the window
  Usd required;
  Usd held;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "trigger", self.trigger);
    visit(2, "false_alarms", self.false_alarms);
    visit(3, "required", self.required);
    visit(4, "held", self.held);
    visit(5, "figures", self.figures);
  }
};

// Something was held for the longest time without a review (D9.5): it is released, or kept, and
// why; the next review is due after the same time.
struct SequestrationReviewed {
  BULKHEAD_EVENT(117, "sequestration_reviewed")
  Timestamp held_since;
  bool released = false;
  policy::Reason reason = policy::Reason::none;  // review_due if released, else why it is kept
  Usd required;
  Usd held;
  Timestamp next;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "held_since", self.held_since);
    visit(2, "released", self.released);
    visit(3, "reason", self.reason);
    visit(4, "required", self.required);
    visit(5, "held", self.held);
    visit(6, "next", self.next);
    visit(7, "figures", self.figures);
  }
};

enum class Act : std::uint8_t { withdrawal, release, default_, liquidation };
BULKHEAD_ENUM_NAMES(Act, "withdrawal", "release", "default", "liquidation")

// Something keeps an act from being done (D4.4, D4.5): a price, or the grace after an outage; said
// once, when it begins.
struct ActBlocked {
  BULKHEAD_EVENT(54, "act_blocked")
  Act act = Act::withdrawal;
  std::string subject;  // asset or instrument whose price it is; empty: no price is
  market::Quality quality = market::Quality::good;
  policy::Reason reason = policy::Reason::price_not_good;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "act", self.act);
    visit(2, "subject", self.subject);
    visit(3, "quality", self.quality);
    visit(4, "reason", self.reason);
  }
};

}  // namespace bulkhead::engine
