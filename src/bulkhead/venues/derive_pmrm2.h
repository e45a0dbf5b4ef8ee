// Derive's second portfolio margin (PMRM 2): dampened tails, turned and raised skews, discounts
// apart for value above and below zero, haircuts per collateral. Sources and formulas:
// docs/venue-models.md.
#pragma once

#include "bulkhead/venues/derive.h"

namespace bulkhead::venues {

// Turned (linear in log-moneyness k) or raised wings (in |k|): volatility · (1 + k·cap/k*), at most
// cap and at least −cap, with cap = base + slope·√T and k* = max(least, √T·width·(level +
// slope·√T)).
struct SkewShock {
  double linear_cap = 0;
  double linear_cap_slope = 0;  // per √year
  double absolute_cap = 0;
  double absolute_cap_slope = 0;
  double least_width = 0;
  double width_scale = 0;
  double volatility_level = 0;
  double volatility_slope = 0;  // per √year

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "linear_cap", self.linear_cap);
    visit(2, "linear_cap_slope", self.linear_cap_slope);
    visit(3, "absolute_cap", self.absolute_cap);
    visit(4, "absolute_cap_slope", self.absolute_cap_slope);
    visit(5, "least_width", self.least_width);
    visit(6, "width_scale", self.width_scale);
    visit(7, "volatility_level", self.volatility_level);
    visit(8, "volatility_slope", self.volatility_slope);
  }
};
// The multiplier of a volatility, >= 0.
double skew_multiplier(const SkewShock& shock, bool linear, double strike, double forward,
                       double seconds);

// An asset that the venue takes as collateral, for portfolios that do not state haircuts. With an
// underlying: beside positions on it, whose moves it follows and cancels.
struct DeriveHaircut {
  std::string asset;
  std::string underlying;
  double maintenance = 0;
  double initial = 0;  // on top

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "underlying", self.underlying);
    visit(3, "maintenance", self.maintenance);
    visit(4, "initial", self.initial);
  }
};

struct DerivePmrm2 {
  std::vector<DeriveScenario> scenarios;
  SkewShock skew;
  double volatility_up = 0;
  double volatility_down = 0;
  double least_volatility_up = 0;  // annual, floor of volatilities in up scenarios
  double short_term_power = 0;
  double long_term_power = 0;
  double dte_floor_days = 1;
  double maintenance_factor = 1;  // on the loss
  double initial_factor = 1;
  double long_discount = 1;  // of shocked value above zero
  double long_rate_multiplier = 0;
  double long_rate_add = 0;
  double short_discount = 1;  // of shocked value below zero, capped at 1/discount
  double short_rate_multiplier = 0;
  double short_rate_add = 0;
  BasisContingency basis;
  double peg_threshold = 0;
  double peg_factor = 0;
  ConfidencePenalty confidence;
  double maintenance_perp_charge = 0;  // of spot per coin
  double initial_perp_charge = 0;      // on top
  double maintenance_option_charge = 0;
  double initial_option_charge = 0;
  std::vector<DeriveHaircut> haircuts;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "scenarios", self.scenarios);
    visit(2, "skew", self.skew);
    visit(3, "volatility_up", self.volatility_up);
    visit(4, "volatility_down", self.volatility_down);
    visit(5, "least_volatility_up", self.least_volatility_up);
    visit(6, "short_term_power", self.short_term_power);
    visit(7, "long_term_power", self.long_term_power);
    visit(8, "dte_floor_days", self.dte_floor_days);
    visit(9, "maintenance_factor", self.maintenance_factor);
    visit(10, "initial_factor", self.initial_factor);
    visit(11, "long_discount", self.long_discount);
    visit(12, "long_rate_multiplier", self.long_rate_multiplier);
    visit(13, "long_rate_add", self.long_rate_add);
    visit(14, "short_discount", self.short_discount);
    visit(15, "short_rate_multiplier", self.short_rate_multiplier);
    visit(16, "short_rate_add", self.short_rate_add);
    visit(17, "basis", self.basis);
    visit(18, "peg_threshold", self.peg_threshold);
    visit(19, "peg_factor", self.peg_factor);
    visit(20, "confidence", self.confidence);
    visit(21, "maintenance_perp_charge", self.maintenance_perp_charge);
    visit(22, "initial_perp_charge", self.initial_perp_charge);
    visit(23, "maintenance_option_charge", self.maintenance_option_charge);
    visit(24, "initial_option_charge", self.initial_option_charge);
    visit(25, "haircuts", self.haircuts);
  }
};

Status validate(const DerivePmrm2& model);

// Errors name the field; `base` must be 0: the coin is one of the collaterals.
Result<DeriveMargin> evaluate(const DerivePmrm2& model, const DerivePortfolio& portfolio);

}  // namespace bulkhead::venues
