#include "bulkhead/calibration/product_market.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "bulkhead/base/assert.h"
#include "bulkhead/market/black76.h"
#include "bulkhead/market/names.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::calibration {
namespace {

constexpr const char* kNumeraire = "USDT";
constexpr double kYear = 365.0 * 86'400.0;
constexpr double kAdv = 1e8;  // volume is not what is tested here: the same for every coin
constexpr double kHalfSpread = 0.0005;
constexpr int kLotDigits = 6;  // a unit of notional is about a million lots

market::AssetPrice good(double price) {
  market::AssetPrice out;
  out.mid = out.low = out.high = out.stable = out.aggregate = price;
  out.quality = market::Quality::good;
  return out;
}

Decimal power_of_ten_below(double value) {
  return {1, static_cast<int>(std::floor(std::log10(value)))};
}

// Five significant digits.
Decimal strike_near(double price) {
  const int exponent = static_cast<int>(std::floor(std::log10(price))) - 4;
  return {static_cast<std::int64_t>(std::llround(price / std::pow(10.0, exponent))), exponent};
}

market::InstrumentKind kind_of(LegKind kind) {
  switch (kind) {
    case LegKind::future:
      return market::InstrumentKind::future;
    case LegKind::call:
      return market::InstrumentKind::call;
    case LegKind::put:
      return market::InstrumentKind::put;
    default:
      return market::InstrumentKind::perpetual;
  }
}

}  // namespace

Result<std::unique_ptr<ProductMarket>> ProductMarket::make(Timestamp time, Duration step,
                                                           std::span<const DayPrices> prices) {
  std::unique_ptr<ProductMarket> out(new ProductMarket);
  out->now_.time = time;
  out->next_.time = time + step;
  market::Asset numeraire;
  numeraire.name = kNumeraire;
  numeraire.kind = market::AssetKind::stablecoin;
  numeraire.numeraire = true;
  numeraire.decimals = 6;
  BULKHEAD_TRY_STATUS(out->registry_.add(numeraire));
  for (market::Epoch* epoch : {&out->now_, &out->next_}) {
    epoch->assets.push_back(good(1));
    epoch->underlyings.push_back({});
  }
  for (const DayPrices& one : prices) BULKHEAD_TRY_STATUS(out->add_asset(one));
  return out;
}

Status ProductMarket::add_asset(const DayPrices& prices) {
  market::Asset asset;
  asset.name = prices.asset;
  asset.decimals = 8;
  asset.valuation_lot_exponent = 8 - kLotDigits;
  asset.half_spread = kHalfSpread;
  asset.adv = kAdv;
  BULKHEAD_TRY_STATUS(registry_.add(asset));
  now_.assets.push_back(good(prices.spot));
  next_.assets.push_back(good(prices.next_spot));
  const double daily = prices.volatility / std::sqrt(365.0);
  now_.underlyings.push_back({daily, daily, market::Regime::normal});
  next_.underlyings.push_back(now_.underlyings.back());
  prices_.push_back(prices);
  return {};
}

void ProductMarket::mark(const market::Instrument& instrument, const DayPrices& prices) {
  const auto at = [&](market::Epoch& epoch, double spot, double perpetual, double volatility) {
    market::InstrumentMark mark;
    mark.quality = market::Quality::good;
    mark.origin = market::MarkOrigin::model;
    const double years = (instrument.expiry - epoch.time).seconds() / kYear;
    mark.price = instrument.kind == market::InstrumentKind::perpetual
                     ? perpetual
                     : spot * std::exp(kCarryRate * years);
    if (instrument.is_option()) {
      mark.volatility = volatility;
      mark.volatility_origin = market::MarkOrigin::model;
      mark.premium = market::black76(instrument.kind == market::InstrumentKind::call, mark.price,
                                     instrument.strike.to_double(), volatility * std::sqrt(years));
    }
    epoch.instruments.push_back(mark);
  };
  at(now_, prices.spot, prices.perpetual, prices.volatility);
  at(next_, prices.next_spot, prices.next_perpetual, prices.next_volatility);
}

Result<InstrumentIndex> ProductMarket::contract(const ProductLeg& leg, const DayPrices& prices) {
  market::InstrumentName name;
  name.kind = kind_of(leg.kind);
  name.underlying = leg.asset;
  name.quote = name.settlement = kNumeraire;
  if (leg.days > 0) name.expiry = start_of_day(now_.time) + days(leg.days) + hours(8);
  const bool option = leg.kind == LegKind::call || leg.kind == LegKind::put;
  if (option) name.strike = strike_near(prices.spot * leg.moneyness);
  market::Instrument instrument;
  instrument.name = market::format_unified(name);
  const InstrumentIndex known = registry_.find_instrument(instrument.name);
  if (known.valid()) return known;
  instrument.kind = name.kind;
  instrument.underlying = name.underlying;
  instrument.settlement = name.settlement;
  instrument.expiry = name.expiry;
  instrument.strike = name.strike;
  instrument.half_spread = kHalfSpread;
  instrument.lot_size = power_of_ten_below(1 / prices.spot);
  BULKHEAD_TRY(const InstrumentIndex index, registry_.add(instrument));
  mark(instrument, prices);
  return index;
}

Result<std::optional<risk::Portfolio>> ProductMarket::open(const ProductPortfolio& product,
                                                           double unit) {
  risk::Portfolio book;
  std::map<std::uint32_t, std::int64_t> lots;
  double settled = 0;
  for (const ProductLeg& leg : product.legs) {
    const auto prices = std::ranges::find(prices_, leg.asset, &DayPrices::asset);
    if (prices == prices_.end()) return std::optional<risk::Portfolio>();
    const double coins = leg.size * unit / prices->spot;
    if (leg.kind == LegKind::coin) {
      BULKHEAD_ASSERT(leg.size > 0);
      book.collateral.push_back(
          {registry_.find_asset(leg.asset), Amount{Int128{std::llround(coins * 1e8)}}});
      continue;
    }
    BULKHEAD_TRY(const InstrumentIndex i, contract(leg, *prices));
    const market::Instrument& instrument = registry_[i];
    const auto count = std::llround(coins / instrument.lot_size.to_double());
    lots[i.value] += count;
    if (!instrument.is_option()) {
      settled += static_cast<double>(count) *
                 pricing::settlement_per_lot(instrument, now_.instruments[i.value].price);
    }
  }
  for (const auto& [i, count] : lots) {
    if (count != 0) book.positions.push_back({InstrumentIndex(i), count});
  }
  if (settled != 0) {
    book.settlement.push_back({registry_.numeraire(), Amount{Int128{std::llround(settled * 1e6)}}});
  }
  std::ranges::sort(book.collateral, {}, [](const risk::AssetAmount& a) { return a.asset.value; });
  return std::optional(std::move(book));
}

double ProductMarket::loss(const risk::Portfolio& book) const {
  const auto value = [&](const market::Epoch& epoch) {
    double sum = 0;
    for (const risk::PositionLots& line : book.positions) {
      const double spot = epoch.assets[registry_.underlying(line.instrument).value].mid;
      sum += static_cast<double>(line.lots) *
             pricing::lot_value(registry_, epoch, line.instrument, spot);
    }
    for (const risk::AssetAmount& held : book.collateral) {
      sum += static_cast<double>(held.amount.units) * 1e-8 * epoch.assets[held.asset.value].mid;
    }
    return sum;
  };
  return value(now_) - value(next_);
}

}  // namespace bulkhead::calibration
