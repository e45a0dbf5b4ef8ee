// What Bulkhead says: every event, as plain values. Events hold facts and the figures that caused a
// transition, never caches (DESIGN, "looking leaves no trace"); each names at most one account.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands.h"
#include "bulkhead/engine/events_books.h"
#include "bulkhead/engine/events_break_glass.h"
#include "bulkhead/engine/events_calls.h"
#include "bulkhead/engine/events_collateral.h"
#include "bulkhead/engine/events_default.h"
#include "bulkhead/engine/events_governance.h"
#include "bulkhead/engine/events_ladder.h"
#include "bulkhead/engine/events_market.h"
#include "bulkhead/engine/events_monitor.h"
#include "bulkhead/engine/events_reference.h"
#include "bulkhead/engine/events_vault.h"

namespace bulkhead::engine {

using EventBody = std::variant<
    std::monostate, LogOpened, Refused, Registered, AccountOpened, StandingInstructionSet,
    BalanceChanged, OrderChanged, TradeBooked, PositionSettled, ObservationsDropped, QualityChanged,
    RegimeChanged, ScenarioSetAdopted, ParametersAdopted, GrantTaken, HaltChanged, OutageNoticed,
    EligibilityChanged, CoverageChanged, VaultChanged, DefaultChanged, CallIssued, CallChanged,
    TopUpProposed, SequestrationOrdered, ReleaseOrdered, CustodyInstructed, CustodyLegChanged,
    ActBlocked, LiquidationInstructed, LiquidationEnded, LossCovered, LossDueChanged,
    ProposalChanged, StateDigest, DeliveryChanged, DeliveriesNetted, CallStayed, DisputeChanged,
    CollateralSubstituted, SubstitutionProposed, SubstitutionChanged, CustodyReconciled,
    CustodyEscalated, SequestrationShort, AlarmChanged, SequestrationOrderChanged,
    SequestrationScored, SequestrationHeldBack, SequestrationReviewed, PlanAccepted, PlanEnded,
    AuctionOpened, AuctionFilled, AuctionEnded, Deleveraged, CollateralTaken, SettlementPriceSet,
    GainsReduced, LossCharged, StopChanged, CorrectionMade, BreakGlassChanged, DeadlineMoved,
    ModelChanged, CommitmentRenewed, ModelMonitored, ModelDrifted>;

struct Event {
  std::uint64_t cause = 0;    // record index of the command
  std::uint32_t ordinal = 0;  // among the command's events, from 0
  Timestamp time;             // of the command
  std::string account;        // empty: concerns no single account
  EventBody body;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "cause", self.cause);
    visit(2, "ordinal", self.ordinal);
    visit(3, "time", self.time);
    visit(4, "account", self.account);
    visit.oneof("body", self.body);
  }
};

}  // namespace bulkhead::engine
