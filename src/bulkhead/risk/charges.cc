// Add-ons of D5.5, open orders of D5.8, collateral liquidity of D5.6.
#include "bulkhead/risk/charges.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/risk/requirement.h"

namespace bulkhead::risk {
namespace {

double magnitude(double value) { return value < 0 ? -value : value; }

double spot_of(const EpochRisk& market, AssetIndex asset) {
  return market.epoch().assets[asset.value].mid;
}

// Charge rate where basis is not simulated (D5.5).
double basis_rate(const EpochRisk& market, InstrumentIndex i) {
  if (market.rows().simulates_basis(i)) return 0;
  const market::Instrument& instrument = market.registry()[i];
  const Parameters& parameters = market.parameters();
  if (instrument.kind == market::InstrumentKind::perpetual) return parameters.perpetual_basis;
  const double years = (instrument.expiry - market.epoch().time).seconds() / (365.0 * 86'400.0);
  return parameters.dated_basis_per_year * std::max(years, 0.0);
}

void add_position(const EpochRisk& market, const InstrumentLine& line, Exposure& exposure,
                  std::span<double> deltas) {
  const market::Instrument& instrument = market.registry()[line.instrument];
  const double lots = static_cast<double>(line.lots);
  const std::span<const double> unit = market.rows().deltas(line.instrument);
  for (std::size_t p = 0; p < deltas.size(); ++p) deltas[p] += lots * unit[p];
  const double notional =
      magnitude(lots) * market.coins_per_lot(line.instrument) * spot_of(market, line.underlying);
  exposure.gross += notional;
  exposure.leg_spreads += instrument.half_spread * notional;
  exposure.basis += basis_rate(market, line.instrument) * notional;
  if (line.lots < 0 && instrument.kind == market::InstrumentKind::call) {
    exposure.short_calls += notional;
  }
  if (line.lots < 0 && instrument.kind == market::InstrumentKind::put) {
    exposure.short_puts += notional;
  }
}

void add_debt(const EpochRisk& market, const AssetLine& line, Exposure& exposure,
              std::span<double> deltas) {
  const double coins = static_cast<double>(line.debt) * market.coins_per_lot(line.asset);
  for (double& delta : deltas) delta -= coins;
  exposure.gross += coins * spot_of(market, line.asset);
}

// Of the exposure's side: the group's total, at least the account's own (D5.5).
double group_total(const Portfolio& portfolio, const Exposure& exposure) {
  const double own = magnitude(exposure.worst_delta);
  for (const GroupDelta& group : portfolio.group) {
    if (group.underlying != exposure.underlying) continue;
    return std::max(own, exposure.worst_delta > 0 ? group.long_total : group.short_total);
  }
  return own;
}

// Value of the instrument leg of one lot at a limit price, numéraire (D3.2).
double value_at_limit(const EpochRisk& market, const OrderLots& order) {
  const market::Instrument& instrument = market.registry()[order.instrument];
  const double spot = spot_of(market, market.registry().underlying(order.instrument));
  const double settlement = spot_of(market, market.registry().settlement(order.instrument));
  const double size = instrument.lot_size.to_double();
  if (!instrument.inverse) return size * order.limit * settlement;
  return instrument.is_option() ? size * order.limit * spot : -(size * (spot / order.limit));
}

// Of the limit against the mark, per lot.
double limit_loss(const EpochRisk& market, const OrderLots& order) {
  if (!(order.limit > 0)) return 0;
  const double mark = market.lot_value(order.instrument, pricing::PricePoint::mid);
  const double beyond = value_at_limit(market, order) - mark;
  return std::max(order.lots > 0 ? beyond : -beyond, 0.0);
}

double unit_core(const EpochRisk& market, const OrderLots& order) {
  return market.unit_core(order.instrument, order.lots > 0 ? OrderSide::buy : OrderSide::sell);
}

// Of a net limit against the marks, all packages of it.
double limit_loss(const EpochRisk& market, const PackageLots& package) {
  const AssetIndex settlement = market.registry().settlement(package.legs[0].instrument);
  double beyond = package.limit * spot_of(market, settlement);
  for (const PositionLots& leg : package.legs) {
    beyond -=
        static_cast<double>(leg.lots) * market.lot_value(leg.instrument, pricing::PricePoint::mid);
  }
  return static_cast<double>(package.count) * std::max(beyond, 0.0);
}

// What an account would need that had bought all packages of an order at the marks and nothing
// else: all components, for what its legs hedge of each other leaves little but add-ons and floor.
double package_margin(const EpochRisk& market, const PackageLots& package) {
  Portfolio bought;
  for (const PositionLots& leg : package.legs) {
    bought.positions.push_back({leg.instrument, leg.lots * package.count});
  }
  if (const std::optional<double> cost = package_cost(market, package)) {
    const AssetIndex settlement = market.registry().settlement(package.legs[0].instrument);
    const Amount paid =
        minor_units(market.registry(), settlement, -*cost * static_cast<double>(package.count));
    if (!paid.is_zero()) bought.settlement.push_back({settlement, paid});
  }
  Scratch scratch;
  const Requirement needed = evaluate(market, bought, {}, scratch);
  return static_cast<double>(needed.obligations_initial.micros) * 1e-6;
}

// Σ over instruments of the worse side's Σ |lots| · charge of one lot.
template <class ChargeOfLot>
double worse_sides(const std::vector<OrderLots>& orders, const ChargeOfLot& charge) {
  double total = 0;
  for (std::size_t i = 0; i < orders.size();) {
    const InstrumentIndex instrument = orders[i].instrument;
    double buys = 0;
    double sells = 0;
    for (; i < orders.size() && orders[i].instrument == instrument; ++i) {
      (orders[i].lots > 0 ? buys : sells) +=
          magnitude(static_cast<double>(orders[i].lots)) * charge(orders[i]);
    }
    total += std::max(buys, sells);
  }
  return total;
}

}  // namespace

void measure(const EpochRisk& market, const Book& book, std::vector<Exposure>& exposures,
             std::vector<double>& deltas) {
  exposures.clear();
  deltas.resize(1 + market.rows().spot_point_count());
  auto position = book.instruments.begin();
  auto asset = book.assets.begin();
  for (const AssetIndex underlying : book.underlyings) {
    Exposure exposure;
    exposure.underlying = underlying;
    std::fill(deltas.begin(), deltas.end(), 0.0);
    for (; position != book.instruments.end() && position->underlying == underlying; ++position) {
      add_position(market, *position, exposure, deltas);
    }
    for (; asset != book.assets.end() && asset->asset == underlying; ++asset) {
      if (asset->debt > 0) add_debt(market, *asset, exposure, deltas);
    }
    exposure.net_delta = deltas[0];
    for (const double delta : deltas) {
      if (magnitude(delta) > magnitude(exposure.worst_delta)) exposure.worst_delta = delta;
      exposure.long_delta = std::max(exposure.long_delta, delta);
    }
    exposures.push_back(exposure);
  }
  BULKHEAD_ASSERT(position == book.instruments.end() && asset == book.assets.end());
}

std::vector<Exposure> exposures_of(const EpochRisk& market, const Portfolio& portfolio) {
  Book book;
  std::vector<Exposure> exposures;
  std::vector<double> deltas;
  make_book(market, portfolio, std::nullopt, book);
  measure(market, book, exposures, deltas);
  return exposures;
}

Charges charges_of(const EpochRisk& market, const Portfolio& portfolio, const Exposure& exposure) {
  const Parameters& parameters = market.parameters();
  const market::Asset& asset = market.registry()[exposure.underlying];
  const double spot = spot_of(market, exposure.underlying);
  Charges charges;
  const double own = magnitude(exposure.worst_delta);
  double liquidity = exposure.leg_spreads;
  if (own > 0) {
    const double total = group_total(portfolio, exposure);
    const double share = own / total;
    liquidity += liquidity_charge(market.liquidity(exposure.underlying), total * spot) * share;
    const double limit = parameters.concentration_share * asset.adv;
    if (asset.adv > 0 && total * spot > limit) {
      charges.concentration =
          usd_up(parameters.concentration_rate * (total * spot - limit) * share);
    }
  }
  charges.liquidity = usd_up(liquidity);
  charges.basis = usd_up(exposure.basis);
  charges.short_option_minimum = usd_up(std::max(exposure.short_calls, exposure.short_puts) *
                                        (parameters.short_option / 10'000.0));
  charges.own_token = own_token_charge(market, portfolio, exposure);
  return charges;
}

Usd own_token_charge(const EpochRisk& market, const Portfolio& portfolio,
                     const Exposure& exposure) {
  if (!std::binary_search(portfolio.own_tokens.begin(), portfolio.own_tokens.end(),
                          exposure.underlying)) {
    return {};
  }
  return usd_up(exposure.long_delta * spot_of(market, exposure.underlying));
}

Usd own_token_charge(const EpochRisk& market, const Portfolio& portfolio,
                     const std::vector<Exposure>& exposures) {
  if (portfolio.own_tokens.empty()) return {};
  Int128 sum = 0;
  for (const Exposure& exposure : exposures) {
    sum += own_token_charge(market, portfolio, exposure).micros;
  }
  return saturate_usd(sum);
}

double mark_of(const EpochRisk& market, InstrumentIndex i) {
  const market::InstrumentMark& mark = market.epoch().instruments[i.value];
  if (!market.registry()[i].is_option()) return mark.price;
  const double settlement = market.epoch().assets[market.registry().settlement(i).value].mid;
  return settlement > 0 ? mark.premium / settlement : 0;
}

Amount minor_units(const market::Registry& registry, AssetIndex asset, double coins) {
  for (std::uint32_t d = 0; d < registry[asset].decimals; ++d) coins *= 10;
  return Amount{static_cast<Int128>(floor_fixed(coins))};
}

std::optional<double> package_cost(const EpochRisk& market, const PackageLots& package) {
  double cost = 0;
  for (const PositionLots& leg : package.legs) {
    const double mark = mark_of(market, leg.instrument);
    if (!(mark > 0)) return std::nullopt;
    cost -= pricing::settlement_per_lot(market.registry()[leg.instrument], mark) *
            static_cast<double>(leg.lots);
  }
  return cost;
}

Usd open_order_charge(const EpochRisk& market, const Portfolio& portfolio) {
  double charge = worse_sides(portfolio.orders, [&market](const OrderLots& order) {
    return unit_core(market, order) + limit_loss(market, order);
  });
  for (const PackageLots& package : portfolio.packages) {
    if (package.count > 0) charge += package_margin(market, package) + limit_loss(market, package);
  }
  return usd_up(charge);
}

Usd open_order_loss(const EpochRisk& market, const Portfolio& portfolio) {
  double loss = worse_sides(
      portfolio.orders, [&market](const OrderLots& order) { return limit_loss(market, order); });
  for (const PackageLots& package : portfolio.packages) loss += limit_loss(market, package);
  return usd_up(loss);
}

Usd collateral_liquidity_charge(const EpochRisk& market, const Book& book, Usd needed) {
  if (needed <= Usd{}) return {};
  const auto value_of = [&market](const AssetLine& line) {
    if (market.registry()[line.asset].numeraire) return 0.0;
    return static_cast<double>(line.collateral) * market.rows().asset(line.asset).base;
  };
  double total = 0;
  for (const AssetLine& line : book.assets) total += value_of(line);
  if (total <= 0) return {};
  const double base = static_cast<double>(needed.micros) * 1e-6;
  const double share = std::min(1.0, base / total);
  double charge = 0;
  for (const AssetLine& line : book.assets) {
    const double value = value_of(line);
    if (value <= 0) continue;
    const double bound = 1.0 - market.haircut_core(line.asset);
    charge += bounded_liquidity_charge(market.liquidity(line.asset), value * share, bound);
  }
  return usd_up(charge);
}

}  // namespace bulkhead::risk
