// What Bulkhead says: every event, as plain values. Events hold facts and the figures that caused a
// transition, never caches (DESIGN, "looking leaves no trace"); each names at most one account.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands.h"
#include "bulkhead/ledger/transfer.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/policy/stages.h"

namespace bulkhead::engine {

// The figures of an account at the moment of a transition.
struct Figures {
  Usd equity;  // E_mid
  Usd equity_least;
  Usd equity_greatest;
  Usd initial;      // IM
  Usd maintenance;  // MM

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "equity", self.equity);
    visit(2, "equity_least", self.equity_least);
    visit(3, "equity_greatest", self.equity_greatest);
    visit(4, "initial", self.initial);
    visit(5, "maintenance", self.maintenance);
  }
};

struct AssetAtPlace {
  std::string asset;
  std::string place;
  Amount amount;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "amount", self.amount);
  }
};

#define BULKHEAD_EVENT(tag, name)  \
  static constexpr int kTag = tag; \
  static constexpr std::string_view kName = name;

struct LogOpened {
  BULKHEAD_EVENT(10, "log_opened")
  std::uint32_t format = 0;
  std::uint32_t behaviour = 0;
  std::uint32_t parameter_version = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "format", self.format);
    visit(2, "behaviour", self.behaviour);
    visit(3, "parameter_version", self.parameter_version);
  }
};

// A command that changed nothing, and why. The refusal is sticky for its id where it depends on
// state.
struct Refused {
  BULKHEAD_EVENT(11, "refused")
  std::uint32_t code = 0;  // number in the table of errors
  std::string name;
  std::string rule;
  std::string field;
  std::string value;
  std::string detail;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "code", self.code);
    visit(2, "name", self.name);
    visit(3, "rule", self.rule);
    visit(4, "field", self.field);
    visit(5, "value", self.value);
    visit(6, "detail", self.detail);
  }
};

enum class RegisteredKind : std::uint8_t { person, asset, instrument, source, place };
BULKHEAD_ENUM_NAMES(RegisteredKind, "person", "asset", "instrument", "source", "place")

struct Registered {
  BULKHEAD_EVENT(12, "registered")
  RegisteredKind kind = RegisteredKind::person;
  std::string name;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "kind", self.kind);
    visit(2, "name", self.name);
  }
};

struct AccountOpened {
  BULKHEAD_EVENT(13, "account_opened")
  std::string member;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "member", self.member);
  }
};

struct StandingInstructionSet {
  BULKHEAD_EVENT(14, "standing_instruction_set")
  StandingInstruction standing;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "standing", self.standing);
  }
};

// Assets of one account moved, came or went; a signed change of one bucket.
struct BalanceChanged {
  BULKHEAD_EVENT(20, "balance_changed")
  ledger::TransferKind kind = ledger::TransferKind::none;
  std::string asset;
  std::string place;
  ledger::Bucket bucket = ledger::Bucket::free;
  Amount change;
  Amount balance;  // posted, after
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "kind", self.kind);
    visit(2, "asset", self.asset);
    visit(3, "place", self.place);
    visit(4, "bucket", self.bucket);
    visit(5, "change", self.change);
    visit(6, "balance", self.balance);
  }
};

enum class OrderChange : std::uint8_t { placed, amended, cancelled, filled };
BULKHEAD_ENUM_NAMES(OrderChange, "placed", "amended", "cancelled", "filled")

struct OrderChanged {
  BULKHEAD_EVENT(21, "order_changed")
  OrderChange change = OrderChange::placed;
  std::string order;
  std::string instrument;
  std::int64_t lots = 0;  // unfilled after the change, + buy, − sell
  Decimal limit;
  std::string reason;  // of a cancellation by Bulkhead
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "change", self.change);
    visit(2, "order", self.order);
    visit(3, "instrument", self.instrument);
    visit(4, "lots", self.lots);
    visit(5, "limit", self.limit);
    visit(6, "reason", self.reason);
  }
};

struct TradeBooked {
  BULKHEAD_EVENT(22, "trade_booked")
  std::string instrument;
  std::int64_t lots = 0;  // + bought
  Decimal price;
  std::int64_t position = 0;  // lots after
  std::uint64_t instruction = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "lots", self.lots);
    visit(3, "price", self.price);
    visit(4, "position", self.position);
    visit(5, "instruction", self.instruction);
  }
};

struct PositionSettled {
  BULKHEAD_EVENT(23, "position_settled")
  std::string instrument;
  std::int64_t lots = 0;  // that ended
  Decimal price;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "lots", self.lots);
    visit(3, "price", self.price);
  }
};

struct ObservationsDropped {
  BULKHEAD_EVENT(30, "observations_dropped")
  std::string source;
  std::string reason;
  std::uint32_t count = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "source", self.source);
    visit(2, "reason", self.reason);
    visit(3, "count", self.count);
  }
};

struct QualityChanged {
  BULKHEAD_EVENT(31, "quality_changed")
  std::string subject;  // asset or instrument
  market::Quality from = market::Quality::good;
  market::Quality to = market::Quality::good;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "subject", self.subject);
    visit(2, "from", self.from);
    visit(3, "to", self.to);
  }
};

struct RegimeChanged {
  BULKHEAD_EVENT(32, "regime_changed")
  std::string underlying;
  market::Regime from = market::Regime::normal;
  market::Regime to = market::Regime::normal;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "underlying", self.underlying);
    visit(2, "from", self.from);
    visit(3, "to", self.to);
  }
};

struct ScenarioSetAdopted {
  BULKHEAD_EVENT(33, "scenario_set_adopted")
  Hash hash{};
  Timestamp as_of;
  std::uint32_t scenarios = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "hash", self.hash);
    visit(2, "as_of", self.as_of);
    visit(3, "scenarios", self.scenarios);
  }
};

struct ParametersAdopted {
  BULKHEAD_EVENT(34, "parameters_adopted")
  std::uint32_t version = 0;
  std::string proposal;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "version", self.version);
    visit(2, "proposal", self.proposal);
  }
};

struct GrantTaken {
  BULKHEAD_EVENT(35, "grant_taken")
  GrantKind kind = GrantKind::insurance_fund;
  std::string subject;
  Amount amount;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "kind", self.kind);
    visit(2, "subject", self.subject);
    visit(3, "amount", self.amount);
  }
};

struct HaltChanged {
  BULKHEAD_EVENT(36, "halt_changed")
  std::string asset;
  bool halted = false;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "halted", self.halted);
  }
};

// The last tick came later than the maximum step (D2.4): destructive timers wait until `until`.
struct OutageNoticed {
  BULKHEAD_EVENT(37, "outage_noticed")
  Duration gap;
  Timestamp until;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "gap", self.gap);
    visit(2, "until", self.until);
  }
};

struct CoverageChanged {
  BULKHEAD_EVENT(40, "coverage_changed")
  policy::Coverage from = policy::Coverage::normal;
  policy::Coverage to = policy::Coverage::normal;
  policy::Reason reason = policy::Reason::none;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "from", self.from);
    visit(2, "to", self.to);
    visit(3, "reason", self.reason);
    visit(4, "figures", self.figures);
  }
};

struct VaultChanged {
  BULKHEAD_EVENT(41, "vault_changed")
  policy::Vault from = policy::Vault::none;
  policy::Vault to = policy::Vault::none;
  policy::Reason reason = policy::Reason::none;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "from", self.from);
    visit(2, "to", self.to);
    visit(3, "reason", self.reason);
    visit(4, "figures", self.figures);
  }
};

struct DefaultChanged {
  BULKHEAD_EVENT(42, "default_changed")
  policy::Default from = policy::Default::none;
  policy::Default to = policy::Default::none;
  policy::Reason reason = policy::Reason::none;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "from", self.from);
    visit(2, "to", self.to);
    visit(3, "reason", self.reason);
    visit(4, "figures", self.figures);
  }
};

struct CureOption {
  std::string asset;
  Amount amount;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "amount", self.amount);
  }
};

struct CallIssued {
  BULKHEAD_EVENT(43, "call_issued")
  std::uint64_t call = 0;
  Usd amount;  // for the numéraire
  Timestamp deadline;
  std::vector<CureOption> cures;  // least amount of each eligible asset, cheapest first
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "amount", self.amount);
    visit(3, "deadline", self.deadline);
    visit(4, "cures", self.cures);
    visit(5, "figures", self.figures);
  }
};

struct CallChanged {
  BULKHEAD_EVENT(44, "call_changed")
  std::uint64_t call = 0;
  policy::CallStatus from = policy::CallStatus::issued;
  policy::CallStatus to = policy::CallStatus::issued;
  Usd delivered;
  Usd amount;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "from", self.from);
    visit(3, "to", self.to);
    visit(4, "delivered", self.delivered);
    visit(5, "amount", self.amount);
  }
};

// Semi-automatic: what Bulkhead would pull, waiting for the member's approval (D8.4).
struct TopUpProposed {
  BULKHEAD_EVENT(45, "top_up_proposed")
  std::string proposal;
  std::uint64_t call = 0;
  std::vector<AssetAtPlace> legs;
  Timestamp expires;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "call", self.call);
    visit(3, "legs", self.legs);
    visit(4, "expires", self.expires);
  }
};

struct SequestrationLeg {
  std::string asset;
  std::string from_place;
  std::string to_place;
  Amount amount;
  Usd stressed_value;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "from_place", self.from_place);
    visit(3, "to_place", self.to_place);
    visit(4, "amount", self.amount);
    visit(5, "stressed_value", self.stressed_value);
  }
};

struct PassedOver {
  std::string asset;
  std::string from_place;
  std::string to_place;
  std::string why;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "from_place", self.from_place);
    visit(3, "to_place", self.to_place);
    visit(4, "why", self.why);
  }
};

struct SequestrationOrdered {
  BULKHEAD_EVENT(50, "sequestration_ordered")
  policy::Reason trigger = policy::Reason::none;
  Usd required;  // R (D9.2)
  Usd held;      // stressed value held or in flight before
  Usd missing;   // cannot be covered by what the account has
  std::vector<SequestrationLeg> legs;
  std::vector<PassedOver> passed_over;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "trigger", self.trigger);
    visit(2, "required", self.required);
    visit(3, "held", self.held);
    visit(4, "missing", self.missing);
    visit(5, "legs", self.legs);
    visit(6, "passed_over", self.passed_over);
    visit(7, "figures", self.figures);
  }
};

struct ReleaseOrdered {
  BULKHEAD_EVENT(51, "release_ordered")
  std::vector<SequestrationLeg> legs;
  Figures figures;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "legs", self.legs);
    visit(2, "figures", self.figures);
  }
};

// To the place: hold `target` of the asset for the account (absolute; the highest seq is in force).
struct CustodyInstructed {
  BULKHEAD_EVENT(52, "custody_instructed")
  std::string asset;
  std::string place;
  Amount target;
  std::uint64_t seq = 0;
  bool repeated = false;  // asked again under the same number
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "target", self.target);
    visit(4, "seq", self.seq);
    visit(5, "repeated", self.repeated);
  }
};

struct CustodyLegChanged {
  BULKHEAD_EVENT(53, "custody_leg_changed")
  std::string asset;
  std::string place;
  std::uint64_t seq = 0;
  policy::LegStatus from = policy::LegStatus::instructed;
  policy::LegStatus to = policy::LegStatus::instructed;
  Amount observed;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "seq", self.seq);
    visit(4, "from", self.from);
    visit(5, "to", self.to);
    visit(6, "observed", self.observed);
  }
};

enum class Act : std::uint8_t { withdrawal, release, default_, liquidation };
BULKHEAD_ENUM_NAMES(Act, "withdrawal", "release", "default", "liquidation")

// A price below `good` keeps an act from being done (D4.4, D4.5); said once, when it begins.
struct ActBlocked {
  BULKHEAD_EVENT(54, "act_blocked")
  Act act = Act::withdrawal;
  std::string subject;  // asset or instrument whose price it is
  market::Quality quality = market::Quality::good;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "act", self.act);
    visit(2, "subject", self.subject);
    visit(3, "quality", self.quality);
  }
};

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

enum class ProposalStatus : std::uint8_t { open, approved, effective, expired };
BULKHEAD_ENUM_NAMES(ProposalStatus, "open", "approved", "effective", "expired")

struct ProposalChanged {
  BULKHEAD_EVENT(70, "proposal_changed")
  std::string proposal;
  ProposalStatus status = ProposalStatus::open;
  std::vector<std::string> approvals;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "status", self.status);
    visit(3, "approvals", self.approvals);
  }
};

// Merkle root of the keyed state after the command before (DESIGN 3).
struct StateDigest {
  BULKHEAD_EVENT(80, "state_digest")
  std::uint64_t commands = 0;  // applied since the log began, this one included
  Hash root{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "commands", self.commands);
    visit(2, "root", self.root);
  }
};
#undef BULKHEAD_EVENT

using EventBody = std::variant<
    std::monostate, LogOpened, Refused, Registered, AccountOpened, StandingInstructionSet,
    BalanceChanged, OrderChanged, TradeBooked, PositionSettled, ObservationsDropped, QualityChanged,
    RegimeChanged, ScenarioSetAdopted, ParametersAdopted, GrantTaken, HaltChanged, OutageNoticed,
    CoverageChanged, VaultChanged, DefaultChanged, CallIssued, CallChanged, TopUpProposed,
    SequestrationOrdered, ReleaseOrdered, CustodyInstructed, CustodyLegChanged, ActBlocked,
    LiquidationInstructed, LiquidationEnded, LossCovered, ProposalChanged, StateDigest>;

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
