// Where the market stands, in the few numbers that every figure of every account is a function of,
// and how far apart two such points are at most (docs/safe-regions.md).
#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/base/time.h"
#include "bulkhead/risk/epoch_risk.h"

namespace bulkhead::risk {

struct MarketPoint {
  struct Asset {
    double price = 0;       // mid
    double volatility = 0;  // daily, the larger estimator: it bends the liquidity curve
  };
  struct Instrument {
    double level = 0;             // delta-one: value of one lot; option: forward in numéraire
    double total_volatility = 0;  // σ·√T, options
  };
  Timestamp time;
  std::vector<Asset> assets;
  std::vector<Instrument> instruments;  // level 0: no row
};

// How far the factors of one asset are from where they were, each >= 0, as fractions.
struct Moves {
  double up = 0;  // of its price
  double down = 0;
  double basis = 0;       // of its delta-one contracts beyond the move of its price, of their value
  double option = 0;      // of its options: what one can have gained or lost, of its notional
  double volatility = 0;  // by which the estimator has risen
  double calm = 0;        // by which it has fallen, <= 1
};

// What a scenario set multiplies by at most: bounds of an option's change hold in every scenario.
struct ShockBounds {
  struct Asset {
    double spot = 1;         // greatest multiplier of its price, grid included
    double dated_basis = 0;  // greatest |log move| a year
    double volatility = 0;   // greatest |log shock| of its 30-day volatility, likewise
  };
  std::vector<Asset> assets;
};
ShockBounds shock_bounds(const EpochRisk& market);

// Greatest multiplier of an option's forward or strike, and of its volatility.
double forward_multiplier(const EpochRisk& market, const ShockBounds& bounds, InstrumentIndex i);
double volatility_multiplier(const EpochRisk& market, const ShockBounds& bounds, InstrumentIndex i);

MarketPoint market_point(const EpochRisk& market);

// By asset. `from` and `to` have the same assets, instruments, set and parameters; an instrument
// without a row at either point has moved nothing: nobody who sleeps has it.
void moves_between(const EpochRisk& market, const ShockBounds& bounds, const MarketPoint& from,
                   const MarketPoint& to, std::vector<Moves>& out);

}  // namespace bulkhead::risk
