// The requirement judged on history: every product portfolio opened at each close, margined from a
// scenario set of what was known then, and held unchanged to the next close (D12.2).
//
//   BULKHEAD_TRY(const BacktestRun run, run_backtest(histories, product_portfolios(), options,
//   pool)); for (const ProductSeries& one : run.series) … kupiec(…)
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/executor.h"
#include "bulkhead/base/result.h"
#include "bulkhead/calibration/product_portfolios.h"
#include "bulkhead/calibration/scenario_builder.h"
#include "bulkhead/risk/parameters.h"
#include "bulkhead/venues/parameters.h"

namespace bulkhead::calibration {

// The grids of venues that the requirement stands beside, and the coins they list options of: a
// product with another coin is not theirs to margin, nor one with a dated future Derive's.
inline constexpr std::array<std::string_view, 3> kComparedVenues = {"derive-pmrm1", "derive-pmrm2",
                                                                    "deribit-pm"};
inline constexpr std::array<std::string_view, 2> kVenueAssets = {"BTC", "ETH"};
inline constexpr double kNotMargined = -1;

struct BacktestOptions {
  Timestamp from, to;                  // closes from `from` on; the last day ends at or before `to`
  Duration step = days(1);             // between closes, and the horizon of the sets
  Duration set_every = days(1);        // a new set is built this often, at least a step apart
  Duration stressed_every = days(28);  // and the stressed window looked for this often
  std::uint32_t scenarios = 1000;
  std::uint32_t history_least = 60;  // closes before a coin takes part
  double unit = 100'000;             // notional of size 1, numéraire
  risk::Parameters parameters;
  std::vector<venues::VenueParameters> venues;   // none, or those of kComparedVenues in their order
  std::vector<CalibratedVolatility> calibrated;  // of a challenger; for steps of a day only
  std::function<void(std::size_t done, std::size_t blocks)> progress;  // any thread, one at a time
};

// One portfolio over one step: forecasts made at `time`, the loss that followed.
struct ProductDay {
  Timestamp time;
  double loss = 0;     // + is a loss, numéraire
  double var_975 = 0;  // of the filtered block, no add-ons
  double var_99 = 0;
  double es_975 = 0;
  double core_charged = 0;  // D5.4 with buffers and floors
  double charged = 0;       // IM: core and add-ons
  double transform = 0;     // P(L <= loss) under the filtered block
  // What each of kComparedVenues would ask, its initial margin and whatever it counts nothing for.
  std::array<double, kComparedVenues.size()> venues = {kNotMargined, kNotMargined, kNotMargined};
};

struct ProductSeries {
  std::string name;
  std::string product;
  std::vector<ProductDay> days;
};

struct BacktestRun {
  std::vector<ProductSeries> series;  // of products that were margined at all, in the list's order
  std::uint64_t sets = 0;             // built
  std::uint64_t steps = 0;
};

// `histories` may reach beyond every day judged: each set sees only closes at or before its day.
// Errors: those of the builder on the first day, a step that is not positive, from >= to,
// other venues than those named.
Result<BacktestRun> run_backtest(const BuilderInput& histories,
                                 const std::vector<ProductPortfolio>& products,
                                 const BacktestOptions& options, Executor& executor);

}  // namespace bulkhead::calibration
