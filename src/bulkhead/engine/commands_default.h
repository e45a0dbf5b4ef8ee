// Commands about an account in default: the order of two persons that declares one, a plan from
// outside for how to reduce it, a bid for what is auctioned of it (D10.1, D10.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::engine {

// The listed events for which two persons may declare a default.
enum class DefaultCause : std::uint8_t {
  insolvency,
  failure_to_pay,
  legal_proceedings,
  breach_of_terms,
  sanctions
};
BULKHEAD_ENUM_NAMES(DefaultCause, "insolvency", "failure_to_pay", "legal_proceedings",
                    "breach_of_terms", "sanctions")

// Content of a proposal. Of no effect on an account that stands at its target (D10.1).
struct DefaultOrder {
  static constexpr int kTag = 81;
  static constexpr std::string_view kName = "default_order";
  std::string account;
  DefaultCause cause = DefaultCause::insolvency;
  Hash evidence{};  // SHA-256 of what shows it, which stands outside the log; not all zero
  std::string reason;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "cause", self.cause);
    visit(3, "evidence", self.evidence);
    visit(4, "reason", self.reason);
  }
};

// Content of a proposal: what others bore of the loss of a closed account is forgiven (D8.6).
struct WaiveLoss {
  static constexpr int kTag = 87;
  static constexpr std::string_view kName = "waive_loss";
  std::string account;  // the closed one
  std::string reason;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "reason", self.reason);
  }
};

// A position to be reduced (instrument, lots) or collateral to be sold for what is owed (asset,
// amount); of a plan, also a position to be taken that hedges what is dearer to close or cannot be.
struct PlanLine {
  std::string instrument;
  std::int64_t lots = 0;  // > 0, of the position, long or short
  std::string asset;
  Amount amount;       // minor units, > 0
  bool hedge = false;  // lots are taken in this instrument, on the side that reduces risk
  friend bool operator==(const PlanLine&, const PlanLine&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "lots", self.lots);
    visit(3, "asset", self.asset);
    visit(4, "amount", self.amount);
    visit(5, "hedge", self.hedge);
  }
};

// What a planner outside proposes for an account in default. Taken if it is possible now, reaches
// the exit level (or closes the book where nothing does) and costs no more than the plain plan.
struct ProposePlan {
  static constexpr int kTag = 80;
  static constexpr std::string_view kName = "propose_plan";
  std::string account;
  std::uint64_t seen = 0;  // log index up to which the planner had read
  Timestamp expires;
  std::vector<PlanLine> lines;  // in all, over as many intervals as capacity makes it
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "seen", self.seen);
    visit(3, "expires", self.expires);
    visit(4, "lines", self.lines);
  }
};

// Takes over lots of an auction at its price of the moment, all of it if no line is named. New risk
// of the bidder, judged as if done.
struct BidAuction {
  static constexpr int kTag = 82;
  static constexpr std::string_view kName = "bid_auction";
  std::uint64_t auction = 0;
  std::string account;  // of the bidder
  std::vector<PlanLine> lines;
  // The worst price that the bidder takes, as a share of fair: what is long or sold costs it at
  // most this, what is short brings it at least the mirror image. 0: whatever the price is.
  BasisPoints limit_bp = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "auction", self.auction);
    visit(2, "account", self.account);
    visit(3, "lines", self.lines);
    visit(4, "limit_bp", self.limit_bp);
  }
};

}  // namespace bulkhead::engine
