#include "bulkhead/engine/closing_prices.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

Decimal nearest_decimal(double price) {
  Decimal decimal;
  double scaled = price;
  while (scaled > 0 && scaled < 1e11 && decimal.exponent > -18) {
    scaled *= 10;
    --decimal.exponent;
  }
  decimal.mantissa = static_cast<std::int64_t>(floor_fixed(scaled + 0.5));
  return decimal.normal_form();
}

}  // namespace

Decimal closing_price(const Books& books, const ClosableLine& line, double shift) {
  const double signed_shift = line.position > 0 ? shift : -shift;
  if (!books.registry()[line.instrument].is_option()) {
    return nearest_decimal(line.fair * (1 + signed_shift));
  }
  const auto& assets = books.state.market.epoch().assets;
  const double spot = assets[books.registry().underlying(line.instrument).value].mid;
  const double coin = assets[books.registry().settlement(line.instrument).value].mid;
  return nearest_decimal(std::max(0.0, line.fair + signed_shift * spot / coin));
}

Amount gain_at(const market::Registry& registry, const positions::Position& position,
               double price) {
  const market::Asset& asset = registry[registry.settlement(position.instrument)];
  double units = pricing::settlement_per_lot(registry[position.instrument], price) *
                 static_cast<double>(position.lots);
  for (std::uint32_t i = 0; i < asset.decimals; ++i) units *= 10;
  // settlement_per_lot is what a buyer's leg takes up: closing gives its negative.
  return position.leg - Amount{static_cast<Int128>(floor_fixed(units))};
}

}  // namespace bulkhead::engine
