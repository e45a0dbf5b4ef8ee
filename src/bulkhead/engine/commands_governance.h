// Commands that answer or decide: receipts of places, proposals and approvals (D9.4, D11.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_corrections.h"
#include "bulkhead/engine/commands_default.h"
#include "bulkhead/engine/commands_models.h"
#include "bulkhead/engine/commands_vault.h"
#include "bulkhead/policy/parameters.h"

namespace bulkhead::engine {

enum class ReceiptStatus : std::uint8_t { pending, applied, rejected };
BULKHEAD_ENUM_NAMES(ReceiptStatus, "pending", "applied", "rejected")

// What a place says of an instruction (D9.4). Only applied and rejected end a leg.
struct CustodyReceipt {
  static constexpr int kTag = 50;
  static constexpr std::string_view kName = "custody_receipt";
  std::string account;
  std::string asset;
  std::string place;
  std::uint64_t seq = 0;  // of the instruction
  ReceiptStatus status = ReceiptStatus::pending;
  Amount observed;  // what the place holds now
  Timestamp as_of;
  bool final_ = false;  // n confirmations, or the custodian's final word

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "asset", self.asset);
    visit(3, "place", self.place);
    visit(4, "seq", self.seq);
    visit(5, "status", self.status);
    visit(6, "observed", self.observed);
    visit(7, "as_of", self.as_of);
    visit(8, "final", self.final_);
  }
};

// A complete new parameter set, effective at a stated time after two approvals (D11.1).
struct ParameterChange {
  static constexpr int kTag = 3;
  static constexpr std::string_view kName = "parameter_change";
  policy::ParameterSet parameters;
  Timestamp effective_at;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "parameters", self.parameters);
    visit(2, "effective_at", self.effective_at);
  }
};

struct Propose {
  static constexpr int kTag = 60;
  static constexpr std::string_view kName = "propose";
  std::string proposal;  // unique name
  Timestamp expires;
  std::variant<std::monostate, ParameterChange, SequestrationOrder, ReleaseOrder, DefaultOrder,
               BustTrade, ReverseDeposit, SettlementPrice, WaiveLoss, ModelChange>
      content;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "expires", self.expires);
    visit.oneof("content", self.content);
  }
};

struct Approve {
  static constexpr int kTag = 61;
  static constexpr std::string_view kName = "approve";
  std::string proposal;
  bool reject = false;  // the word is no; for what is proposed to a member (D8.4)
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "reject", self.reject);
  }
};

// What one person stops at once and two let run again (D11.6). None of it stops a top-up or an
// order that reduces risk.
enum class StopButton : std::uint8_t {
  halt_asset,         // subject: an asset; no price of it counts
  halt_market,        // subject: an instrument; no new risk in it, no liquidation into it
  reduce_only,        // subject: an account, or empty for all; no new risk
  stop_liquidations,  // subject: an account, or empty for all; nothing new is sold or closed
  stop_releases       // subject: an account, or empty for all; nothing leaves a vault
};
BULKHEAD_ENUM_NAMES(StopButton, "halt_asset", "halt_market", "reduce_only", "stop_liquidations",
                    "stop_releases")

// Pressed again by anyone it says a new reason and a new end, and forgets who wanted it to end.
struct PressStop {
  static constexpr int kTag = 85;
  static constexpr std::string_view kName = "press_stop";
  StopButton button = StopButton::halt_asset;
  std::string subject;
  std::string reason;
  Timestamp expires;  // later than now, at most 24 h
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "button", self.button);
    visit(2, "subject", self.subject);
    visit(3, "reason", self.reason);
    visit(4, "expires", self.expires);
  }
};

// The word of one of the two persons that it takes.
struct EndStop {
  static constexpr int kTag = 86;
  static constexpr std::string_view kName = "end_stop";
  StopButton button = StopButton::halt_asset;
  std::string subject;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "button", self.button);
    visit(2, "subject", self.subject);
  }
};

}  // namespace bulkhead::engine
