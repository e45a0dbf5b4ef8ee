#include "bulkhead/views/sensitivity.h"

#include <map>

#include "bulkhead/pricing/values.h"

namespace bulkhead::views {
namespace {

constexpr double kBump = 0.01;

double magnitude(double x) { return x < 0 ? -x : x; }

double coins_of(const market::Asset& asset, Amount amount) {
  double coins = static_cast<double>(amount.units);
  for (std::uint32_t i = 0; i < asset.decimals; ++i) coins /= 10;
  return coins;
}

}  // namespace

Sensitivity main_sensitivity(const engine::State& state, const risk::Portfolio& portfolio) {
  const market::Registry& registry = state.registry();
  const market::Epoch& epoch = state.market.epoch();
  std::map<AssetIndex, double> change;  // of equity for a rise by kBump
  for (const risk::PositionLots& line : portfolio.positions) {
    const AssetIndex asset = registry.underlying(line.instrument);
    const double spot = epoch.assets[asset.value].mid;
    const double now = pricing::lot_value(registry, epoch, line.instrument, spot);
    const double then = pricing::lot_value(registry, epoch, line.instrument, spot * (1 + kBump));
    change[asset] += static_cast<double>(line.lots) * (then - now);
  }
  const auto add = [&](const std::vector<risk::AssetAmount>& lines, double sign) {
    for (const risk::AssetAmount& line : lines) {
      change[line.asset] += sign * coins_of(registry[line.asset], line.amount) *
                            epoch.assets[line.asset.value].mid * kBump;
    }
  };
  add(portfolio.settlement, 1);
  add(portfolio.collateral, 1);
  add(portfolio.debts, -1);
  change.erase(registry.numeraire());
  Sensitivity main;
  double most = 0;
  for (const auto& [asset, value] : change) {
    const double price = epoch.assets[asset.value].mid;
    if (!(price > 0) || magnitude(value) <= most) continue;
    most = magnitude(value);
    main = {asset, price, value / (kBump * price)};
  }
  return main;
}

double price_for(const Sensitivity& sensitivity, Usd change) {
  if (!sensitivity.asset.valid()) return 0;
  const double move = static_cast<double>(change.micros) / 1e6 / sensitivity.per_unit;
  const double price = sensitivity.price + move;
  return price > 0 ? price : 0;
}

}  // namespace bulkhead::views
