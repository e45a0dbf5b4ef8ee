// Orders for several contracts that are filled in one ratio or not at all (D7.5): how they are read
// and how a fill of them is booked.
#include <algorithm>

#include "bulkhead/engine/open_orders.h"
#include "bulkhead/engine/own_losses.h"

namespace bulkhead::engine {
namespace {

std::int64_t signed_lots(Side side, std::int64_t lots) { return side == Side::buy ? lots : -lots; }

std::string leg_field(std::size_t n, std::string_view field) {
  return "legs[" + std::to_string(n) + "]." + std::string(field);
}

Status check_none(std::string_view field, const std::string& value, bool none) {
  if (none) return {};
  return fail(ErrorCode::malformed, field, value, "nothing beside legs, which say it one by one");
}

// The lots of each leg of the order, as often as packages were filled; no leg without the others.
Status check_ratio(const Context& context, const positions::Order& order, const Fill& command) {
  const std::int64_t packages = signed_lots(command.side, command.lots);
  bool whole = command.legs.size() == order.legs.size();
  for (const positions::OrderLeg& leg : order.legs) {
    const std::string& name = context.registry()[leg.instrument].name;
    const auto at = std::ranges::find(command.legs, name, &FilledLeg::instrument);
    whole = whole && at != command.legs.end() &&
            Int128{signed_lots(at->side, at->lots)} == Int128{leg.lots} * packages;
  }
  if (whole) return {};
  return fail(
      ErrorCode::malformed, "legs", std::to_string(command.legs.size()),
      "every leg of " + order.id + " with " + std::to_string(command.lots) + " times its lots");
}

Result<positions::Order> filled_order(const Context& context, AccountIndex account,
                                      const Fill& command) {
  const positions::Order* order = context.state.orders.find(account, command.order);
  if (order == nullptr || !order->is_package() ||
      (order->lots > 0) != (command.side == Side::buy)) {
    return fail(ErrorCode::order_not_found, "order", command.order,
                "an order for a package on that side");
  }
  BULKHEAD_TRY_STATUS(context.state.orders.check_fill(account, command.order, command.lots));
  BULKHEAD_TRY_STATUS(check_ratio(context, *order, command));
  return *order;
}

}  // namespace

Result<positions::Order> package_of(const Context& context, const PlaceOrder& command) {
  BULKHEAD_TRY_STATUS(check_none("instrument", command.instrument, command.instrument.empty()));
  positions::Order order;
  for (std::size_t n = 0; n < command.legs.size(); ++n) {
    const OrderLeg& leg = command.legs[n];
    BULKHEAD_TRY(const InstrumentIndex instrument,
                 context.instrument(leg.instrument, leg_field(n, "instrument")));
    if (leg.lots <= 0) {
      return fail(ErrorCode::lots_not_positive, leg_field(n, "lots"), std::to_string(leg.lots),
                  "more than 0");
    }
    if (order.is_in(instrument)) {
      return fail(ErrorCode::malformed, leg_field(n, "instrument"), leg.instrument,
                  "each contract once");
    }
    const AssetIndex settlement =
        context.registry().settlement(n == 0 ? instrument : order.legs[0].instrument);
    if (context.registry().settlement(instrument) != settlement) {
      return fail(ErrorCode::out_of_range, leg_field(n, "instrument"), leg.instrument,
                  "a contract that settles in " + context.registry()[settlement].name);
    }
    order.legs.push_back({instrument, signed_lots(leg.side, leg.lots)});
  }
  if (order.legs.size() < positions::kOrderLegsMin ||
      order.legs.size() > positions::kOrderLegsMax) {
    return fail(ErrorCode::out_of_range, "legs", std::to_string(order.legs.size()),
                "2 to 8 contracts");
  }
  std::ranges::sort(order.legs, {}, &positions::OrderLeg::instrument);
  return order;
}

Result<std::vector<positions::Fill>> leg_fills(const Context& context, const Fill& command,
                                               AccountIndex account, ledger::Owner other) {
  std::vector<positions::Fill> fills;
  for (std::size_t n = 0; n < command.legs.size(); ++n) {
    const FilledLeg& leg = command.legs[n];
    BULKHEAD_TRY(const InstrumentIndex instrument,
                 context.instrument(leg.instrument, leg_field(n, "instrument")));
    const bool buys = leg.side == Side::buy;
    fills.push_back({.instrument = instrument,
                     .buyer = buys ? ledger::Owner(account) : other,
                     .seller = buys ? other : ledger::Owner(account),
                     .lots = leg.lots,
                     .price = leg.price.to_double(),
                     .buyer_fee = buys ? leg.fee : Amount{},
                     .seller_fee = buys ? Amount{} : leg.fee});
  }
  return fills;
}

void tell_legs(Context& context, const positions::Effects& effects, const Fill& command) {
  for (const positions::PositionChange& change : effects.positions) {
    if (!change.owner.is_account()) continue;
    const AccountIndex account = change.owner.account();
    const std::string& name = context.registry()[change.instrument].name;
    const auto leg = std::ranges::find(command.legs, name, &FilledLeg::instrument);
    BULKHEAD_ASSERT(leg != command.legs.end());
    context.state.edit_account(account).regime_stale = true;
    context.valuer.touch(account);
    context.emit(account, TradeBooked{.instrument = name,
                                      .lots = change.lots - change.lots_before,
                                      .price = leg->price,
                                      .position = change.lots,
                                      .instruction = 0});
  }
}

Status fill_package(Context& context, AccountIndex account, const Fill& command,
                    ledger::Owner other) {
  BULKHEAD_TRY_STATUS(check_none("instrument", command.instrument, command.instrument.empty()));
  BULKHEAD_TRY_STATUS(check_none("price", to_string(command.price), command.price == Decimal{}));
  BULKHEAD_TRY_STATUS(check_none("fee", to_string(command.fee), command.fee.is_zero()));
  BULKHEAD_TRY_STATUS(
      check_none("instruction", std::to_string(command.instruction), command.instruction == 0));
  BULKHEAD_TRY(const positions::Order order, filled_order(context, account, command));
  BULKHEAD_TRY(const std::vector<positions::Fill> fills,
               leg_fills(context, command, account, other));
  BULKHEAD_TRY(const positions::Effects effects,
               context.state.positions.fill_all(context.cause(), fills));
  note_losses(context, effects.settled);
  tell_legs(context, effects, command);
  BULKHEAD_TRY(const positions::Order left,
               context.state.orders.fill(account, command.order, command.lots));
  context.valuer.touch(account);
  context.emit(account, order_changed(context, OrderChange::filled, left, {}));
  return {};
}

}  // namespace bulkhead::engine
