#include "bulkhead/calibration/product_portfolios.h"

#include <array>

namespace bulkhead::calibration {
namespace {

constexpr std::array<std::string_view, 18> kAssets = {
    "AAVE", "ADA", "ATOM", "AVAX", "BCH",   "BNB",  "BTC", "DOGE", "DOT",
    "ETH",  "FTT", "LINK", "LTC",  "MATIC", "NEAR", "SOL", "TRX",  "XRP"};
constexpr int kMonth = 30;
constexpr int kQuarter = 90;

ProductLeg perpetual(std::string asset, double size) {
  return {.kind = LegKind::perpetual, .asset = std::move(asset), .size = size};
}
ProductLeg coin(std::string asset, double size) {
  return {.kind = LegKind::coin, .asset = std::move(asset), .size = size};
}
ProductLeg future(std::string asset, double size, int days) {
  return {.kind = LegKind::future, .asset = std::move(asset), .size = size, .days = days};
}
ProductLeg option(LegKind kind, std::string asset, double size, double moneyness) {
  return {.kind = kind,
          .asset = std::move(asset),
          .size = size,
          .days = kMonth,
          .moneyness = moneyness};
}

void add_options(const std::string& a, std::vector<ProductPortfolio>& out) {
  out.push_back({a + " calendar, long quarter, short perpetual",
                 "calendar",
                 {future(a, 1, kQuarter), perpetual(a, -1)}});
  out.push_back(
      {a + " basis, coins against the perpetual", "basis", {coin(a, 1), perpetual(a, -1)}});
  out.push_back({a + " covered call, coins and a short call 10 % above",
                 "covered",
                 {coin(a, 1), option(LegKind::call, a, -1, 1.1)}});
  out.push_back({"short " + a + " straddle",
                 "option seller",
                 {option(LegKind::call, a, -1, 1), option(LegKind::put, a, -1, 1)}});
  out.push_back({"long " + a + " straddle",
                 "option buyer",
                 {option(LegKind::call, a, 1, 1), option(LegKind::put, a, 1, 1)}});
  // A call at the money has a delta of a little over a half.
  out.push_back({"short " + a + " call, hedged with half a perpetual",
                 "delta-hedged",
                 {option(LegKind::call, a, -1, 1), perpetual(a, 0.53)}});
  out.push_back({a + " collar, coins, a put 10 % below, a call 10 % above sold",
                 "covered",
                 {coin(a, 1), option(LegKind::put, a, 1, 0.9), option(LegKind::call, a, -1, 1.1)}});
}

}  // namespace

std::span<const std::string_view> backtest_assets() { return kAssets; }

std::vector<ProductPortfolio> product_portfolios() {
  std::vector<ProductPortfolio> out;
  for (const std::string_view name : kAssets) {
    const std::string a(name);
    out.push_back({"long " + a, "long", {perpetual(a, 1)}});
    out.push_back({"short " + a, "short", {perpetual(a, -1)}});
  }
  for (const std::string a : {"BTC", "ETH"}) add_options(a, out);
  out.push_back({"long BTC, short ETH", "pair", {perpetual("BTC", 1), perpetual("ETH", -1)}});
  out.push_back({"long ETH, short BTC", "pair", {perpetual("ETH", 1), perpetual("BTC", -1)}});
  out.push_back({"long a basket of five",
                 "basket",
                 {perpetual("BTC", 0.2), perpetual("ETH", 0.2), perpetual("BNB", 0.2),
                  perpetual("LTC", 0.2), perpetual("XRP", 0.2)}});
  out.push_back({"short a basket of five",
                 "basket",
                 {perpetual("BTC", -0.2), perpetual("ETH", -0.2), perpetual("BNB", -0.2),
                  perpetual("LTC", -0.2), perpetual("XRP", -0.2)}});
  out.push_back(
      {"long ETH on collateral in BTC", "wrong-way", {perpetual("ETH", 1), coin("BTC", 0.5)}});
  out.push_back(
      {"long BNB on collateral in BNB", "wrong-way", {perpetual("BNB", 1), coin("BNB", 0.5)}});
  out.push_back({"short ETH on collateral in ETH",
                 "hedged collateral",
                 {perpetual("ETH", -1), coin("ETH", 0.5)}});
  return out;
}

}  // namespace bulkhead::calibration
