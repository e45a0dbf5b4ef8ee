// OKX's portfolio margin as far as it is published: the modules whose numbers are public, one risk
// unit (underlying) at a time. What is not public is not charged and said so: docs/venue-models.md.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/venues/option_grid.h"

namespace bulkhead::venues {

// Of MR7: raw charge up to `to` (USD) counts `multiplier` times; tiers ascend, the last has no end.
struct OkxTier {
  double to = 0;  // 0 in the last tier: without end
  double multiplier = 1;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "to", self.to);
    visit(2, "multiplier", self.multiplier);
  }
};

struct OkxAssetClass {
  std::vector<std::string> assets;   // empty: every other
  std::vector<double> spot_moves;    // MR1
  double extreme_move = 0;           // MR6, to both sides
  double annualised_basis_move = 0;  // MR4
  std::vector<OkxTier> tiers;        // MR7

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "assets", self.assets);
    visit(2, "spot_moves", self.spot_moves);
    visit(3, "extreme_move", self.extreme_move);
    visit(4, "annualised_basis_move", self.annualised_basis_move);
    visit(5, "tiers", self.tiers);
  }
};

struct OkxPm {
  std::vector<OkxAssetClass> classes;  // the first that names the asset, or names none
  double volatility_shock = 0;         // MR1, relative, both ways; not published: 0
  double extreme_weight = 0.5;         // MR6: share of the loss
  double theta_days = 1;               // MR2: what time takes within so many days
  double minimum_rate = 0;             // MR7 raw, of notional; not published: 0
  double initial_factor = 1.3;         // IMR = factor · MMR

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "classes", self.classes);
    visit(2, "volatility_shock", self.volatility_shock);
    visit(3, "extreme_weight", self.extreme_weight);
    visit(4, "theta_days", self.theta_days);
    visit(5, "minimum_rate", self.minimum_rate);
    visit(6, "initial_factor", self.initial_factor);
  }
};
Status validate(const OkxPm& model);
// nullptr if no class takes the asset.
const OkxAssetClass* find_class(const OkxPm& model, std::string_view asset);

struct OkxFuture {
  double coins = 0;
  double mark = 0;
  double seconds = 0;  // 0: perpetual
};

// Spot held may offset derivatives: its coins are part of the unit.
struct OkxUnit {
  double spot = 0;
  double coins = 0;
  std::vector<OkxFuture> futures;
  std::vector<OptionExpiry> options;
};

struct OkxMargin {
  double spot_shock = 0;                // MR1
  double theta = 0;                     // MR2
  double basis = 0;                     // MR4
  double extreme = 0;                   // MR6
  double minimum_raw = 0, minimum = 0;  // MR7 before and after its tiers
  std::string worst_scenario;
  double maintenance = 0;
  double initial = 0;
};
Result<OkxMargin> evaluate(const OkxPm& model, const OkxAssetClass& numbers, const OkxUnit& unit);

// MR7 after its tiers: each part of the raw charge times the multiplier of its tier.
double tiered_charge(double raw, const std::vector<OkxTier>& tiers);
// max(core, minimum charge).
double okx_maintenance(double core, double minimum);

}  // namespace bulkhead::venues
