#include "bulkhead/engine/open_orders.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "bulkhead/engine/portfolio.h"
#include "bulkhead/pricing/values.h"
#include "bulkhead/risk/charges.h"

namespace bulkhead::engine {
namespace {

using Legs = std::vector<risk::PositionLots>;

// What one lot, or one package, of an order does: + bought.
Legs unit_legs(const positions::Order& order) {
  if (order.is_package()) return package_lots(order).legs;
  return {{order.instrument, order.lots > 0 ? 1 : -1}};
}

std::int64_t count_of(const positions::Order& order) {
  return order.lots > 0 ? order.lots : -order.lots;
}

bool same_legs(const Legs& a, const Legs& b) {
  return std::ranges::equal(a, b, [](const risk::PositionLots& x, const risk::PositionLots& y) {
    return x.instrument == y.instrument && x.lots == y.lots;
  });
}

// Whether both would buy, or both sell, some contract.
bool meet(const Legs& a, const Legs& b) {
  return std::ranges::any_of(a, [&b](const risk::PositionLots& leg) {
    const auto at = std::ranges::find(b, leg.instrument, &risk::PositionLots::instrument);
    return at != b.end() && (at->lots > 0) == (leg.lots > 0);
  });
}

// `count` lots or packages of the order's kind at its limit, on top of what is in `fill`.
void add_fill(const Context& context, const positions::Order& order, std::int64_t count,
              risk::OrderFill& fill) {
  const market::Registry& registry = context.registry();
  const Legs legs = unit_legs(order);
  if (fill.legs.empty()) {
    fill.settlement = registry.settlement(legs[0].instrument);
    for (const risk::PositionLots& leg : legs) fill.legs.push_back({leg.instrument, 0});
  }
  for (std::size_t i = 0; i < legs.size(); ++i) fill.legs[i].lots += legs[i].lots * count;
  const double received =
      order.is_package() ? -package_lots(order).limit
                         : pricing::settlement_per_lot(registry[order.instrument], order.limit) *
                               static_cast<double>(legs[0].lots);
  fill.paid = fill.paid +
              risk::minor_units(registry, fill.settlement, received * static_cast<double>(count));
}

// Orders that do the same.
struct Kind {
  Legs legs;
  std::vector<const positions::Order*> orders;
};

std::vector<Kind> kinds_of(const std::vector<const positions::Order*>& orders) {
  std::vector<Kind> kinds;
  for (const positions::Order* order : orders) {
    const Legs legs = unit_legs(*order);
    const auto same = [&legs](const Kind& kind) { return same_legs(kind.legs, legs); };
    auto kind = std::ranges::find_if(kinds, same);
    if (kind == kinds.end()) kind = kinds.insert(kinds.end(), {legs, {}});
    kind->orders.push_back(order);
  }
  return kinds;
}

risk::OrderFill fill_of(const Context& context, const Kind& kind) {
  risk::OrderFill fill;
  for (const positions::Order* order : kind.orders) {
    add_fill(context, *order, count_of(*order), fill);
  }
  return fill;
}

}  // namespace

JudgedOrder judged_order(const Context& context, AccountIndex account,
                         const positions::Order& order) {
  const Legs own = unit_legs(order);
  std::int64_t count = count_of(order);
  std::vector<const positions::Order*> others;
  for (const positions::Order& other : context.state.orders.open(account)) {
    if (other.id == order.id || is_over(context.state, other)) continue;
    if (same_legs(unit_legs(other), own)) {
      count += count_of(other);
    } else {
      others.push_back(&other);
    }
  }
  JudgedOrder judged;
  add_fill(context, order, count, judged.fill);
  std::vector<Kind> kinds;
  std::vector<Kind> apart;
  for (Kind& kind : kinds_of(others)) {
    (meet(kind.legs, own) ? kinds : apart).push_back(std::move(kind));
  }
  judged.meeting = kinds.size();
  std::ranges::move(apart, std::back_inserter(kinds));
  const bool together = kinds.size() > risk::kExactFillsMax;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (!together || i <= judged.meeting) judged.beside.emplace_back();
    judged.beside.back().push_back(fill_of(context, kinds[i]));
  }
  return judged;
}

std::vector<InstrumentIndex> instruments_of(const positions::Order& order) {
  if (!order.is_package()) return {order.instrument};
  std::vector<InstrumentIndex> instruments;
  for (const positions::OrderLeg& leg : order.legs) instruments.push_back(leg.instrument);
  return instruments;
}

std::vector<OrderLeg> leg_names(const market::Registry& registry, const positions::Order& order) {
  std::vector<OrderLeg> legs;
  for (const positions::OrderLeg& leg : order.legs) {
    legs.push_back({registry[leg.instrument].name, leg.lots > 0 ? Side::buy : Side::sell,
                    leg.lots > 0 ? leg.lots : -leg.lots});
  }
  return legs;
}

OrderChanged order_changed(const Context& context, OrderChange change,
                           const positions::Order& order, const Decimal& limit,
                           std::string reason) {
  OrderChanged event{.change = change,
                     .order = order.id,
                     .instrument = {},
                     .lots = order.lots,
                     .limit = limit,
                     .reason = std::move(reason),
                     .legs = leg_names(context.registry(), order)};
  if (!order.is_package()) event.instrument = context.registry()[order.instrument].name;
  return event;
}

}  // namespace bulkhead::engine
