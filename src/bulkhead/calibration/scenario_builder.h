// Builds a scenario set (D5.1, D5.2) from price histories strictly before an as-of time: outside
// the core, pure, the same bytes with every compiler.
//
//   BuilderInput input{.as_of = t, .numeraire = "USDT", .assets = {btc, eth, usdc}};
//   BULKHEAD_TRY(BuiltSet built, build_scenario_set(input, BuilderOptions{}));
//   Hash id = pricing::hash_of(built.set);
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/pricing/scenario_set.h"

namespace bulkhead::calibration {

// Last price of a bar. `time` is the bar's end: the moment at which the price is known.
struct Close {
  Timestamp time;
  double price = 0;  // > 0
};

// Prices in units of `quote`, times strictly increasing, any mixture of bar lengths, gaps left as
// gaps.
struct PriceHistory {
  std::string quote;
  std::vector<Close> closes;
};

// One asset and the factors wanted for it. A spot factor is always made, except for the numéraire.
struct AssetInput {
  std::string asset;
  bool peg = false;  // stablecoin: volatility floor of D5.2, no market prior
  PriceHistory spot;
  PriceHistory perpetual;  // may be empty; basis = log(perpetual / spot) at equal times
  bool perpetual_basis = false;
  bool dated_basis = false;
  bool volatility = false;
};

struct BuilderInput {
  Timestamp as_of;  // closes at or after it are not looked at
  std::string numeraire;
  std::vector<AssetInput> assets;
};

// An asset whose volatility a challenger forecasts by a calibrated GARCH(1,1): α, β >= 0, α + β <
// 1, long-run volatility a horizon, above 0.
struct CalibratedVolatility {
  std::string asset;
  double alpha = 0;
  double beta = 0;
  double long_run = 0;
};

struct BuilderOptions {
  Duration horizon = days(1);          // MPOR and step
  Duration step_tolerance = hours(1);  // a return spans horizon ± this, or it is a gap
  std::uint32_t scenarios = 1000;      // S, the unshocked point included
  std::uint32_t minimum_draws = 100;   // fewer dates of the market asset are an error
  double decay = 0.94;                 // EWMA weight of yesterday's variance
  std::uint32_t warm_up = 20;  // first returns: they start the variance and are no scenarios
  double ratio_least = 0.5;    // bounds of forecast now / forecast then
  double ratio_greatest = 4.0;
  double peg_floor = 0.005;          // 50 bp a horizon
  double basis_floor = 0.001;        // of perpetual bases: a quiet basis is no promise
  double cap_per_hour = 0.10;        // rise of a factor's rescaling ratio between adopted sets
  bool lift_cap = false;             // two persons may
  std::string market_asset = "BTC";  // beta reference; the longest history if absent
  double tail_degrees = 4;           // Student t of completed residuals
  double prior_correlation = 0.6;  // of a coin with the market asset, shrunk to with weight 60 days
  double prior_volatility_ratio = 1.5;  // volatility of a coin without history / market asset's
  std::string stressed_begin;           // civil dates, UTC; both empty: the 365 days
  std::string stressed_end;  // of the market asset with the worst 2.5 % tail (end is exclusive)
  std::uint32_t stressed_minimum = 250;          // dates
  std::vector<CalibratedVolatility> calibrated;  // the other assets have the EWMA
  std::uint64_t seed = 1;  // of completed residuals, with the asset's name and the date
};

// What stands behind one factor, for people.
struct FactorReport {
  std::uint32_t observed = 0;   // draws of the filtered block from own history
  std::uint32_t completed = 0;  // draws completed from the market asset
  std::uint32_t bounded = 0;    // moves cut to [-6, +3]
  double correlation = 0;       // with the market asset, shrunk
  bool modelled = false;        // no history of its own at all: a stated model
};

struct BuiltSet {
  pricing::ScenarioSet set;
  std::vector<FactorReport> factors;  // parallel to set.factors
};

// The set adopted before, for the rescaling cap.
struct PreviousSet {
  const pricing::ScenarioSet* set = nullptr;
  Duration elapsed;  // since its adoption
};

// Method
//  - Sample times t_k = t_0 − k·horizon, t_0 the last close of any asset before as_of; an asset's
//    close for t_k is its nearest within half a horizon, and a return is taken only between closes
//    that are horizon ± step_tolerance apart: never across a gap. A date is a row for all factors.
//  - Prices are put into the numéraire by the history of their quote asset (never assumed to be 1).
//  - spot: r = log return; σ the EWMA forecast made before r; filtered r·clamp(σ_now/σ), long_run
//    r·clamp(σ_long/σ), σ_long the root mean square of the whole history; stressed: r as it was.
//  - Missing cells: z = ρ·z_market + √(1−ρ²)·t, flagged `completed`.
//  - perpetual_basis: change of log(perpetual/spot) over the step, rescaled like a return; missing
//    cells 0.02·spot move + t residual at its volatility (15 bp where there is no history; on
//    Binance 2020 to 2025 daily basis changes have 5 to 50 bp, and fell 1 % when BTC fell 40 %).
//  - dated_basis (annual rate): 0.4·spot move + 2 % t residual: a model, flagged.
//  - volatility: v = ½·log(λ + (1−λ)·z²) (the EWMA's own response to the day's z) + 4 % t residual:
//    a model, flagged. The quiet day lowers volatility by 3 %, z = 5 raises it by 45 %.
// Errors: malformed history, an asset without a way into the numéraire, too few dates.
Result<BuiltSet> build_scenario_set(const BuilderInput& input, const BuilderOptions& options,
                                    const PreviousSet& previous = {});

}  // namespace bulkhead::calibration
