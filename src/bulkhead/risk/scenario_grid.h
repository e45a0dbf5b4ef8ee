// Margin model `scenario_grid`: the worst of price × volatility points, underlying by underlying,
// with a limited offset between underlyings (D5.10): the family of the published exchange portfolio
// margins.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/risk/requirement.h"

namespace bulkhead::risk {

// The points are those of the epoch's grid (pricing::Parameters); each underlying is a bucket.
struct ScenarioGrid {
  // Share of the offsets between underlyings that counts: 0 adds the buckets' own worst points up,
  // 10,000 takes the worst point of all together.
  BasisPoints offset = 5000;
  // Weight of a point's loss by the size of its spot move: points beyond `tail_from` count
  // `tail_weight` (extreme moves, damped). 0: none.
  double tail_from = 0;
  BasisPoints tail_weight = 10'000;
  // Contingencies, fractions of notional: on |net delta| and on short options.
  BasisPoints delta_charge = 100;
  BasisPoints short_option_charge = 100;
  BasisPoints initial_factor = 10'000;  // IM = factor · (worst + contingencies)
  BasisPoints maintenance = 8000;       // MM = ρ·IM

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "offset", self.offset);
    visit(2, "tail_from", self.tail_from);
    visit(3, "tail_weight", self.tail_weight);
    visit(4, "delta_charge", self.delta_charge);
    visit(5, "short_option_charge", self.short_option_charge);
    visit(6, "initial_factor", self.initial_factor);
    visit(7, "maintenance", self.maintenance);
  }
};

Status validate(const ScenarioGrid& model);

// Σ_u max(0, max_p −pnl(u,p)·w(p)) less `offset` of what it exceeds max(0, max_p −Σ_u
// pnl(u,p)·w(p)). pnl is [underlying][point], one weight per point; the result is >= 0.
double worst_of_grid(std::span<const double> pnl, std::span<const double> weights, double offset);

// Joint: positions, debts and collateral on the grid together. Haircut mode: obligations only, plus
// Σ (market − haircut value).
Requirement evaluate(const ScenarioGrid& model, const EpochRisk& market, const Portfolio& portfolio,
                     std::span<const HaircutValue> haircuts, Scratch& scratch);

// Each underlying's own worst point and contingencies, by asset: its part of IM° without offsets
// (D7.3).
std::vector<UnderlyingCharge> underlying_charges(const ScenarioGrid& model, const EpochRisk& market,
                                                 const Portfolio& portfolio);

}  // namespace bulkhead::risk
