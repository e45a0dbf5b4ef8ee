// State records of the engine that are not accounts: counters, proposals, grants, liquidation
// instructions (DESIGN 3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands.h"
#include "bulkhead/engine/events.h"
#include "bulkhead/engine/records_collateral.h"

namespace bulkhead::engine {

// "engine/counters".
struct Counters {
  std::uint64_t records = 0;  // of the log: index of the next command
  std::uint64_t commands = 0;
  Timestamp last_time;    // of the last command
  Timestamp last_tick;    // 0: none yet
  Timestamp grace_until;  // after an outage (D4.5)
  std::uint64_t last_call = 0;
  std::uint64_t last_instruction = 0;
  std::uint64_t last_proposal = 0;  // of those that Bulkhead makes
  Hash scenario_set{};              // adopted; all zero: none
  Timestamp scenario_as_of;
  std::string venue;
  std::uint64_t last_delivery = 0;
  std::uint64_t last_auction = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "records", self.records);
    visit(2, "commands", self.commands);
    visit(3, "last_time", self.last_time);
    visit(4, "last_tick", self.last_tick);
    visit(5, "grace_until", self.grace_until);
    visit(6, "last_call", self.last_call);
    visit(7, "last_instruction", self.last_instruction);
    visit(8, "last_proposal", self.last_proposal);
    visit(9, "scenario_set", self.scenario_set);
    visit(10, "scenario_as_of", self.scenario_as_of);
    visit(11, "venue", self.venue);
    visit(12, "last_delivery", self.last_delivery);
    visit(13, "last_auction", self.last_auction);
  }
};

// "engine/member/<name>": a member that has not kept a delivery. Its later promises count nothing
// until one is kept, which ends the record (D8.2).
struct MemberState {
  std::string member;
  std::uint64_t broken_at = 0;  // the newest delivery promised when one failed

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "member", self.member);
    visit(2, "broken_at", self.broken_at);
  }
};

// A top-up that waits for its member's approval (D8.4).
struct TopUpContent {
  static constexpr int kTag = 7;
  static constexpr std::string_view kName = "top_up";
  std::uint32_t account = 0;
  std::uint64_t call = 0;
  std::vector<AssetAtPlace> legs;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "call", self.call);
    visit(3, "legs", self.legs);
  }
};

struct ParameterContent {
  static constexpr int kTag = 6;
  static constexpr std::string_view kName = "parameters";
  ParameterChange change;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "change", self.change);
  }
};

// "engine/proposal/<name>"; gone when effective or expired.
struct Proposal {
  std::string name;
  std::string proposer;  // empty: Bulkhead
  Timestamp expires;
  ProposalStatus status = ProposalStatus::open;
  std::vector<std::string> approvals;
  using Content = std::variant<std::monostate, ParameterContent, TopUpContent, SequestrationOrder,
                               ReleaseOrder, DefaultOrder, BustTrade, ReverseDeposit,
                               SettlementPrice, WaiveLoss, ModelChange, SubstitutionContent>;
  Content content;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "proposer", self.proposer);
    visit(3, "expires", self.expires);
    visit(4, "status", self.status);
    visit(5, "approvals", self.approvals);
    visit.oneof("content", self.content);
  }
};

// "engine/grant/<kind>/<subject>".
struct GrantState {
  Grant grant;
  Amount used;  // drawn from funds so far; of capacities: used, micros

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "grant", self.grant);
    visit(2, "used", self.used);
  }
};

// "engine/instruction/<number, 20 digits>": an open order to the venue to reduce or to sell.
struct LiquidationOrder {
  std::uint64_t number = 0;
  std::uint32_t account = 0;
  std::uint32_t instrument = 0xffff'ffffU;  // or none: a sale
  std::int64_t lots = 0;                    // unfilled, + buy
  std::uint32_t asset = 0xffff'ffffU;       // sold
  std::uint32_t received_asset = 0xffff'ffffU;
  Amount amount;  // unsold
  double limit = 0;
  Timestamp expires;
  // Of its market's capacity, for what is unfilled; comes back with it, if the grant is the same.
  Usd capacity;
  std::uint64_t capacity_epoch = 0;  // of the grant; 0: the market has none

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "number", self.number);
    visit(2, "account", self.account);
    visit(3, "instrument", self.instrument);
    visit(4, "lots", self.lots);
    visit(5, "asset", self.asset);
    visit(6, "received_asset", self.received_asset);
    visit(7, "amount", self.amount);
    visit(8, "limit", self.limit);
    visit(9, "expires", self.expires);
    visit(10, "capacity", self.capacity);
    visit(11, "capacity_epoch", self.capacity_epoch);
  }
};

// A planner's proposal that is being followed (D10.2). What is left of it is found by what is still
// held.
struct AcceptedPlan {
  std::string planner;
  Timestamp expires;
  bool closes = false;
  struct Target {
    std::uint32_t instrument = 0xffff'ffffU;  // or none: a sale
    std::int64_t lots = 0;                    // of the position when all is done, + long
    std::uint32_t asset = 0xffff'ffffU;
    Amount amount;       // available when all is done
    bool hedge = false;  // the position is opened or enlarged
    template <class Self, class Visitor>
    static void fields(Self& self, Visitor&& visit) {
      visit(1, "instrument", self.instrument);
      visit(2, "lots", self.lots);
      visit(3, "asset", self.asset);
      visit(4, "amount", self.amount);
      visit(5, "hedge", self.hedge);
    }
  };
  std::vector<Target> targets;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "planner", self.planner);
    visit(2, "expires", self.expires);
    visit(3, "closes", self.closes);
    visit(4, "targets", self.targets);
  }
};

// Owed in one asset for what liquidation lost and the account has not paid yet.
struct LossOwed {
  std::uint32_t asset = 0;
  Amount amount;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "amount", self.amount);
  }
};

// What of an account in default is offered to all others (D10.2).
struct OpenAuction {
  std::uint64_t number = 0;
  Timestamp opened;
  Timestamp ends;
  // What is left of it.
  struct Line {
    std::uint32_t instrument = 0xffff'ffffU;  // or none: collateral for a debt
    std::int64_t lots = 0;                    // of the position, + long
    std::uint32_t asset = 0xffff'ffffU;
    Amount amount;
    template <class Self, class Visitor>
    static void fields(Self& self, Visitor&& visit) {
      visit(1, "instrument", self.instrument);
      visit(2, "lots", self.lots);
      visit(3, "asset", self.asset);
      visit(4, "amount", self.amount);
    }
  };
  std::vector<Line> lines;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "number", self.number);
    visit(2, "opened", self.opened);
    visit(3, "ends", self.ends);
    visit(4, "lines", self.lines);
  }
};

// A market in which an account had a position when its default was declared, and its mark then.
struct MarkAtDefault {
  std::uint32_t instrument = 0;
  bool was_long = false;
  double mark = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "was_long", self.was_long);
    visit(3, "mark", self.mark);
  }
};

// "engine/default/<account, ten digits>": of an account in default, gone when that ends, but for a
// closed account's.
struct DefaultRecord {
  std::uint32_t account = 0;
  std::uint32_t waited = 0;        // ticks for a planner
  std::optional<Timestamp> asked;  // instructed since, and nothing filled
  std::optional<AcceptedPlan> plan;
  std::vector<LossOwed> owed;  // sorted by asset
  std::optional<OpenAuction> auction;
  bool auctioned = false;            // and not sold out: what is left goes by rank
  std::vector<MarkAtDefault> marks;  // by instrument
  // The account's own when the default was declared, of which its losses are charged in this order.
  Usd own_sequestered;
  Usd own_pledged;
  Usd own_free;
  Usd lost;             // realised in liquidation, net of gains
  LossCharges charges;  // so far

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "waited", self.waited);
    visit(3, "asked", self.asked);
    visit(4, "plan", self.plan);
    visit(5, "owed", self.owed);
    visit(6, "auction", self.auction);
    visit(7, "auctioned", self.auctioned);
    visit(8, "marks", self.marks);
    visit(9, "own_sequestered", self.own_sequestered);
    visit(10, "own_pledged", self.own_pledged);
    visit(11, "own_free", self.own_free);
    visit(12, "lost", self.lost);
    visit(13, "charges", self.charges);
  }
};

// Who bore a part of the loss of a closed account. gains: an account whose unpaid gain was reduced.
// bad_debt: nobody was charged, the pool lacks it.
enum class LossBearer : std::uint8_t { house, insurance, gains, bad_debt };
BULKHEAD_ENUM_NAMES(LossBearer, "house", "insurance", "gains", "bad_debt")

struct LossPart {
  LossBearer bearer = LossBearer::house;
  std::uint32_t account = 0xffff'ffffU;  // of a gain
  std::uint32_t asset = 0;
  Amount amount;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "bearer", self.bearer);
    visit(2, "account", self.account);
    visit(3, "asset", self.asset);
    visit(4, "amount", self.amount);
  }
};

// "engine/loss/<account, ten digits>": what others bore and the member still owes; gone when
// nothing is left (D8.6).
struct OwedLoss {
  std::uint32_t account = 0;    // the closed one
  std::vector<LossPart> parts;  // in the order in which they were charged

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "parts", self.parts);
  }
};

// "engine/correction/<record, 20 digits>": corrected once; gone when the record is too old to be.
struct CorrectionRecord {
  std::uint64_t record = 0;
  Timestamp time;  // of the correction

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "record", self.record);
    visit(2, "time", self.time);
  }
};

// "engine/stop/<button>/<subject>": a stop button that is pressed (D11.6).
struct Stop {
  StopButton button = StopButton::halt_asset;
  std::string subject;
  std::string reason;
  std::string pressed_by;
  Timestamp pressed;
  Timestamp expires;
  std::string ending_by;        // the first of two persons who end it; empty: nobody yet
  bool halted_besides = false;  // of an asset: halted by set_halt too, and stays so after the end

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "button", self.button);
    visit(2, "subject", self.subject);
    visit(3, "reason", self.reason);
    visit(4, "pressed_by", self.pressed_by);
    visit(5, "pressed", self.pressed);
    visit(6, "expires", self.expires);
    visit(7, "ending_by", self.ending_by);
    visit(8, "halted_besides", self.halted_besides);
  }
};

}  // namespace bulkhead::engine
