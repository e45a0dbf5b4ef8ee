// One day's market for the backtest: prices and contracts as they stood at the day's close, and the
// product portfolios opened in it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/calibration/product_portfolios.h"
#include "bulkhead/calibration/scenario_builder.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::calibration {

// An asset's prices at the two ends of a day. The perpetual is at spot where it was not recorded at
// both. Volatilities are annual, a stated model: the EWMA of daily returns (0.94) up to each end,
// within [0.2, 3], for no chain of options was recorded.
struct DayPrices {
  std::string asset;
  double spot = 0, next_spot = 0;
  double perpetual = 0, next_perpetual = 0;
  double volatility = 0, next_volatility = 0;
};

// Dated futures stand at spot·e^{rate·τ}: no term structure was recorded either.
inline constexpr double kCarryRate = 0.05;

class ProductMarket {
 public:
  // Everything but the portfolios: prices at `time` and `step` later. Assets in any order.
  static Result<std::unique_ptr<ProductMarket>> make(Timestamp time, Duration step,
                                                     std::span<const DayPrices> prices);

  const market::Registry& registry() const { return registry_; }
  const market::Epoch& epoch() const { return now_; }
  const market::Epoch& next() const { return next_; }

  // Opens contracts that it needs and gives the book at `unit` numéraire of notional a size of 1;
  // nothing if an asset of it has no price that day.
  Result<std::optional<risk::Portfolio>> open(const ProductPortfolio& product, double unit);

  // What the unchanged book loses over the day, numéraire; clean: no fees, no funding.
  double loss(const risk::Portfolio& book) const;

 private:
  ProductMarket() = default;
  Status add_asset(const DayPrices& prices);
  Result<InstrumentIndex> contract(const ProductLeg& leg, const DayPrices& prices);
  void mark(const market::Instrument& instrument, const DayPrices& prices);

  market::Registry registry_;
  market::Epoch now_, next_;
  std::vector<DayPrices> prices_;
};

}  // namespace bulkhead::calibration
