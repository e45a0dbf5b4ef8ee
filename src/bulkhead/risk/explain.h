// Why a requirement is what it is: the tail scenarios and their dates, and what each position and
// asset contributes to the core, in micro-USD that add up exactly (D5.3).
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/time.h"
#include "bulkhead/risk/requirement.h"

namespace bulkhead::risk {

// Which term of D5.4 the core is.
enum class CoreDriver : std::uint8_t { none, filtered, blend, long_run, grid, offset_floor };
BULKHEAD_ENUM_NAMES(CoreDriver, "none", "filtered", "blend", "long_run", "grid", "offset_floor")

struct TailScenario {
  std::uint32_t scenario = 0;
  Timestamp date;
  double probability_mass = 0;  // share of the tail, sums to 1
  Usd loss;                     // rounded up

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "scenario", self.scenario);
    visit(2, "date", self.date);
    visit(3, "probability_mass", self.probability_mass);
    visit(4, "loss", self.loss);
  }
};

// One line of the book: an instrument leg, or an asset (collateral + settlement legs − debts, net).
struct Contribution {
  std::string name;
  std::string underlying;
  bool instrument = false;
  std::string quantity;  // lots of the instrument, or valuation lots of the asset
  Usd value;             // at mid, rounded down
  Usd core;              // Euler contribution; Σ over lines = Components::core

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "underlying", self.underlying);
    visit(3, "instrument", self.instrument);
    visit(4, "quantity", self.quantity);
    visit(5, "value", self.value);
    visit(6, "core", self.core);
  }
};

struct UnderlyingDetail {
  std::string underlying;
  double net_delta = 0;    // coins of the obligations, now
  double worst_delta = 0;  // with the largest |.| over the spot points
  Usd standalone_core;
  Usd liquidity;
  Usd concentration;
  Usd short_option_minimum;
  Usd basis;
  Usd own_token;
  Usd value_low, value_mid, value_high;  // of all that depends on it (D4.3)

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "underlying", self.underlying);
    visit(2, "net_delta", self.net_delta);
    visit(3, "worst_delta", self.worst_delta);
    visit(4, "standalone_core", self.standalone_core);
    visit(5, "liquidity", self.liquidity);
    visit(6, "concentration", self.concentration);
    visit(7, "short_option_minimum", self.short_option_minimum);
    visit(8, "basis", self.basis);
    visit(9, "own_token", self.own_token);
    visit(10, "value_low", self.value_low);
    visit(11, "value_mid", self.value_mid);
    visit(12, "value_high", self.value_high);
  }
};

struct RequirementDetail {
  Requirement requirement;
  CoreDriver driver = CoreDriver::none;
  std::string grid_worst;                   // the worst grid point in words
  std::vector<TailScenario> filtered_tail;  // worst first
  std::vector<TailScenario> stressed_tail;
  std::vector<TailScenario> long_run_tail;
  std::vector<Contribution> contributions;
  std::vector<UnderlyingDetail> underlyings;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "requirement", self.requirement);
    visit(2, "driver", self.driver);
    visit(3, "grid_worst", self.grid_worst);
    visit(4, "filtered_tail", self.filtered_tail);
    visit(5, "stressed_tail", self.stressed_tail);
    visit(6, "long_run_tail", self.long_run_tail);
    visit(7, "contributions", self.contributions);
    visit(8, "underlyings", self.underlyings);
  }
};

// The same arithmetic as evaluate() (`requirement` is equal in every bit), with its reasons.
RequirementDetail explain(const EpochRisk& market, const Portfolio& portfolio,
                          std::span<const HaircutValue> haircuts, Scratch& scratch,
                          const EvaluationOptions& options = {});

}  // namespace bulkhead::risk
