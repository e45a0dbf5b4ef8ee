// Events of liquidation and of what an account could not pay (D10).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/event_parts.h"

namespace bulkhead::engine {

// To the venue: reduce-only order (instrument set) or sale of collateral (asset set).
struct LiquidationInstructed {
  BULKHEAD_EVENT(60, "liquidation_instructed")
  std::uint64_t instruction = 0;
  std::string instrument;
  std::int64_t lots = 0;  // + buy
  std::string asset;      // sold
  std::string received_asset;
  Amount amount;     // to sell
  double limit = 0;  // worst price accepted; assets: received per sold coin
  Usd expected_cost;
  Timestamp expires;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instruction", self.instruction);
    visit(2, "instrument", self.instrument);
    visit(3, "lots", self.lots);
    visit(4, "asset", self.asset);
    visit(5, "received_asset", self.received_asset);
    visit(6, "amount", self.amount);
    visit(7, "limit", self.limit);
    visit(8, "expected_cost", self.expected_cost);
    visit(9, "expires", self.expires);
  }
};

struct LiquidationEnded {
  BULKHEAD_EVENT(61, "liquidation_ended")
  std::uint64_t instruction = 0;
  bool filled = false;  // else expired
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instruction", self.instruction);
    visit(2, "filled", self.filled);
  }
};

// What a closed account could not pay (D10.3): first the insurance fund, the rest is bad debt.
struct LossCovered {
  BULKHEAD_EVENT(62, "loss_covered")
  std::string asset;
  Amount insurance;
  Amount bad_debt;
  Usd insurance_value;
  Usd bad_debt_value;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "insurance", self.insurance);
    visit(3, "bad_debt", self.bad_debt);
    visit(4, "insurance_value", self.insurance_value);
    visit(5, "bad_debt_value", self.bad_debt_value);
  }
};

}  // namespace bulkhead::engine
