// Verbs of trading: orders, fills, sales of collateral (D3.3, D5.8, D10.2).
#include <algorithm>

#include "bulkhead/engine/deleveraging.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/liquidation_orders.h"
#include "bulkhead/engine/loss_charges.h"
#include "bulkhead/engine/open_orders.h"
#include "bulkhead/engine/own_losses.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

// So that the open lots of an account's 1,000 orders, with its position, stay inside 64 bits.
constexpr std::int64_t kOrderLotsMax = 1'000'000'000'000'000;

std::int64_t signed_lots(Side side, std::int64_t lots) { return side == Side::buy ? lots : -lots; }

Status check_lots(std::int64_t lots) {
  if (lots > 0) return {};
  return fail(ErrorCode::lots_not_positive, "lots", std::to_string(lots), "more than 0");
}

// Of what a package costs, in coins of its settlement asset; and of what all of an order cost, in
// its minor units, so that the sums of an account's orders stay inside 128 bits.
constexpr double kPackageLimitMax = 1e15;
constexpr double kPackagesPaidMax = 1e33;

Status check_package_limit(const market::Registry& registry, const positions::Order& order) {
  if (!(order.limit >= -kPackageLimitMax && order.limit <= kPackageLimitMax)) {
    return fail(ErrorCode::too_large, "limit", std::to_string(order.limit), "at most 10^15");
  }
  const market::Asset& settlement = registry[registry.settlement(order.legs[0].instrument)];
  double paid = order.limit * static_cast<double>(order.lots);
  for (std::uint32_t i = 0; i < settlement.decimals; ++i) paid *= 10;
  if (!(paid >= -kPackagesPaidMax && paid <= kPackagesPaidMax)) {
    return fail(ErrorCode::too_large, "limit", std::to_string(order.limit),
                "at most 10^33 minor units of " + settlement.name + " for all packages");
  }
  for (const positions::OrderLeg& leg : order.legs) {
    const Int128 lots = Int128{order.lots} * leg.lots;
    if (lots > kOrderLotsMax || lots < -kOrderLotsMax) {
      return fail(ErrorCode::too_large, "lots", std::to_string(order.lots),
                  "at most " + std::to_string(kOrderLotsMax) + " of each leg");
    }
  }
  return {};
}

// A size and a limit that figures can be had of.
Status check_limit(const Context& context, const positions::Order& order) {
  if (order.is_package()) return check_package_limit(context.registry(), order);
  const bool option = context.registry()[order.instrument].is_option();
  if (!(option ? order.limit >= 0 : order.limit > 0)) {
    return fail(ErrorCode::price_invalid, "limit", std::to_string(order.limit), "above 0");
  }
  if (order.lots > kOrderLotsMax || order.lots < -kOrderLotsMax) {
    return fail(ErrorCode::too_large, "lots", std::to_string(order.lots),
                "at most " + std::to_string(kOrderLotsMax));
  }
  return {};
}

// An instrument that can still be traded and, once a set is adopted, be revalued.
Status check_tradable(const Context& context, InstrumentIndex instrument) {
  const market::Instrument& terms = context.registry()[instrument];
  if (terms.expiry.ns != 0 && context.now() > terms.expiry) {
    return fail(ErrorCode::instrument_expired, "instrument", terms.name,
                "an instrument that expires later than " + to_string(context.now()));
  }
  if (!context.valuer.ready()) return {};
  return covers_instrument(context.state, context.valuer.epoch_risk().set(), instrument);
}

Status check_tradable(const Context& context, const positions::Order& order) {
  for (const InstrumentIndex instrument : instruments_of(order)) {
    BULKHEAD_TRY_STATUS(check_tradable(context, instrument));
  }
  return {};
}

// A closed account takes no trade: its end has been told (D7.1).
Status check_not_closed(const Context& context, AccountIndex account) {
  if (context.state.account(account).ladder.default_ != policy::Default::closed) return {};
  return fail(ErrorCode::stage_forbids, "account", context.state.account(account).name,
              "an account that is not closed");
}

void insert_order(std::vector<risk::OrderLots>& orders, const risk::OrderLots& order) {
  const auto before = [](const risk::OrderLots& a, const risk::OrderLots& b) {
    if (a.instrument != b.instrument) return a.instrument < b.instrument;
    if ((a.lots > 0) != (b.lots > 0)) return a.lots > 0;
    return a.limit < b.limit;
  };
  orders.insert(std::ranges::upper_bound(orders, order, before), order);
}

void add_order(risk::Portfolio& book, const positions::Order& order) {
  if (order.is_package()) {
    book.packages.push_back(package_lots(order));
  } else {
    insert_order(book.orders, {order.instrument, order.lots, order.limit});
  }
}

// One order in place of another of the same id.
void replace_order(risk::Portfolio& book, const positions::Order& old,
                   const positions::Order& order) {
  if (order.is_package()) {
    const risk::PackageLots line = package_lots(old);
    const auto same = [&line](const risk::PackageLots& other) {
      return other.count == line.count && other.limit == line.limit &&
             std::ranges::equal(other.legs, line.legs, {}, &risk::PositionLots::instrument,
                                &risk::PositionLots::instrument) &&
             std::ranges::equal(other.legs, line.legs, {}, &risk::PositionLots::lots,
                                &risk::PositionLots::lots);
    };
    *std::ranges::find_if(book.packages, same) = package_lots(order);
    return;
  }
  const auto same = [&old](const risk::OrderLots& line) {
    return line.instrument == old.instrument && line.lots == old.lots && line.limit == old.limit;
  };
  book.orders.erase(std::ranges::find_if(book.orders, same));
  add_order(book, order);
}

void tell_order(Context& context, AccountIndex account, OrderChange change,
                const positions::Order& order, const Decimal& limit) {
  context.valuer.touch(account);
  context.emit(account, order_changed(context, change, order, limit));
}

// The open instruction that a fill answers, checked for size and limit.
Result<LiquidationOrder> answered(const Context& context, AccountIndex account,
                                  std::uint64_t number) {
  const auto at = context.state.instructions().find(number);
  if (at == context.state.instructions().end() || at->second.account != account.value) {
    return fail(ErrorCode::instruction_unknown, "instruction", std::to_string(number),
                "an open instruction of this account");
  }
  return at->second;
}

Status check_answer(const LiquidationOrder& order, InstrumentIndex instrument, std::int64_t lots,
                    double price) {
  const bool same_side = (order.lots > 0) == (lots > 0);
  const std::int64_t open = order.lots > 0 ? order.lots : -order.lots;
  const std::int64_t filled = lots > 0 ? lots : -lots;
  if (order.instrument != instrument.value || !same_side || filled > open) {
    return fail(ErrorCode::instruction_unknown, "lots", std::to_string(lots),
                "at most " + std::to_string(order.lots) + " lots of what was instructed");
  }
  const bool within = order.lots > 0 ? price <= order.limit : price >= order.limit;
  if (within) return {};
  return fail(ErrorCode::price_invalid, "price", std::to_string(price),
              "no worse than the limit " + std::to_string(order.limit));
}

void count_answer(Context& context, AccountIndex account, const LiquidationOrder& left) {
  note_filled(context, account);
  if (left.lots == 0 && left.amount.is_zero()) {
    end_instruction(context, left.number, true);
  } else {
    keep_open(context, context.state.instructions().at(left.number), left);
  }
}

// What was received per coin sold, rounded to the minor unit, against the limit of the sale.
Status check_proceeds(const Context& context, const LiquidationOrder& order,
                      const FillSale& command) {
  const market::Asset& sold = context.registry()[AssetIndex(order.asset)];
  const market::Asset& received = context.registry()[AssetIndex(order.received_asset)];
  double least = static_cast<double>(command.sold.units) * order.limit;
  for (std::uint32_t i = 0; i < sold.decimals; ++i) least /= 10;
  for (std::uint32_t i = 0; i < received.decimals; ++i) least *= 10;
  if (static_cast<double>(command.received.units) + 1 >= least) return {};
  return fail(ErrorCode::price_invalid, "received", to_string(command.received),
              "no worse than the limit " + std::to_string(order.limit));
}

Status check_order_side(const Context& context, AccountIndex account, const Fill& command,
                        InstrumentIndex instrument) {
  if (command.order.empty()) return {};
  const positions::Order* order = context.state.orders.find(account, command.order);
  if (order != nullptr &&
      (order->instrument != instrument || (order->lots > 0) != (command.side == Side::buy))) {
    return fail(ErrorCode::order_not_found, "order", command.order,
                order->is_package() ? "all legs of the package in one fill"
                                    : "an order in that instrument on that side");
  }
  return context.state.orders.check_fill(account, command.order, command.lots);
}

void tell_trade(Context& context, const positions::Effects& effects, const Fill& command) {
  for (const positions::PositionChange& change : effects.positions) {
    if (!change.owner.is_account()) continue;
    const AccountIndex account = change.owner.account();
    context.state.edit_account(account).regime_stale = true;
    context.valuer.touch(account);
    const bool own = context.state.account(account).name == command.account;
    context.emit(account, TradeBooked{.instrument = command.instrument,
                                      .lots = change.lots - change.lots_before,
                                      .price = command.price,
                                      .position = change.lots,
                                      .instruction = own ? command.instruction : 0});
  }
}

// Who is on the other side of a trade.
Result<ledger::Owner> other_side(const Context& context, const Fill& command) {
  if (command.counterparty.empty()) return ledger::Owner(ledger::SystemOwner::market);
  BULKHEAD_TRY(const AccountIndex counterparty,
               context.account(command.counterparty, "counterparty"));
  BULKHEAD_TRY_STATUS(check_not_closed(context, counterparty));
  return ledger::Owner(counterparty);
}

// All of an order but its size and limit.
Result<positions::Order> order_of(const Context& context, const PlaceOrder& command) {
  if (!command.legs.empty()) return package_of(context, command);
  positions::Order order;
  BULKHEAD_TRY(order.instrument, context.instrument(command.instrument));
  return order;
}

// What a fill trades can be traded.
Status check_traded(const Context& context, const Fill& command) {
  std::vector<InstrumentIndex> instruments;
  if (command.legs.empty()) {
    BULKHEAD_TRY(instruments.emplace_back(), context.instrument(command.instrument));
  }
  for (const FilledLeg& leg : command.legs) {
    BULKHEAD_TRY(instruments.emplace_back(), context.instrument(leg.instrument, "legs.instrument"));
  }
  BULKHEAD_TRY_STATUS(check_lots(command.lots));
  for (const InstrumentIndex instrument : instruments) {
    BULKHEAD_TRY_STATUS(check_tradable(context, instrument));
  }
  return {};
}

}  // namespace

Status carry_out(Context& context, const PlaceOrder& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY(positions::Order order, order_of(context, command));
  BULKHEAD_TRY_STATUS(context.may_act_on(account));
  BULKHEAD_TRY_STATUS(check_lots(command.lots));
  BULKHEAD_TRY_STATUS(check_tradable(context, order));
  order.id = command.order;
  order.lots = signed_lots(command.side, command.lots);
  order.limit = command.limit.to_double();
  order.record = context.record;
  BULKHEAD_TRY_STATUS(check_limit(context, order));
  BULKHEAD_TRY_STATUS(
      check_order(context, account, order, [&](risk::Portfolio& book) { add_order(book, order); }));
  BULKHEAD_TRY_STATUS(context.state.orders.place(account, order));
  tell_order(context, account, OrderChange::placed, order, command.limit);
  return {};
}

Status carry_out(Context& context, const AmendOrder& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY_STATUS(context.may_act_on(account));
  BULKHEAD_TRY_STATUS(check_lots(command.lots));
  const positions::Order* found = context.state.orders.find(account, command.order);
  if (found == nullptr) {
    return fail(ErrorCode::order_not_found, "order", command.order, "an open order");
  }
  const positions::Order before = *found;
  positions::Order order = before;
  BULKHEAD_TRY_STATUS(check_tradable(context, order));
  order.lots = order.lots > 0 ? command.lots : -command.lots;
  order.limit = command.limit.to_double();
  BULKHEAD_TRY_STATUS(check_limit(context, order));
  BULKHEAD_TRY_STATUS(check_order(
      context, account, order, [&](risk::Portfolio& book) { replace_order(book, before, order); }));
  BULKHEAD_TRY_STATUS(context.state.orders.amend(account, command.order, order.lots, order.limit));
  tell_order(context, account, OrderChange::amended, order, command.limit);
  return {};
}

Status carry_out(Context& context, const CancelOrder& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY_STATUS(context.may_act_on(account));
  BULKHEAD_TRY(positions::Order order, context.state.orders.cancel(account, command.order));
  order.lots = 0;
  tell_order(context, account, OrderChange::cancelled, order, {});
  return {};
}

Status carry_out(Context& context, const Fill& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY_STATUS(check_traded(context, command));
  BULKHEAD_TRY_STATUS(check_not_closed(context, account));
  if (!command.legs.empty()) {
    BULKHEAD_TRY(const ledger::Owner other, other_side(context, command));
    return fill_package(context, account, command, other);
  }
  BULKHEAD_TRY(const InstrumentIndex instrument, context.instrument(command.instrument));
  BULKHEAD_TRY_STATUS(check_order_side(context, account, command, instrument));
  BULKHEAD_TRY(const ledger::Owner other, other_side(context, command));
  const std::int64_t lots = signed_lots(command.side, command.lots);
  const double price = command.price.to_double();
  LiquidationOrder order;
  if (command.instruction != 0) {
    BULKHEAD_TRY(order, answered(context, account, command.instruction));
    BULKHEAD_TRY_STATUS(check_answer(order, instrument, lots, price));
  }
  const bool buys = command.side == Side::buy;
  BULKHEAD_TRY(const positions::Effects effects,
               context.state.positions.fill(context.cause(),
                                            {.instrument = instrument,
                                             .buyer = buys ? ledger::Owner(account) : other,
                                             .seller = buys ? other : ledger::Owner(account),
                                             .lots = command.lots,
                                             .price = price,
                                             .buyer_fee = buys ? command.fee : Amount{},
                                             .seller_fee = buys ? Amount{} : command.fee}));
  note_losses(context, effects.settled);
  tell_trade(context, effects, command);
  if (!command.order.empty()) {
    BULKHEAD_TRY(const positions::Order left,
                 context.state.orders.fill(account, command.order, command.lots));
    tell_order(context, account, OrderChange::filled, left, {});
  }
  if (command.instruction != 0) {
    order.lots -= lots;
    count_answer(context, account, order);
  }
  return {};
}

Status carry_out(Context& context, const FillSale& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY(const AssetIndex sold, context.asset(command.sold_asset, "sold_asset"));
  BULKHEAD_TRY(const AssetIndex received, context.asset(command.received_asset, "received_asset"));
  BULKHEAD_TRY(LiquidationOrder order, answered(context, account, command.instruction));
  if (order.asset != sold.value || order.received_asset != received.value ||
      command.sold > order.amount || !command.sold.is_positive() ||
      command.received.is_negative()) {
    return fail(ErrorCode::instruction_unknown, "sold", to_string(command.sold),
                "at most " + to_string(order.amount) + " of what was instructed");
  }
  BULKHEAD_TRY_STATUS(check_proceeds(context, order, command));
  const ledger::HoldingKey from{account, sold, context.internal_place(), ledger::Bucket::pledged};
  BULKHEAD_TRY(const positions::Settled settled,
               context.state.positions.sell_collateral(context.cause(), from, command.sold,
                                                       received, command.received));
  note_losses(context, {&settled, 1});
  add_loss(context, account,
           context.valuer.market_value(sold, command.sold) -
               context.valuer.market_value(received, command.received));
  context.tell_movements();
  context.state.edit_account(account).regime_stale = true;
  order.amount = order.amount - command.sold;
  count_answer(context, account, order);
  return {};
}

}  // namespace bulkhead::engine
