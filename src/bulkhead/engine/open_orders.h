// Open orders as they are judged and told: what each does when it fills, and what may be filled
// beside it (D7.5).
#pragma once

#include <string>
#include <vector>

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/events_books.h"
#include "bulkhead/positions/orders.h"
#include "bulkhead/risk/closing_orders.h"

namespace bulkhead::engine {

// An order filled whole, together with what is open already of its kind (a single order: on that
// side of that instrument; a package: in the same legs), all at its limit. Beside it, kind by kind
// at their own limits, the other open orders: they may have been filled before. Of more kinds than
// can be tried, those that trade none of its contracts on the same side are taken together.
struct JudgedOrder {
  risk::OrderFill fill;
  std::vector<std::vector<risk::OrderFill>> beside;  // each all together or not at all
  std::size_t meeting = 0;                           // kinds that trade one of its contracts so
};
JudgedOrder judged_order(const Context& context, AccountIndex account,
                         const positions::Order& order);

// The instruments that an order trades: one, or those of its legs.
std::vector<InstrumentIndex> instruments_of(const positions::Order& order);

// The legs of a package by name; of a single order none.
std::vector<OrderLeg> leg_names(const market::Registry& registry, const positions::Order& order);

// The event of what became of it.
OrderChanged order_changed(const Context& context, OrderChange change,
                           const positions::Order& order, const Decimal& limit,
                           std::string reason = {});

// packages.cc
// An order of legs with the names known, each leg sound in itself and sorted by instrument.
Result<positions::Order> package_of(const Context& context, const PlaceOrder& command);
// Books a fill of all legs of a package in one, against `other`.
Status fill_package(Context& context, AccountIndex account, const Fill& command,
                    ledger::Owner other);
// Of a fill, one trade per leg.
Result<std::vector<positions::Fill>> leg_fills(const Context& context, const Fill& command,
                                               AccountIndex account, ledger::Owner other);
// One event for each position that a fill of a package changed.
void tell_legs(Context& context, const positions::Effects& effects, const Fill& command);

}  // namespace bulkhead::engine
