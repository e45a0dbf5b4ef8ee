// Events of the market and of what holds for everyone: prices, regimes, sets, parameters, outages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_market.h"
#include "bulkhead/engine/event_parts.h"
#include "bulkhead/market/epoch.h"

namespace bulkhead::engine {

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
  Timestamp ramps_until;  // levels, haircuts and limits have moved then (D7.3); 0: they have
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "version", self.version);
    visit(2, "proposal", self.proposal);
    visit(3, "ramps_until", self.ramps_until);
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

// An asset halted for long has a price by two persons, until it runs again (D4.7).
struct SettlementPriceSet {
  BULKHEAD_EVENT(127, "settlement_price_set")
  std::string asset;
  Decimal price;
  std::string reason;
  std::vector<std::string> persons;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "price", self.price);
    visit(3, "reason", self.reason);
    visit(4, "persons", self.persons);
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

}  // namespace bulkhead::engine
