// What both portfolio margins of Derive read and answer: one subaccount on one underlying, and
// requirements as balances.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/venues/option_grid.h"

namespace bulkhead::venues {

struct DeriveExpiry {
  OptionExpiry options;   // fixed_forward from the settlement average of the last 30 minutes
  double rate = 0;        // a year; below zero counts as zero
  double confidence = 1;  // least of forward's, rate's and volatilities', 0..1
};

struct DeriveCollateral {
  std::string name;
  double amount = 0;  // coins, >= 0
  double price = 0;
  double confidence = 1;
  bool risk_cancelling = false;  // moves with the underlying in every scenario
  double maintenance_haircut = 0;
  double initial_haircut = 0;  // on top of the former
};

struct DerivePortfolio {
  double spot = 0;
  double spot_confidence = 1;
  double stable = 1;  // price of the cash asset
  double perp_price = 0;
  double perp_confidence = 1;  // counts with a position in perpetuals only
  double cash = 0;
  double perps = 0;                           // coins
  double perp_value = 0;                      // profit not yet settled, and funding
  double base = 0;                            // coins of the underlying, >= 0; the first model only
  std::vector<DeriveCollateral> collaterals;  // the second model only
  std::vector<DeriveExpiry> expiries;
};

// Forward and its fixed part F·(1800 − t)/1800 in the last 30 minutes, where spot moves the rest.
OptionExpiry expiry_in_settlement(double forward, double seconds);

// Numbers finite, prices and times in range; names the field.
Status validate(const DerivePortfolio& portfolio);

enum class VolatilityMove : std::uint8_t { same, up, down, linear_skew, absolute_skew };
BULKHEAD_ENUM_NAMES(VolatilityMove, "same", "up", "down", "linear_skew", "absolute_skew")

struct DeriveScenario {
  double spot = 1;  // multiplier
  VolatilityMove volatility = VolatilityMove::same;
  double dampening = 1;  // share of the profit or loss that counts

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "spot", self.spot);
    visit(2, "volatility", self.volatility);
    visit(3, "dampening", self.dampening);
  }
};
std::string describe(const DeriveScenario& scenario);  // "spot +18 %, volatility up"

// All amounts in the cash asset. A margin below zero is what is missing.
struct DeriveMargin {
  double initial = 0;         // what is left over the initial requirement
  double maintenance = 0;     // over the maintenance requirement
  double mark_to_market = 0;  // cash included
  double option_value = 0;
  double collateral_value = 0;
  double loss_factor = 0;          // of the initial requirement
  double basis_contingency = 0;    // <= 0; competes with the scenarios
  double perp_contingency = 0;     // maintenance, <= 0
  double option_contingency = 0;   // maintenance, <= 0
  double base_contingency = 0;     // maintenance, <= 0; haircuts of collateral in the second model
  double initial_contingency = 0;  // further, of the initial requirement only, <= 0
  double confidence_contingency = 0;  // initial only, <= 0
  std::vector<double> scenario_pnl;   // by scenario
  std::size_t worst_scenario = 0;     // scenario_pnl.size(): the basis contingency
  double worst = 0;                   // before factors
};

// Σ over expiries min(value up − value, value down − value, 0)·(add + multiply·years), undiscounted
// moves of the forward alone.
struct BasisContingency {
  double up = 1.05;
  double down = 0.95;
  double add = 0;
  double multiply = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "up", self.up);
    visit(2, "down", self.down);
    visit(3, "add", self.add);
    visit(4, "multiply", self.multiply);
  }
};
double basis_contingency(const BasisContingency& basis, std::span<const OptionExpiry> expiries);

// (1 − c)·margin·notional below the threshold, else 0.
struct ConfidencePenalty {
  double threshold = 0;
  double margin = 0;

  double of(double confidence, double notional) const {
    return confidence < threshold ? (1 - confidence) * margin * notional : 0;
  }
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "threshold", self.threshold);
    visit(2, "margin", self.margin);
  }
};

// Sum of |amount| of an expiry's options.
double gross_amount(const OptionExpiry& expiry);

}  // namespace bulkhead::venues
