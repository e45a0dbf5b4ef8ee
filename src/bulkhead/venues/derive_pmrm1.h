// Derive's first portfolio margin (PMRM): the worst of a spot × volatility grid, static charges,
// and a penalty for feeds that are not confident. Sources and formulas: docs/venue-models.md.
#pragma once

#include "bulkhead/venues/derive.h"

namespace bulkhead::venues {

struct DerivePmrm1 {
  std::vector<DeriveScenario> scenarios;  // same, up or down; dampening 1
  double volatility_up = 0;               // relative, of 30 days
  double volatility_down = 0;
  double short_term_power = 0;  // up to 30 days
  double long_term_power = 0;
  double dte_floor_days = 1;
  BasisContingency basis;
  double peg_threshold = 0;  // price of the cash asset
  double peg_factor = 0;     // added to the loss factor per unit below the threshold
  ConfidencePenalty confidence;
  double base_charge = 0;      // of spot per coin held
  double perp_charge = 0;      // of spot per coin of |position|
  double option_charge = 0;    // of spot per coin net short at a strike
  double initial_factor = 1;   // on the loss of the initial requirement
  double static_discount = 1;  // of shocked value above zero
  double rate_multiplier = 0;  // discount rate = rate·multiplier + add
  double rate_add = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "scenarios", self.scenarios);
    visit(2, "volatility_up", self.volatility_up);
    visit(3, "volatility_down", self.volatility_down);
    visit(4, "short_term_power", self.short_term_power);
    visit(5, "long_term_power", self.long_term_power);
    visit(6, "dte_floor_days", self.dte_floor_days);
    visit(7, "basis", self.basis);
    visit(8, "peg_threshold", self.peg_threshold);
    visit(9, "peg_factor", self.peg_factor);
    visit(10, "confidence", self.confidence);
    visit(11, "base_charge", self.base_charge);
    visit(12, "perp_charge", self.perp_charge);
    visit(13, "option_charge", self.option_charge);
    visit(14, "initial_factor", self.initial_factor);
    visit(15, "static_discount", self.static_discount);
    visit(16, "rate_multiplier", self.rate_multiplier);
    visit(17, "rate_add", self.rate_add);
  }
};

Status validate(const DerivePmrm1& model);

// Errors name the field of the portfolio or the model; collaterals must be empty.
Result<DeriveMargin> evaluate(const DerivePmrm1& model, const DerivePortfolio& portfolio);

}  // namespace bulkhead::venues
