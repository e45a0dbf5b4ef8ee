// Commands about an account in default: the order of two persons that declares one, and a plan from
// outside for how to reduce it (D10.1, D10.2).
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

// A position to be reduced (instrument, lots) or collateral to be sold for what is owed (asset,
// amount).
struct PlanLine {
  std::string instrument;
  std::int64_t lots = 0;  // > 0, of the position, long or short
  std::string asset;
  Amount amount;  // minor units, > 0
  friend bool operator==(const PlanLine&, const PlanLine&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "lots", self.lots);
    visit(3, "asset", self.asset);
    visit(4, "amount", self.amount);
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

}  // namespace bulkhead::engine
