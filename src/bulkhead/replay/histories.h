// Price histories for scenario sets out of a data directory: recorded data or a generated market.
#pragma once

#include <span>
#include <string>

#include "bulkhead/base/result.h"
#include "bulkhead/calibration/liquidity.h"
#include "bulkhead/calibration/scenario_builder.h"

namespace bulkhead::replay {

// The factors wanted for one asset.
struct HistoryRequest {
  std::string asset;
  bool peg = false;
  bool perpetual_basis = false;
  bool dated_basis = false;
  bool volatility = false;
};

// Closes of bars that end before `as_of`, merged from what the directory has, first source first:
//   coins   spot_<bar>/<ASSET>USDT (the coarsest bar length of 1h, 30m, 15m, 5m, 1m that is there),
//           daily/binance_spot_daily; where spot has gaps or no history, the perpetual's closes;
//           LUNA before its end: daily/stablecoin_cmc_daily LUNC, in USD.
//   pegs    daily/stablecoin_cmc_daily, in USD; else spot_<bar>.
//   perpetual  perp_<bar> (1h, 4h, 5m …), daily/binance_perp_daily, at times at which spot has its
//   own close.
// The numéraire and USDT are added as assets with their history in USD where another asset is
// quoted in USD or USDT. An asset without any history has an empty one: it is completed from the
// market asset. The result serves every as-of time up to `as_of`: set input.as_of and build.
Result<calibration::BuilderInput> load_histories(const std::string& data_directory,
                                                 const std::string& numeraire,
                                                 std::span<const HistoryRequest> assets,
                                                 Timestamp as_of);

// Hourly or finer bars of spot_<bar>/<ASSET>USDT that end before `as_of`, the coarsest that is
// there, volume in USDT; empty where the directory has none with volume.
Result<std::vector<calibration::TradedBar>> load_traded_bars(const std::string& data_directory,
                                                             const std::string& asset,
                                                             Timestamp as_of);

}  // namespace bulkhead::replay
