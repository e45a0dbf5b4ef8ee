// The portfolios that the requirement is judged on, fixed before any run: one list of products,
// each opened anew every day at the day's prices and held unchanged to the next (D12.2).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/time.h"

namespace bulkhead::calibration {

enum class LegKind : std::uint8_t { coin, perpetual, future, call, put };

// Size in notional at the day's spot, as a share of the portfolio's gross unit; + long.
struct ProductLeg {
  LegKind kind = LegKind::perpetual;
  std::string asset;
  double size = 0;
  int days = 0;          // to expiry, futures and options
  double moneyness = 1;  // strike / spot, options
};

struct ProductPortfolio {
  std::string name;     // "short BTC straddle, delta-hedged"
  std::string product;  // family: "long", "short", "calendar", …
  std::vector<ProductLeg> legs;
};

// Coins with daily spot prices in USDT (stablecoins and gold apart), in alphabetical order.
std::span<const std::string_view> backtest_assets();

// Long and short perpetual of every asset; for BTC and ETH calendar, basis trade, covered call,
// straddles and a collar; across coins pairs, baskets and wrong-way collateral.
std::vector<ProductPortfolio> product_portfolios();

}  // namespace bulkhead::calibration
