// Commands of the market: observations, ticks, scenario sets, grants, halts (D4.6, D5.2).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::engine {

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

enum class GrantKind : std::uint8_t {
  insurance_fund,
  market_capacity,
  place_capacity,
  house_tranche,  // of the venue's own money, before the insurance fund (D10.3)
  planner,        // its subject may propose plans, and is waited for (D10.2)
  // The most of an asset, of what an issuer has issued, or of what is native to a chain that may
  // count as collateral when more is pledged (D6.4).
  asset_credit,
  issuer_credit,
  chain_credit
};
BULKHEAD_ENUM_NAMES(GrantKind, "insurance_fund", "market_capacity", "place_capacity",
                    "house_tranche", "planner", "asset_credit", "issuer_credit", "chain_credit")

// A venue-wide quantity lent to this partition (DESIGN 3). Replaces the last of its kind and
// subject.
struct Grant {
  static constexpr int kTag = 43;
  static constexpr std::string_view kName = "grant";
  GrantKind kind = GrantKind::insurance_fund;
  // market_capacity: instrument or asset; place_capacity: place; planner: an operator; credit: the
  // asset, issuer or chain; else empty
  std::string subject;
  // insurance_fund, house_tranche: asset of the amount; else empty, amounts in numéraire micros
  std::string asset;
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

}  // namespace bulkhead::engine
