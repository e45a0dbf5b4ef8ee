// What is estimated per factor before draws are made: returns, volatility now and in the long run,
// and the link to the market asset that completes short histories.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/calibration/volatility.h"

namespace bulkhead::calibration {

enum class Block : std::uint8_t { filtered, stressed, long_run };

struct FactorModel {
  pricing::Factor factor;  // forecast = the volatility applied, after the cap
  FactorReport report;
  bool peg = false;
  Column returns{0};
  VolatilityPath path;
  std::size_t spot = 0;  // index of the spot model of the same asset (itself for a spot factor)

  // Volatility to which a block is scaled; the stressed block completes at long-run volatility.
  double scale(Block block) const {
    return block == Block::filtered ? factor.forecast : factor.long_run;
  }
};

struct FactorModels {
  std::vector<FactorModel> models;  // sorted by (asset, kind)
  std::size_t market = 0;           // index of the market asset's spot model
};

// Estimates every factor of the input on the dates given. Errors as build_scenario_set.
Result<FactorModels> estimate_factors(const BuilderInput& input,
                                      const std::vector<Timestamp>& dates,
                                      const BuilderOptions& options, const PreviousSet& previous);

// The move of factor `model` on date `i` in `block`, given the moves of the market asset and of its
// own spot on that date. Unit-variance residuals are functions of (seed, asset, kind, date).
// `observed` says whether own history was used.
struct Move {
  double value = 0;
  bool observed = false;
};
Move draw_move(const FactorModels& all, const FactorModel& model, Block block, std::size_t i,
               Timestamp date, double market_move, double spot_move, const BuilderOptions& options);

}  // namespace bulkhead::calibration
