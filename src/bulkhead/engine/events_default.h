// Events of liquidation and of what an account could not pay (D10).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_default.h"
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
  bool hedge = false;  // the order opens or enlarges a position: not reduce-only
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
    visit(10, "hedge", self.hedge);
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

// What a closed account could not pay (D10.3), by who did, in this order: set-off, house,
// insurance, gains; the rest is bad debt.
struct LossCovered {
  BULKHEAD_EVENT(62, "loss_covered")
  std::string asset;
  Amount insurance;
  Amount bad_debt;
  Usd insurance_value;
  Usd bad_debt_value;
  Amount set_off;  // paid by other accounts of the member that agreed to it
  Amount house;    // by the house tranche
  Usd set_off_value;
  Usd house_value;
  Amount
      gains;  // by a haircut of the unpaid gains that others made in its markets since the default
  Usd gains_value;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "insurance", self.insurance);
    visit(3, "bad_debt", self.bad_debt);
    visit(4, "insurance_value", self.insurance_value);
    visit(5, "bad_debt_value", self.bad_debt_value);
    visit(6, "set_off", self.set_off);
    visit(7, "house", self.house);
    visit(8, "set_off_value", self.set_off_value);
    visit(9, "house_value", self.house_value);
    visit(10, "gains", self.gains);
    visit(11, "gains_value", self.gains_value);
  }
};

// What others bore of the loss of a closed account, in one asset: owed by its member, and holding
// back withdrawals from all of the member's accounts until it is repaid or forgiven (D8.6).
enum class LossDue : std::uint8_t { borne, repaid, waived };
BULKHEAD_ENUM_NAMES(LossDue, "borne", "repaid", "waived")

struct LossDueChanged {
  BULKHEAD_EVENT(63, "loss_due_changed")
  LossDue change = LossDue::borne;
  std::string asset;
  Amount amount;                     // of this change
  Amount left;                       // owed after it
  std::string reason;                // waived
  std::vector<std::string> persons;  // who waived it
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "change", self.change);
    visit(2, "asset", self.asset);
    visit(3, "amount", self.amount);
    visit(4, "left", self.left);
    visit(5, "reason", self.reason);
    visit(6, "persons", self.persons);
  }
};

// A planner's proposal is followed (D10.2).
struct PlanAccepted {
  BULKHEAD_EVENT(120, "plan_accepted")
  std::string planner;
  std::uint64_t seen = 0;
  Timestamp expires;
  std::vector<PlanLine> lines;
  Usd expected_cost;
  Usd plain_cost;  // of the core's own plan; 0 where that does not reach the exit level
  bool closes = false;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "planner", self.planner);
    visit(2, "seen", self.seen);
    visit(3, "expires", self.expires);
    visit(4, "lines", self.lines);
    visit(5, "expected_cost", self.expected_cost);
    visit(6, "plain_cost", self.plain_cost);
    visit(7, "closes", self.closes);
  }
};

// done: all of it is filled. overtaken: a slice would now lower E − MM or cannot be done, or the
// default is over.
enum class PlanEnd : std::uint8_t { done, expired, overtaken };
BULKHEAD_ENUM_NAMES(PlanEnd, "done", "expired", "overtaken")

struct PlanEnded {
  BULKHEAD_EVENT(121, "plan_ended")
  std::string planner;
  PlanEnd end = PlanEnd::done;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "planner", self.planner);
    visit(2, "end", self.end);
  }
};

// What cannot be sliced is offered whole or in lots, at a price that begins at `start_bp` of fair
// and falls to `end_bp` (of what is short: the mirror image) until `ends` (D10.2, D10.4).
struct AuctionOpened {
  BULKHEAD_EVENT(122, "auction_opened")
  std::uint64_t auction = 0;
  std::vector<PlanLine> lines;
  BasisPoints start_bp = 0;
  BasisPoints end_bp = 0;
  Timestamp ends;
  Usd notional;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "auction", self.auction);
    visit(2, "lines", self.lines);
    visit(3, "start_bp", self.start_bp);
    visit(4, "end_bp", self.end_bp);
    visit(5, "ends", self.ends);
    visit(6, "notional", self.notional);
  }
};

// One line of a bid, told to the account in default and to the one that takes it over.
struct AuctionFilled {
  BULKHEAD_EVENT(123, "auction_filled")
  std::uint64_t auction = 0;
  std::string instrument;
  std::int64_t lots = 0;  // + bought by this account
  Decimal price;          // of a position
  std::string asset;
  Amount amount;  // + to this account
  std::string paid_asset;
  Amount paid;       // + by this account
  bool won = false;  // this account is the bidder
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "auction", self.auction);
    visit(2, "instrument", self.instrument);
    visit(3, "lots", self.lots);
    visit(4, "price", self.price);
    visit(5, "asset", self.asset);
    visit(6, "amount", self.amount);
    visit(7, "paid_asset", self.paid_asset);
    visit(8, "paid", self.paid);
    visit(9, "won", self.won);
  }
};

// expired: what is left goes the next step, by rank. overtaken: the default is over, or nothing
// destructive may be done now.
enum class AuctionEnd : std::uint8_t { sold_out, expired, overtaken };
BULKHEAD_ENUM_NAMES(AuctionEnd, "sold_out", "expired", "overtaken")

struct AuctionEnded {
  BULKHEAD_EVENT(124, "auction_ended")
  std::uint64_t auction = 0;
  AuctionEnd end = AuctionEnd::sold_out;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "auction", self.auction);
    visit(2, "end", self.end);
  }
};

// A position that the market did not take, closed between accounts by rank (D10.3); what nobody
// who gained holds against it is torn up against the venue.
struct Deleveraged {
  BULKHEAD_EVENT(125, "deleveraged")
  std::string instrument;
  std::int64_t lots = 0;   // + bought
  Decimal price;           // bankruptcy price inside the closing band
  std::uint32_t rank = 0;  // 0: the account in default; 1: the first of those who gained
  bool torn_up = false;    // nobody who gained holds the other side any more
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "lots", self.lots);
    visit(3, "price", self.price);
    visit(4, "rank", self.rank);
    visit(5, "torn_up", self.torn_up);
  }
};

// Collateral that the market did not take, taken over by the pool for what it is owed (D10.3).
struct CollateralTaken {
  BULKHEAD_EVENT(126, "collateral_taken")
  std::string asset;
  Amount amount;
  std::string owed_asset;
  Amount paid;  // of the debt
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "amount", self.amount);
    visit(3, "owed_asset", self.owed_asset);
    visit(4, "paid", self.paid);
  }
};

// A haircut of what an account has gained and not been paid in a market of an account in default
// since that was declared (D10.3). Its position stays; nothing that it holds is touched.
struct GainsReduced {
  BULKHEAD_EVENT(128, "gains_reduced")
  std::string instrument;
  std::string asset;  // that the instrument is settled in
  Amount amount;
  Usd value;
  Usd gain;  // of which it is a part
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "asset", self.asset);
    visit(3, "amount", self.amount);
    visit(4, "value", self.value);
    visit(5, "gain", self.gain);
  }
};

// Who paid what a liquidation lost, in the order in which it is charged (D10.3); at the end of a
// default. Of the account's own, by what it had when the default was declared: it may have been
// delivered in another order.
struct LossCharges {
  Usd own_sequestered;
  Usd own_pledged;
  Usd own_free;
  Usd set_off;
  Usd house;
  Usd insurance;
  Usd deleveraged;  // by prices better than fair
  Usd gains;
  Usd bad_debt;
  friend bool operator==(const LossCharges&, const LossCharges&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "own_sequestered", self.own_sequestered);
    visit(2, "own_pledged", self.own_pledged);
    visit(3, "own_free", self.own_free);
    visit(4, "set_off", self.set_off);
    visit(5, "house", self.house);
    visit(6, "insurance", self.insurance);
    visit(7, "deleveraged", self.deleveraged);
    visit(8, "gains", self.gains);
    visit(9, "bad_debt", self.bad_debt);
  }
};

struct LossCharged {
  BULKHEAD_EVENT(129, "loss_charged")
  Usd loss;  // the sum of the charges
  LossCharges charges;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "loss", self.loss);
    visit(2, "charges", self.charges);
  }
};

}  // namespace bulkhead::engine
