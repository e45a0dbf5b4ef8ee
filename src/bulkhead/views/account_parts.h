// What an account's view is made of: balances, positions, debts, orders, calls and vault, each line
// with the value that the account's figures give it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_trading.h"
#include "bulkhead/engine/events_ladder.h"
#include "bulkhead/ledger/holding.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/policy/deliveries.h"
#include "bulkhead/policy/stages.h"

namespace bulkhead::views {

// Assets of one account at one place. `quantity` is `amount` in whole units ("1.25").
struct BalanceLine {
  std::string asset;
  std::string place;
  ledger::Bucket bucket = ledger::Bucket::free;
  Amount amount;
  std::string quantity;
  Amount pending_in;
  Amount pending_out;
  Usd value;            // at mid, rounded down
  bool counts = false;  // as collateral: pledged or sequestered, and eligible
  market::Quality quality = market::Quality::good;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "bucket", self.bucket);
    visit(4, "amount", self.amount);
    visit(5, "quantity", self.quantity);
    visit(6, "pending_in", self.pending_in);
    visit(7, "pending_out", self.pending_out);
    visit(8, "value", self.value);
    visit(9, "counts", self.counts);
    visit(10, "quality", self.quality);
  }
};

// Of an asset that is pledged or sequestered, what counts (D5.5, D6.4); only where that is less.
struct CountingLine {
  std::string asset;
  Amount pledged;
  Amount counts;
  std::string quantity;                  // of what counts
  Usd value;                             // of what counts, at mid
  std::optional<Usd> limit;              // of the account
  std::optional<Timestamp> fades_until;  // it counts less and less until then
  std::string why;                       // in words

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "pledged", self.pledged);
    visit(3, "counts", self.counts);
    visit(4, "quantity", self.quantity);
    visit(5, "value", self.value);
    visit(6, "limit", self.limit);
    visit(7, "fades_until", self.fades_until);
    visit(8, "why", self.why);
  }
};

// A better asset for a poor one: offered and waiting for the member, or on its way to a vault
// (D8.5).
struct SubstitutionLine {
  std::string proposal;  // empty: on its way
  std::string cause;     // in words; empty: on its way
  std::string in_asset;
  Amount in;
  std::string out_asset;
  Amount out;
  std::string place;  // where the outgoing lies
  Timestamp expires;
  Usd gain;  // by which E − IM would rise

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "cause", self.cause);
    visit(3, "in_asset", self.in_asset);
    visit(4, "in", self.in);
    visit(5, "out_asset", self.out_asset);
    visit(6, "out", self.out);
    visit(7, "place", self.place);
    visit(8, "expires", self.expires);
    visit(9, "gain", self.gain);
  }
};

struct DebtLine {
  std::string asset;
  Amount amount;
  std::string quantity;
  Usd value;  // at mid, rounded up
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "amount", self.amount);
    visit(3, "quantity", self.quantity);
    visit(4, "value", self.value);
  }
};

struct PositionLine {
  std::string instrument;
  std::int64_t lots = 0;   // + long, − short
  double quantity = 0;     // lots times lot size: coins, or numéraire of inverse contracts
  double entry_price = 0;  // 0 for options
  double mark = 0;         // of futures and perpetuals; options: premium per coin in numéraire
  market::MarkOrigin origin = market::MarkOrigin::none;
  market::Quality quality = market::Quality::good;
  Usd value;  // instrument leg and settlement leg at mid: profit since entry, or premium

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "lots", self.lots);
    visit(3, "quantity", self.quantity);
    visit(4, "entry_price", self.entry_price);
    visit(5, "mark", self.mark);
    visit(6, "origin", self.origin);
    visit(7, "quality", self.quality);
    visit(8, "value", self.value);
  }
};

struct OrderLine {
  std::string order;
  std::string instrument;  // empty: a package of `legs`
  std::int64_t lots = 0;   // + buy, − sell
  double limit = 0;
  std::vector<engine::OrderLeg> legs = {};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "order", self.order);
    visit(2, "instrument", self.instrument);
    visit(3, "lots", self.lots);
    visit(4, "limit", self.limit);
    visit(5, "legs", self.legs);
  }
};

struct CallLine {
  std::uint64_t call = 0;
  policy::CallStatus status = policy::CallStatus::issued;
  Usd amount;  // for the numéraire
  Usd delivered;
  Usd outstanding;
  Timestamp issued;
  Timestamp deadline;
  market::Regime regime = market::Regime::normal;  // that set the deadline
  policy::Reason reason = policy::Reason::none;
  Usd disputed;            // not due before dispute_ends (D8.3)
  Timestamp dispute_ends;  // 0: never disputed
  Timestamp closes;        // deadline, or later: what is on its way, or the grace of an outage

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "status", self.status);
    visit(3, "amount", self.amount);
    visit(4, "delivered", self.delivered);
    visit(5, "outstanding", self.outstanding);
    visit(6, "issued", self.issued);
    visit(7, "deadline", self.deadline);
    visit(8, "regime", self.regime);
    visit(9, "reason", self.reason);
    visit(10, "disputed", self.disputed);
    visit(11, "dispute_ends", self.dispute_ends);
    visit(12, "closes", self.closes);
  }
};

// What would restore the target in one asset (D8.1). `quantity` is `amount` in whole units.
struct CureLine {
  std::string asset;
  Amount amount;
  std::string quantity;
  Usd value;  // at mid
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "amount", self.amount);
    visit(3, "quantity", self.quantity);
    visit(4, "value", self.value);
  }
};

// A promise of collateral that is open (D6.2).
struct DeliveryLine {
  std::uint64_t delivery = 0;
  policy::DeliveryStatus status = policy::DeliveryStatus::agreed;
  std::string asset;
  std::string place;
  Amount amount;  // still to come
  std::string quantity;
  Usd netted;              // by which calls are smaller because of it
  Timestamp counts_until;  // 0: it counts nothing
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "delivery", self.delivery);
    visit(2, "status", self.status);
    visit(3, "asset", self.asset);
    visit(4, "place", self.place);
    visit(5, "amount", self.amount);
    visit(6, "quantity", self.quantity);
    visit(7, "netted", self.netted);
    visit(8, "counts_until", self.counts_until);
  }
};

// An open instruction to the venue to close or to sell (D10.2).
struct InstructionLine {
  std::uint64_t instruction = 0;
  std::string subject;   // instrument, or asset that is sold
  std::string quantity;  // unfilled: lots, + buy; or whole units of the asset
  double limit = 0;
  Timestamp expires;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instruction", self.instruction);
    visit(2, "subject", self.subject);
    visit(3, "quantity", self.quantity);
    visit(4, "limit", self.limit);
    visit(5, "expires", self.expires);
  }
};

// One custody leg in force (D9.4).
struct LegLine {
  std::string asset;
  std::string place;
  std::uint64_t seq = 0;
  policy::LegStatus status = policy::LegStatus::applied;
  Amount target;
  Amount observed;
  Timestamp instructed;
  bool escalated = false;
  std::string quantity;  // target in whole units

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "seq", self.seq);
    visit(4, "status", self.status);
    visit(5, "target", self.target);
    visit(6, "observed", self.observed);
    visit(7, "instructed", self.instructed);
    visit(8, "escalated", self.escalated);
    visit(9, "quantity", self.quantity);
  }
};

struct SequesteredLine {
  std::string asset;
  std::string place;
  Amount amount;  // final there
  std::string quantity;
  Amount on_its_way;   // encumbered towards the place, not final
  Amount leaving;      // on its way out
  Usd value;           // of both, at mid
  Usd stressed_value;  // of both (D9.2)
  std::string quantity_on_its_way;
  std::string quantity_leaving;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "place", self.place);
    visit(3, "amount", self.amount);
    visit(4, "quantity", self.quantity);
    visit(5, "on_its_way", self.on_its_way);
    visit(6, "leaving", self.leaving);
    visit(7, "value", self.value);
    visit(8, "stressed_value", self.stressed_value);
    visit(9, "quantity_on_its_way", self.quantity_on_its_way);
    visit(10, "quantity_leaving", self.quantity_leaving);
  }
};

}  // namespace bulkhead::views
