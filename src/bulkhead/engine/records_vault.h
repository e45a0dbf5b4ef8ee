// State records of sequestration beside the stages, the books and the legs (D9).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_vault.h"
#include "bulkhead/policy/stages.h"

namespace bulkhead::engine {

// Of an alarm: an asset's own, or of a place where collateral lies.
enum class AlarmSubject : std::uint8_t { asset, place };
BULKHEAD_ENUM_NAMES(AlarmSubject, "asset", "place")

// "engine/alarm/<asset or place>/<name>"; gone when it has been clear through its hysteresis
// (D9.1).
struct Alarm {
  AlarmSubject of = AlarmSubject::place;
  std::string subject;
  AlarmCause cause = AlarmCause::custodian_alarm;
  std::string reason;
  Timestamp raised;
  std::optional<Timestamp> clear_since;

  bool active() const { return !clear_since.has_value(); }
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "of", self.of);
    visit(2, "subject", self.subject);
    visit(3, "cause", self.cause);
    visit(4, "reason", self.reason);
    visit(5, "raised", self.raised);
    visit(6, "clear_since", self.clear_since);
  }
};

// An order to sequester that two persons gave.
struct StandingOrder {
  std::string proposal;
  Usd value;  // 0: all that D9.2 allows
  std::string reason;
  Timestamp until;
  std::vector<std::string> persons;

  friend bool operator==(const StandingOrder&, const StandingOrder&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "value", self.value);
    visit(3, "reason", self.reason);
    visit(4, "until", self.until);
    visit(5, "persons", self.persons);
  }
};

// From the first leg towards a vault until nothing is left there: what it is scored by (D9.6).
struct Episode {
  Timestamp opened;
  policy::Reason trigger = policy::Reason::none;
  bool breached = false;  // E < MM at a tick since
  bool late = false;      // E < MM already when it was opened
  Amount cost_units;      // Σ value in micros · bp a year · seconds
  Usd transfers;          // their cost
  Usd most;               // the largest value that was held

  friend bool operator==(const Episode&, const Episode&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "opened", self.opened);
    visit(2, "trigger", self.trigger);
    visit(3, "breached", self.breached);
    visit(4, "late", self.late);
    visit(5, "cost_units", self.cost_units);
    visit(6, "transfers", self.transfers);
    visit(7, "most", self.most);
  }
};

// "engine/vault/<account, ten digits>"; absent while all of it is at its default.
struct VaultRecord {
  std::uint32_t account = 0;
  bool short_told = false;   // that what is missing cannot be moved; until something can
  bool surplus_due = false;  // two places took what one was asked for (D9.4)
  std::optional<StandingOrder> order;
  std::optional<Episode> episode;
  std::vector<Timestamp> false_alarms;  // within the window of their rate limit, ascending
  bool missed_told = false;             // below maintenance with nothing held
  bool held_back_told = false;          // by the rate limit of false alarms
  std::optional<Timestamp> reviewed;    // last review of what is held (D9.5)
  bool stranded_told = false;           // that what lies at a place under alarm has nowhere to go

  friend bool operator==(const VaultRecord&, const VaultRecord&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "short_told", self.short_told);
    visit(3, "surplus_due", self.surplus_due);
    visit(4, "order", self.order);
    visit(5, "stranded_told", self.stranded_told);
    visit(6, "episode", self.episode);
    visit(7, "false_alarms", self.false_alarms);
    visit(8, "missed_told", self.missed_told);
    visit(9, "held_back_told", self.held_back_told);
    visit(10, "reviewed", self.reviewed);
  }
};

}  // namespace bulkhead::engine
