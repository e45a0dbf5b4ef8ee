// Events of the ladder: stages, margin calls and top-ups (D7, D8).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/event_parts.h"
#include "bulkhead/policy/stages.h"

namespace bulkhead::engine {

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
  policy::Reason reason = policy::Reason::none;
  Usd agreed;  // deliveries that make it smaller (D6.2)
  Usd in_transit;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "call", self.call);
    visit(2, "amount", self.amount);
    visit(3, "deadline", self.deadline);
    visit(4, "cures", self.cures);
    visit(5, "figures", self.figures);
    visit(6, "reason", self.reason);
    visit(7, "agreed", self.agreed);
    visit(8, "in_transit", self.in_transit);
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

}  // namespace bulkhead::engine
