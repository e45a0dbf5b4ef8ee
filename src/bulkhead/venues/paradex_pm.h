// Paradex's portfolio margin (SCAN and the least requirement by delta), and the rules of its cross
// margin that have published examples. Sources and formulas: docs/venue-models.md.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/venues/option_grid.h"

namespace bulkhead::venues {

struct ParadexScenario {
  double spot = 0;        // relative
  double volatility = 0;  // relative, of 30 days
  double weight = 1;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "spot", self.spot);
    visit(2, "volatility", self.volatility);
    visit(3, "weight", self.weight);
  }
};

struct ParadexAsset {
  std::string asset;
  std::vector<ParadexScenario> scenarios;
  double min_volatility_up = 0;  // least relative shock upwards, after its term
  double unhedged_factor = 0;
  double hedged_factor = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "scenarios", self.scenarios);
    visit(3, "min_volatility_up", self.min_volatility_up);
    visit(4, "unhedged_factor", self.unhedged_factor);
    visit(5, "hedged_factor", self.hedged_factor);
  }
};

struct ParadexPm {
  std::vector<ParadexAsset> assets;
  double short_vega_power = 0;  // below 30 days
  double long_vega_power = 0;
  double dte_floor_days = 1;
  double maintenance_factor = 0.5;
  double fee_rate = 0;      // of notional, to close a position
  double funding_rate = 0;  // expected over 8 hours; longs pay where above zero

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "assets", self.assets);
    visit(2, "short_vega_power", self.short_vega_power);
    visit(3, "long_vega_power", self.long_vega_power);
    visit(4, "dte_floor_days", self.dte_floor_days);
    visit(5, "maintenance_factor", self.maintenance_factor);
    visit(6, "fee_rate", self.fee_rate);
    visit(7, "funding_rate", self.funding_rate);
  }
};
Status validate(const ParadexPm& model);
// The asset's own numbers; nullptr if the venue publishes none.
const ParadexAsset* find_asset(const ParadexPm& model, std::string_view asset);

struct ParadexBook {
  double spot = 0;
  double perps = 0;      // coins
  double perp_mark = 0;  // above zero where perps are held
  std::vector<OptionExpiry> options;
};

struct ParadexMargin {
  std::vector<double> scenario_pnl;  // unweighted
  double scan_risk = 0;
  std::size_t worst_scenario = 0;  // scenario_pnl.size(): none loses
  double net_delta = 0;
  double gross_delta = 0;
  double hedged_delta = 0;
  double min_delta_risk = 0;
  double funding_provision = 0;
  double fee_provision = 0;
  double initial = 0;
  double maintenance = 0;
};
Result<ParadexMargin> evaluate(const ParadexPm& model, const ParadexAsset& asset,
                               const ParadexBook& book);

struct MinDelta {
  double net = 0;
  double gross = 0;
  double hedged = 0;
  double risk = 0;
};
// Net and gross of the deltas given, each amount · delta in coins.
MinDelta min_delta(std::span<const double> deltas, double spot, double unhedged_factor,
                   double hedged_factor);

// Cross margin of one market: the larger side, if all its orders fill.
struct ParadexOpenSize {
  double buy = 0;
  double sell = 0;
  double net_initial = 0;
};
ParadexOpenSize open_size(double position, double buy_orders, double sell_orders, double mark,
                          double initial_fraction);

// Partial liquidation: shares in steps, the penalty share · fee · MMR from the account.
struct LiquidationRow {
  double share = 0;
  double maintenance = 0;
  double penalty = 0;
  double account_value = 0;
  double margin_ratio = 0;  // maintenance / account value
};
// One row per step below 1, then the least share whose ratio is below target (1 if none is).
struct LiquidationPlan {
  std::vector<LiquidationRow> rows;
  double share = 0;
};
LiquidationPlan liquidation_plan(double maintenance, double account_value, double fee, double step,
                                 double target);

// Share of a withdrawal that is kept: shortfall / (total + shortfall) by the venue's formula. Its
// worked example divides by the total alone.
enum class LossDenominator : std::uint8_t { by_formula, by_example };
double socialised_loss_factor(double shortfall, double total, LossDenominator denominator);

// Options of one underlying and expiry in cross margin.
struct SpreadLeg {
  double strike = 0;
  bool call = true;
  double amount = 0;
  double mark = 0;
};
struct SpreadTerms {
  double premium_multiplier = 1;
  double long_itm = 0;
  double short_itm = 0;
  double short_otm = 0;
  double unpaired_scale = 0;
};
struct SpreadMargin {
  std::vector<double> legs;
  double sum = 0;
  double max_settlement_loss = 0;
  double unpaired_reserve = 0;
  double group = 0;
};
SpreadMargin spread_margin(const SpreadTerms& terms, double spot, std::span<const SpreadLeg> legs);

}  // namespace bulkhead::venues
