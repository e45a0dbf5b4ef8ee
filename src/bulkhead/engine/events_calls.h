// Events of deliveries on their way and of what they make of a call (D6.2, D8.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
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

// A call that is past its deadline is not closed yet: what is missing was seen on its way in time.
struct CallStayed {
  BULKHEAD_EVENT(102, "call_stayed")
  std::uint64_t call = 0;
  Usd undelivered;
  Usd in_transit;  // seen in time, not taken by an older call
  Timestamp until;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "undelivered", self.undelivered);
    visit(3, "in_transit", self.in_transit);
    visit(4, "until", self.until);
  }
};

}  // namespace bulkhead::engine
