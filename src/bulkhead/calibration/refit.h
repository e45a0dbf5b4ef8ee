// Refits what is estimated per asset from price histories before an as-of time: cleaned closes,
// volatility now and in the long run, GARCH, tail, link to the market asset, correlation (D12.1).
// A refit is a proposal for people and for the scenario builder's options; it changes nothing.
//
//   BULKHEAD_TRY(const Refit refit, refit_parameters(histories, RefitOptions{}));
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/executor.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/calibration/depeg.h"
#include "bulkhead/calibration/drift.h"
#include "bulkhead/calibration/liquidity.h"
#include "bulkhead/calibration/scenario_builder.h"

namespace bulkhead::calibration {

// What was left out of a history before anything was estimated.
struct Cleaning {
  std::uint64_t repeated = 0;  // closes at a time that was there already
  std::uint64_t spikes = 0;    // closes far from both neighbours, which agree with one another
  std::uint64_t frozen = 0;    // closes that repeat a price more than kFrozenMost times in a row

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "repeated", self.repeated);
    visit(2, "spikes", self.spikes);
    visit(3, "frozen", self.frozen);
  }
};

inline constexpr std::uint32_t kFrozenMost = 3;
inline constexpr double kSpikeLeast = 0.25;  // of log price

// A close is a spike if it lies at least kSpikeLeast and 20 robust deviations of a bar's return
// from both neighbours on one side, and these differ by less than half of that. Pegs are cleaned
// alike. Errors: times that decrease, a price that is not positive and finite.
Result<std::vector<Close>> clean_closes(const std::vector<Close>& closes, Cleaning& cleaning);

// All figures finite. Volatilities are of one day's log return.
struct AssetRefit {
  std::string asset;
  std::uint64_t returns = 0;  // daily, none across a gap
  Cleaning cleaning;
  double volatility = 0;           // EWMA, after the last return
  double long_run_volatility = 0;  // root mean square
  double garch_alpha = 0;
  double garch_beta = 0;
  double garch_log_likelihood = 0;  // 0 where it is not fitted
  double tail_shape = 0;            // generalised Pareto of the worst tenth of losses
  double tail_scale = 0;
  double shortfall =
      0;            // ES at 97.5 % of one day's loss of value, a fraction: the haircut of a day
  double beta = 0;  // to the market asset, shrunk as short histories are
  double correlation = 0;
  // Student t of what beta leaves (of the market asset: of its returns) over its EWMA forecast.
  double residual_degrees = 0;
  double haircut = 0;  // ES at 99 % of a loss of value over two days, root of time
  DriftReport drift;   // of the newest returns against the volatility forecast before each
  std::optional<LiquidityFit> liquidity;  // where there are bars with volume
  std::vector<std::string> flags;         // which figures are stated instead of estimated, and why

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "returns", self.returns);
    visit(3, "cleaning", self.cleaning);
    visit(4, "volatility", self.volatility);
    visit(5, "long_run_volatility", self.long_run_volatility);
    visit(6, "garch_alpha", self.garch_alpha);
    visit(7, "garch_beta", self.garch_beta);
    visit(8, "garch_log_likelihood", self.garch_log_likelihood);
    visit(9, "tail_shape", self.tail_shape);
    visit(10, "tail_scale", self.tail_scale);
    visit(11, "shortfall", self.shortfall);
    visit(12, "beta", self.beta);
    visit(13, "correlation", self.correlation);
    visit(14, "residual_degrees", self.residual_degrees);
    visit(15, "flags", self.flags);
    visit(16, "haircut", self.haircut);
    visit(17, "drift", self.drift);
    visit(18, "liquidity", self.liquidity);
  }
};

// A stablecoin against what it is pegged to, the numéraire among them.
struct PegRefit {
  std::string asset;
  std::string against;
  Cleaning cleaning;
  std::optional<DepegFit> depeg;
  std::vector<std::string> flags;  // why there is none

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "against", self.against);
    visit(3, "cleaning", self.cleaning);
    visit(4, "depeg", self.depeg);
    visit(5, "flags", self.flags);
  }
};

struct Refit {
  std::uint32_t format = 1;
  Timestamp as_of;
  Timestamp window_begin;  // first and last date of a daily return
  Timestamp window_end;
  std::string market_asset;
  std::string data_hash;  // SHA-256 over names, times and prices that were read, in hexadecimal
  std::vector<AssetRefit> assets;  // in the input's order, the numéraire left out
  double shrinkage = 0;            // Ledoit-Wolf intensity; 1 where nothing could be estimated
  // Assets of the matrix: no pegs, whose rare jumps would shrink all others.
  std::vector<std::string> correlated;
  std::vector<double> correlation;  // row-major over them
  std::vector<PegRefit> pegs;       // assets of the input that are pegs

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "format", self.format);
    visit(2, "as_of", self.as_of);
    visit(3, "window_begin", self.window_begin);
    visit(4, "window_end", self.window_end);
    visit(5, "market_asset", self.market_asset);
    visit(6, "data_hash", self.data_hash);
    visit(7, "assets", self.assets);
    visit(8, "shrinkage", self.shrinkage);
    visit(9, "correlated", self.correlated);
    visit(10, "correlation", self.correlation);
    visit(11, "pegs", self.pegs);
  }
};

// Errors: no close of any asset before as_of, a market asset without at least 100 returns that
// vary, malformed histories. Every other asset gets figures, flagged where they are stated:
//   too few returns for a figure or none that vary: volatility 1.5 times the market asset's,
//   correlation 0.6, the tail of a Student t with 4 degrees at that volatility. A peg and a market
//   that cannot be estimated have no figures, and a flag that says why.
//
// One bad day (a wick to 0.0001, a frozen feed, a repeated hour) in 500 days or more moves
// volatilities, shortfall and persistence by at most 2 %, correlation and beta by at most 0.02,
// garch_alpha and tail_shape by at most 0.02; residual_degrees by at most 5 %, haircut and
// daily volume by at most 2 %, half spread by at most 10 %, the exponent of impact by at most 0.02;
// a depeg neither appears nor is lost, its intensity moves by at most 1 % (refit_test.cc,
// tests/calibrate_test.py).
using MarketBars = std::map<std::string, std::vector<TradedBar>, std::less<>>;  // by asset
Result<Refit> refit_parameters(const BuilderInput& input, const BuilderOptions& options,
                               Executor& executor, const MarketBars& bars = {});

// The volatility models of a refit, for a challenger.
std::vector<CalibratedVolatility> volatilities_of(const Refit& refit);

}  // namespace bulkhead::calibration
