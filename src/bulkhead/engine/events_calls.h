// Events of deliveries on their way and of disputes, and of what they make of a call (D6.2, D8.2,
// D8.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_calls.h"
#include "bulkhead/engine/event_parts.h"
#include "bulkhead/policy/deliveries.h"

namespace bulkhead::engine {

struct DeliveryChanged {
  BULKHEAD_EVENT(100, "delivery_changed")
  std::uint64_t delivery = 0;
  policy::DeliveryStatus from = policy::DeliveryStatus::agreed;
  policy::DeliveryStatus to = policy::DeliveryStatus::agreed;
  std::string asset;
  std::string place;
  Amount amount;  // promised
  Amount arrived;
  Amount failed;
  Timestamp counts_until;  // 0: it counts nothing
  Usd due;                 // what becomes due by it under the original deadline
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "delivery", self.delivery);
    visit(2, "from", self.from);
    visit(3, "to", self.to);
    visit(4, "asset", self.asset);
    visit(5, "place", self.place);
    visit(6, "amount", self.amount);
    visit(7, "arrived", self.arrived);
    visit(8, "failed", self.failed);
    visit(9, "counts_until", self.counts_until);
    visit(10, "due", self.due);
  }
};

// By how much what is on its way makes less be called, and until when that must have come. Said
// when a further part is netted.
struct DeliveriesNetted {
  BULKHEAD_EVENT(101, "deliveries_netted")
  Usd netted;  // by this decision
  Usd agreed;  // counted in all
  Usd in_transit;
  Timestamp deadline;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "netted", self.netted);
    visit(2, "agreed", self.agreed);
    visit(3, "in_transit", self.in_transit);
    visit(4, "deadline", self.deadline);
    visit(5, "figures", self.figures);
  }
};

// A call that is past its deadline is not closed yet: what is missing was seen on its way in time,
// or is disputed.
struct CallStayed {
  BULKHEAD_EVENT(102, "call_stayed")
  std::uint64_t call = 0;
  Usd undelivered;
  Usd in_transit;  // seen in time, not taken by an older call
  Timestamp until;
  Usd disputed;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "undelivered", self.undelivered);
    visit(3, "in_transit", self.in_transit);
    visit(4, "until", self.until);
    visit(5, "disputed", self.disputed);
  }
};

// open until resolved by a person, or ended by its clock.
enum class DisputeStatus : std::uint8_t { open, resolved, clock_ended };
BULKHEAD_ENUM_NAMES(DisputeStatus, "open", "resolved", "clock_ended")

struct DisputeChanged {
  BULKHEAD_EVENT(103, "dispute_changed")
  std::uint64_t call = 0;
  DisputeStatus status = DisputeStatus::open;
  DisputeSubject subject = DisputeSubject::price;  // as opened; of no meaning after
  std::string name;
  DisputeReason reason = DisputeReason::wrong_value;
  Usd disputed;
  Usd owed;        // what of it is due; open: nothing until the end
  Usd undisputed;  // of the call, due at its deadline all the same
  Timestamp ends;  // of the clock
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "status", self.status);
    visit(3, "subject", self.subject);
    visit(4, "name", self.name);
    visit(5, "reason", self.reason);
    visit(6, "disputed", self.disputed);
    visit(7, "owed", self.owed);
    visit(8, "undisputed", self.undisputed);
    visit(9, "ends", self.ends);
  }
};

}  // namespace bulkhead::engine
