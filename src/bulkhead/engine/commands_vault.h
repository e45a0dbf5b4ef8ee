// Commands about where collateral lies: alarms of places, and the orders of two persons to
// sequester or to release (D9.1, D9.5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::engine {

// Why collateral is not safe where or in what it is. The first two are found by the core itself.
enum class AlarmCause : std::uint8_t { depeg, asset_halted, chain_halted, custodian_alarm };
BULKHEAD_ENUM_NAMES(AlarmCause, "depeg", "asset_halted", "chain_halted", "custodian_alarm")

// Raised: what lies there is evacuated. Not raised: all clear, after the hysteresis of alarms.
struct SetPlaceAlarm {
  static constexpr int kTag = 75;
  static constexpr std::string_view kName = "set_place_alarm";
  std::string place;
  bool raised = true;
  AlarmCause cause = AlarmCause::custodian_alarm;  // chain_halted or custodian_alarm
  std::string reason;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "place", self.place);
    visit(2, "raised", self.raised);
    visit(3, "cause", self.cause);
    visit(4, "reason", self.reason);
  }
};

// Content of a proposal: sequester of an account, up to R (D9.2), until a stated time.
struct SequestrationOrder {
  static constexpr int kTag = 76;
  static constexpr std::string_view kName = "sequestration_order";
  std::string account;
  Usd value;  // stressed value that shall be held; 0: all that D9.2 allows
  std::string reason;
  Timestamp until;

  friend bool operator==(const SequestrationOrder&, const SequestrationOrder&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "value", self.value);
    visit(3, "reason", self.reason);
    visit(4, "until", self.until);
  }
};

// Content of a proposal: give back what is sequestered, never below D8.6. Lifts an order to
// sequester.
struct ReleaseOrder {
  static constexpr int kTag = 77;
  static constexpr std::string_view kName = "release_order";
  std::string account;
  std::string asset;  // empty: everything
  std::string place;  // with an asset
  Amount amount;      // minor units; 0: all of it there
  std::string reason;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "asset", self.asset);
    visit(3, "place", self.place);
    visit(4, "amount", self.amount);
    visit(5, "reason", self.reason);
  }
};

}  // namespace bulkhead::engine
