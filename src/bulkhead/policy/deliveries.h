// Promised deliveries of collateral: what of them an open need counts, and until when (D6.2, D8.2).
// Held, agreed and in transit are three things; only what is held is in E.
//
//   DeliveryCounts counts = count_deliveries(values, outstanding_calls);
//   need.agreed = counts.agreed; need.in_transit = counts.in_transit;
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::policy {

// agreed: promised. in_transit: seen by chain or custodian. overdue: its settlement time or the
// place's time-out has passed; it counts nothing but may still arrive. The last two end it.
enum class DeliveryStatus : std::uint8_t { agreed, in_transit, overdue, arrived, failed };
BULKHEAD_ENUM_NAMES(DeliveryStatus, "agreed", "in_transit", "overdue", "arrived", "failed")
constexpr bool is_open(DeliveryStatus status) {
  return status != DeliveryStatus::arrived && status != DeliveryStatus::failed;
}

// State record of one promise.
struct Delivery {
  std::uint64_t number = 0;
  std::uint32_t account = 0;
  std::uint32_t asset = 0;
  std::uint32_t place = 0;  // who sees it on its way
  Amount amount;            // promised
  Amount arrived;
  Amount failed;
  DeliveryStatus status = DeliveryStatus::agreed;
  Timestamp promised;
  Timestamp settles;   // when it shall be there
  Timestamp seen;      // 0: not yet
  Usd netted;          // by which calls were made smaller because of it
  Timestamp deadline;  // of the call it stands in for; 0: of none
  Timestamp since;     // of its status

  friend bool operator==(const Delivery&, const Delivery&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "number", self.number);
    visit(2, "account", self.account);
    visit(3, "asset", self.asset);
    visit(4, "place", self.place);
    visit(5, "amount", self.amount);
    visit(6, "arrived", self.arrived);
    visit(7, "failed", self.failed);
    visit(8, "status", self.status);
    visit(9, "promised", self.promised);
    visit(10, "settles", self.settles);
    visit(11, "seen", self.seen);
    visit(12, "netted", self.netted);
    visit(13, "deadline", self.deadline);
    visit(14, "since", self.since);
  }
  Amount outstanding() const { return amount - arrived - failed; }
};

// The moment from which it no longer counts: agreed up to settlement, never past the deadline of
// the call it stands in for; in transit up to the place's time-out after it was seen. 0: never.
Timestamp counts_until(const Delivery& delivery, Duration place_timeout);

// The next moment at which time alone changes its status.
Timestamp overdue_at(const Delivery& delivery, Duration place_timeout);

// One delivery that counts now, at the value an act may credit (the low edge, D4.5).
struct DeliveryValue {
  Usd value;   // >= 0
  Usd netted;  // >= 0
  bool in_transit = false;
};

struct DeliveryCounts {
  Usd agreed;
  Usd in_transit;
};

// What stands beside the calls that are open: every delivery up to what it is netted by, and of the
// rest (which first meets the open calls) what exceeds `open_calls`.
DeliveryCounts count_deliveries(std::span<const DeliveryValue> deliveries, Usd open_calls);

// By how much more each is netted when `gap` would have been called without them, in their order.
std::vector<Usd> net_deliveries(std::span<const DeliveryValue> deliveries, Usd open_calls, Usd gap);

// The share of `netted` that fails with `part` of the outstanding amount, rounded up; all of it
// with the last part. 0 < part <= outstanding.
Usd failed_share(Usd netted, Amount part, Amount outstanding);

}  // namespace bulkhead::policy
