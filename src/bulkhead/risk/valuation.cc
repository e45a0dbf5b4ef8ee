// Equity at the three points of D4.3: every line rounded once against the account, sums exact.
#include <algorithm>

#include "bulkhead/risk/book.h"

namespace bulkhead::risk {
namespace {

using market::AssetPrice;
using market::Quality;
using pricing::PricePoint;

UnderlyingValue& value_of(std::vector<UnderlyingValue>& values, AssetIndex underlying) {
  const auto at = std::lower_bound(
      values.begin(), values.end(), underlying,
      [](const UnderlyingValue& v, AssetIndex wanted) { return v.underlying < wanted; });
  if (at != values.end() && at->underlying == underlying) return *at;
  return *values.insert(at, UnderlyingValue{.underlying = underlying});
}

// Adds sign·value(point) at the three points; one evaluation where the interval is a point.
template <class Value>
Usd add_line(UnderlyingValue& sum, const AssetPrice& price, int sign, Value value) {
  const Usd mid = value(PricePoint::mid);
  const bool point = price.low == price.mid && price.high == price.mid;
  sum.mid += sign * static_cast<Int128>(mid.micros);
  sum.low += sign * static_cast<Int128>((point ? mid : value(PricePoint::low)).micros);
  sum.high += sign * static_cast<Int128>((point ? mid : value(PricePoint::high)).micros);
  if (price.quality == Quality::volatile_) {
    sum.near_low += sign * static_cast<Int128>(value(PricePoint::near_low).micros);
    sum.near_high += sign * static_cast<Int128>(value(PricePoint::near_high).micros);
  }
  return mid;
}

// Least and greatest of an underlying's three points. A halted price runs from 0 to the last good
// for what gains with it, and from the last good to twice that for what loses with it.
std::pair<Int128, Int128> edges(const UnderlyingValue& value, Quality quality) {
  if (quality == Quality::halted) {
    return value.high >= value.low ? std::minmax({value.low, value.mid})
                                   : std::minmax({value.mid, value.high});
  }
  return std::minmax({value.low, value.mid, value.high});
}

}  // namespace

void value_portfolio(const EpochRisk& market, const Portfolio& portfolio, Valuation& out) {
  const market::Registry& registry = market.registry();
  const std::vector<AssetPrice>& prices = market.epoch().assets;
  out.underlyings.clear();
  out.unpriced = out.is_volatile = out.at_quorum = false;
  out.quality = Quality::good;
  Int128 collateral = 0;
  Int128 positions = 0;
  Int128 debts = 0;
  const auto add_asset = [&](const AssetAmount& entry, bool debt) {
    const market::Asset& asset = registry[entry.asset];
    const AssetPrice& price = prices[entry.asset.value];
    out.quality = std::max(out.quality, price.quality);
    const auto value = [&](PricePoint p) {
      const double at = pricing::price_at(price, p);
      return debt ? pricing::debt_value(asset, entry.amount, at)
                  : pricing::holding_value(asset, entry.amount, at);
    };
    return add_line(value_of(out.underlyings, entry.asset), price, debt ? -1 : 1, value).micros;
  };
  for (const AssetAmount& entry : portfolio.collateral) {
    if (counts(market, portfolio, entry.asset)) collateral += add_asset(entry, false);
  }
  for (const AssetAmount& entry : portfolio.settlement) {
    out.unpriced |= !market.rows().asset(entry.asset).present();
    positions += add_asset(entry, false);
  }
  for (const AssetAmount& entry : portfolio.debts) {
    out.unpriced |= !market.rows().asset(entry.asset).present();
    debts += add_asset(entry, true);
  }
  for (const PositionLots& position : portfolio.positions) {
    const InstrumentIndex i = position.instrument;
    out.quality = std::max(out.quality, market.quality(i));
    out.unpriced |= !market.rows().has(i);
    const AssetIndex underlying = registry.underlying(i);
    const auto value = [&](PricePoint p) {
      return pricing::position_value(position.lots, market.lot_value(i, p));
    };
    positions +=
        add_line(value_of(out.underlyings, underlying), prices[underlying.value], 1, value).micros;
  }
  Int128 least = 0;
  Int128 greatest = 0;
  Int128 near = 0;
  for (const UnderlyingValue& value : out.underlyings) {
    const AssetPrice& price = prices[value.underlying.value];
    const auto [low, high] = edges(value, price.quality);
    least += low;
    greatest += high;
    if (price.quality != Quality::volatile_) {
      near += high;
      continue;
    }
    near += std::max({value.near_low, value.mid, value.near_high});
    out.is_volatile = true;
    out.at_quorum |= price.sources <= price.quorum;
  }
  out.least = saturate_usd(least);
  out.greatest = saturate_usd(greatest);
  out.greatest_near = saturate_usd(near);
  out.mid = saturate_usd(collateral + positions - debts);
  out.collateral = saturate_usd(collateral);
  out.positions = saturate_usd(positions);
  out.debts = saturate_usd(debts);
}

}  // namespace bulkhead::risk
