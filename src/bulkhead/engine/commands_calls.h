// Commands about margin calls: deliveries on their way and disputes (D6.2, D8.2, D8.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::engine {

// A member's word that collateral will arrive. It counts towards a need until it should have
// settled; what arrives is pledged.
struct PromiseDelivery {
  static constexpr int kTag = 70;
  static constexpr std::string_view kName = "promise_delivery";
  std::string account;
  std::string asset;
  std::string place;  // chain or custodian that will see it; its time-out applies
  Amount amount;      // minor units, > 0
  Timestamp settles;  // later than now, within 30 days
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "asset", self.asset);
    visit(3, "place", self.place);
    visit(4, "amount", self.amount);
    visit(5, "settles", self.settles);
  }
};

// seen: on its way. arrived: final, enters the books and is pledged. failed: will not come.
enum class DeliveryWord : std::uint8_t { seen, arrived, failed };
BULKHEAD_ENUM_NAMES(DeliveryWord, "seen", "arrived", "failed")

// What a place or the venue knows of a promised delivery.
struct ReportDelivery {
  static constexpr int kTag = 71;
  static constexpr std::string_view kName = "report_delivery";
  std::uint64_t delivery = 0;
  DeliveryWord word = DeliveryWord::seen;
  Amount amount;  // seen: all that is outstanding; else a part of it, > 0
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "delivery", self.delivery);
    visit(2, "word", self.word);
    visit(3, "amount", self.amount);
  }
};

enum class DisputeSubject : std::uint8_t { price, quantity, parameter };
BULKHEAD_ENUM_NAMES(DisputeSubject, "price", "quantity", "parameter")

enum class DisputeReason : std::uint8_t {
  wrong_value,
  stale_value,
  not_booked,
  booked_twice,
  other
};
BULKHEAD_ENUM_NAMES(DisputeReason, "wrong_value", "stale_value", "not_booked", "booked_twice",
                    "other")

// A member contests part of an open call; the rest stays due (D8.3).
struct DisputeCall {
  static constexpr int kTag = 72;
  static constexpr std::string_view kName = "dispute_call";
  std::uint64_t call = 0;
  DisputeSubject subject = DisputeSubject::price;
  std::string name;  // of the asset, instrument or parameter
  DisputeReason reason = DisputeReason::wrong_value;
  Usd amount;  // > 0, at most what is outstanding; the rounding of a call is no part of the need
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "subject", self.subject);
    visit(3, "name", self.name);
    visit(4, "reason", self.reason);
    visit(5, "amount", self.amount);
  }
};

// A risk manager's answer: how much of the disputed amount stays due.
struct ResolveDispute {
  static constexpr int kTag = 73;
  static constexpr std::string_view kName = "resolve_dispute";
  std::uint64_t call = 0;
  Usd owed;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "owed", self.owed);
  }
};

}  // namespace bulkhead::engine
