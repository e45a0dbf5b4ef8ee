#include "bulkhead/risk/closing_orders.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::risk {
namespace {

// In the unit of the instrument's fills.
double mark_of(const EpochRisk& market, InstrumentIndex i) {
  const market::InstrumentMark& mark = market.epoch().instruments[i.value];
  if (!market.registry()[i].is_option()) return mark.price;
  const double settlement = market.epoch().assets[market.registry().settlement(i).value].mid;
  return settlement > 0 ? mark.premium / settlement : 0;
}

Amount settlement_units(const EpochRisk& market, InstrumentIndex i, std::int64_t lots,
                        double price) {
  const AssetIndex settlement = market.registry().settlement(i);
  double units =
      pricing::settlement_per_lot(market.registry()[i], price) * static_cast<double>(lots);
  for (std::uint32_t d = 0; d < market.registry()[settlement].decimals; ++d) units *= 10;
  return Amount{static_cast<Int128>(floor_fixed(units))};
}

std::int64_t position_of(const Portfolio& portfolio, InstrumentIndex instrument) {
  const auto at =
      std::ranges::lower_bound(portfolio.positions, instrument, {}, &PositionLots::instrument);
  return at != portfolio.positions.end() && at->instrument == instrument ? at->lots : 0;
}

}  // namespace

SplitOrders split_orders(const EpochRisk& market, const Portfolio& portfolio) {
  SplitOrders split;
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
    if (split.closing.empty() || split.closing.back().instrument != current) {
      split.closing.push_back({current, 0, market.registry().settlement(current), Amount{}});
    }
    ClosingFill& fill = split.closing.back();
    fill.lots += closed;
    fill.paid = fill.paid + settlement_units(market, current, closed, price);
  }
  return split;
}

void apply_fill(Portfolio& portfolio, const ClosingFill& fill) {
  const auto at =
      std::ranges::lower_bound(portfolio.positions, fill.instrument, {}, &PositionLots::instrument);
  BULKHEAD_ASSERT(at != portfolio.positions.end() && at->instrument == fill.instrument);
  at->lots += fill.lots;
  if (at->lots == 0) portfolio.positions.erase(at);
  auto leg =
      std::ranges::lower_bound(portfolio.settlement, fill.settlement, {}, &AssetAmount::asset);
  if (leg == portfolio.settlement.end() || leg->asset != fill.settlement) {
    leg = portfolio.settlement.insert(leg, {fill.settlement, Amount{}});
  }
  leg->amount = leg->amount + fill.paid;
  if (leg->amount.is_zero()) portfolio.settlement.erase(leg);
}

}  // namespace bulkhead::risk
