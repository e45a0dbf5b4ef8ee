#include "bulkhead/risk/closing_orders.h"

#include <algorithm>

#include "bulkhead/base/assert.h"
#include "bulkhead/pricing/values.h"
#include "bulkhead/risk/charges.h"

namespace bulkhead::risk {
namespace {

Amount settlement_units(const EpochRisk& market, InstrumentIndex i, std::int64_t lots,
                        double price) {
  return minor_units(
      market.registry(), market.registry().settlement(i),
      pricing::settlement_per_lot(market.registry()[i], price) * static_cast<double>(lots));
}

std::int64_t position_of(const Portfolio& portfolio, InstrumentIndex instrument) {
  const auto at =
      std::ranges::lower_bound(portfolio.positions, instrument, {}, &PositionLots::instrument);
  return at != portfolio.positions.end() && at->instrument == instrument ? at->lots : 0;
}

bool same_legs(const PackageLots& a, const PackageLots& b) {
  return std::ranges::equal(a.legs, b.legs, [](const PositionLots& x, const PositionLots& y) {
    return x.instrument == y.instrument && x.lots == y.lots;
  });
}

void split_singles(const EpochRisk& market, const Portfolio& portfolio, SplitOrders& split) {
  InstrumentIndex current;
  std::int64_t left = 0;  // of the position that no order before has closed, its sign
  for (const OrderLots& order : portfolio.orders) {
    if (order.instrument != current) {
      current = order.instrument;
      left = position_of(portfolio, current);
    }
    const bool opposite = left != 0 && (left > 0) != (order.lots > 0);
    const double mark = mark_of(market, current);
    if (!opposite || !(mark > 0)) {
      split.opening.push_back(order);
      continue;
    }
    const std::int64_t closed =
        left > 0 ? std::max(order.lots, -left) : std::min(order.lots, -left);
    left += closed;
    if (closed != order.lots) {
      split.opening.push_back({current, order.lots - closed, order.limit});
    }
    const double price = closed > 0 ? std::max(order.limit, mark) : std::min(order.limit, mark);
    if (split.exact.empty() || split.exact.back().legs[0].instrument != current) {
      split.exact.push_back({{{current, 0}}, market.registry().settlement(current), Amount{}});
    }
    OrderFill& fill = split.exact.back();
    fill.legs[0].lots += closed;
    fill.paid = fill.paid + settlement_units(market, current, closed, price);
  }
}

void add_package(const EpochRisk& market, const PackageLots& package, OrderFill& fill) {
  const double cost = package_cost(market, package).value_or(package.limit);
  if (fill.legs.empty()) {
    fill.settlement = market.registry().settlement(package.legs[0].instrument);
    for (const PositionLots& leg : package.legs) fill.legs.push_back({leg.instrument, 0});
  }
  for (std::size_t i = 0; i < package.legs.size(); ++i) {
    fill.legs[i].lots += package.legs[i].lots * package.count;
  }
  fill.paid =
      fill.paid + minor_units(market.registry(), fill.settlement,
                              -std::max(package.limit, cost) * static_cast<double>(package.count));
}

bool is_marked(const EpochRisk& market, const PackageLots& package) {
  return package_cost(market, package).has_value();
}

// Packages in kinds of the same legs, in the order of their first.
std::vector<std::vector<std::size_t>> kinds_of(const EpochRisk& market,
                                               const std::vector<PackageLots>& packages) {
  std::vector<std::vector<std::size_t>> kinds;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (packages[i].count == 0 || !is_marked(market, packages[i])) continue;
    const auto same = [&](const auto& kind) { return same_legs(packages[kind[0]], packages[i]); };
    const auto at = std::ranges::find_if(kinds, same);
    if (at == kinds.end()) {
      kinds.push_back({i});
    } else {
      at->push_back(i);
    }
  }
  return kinds;
}

void split_kinds(const EpochRisk& market, const Portfolio& portfolio, SplitOrders& split) {
  split.packages = portfolio.packages;
  for (const std::vector<std::size_t>& kind : kinds_of(market, portfolio.packages)) {
    if (split.exact.size() >= kExactFillsMax) break;
    OrderFill& fill = split.exact.emplace_back();
    for (const std::size_t i : kind) {
      add_package(market, portfolio.packages[i], fill);
      split.packages[i].count = 0;
    }
  }
}

}  // namespace

SplitOrders split_orders(const EpochRisk& market, const Portfolio& portfolio) {
  SplitOrders split;
  split_singles(market, portfolio, split);
  split_kinds(market, portfolio, split);
  return split;
}

SplitOrders split_packages(const EpochRisk& market, const Portfolio& portfolio) {
  SplitOrders split;
  split.opening = portfolio.orders;
  split_kinds(market, portfolio, split);
  return split;
}

std::size_t closing_instruments(const EpochRisk& market, const Portfolio& portfolio) {
  SplitOrders split;
  split_singles(market, portfolio, split);
  return split.exact.size();
}

void apply_fill(Portfolio& portfolio, const OrderFill& fill) {
  for (const PositionLots& leg : fill.legs) {
    auto at = std::ranges::lower_bound(portfolio.positions, leg.instrument, {},
                                       &PositionLots::instrument);
    if (at == portfolio.positions.end() || at->instrument != leg.instrument) {
      at = portfolio.positions.insert(at, {leg.instrument, 0});
    }
    at->lots += leg.lots;
    if (at->lots == 0) portfolio.positions.erase(at);
  }
  auto leg =
      std::ranges::lower_bound(portfolio.settlement, fill.settlement, {}, &AssetAmount::asset);
  if (leg == portfolio.settlement.end() || leg->asset != fill.settlement) {
    leg = portfolio.settlement.insert(leg, {fill.settlement, Amount{}});
  }
  leg->amount = leg->amount + fill.paid;
  if (leg->amount.is_zero()) portfolio.settlement.erase(leg);
}

}  // namespace bulkhead::risk
