// What can be asked of Bulkhead: every command, as plain values. The public vocabulary of api/, the
// log, the HTTP API and Kafka; names are strings, amounts are minor units.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_break_glass.h"
#include "bulkhead/engine/commands_calls.h"
#include "bulkhead/engine/commands_default.h"
#include "bulkhead/engine/commands_governance.h"
#include "bulkhead/engine/commands_market.h"
#include "bulkhead/engine/commands_reference.h"
#include "bulkhead/engine/commands_trading.h"
#include "bulkhead/engine/commands_transfers.h"
#include "bulkhead/engine/commands_vault.h"

namespace bulkhead::engine {

using CommandBody =
    std::variant<std::monostate, Genesis, RegisterPerson, RegisterAsset, RegisterInstrument,
                 RegisterSource, RegisterPlace, OpenAccount, SetStandingInstruction,
                 RenewCommitment, Deposit, Withdraw, Pledge, Unpledge, Borrow, Repay, RepayLoss,
                 PlaceOrder, AmendOrder, CancelOrder, Fill, FillSale, Funding, Interest, Expire,
                 Observations, Tick, AdoptScenarioSet, Grant, SetHalt, CustodyReceipt, Propose,
                 Approve, PromiseDelivery, ReportDelivery, DisputeCall, ResolveDispute,
                 SubstituteCollateral, SetPlaceAlarm, ProposePlan, BidAuction, PressStop, EndStop,
                 BreakGlass, ReviewBreakGlass>;

struct Command {
  Timestamp time;                     // never decreases in a log (D2.4)
  std::string actor;                  // a Person's name
  std::array<std::uint8_t, 16> id{};  // client-made, unique per actor (D11.4)
  Bytes signature;  // Ed25519 over the canonical bytes with this field empty; or empty
  CommandBody body;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "time", self.time);
    visit(2, "actor", self.actor);
    visit(3, "id", self.id);
    visit(4, "signature", self.signature);
    visit.oneof("body", self.body);
  }
};

}  // namespace bulkhead::engine
