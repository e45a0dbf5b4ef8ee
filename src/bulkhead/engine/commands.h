// What can be asked of Bulkhead: every command, as plain values. The public vocabulary of api/, the
// log, the HTTP API and Kafka; names are strings, amounts are minor units.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/policy/parameters.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::engine {

inline constexpr std::uint32_t kLogFormat = 1;
inline constexpr std::uint32_t kBehaviourVersion = 1;

// D11.1. What each may do stands in engine/roles.h.
enum class Role : std::uint8_t {
  none,
  member,
  venue,
  risk_manager,
  approver,
  auditor,
  operator_,
  custodian,
  feed
};
BULKHEAD_ENUM_NAMES(Role, "none", "member", "venue", "risk_manager", "approver", "auditor",
                    "operator", "custodian", "feed")

struct Person {
  std::string name;  // the `actor` of this person's commands
  Role role = Role::none;
  Hash public_key{};   // Ed25519; all-zero: signs nothing
  std::string member;  // role member: whose accounts

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "role", self.role);
    visit(3, "public_key", self.public_key);
    visit(4, "member", self.member);
  }
};

// First record of every log: everything that behaviour depends on (DESIGN 10).
struct Genesis {
  static constexpr int kTag = 10;
  static constexpr std::string_view kName = "genesis";
  std::uint32_t format = kLogFormat;
  std::uint32_t behaviour = kBehaviourVersion;
  std::string venue;
  policy::ParameterSet parameters;
  std::vector<Person> persons;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "format", self.format);
    visit(2, "behaviour", self.behaviour);
    visit(3, "venue", self.venue);
    visit(4, "parameters", self.parameters);
    visit(5, "persons", self.persons);
  }
};

struct RegisterPerson {
  static constexpr int kTag = 11;
  static constexpr std::string_view kName = "register_person";
  Person person;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "person", self.person);
  }
};

struct RegisterAsset {
  static constexpr int kTag = 12;
  static constexpr std::string_view kName = "register_asset";
  market::Asset asset;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
  }
};

struct RegisterInstrument {
  static constexpr int kTag = 13;
  static constexpr std::string_view kName = "register_instrument";
  market::Instrument instrument;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
  }
};

struct RegisterSource {
  static constexpr int kTag = 14;
  static constexpr std::string_view kName = "register_source";
  market::Source source;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "source", self.source);
  }
};

struct RegisterPlace {
  static constexpr int kTag = 15;
  static constexpr std::string_view kName = "register_place";
  market::Place place;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "place", self.place);
  }
};

// What may be pulled from free balances when a call is open (D8.4).
enum class StandingMode : std::uint8_t { none, automatic, propose };
BULKHEAD_ENUM_NAMES(StandingMode, "none", "automatic", "propose")

struct StandingInstruction {
  StandingMode mode = StandingMode::none;
  std::vector<std::string> assets;  // in this order

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "mode", self.mode);
    visit(2, "assets", self.assets);
  }
};

struct OpenAccount {
  static constexpr int kTag = 16;
  static constexpr std::string_view kName = "open_account";
  std::string account;
  std::string member;
  std::string group;  // affiliate group; empty: the member alone
  risk::MarginMode mode = risk::MarginMode::joint;
  std::string model;  // margin model by name: "scenario_es", "scenario_grid", "flat"
  StandingInstruction standing;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "member", self.member);
    visit(3, "group", self.group);
    visit(4, "mode", self.mode);
    visit(5, "model", self.model);
    visit(6, "standing", self.standing);
  }
};

struct SetStandingInstruction {
  static constexpr int kTag = 17;
  static constexpr std::string_view kName = "set_standing_instruction";
  std::string account;
  StandingInstruction standing;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "standing", self.standing);
  }
};

// Assets of one account at one place; the fields of all the transfers that follow.
#define BULKHEAD_TRANSFER_COMMAND(Type, tag, name, sentence) \
  /* sentence */                                             \
  struct Type {                                              \
    static constexpr int kTag = tag;                         \
    static constexpr std::string_view kName = name;          \
    std::string account;                                     \
    std::string asset;                                       \
    std::string place;                                       \
    Amount amount; /* minor units, > 0 */                    \
    template <class Self, class Visitor>                     \
    static void fields(Self& self, Visitor&& visit) {        \
      visit(1, "account", self.account);                     \
      visit(2, "asset", self.asset);                         \
      visit(3, "place", self.place);                         \
      visit(4, "amount", self.amount);                       \
    }                                                        \
  };
BULKHEAD_TRANSFER_COMMAND(Deposit, 20, "deposit", "arrived from outside, final, into `free`")
BULKHEAD_TRANSFER_COMMAND(Withdraw, 21, "withdraw", "leaves from `free` to outside")
BULKHEAD_TRANSFER_COMMAND(Pledge, 22, "pledge", "`free` becomes collateral")
BULKHEAD_TRANSFER_COMMAND(Unpledge, 23, "unpledge", "collateral becomes `free`, judged by D8.6")
BULKHEAD_TRANSFER_COMMAND(Borrow, 24, "borrow", "the pool lends; credited to `pledged`")
BULKHEAD_TRANSFER_COMMAND(Repay, 25, "repay", "debt is paid from `pledged`, then `free`")
#undef BULKHEAD_TRANSFER_COMMAND

enum class Side : std::uint8_t { buy, sell };
BULKHEAD_ENUM_NAMES(Side, "buy", "sell")

struct PlaceOrder {
  static constexpr int kTag = 30;
  static constexpr std::string_view kName = "place_order";
  std::string account;
  std::string order;  // client's name, unique among the account's open orders
  std::string instrument;
  Side side = Side::buy;
  std::int64_t lots = 0;  // > 0
  Decimal limit;          // in the instrument's quote

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "order", self.order);
    visit(3, "instrument", self.instrument);
    visit(4, "side", self.side);
    visit(5, "lots", self.lots);
    visit(6, "limit", self.limit);
  }
};

struct AmendOrder {
  static constexpr int kTag = 31;
  static constexpr std::string_view kName = "amend_order";
  std::string account;
  std::string order;
  std::int64_t lots = 0;  // new unfilled size, > 0
  Decimal limit;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "order", self.order);
    visit(3, "lots", self.lots);
    visit(4, "limit", self.limit);
  }
};

struct CancelOrder {
  static constexpr int kTag = 32;
  static constexpr std::string_view kName = "cancel_order";
  std::string account;
  std::string order;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "order", self.order);
  }
};

// A trade that has happened at the venue; never refused for margin (D5.8).
struct Fill {
  static constexpr int kTag = 33;
  static constexpr std::string_view kName = "fill";
  std::string account;
  std::string instrument;
  Side side = Side::buy;
  std::int64_t lots = 0;  // > 0
  Decimal price;      // in the instrument's quote; option: premium per coin in its settlement asset
  Amount fee;         // settlement asset, >= 0
  std::string order;  // empty: none
  std::string counterparty;       // account on the other side; empty: the venue's market account
  std::uint64_t instruction = 0;  // liquidation instruction that it answers; 0: none

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "instrument", self.instrument);
    visit(3, "side", self.side);
    visit(4, "lots", self.lots);
    visit(5, "price", self.price);
    visit(6, "fee", self.fee);
    visit(7, "order", self.order);
    visit(8, "counterparty", self.counterparty);
    visit(9, "instruction", self.instruction);
  }
};

// Collateral of an account in default sold by the venue as instructed.
struct FillSale {
  static constexpr int kTag = 34;
  static constexpr std::string_view kName = "fill_sale";
  std::string account;
  std::uint64_t instruction = 0;
  std::string sold_asset;
  Amount sold;
  std::string received_asset;
  Amount received;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "instruction", self.instruction);
    visit(3, "sold_asset", self.sold_asset);
    visit(4, "sold", self.sold);
    visit(5, "received_asset", self.received_asset);
    visit(6, "received", self.received);
  }
};

// Longs pay rate · notional at the closed epoch's mark to shorts (negative: the reverse).
struct Funding {
  static constexpr int kTag = 35;
  static constexpr std::string_view kName = "funding";
  std::string instrument;
  Decimal rate;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "rate", self.rate);
  }
};

// Every debt in the asset grows by rate (>= 0), rounded up.
struct Interest {
  static constexpr int kTag = 36;
  static constexpr std::string_view kName = "interest";
  std::string asset;
  Decimal rate;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "rate", self.rate);
  }
};

// Settles every position of the instrument at a price in its quote (options: of the underlying).
struct Expire {
  static constexpr int kTag = 37;
  static constexpr std::string_view kName = "expire";
  std::string instrument;
  Decimal settlement_price;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "settlement_price", self.settlement_price);
  }
};

struct Observation {
  std::string source;
  double price = 0;       // > 0; volatility sources: annual volatility
  double confidence = 0;  // half width, same unit, >= 0
  Timestamp source_time;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "source", self.source);
    visit(2, "price", self.price);
    visit(3, "confidence", self.confidence);
    visit(4, "source_time", self.source_time);
  }
};

// Updates the sources' last values; acts only at the next Tick (D4.6).
struct Observations {
  static constexpr int kTag = 40;
  static constexpr std::string_view kName = "observations";
  std::vector<Observation> items;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "items", self.items);
  }
};

// Closes the market epoch as of the command's time, fires timers, evaluates.
struct Tick {
  static constexpr int kTag = 41;
  static constexpr std::string_view kName = "tick";
  template <class Self, class Visitor>
  static void fields(Self&, Visitor&&) {}
};

// The set's content stands in the content store under `hash` (D5.2).
struct AdoptScenarioSet {
  static constexpr int kTag = 42;
  static constexpr std::string_view kName = "adopt_scenario_set";
  Hash hash{};
  Timestamp as_of;
  Timestamp window_begin;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "hash", self.hash);
    visit(2, "as_of", self.as_of);
    visit(3, "window_begin", self.window_begin);
  }
};

enum class GrantKind : std::uint8_t { insurance_fund, market_capacity, place_capacity };
BULKHEAD_ENUM_NAMES(GrantKind, "insurance_fund", "market_capacity", "place_capacity")

// A venue-wide quantity lent to this partition (DESIGN 3). Replaces the last of its kind and
// subject.
struct Grant {
  static constexpr int kTag = 43;
  static constexpr std::string_view kName = "grant";
  GrantKind kind = GrantKind::insurance_fund;
  std::string subject;  // market_capacity: instrument or asset; place_capacity: place
  std::string
      asset;  // insurance_fund: asset of the amount; capacities: empty, amount in numéraire micros
  Amount amount;
  std::uint64_t epoch = 0;  // rises
  Timestamp expires;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "kind", self.kind);
    visit(2, "subject", self.subject);
    visit(3, "asset", self.asset);
    visit(4, "amount", self.amount);
    visit(5, "epoch", self.epoch);
    visit(6, "expires", self.expires);
  }
};

struct SetHalt {
  static constexpr int kTag = 44;
  static constexpr std::string_view kName = "set_halt";
  std::string asset;
  bool halted = false;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "halted", self.halted);
  }
};

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
  std::variant<std::monostate, ParameterChange> content;
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
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
  }
};

using CommandBody =
    std::variant<std::monostate, Genesis, RegisterPerson, RegisterAsset, RegisterInstrument,
                 RegisterSource, RegisterPlace, OpenAccount, SetStandingInstruction, Deposit,
                 Withdraw, Pledge, Unpledge, Borrow, Repay, PlaceOrder, AmendOrder, CancelOrder,
                 Fill, FillSale, Funding, Interest, Expire, Observations, Tick, AdoptScenarioSet,
                 Grant, SetHalt, CustodyReceipt, Propose, Approve>;

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
