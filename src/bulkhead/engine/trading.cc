// Verbs of trading: orders, fills, sales of collateral (D3.3, D5.8, D10.2).
#include <algorithm>

#include "bulkhead/engine/deleveraging.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/liquidation_orders.h"
#include "bulkhead/engine/loss_charges.h"
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

// A size and a limit that figures can be had of.
Status check_limit(const Context& context, const positions::Order& order) {
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

// Lots of the account's other orders in the instrument on the same side.
std::int64_t open_on_side(const Context& context, AccountIndex account,
                          const positions::Order& order) {
  std::int64_t lots = 0;
  for (const positions::Order& other : context.state.orders.open(account)) {
    if (other.instrument == order.instrument && other.id != order.id &&
        (other.lots > 0) == (order.lots > 0)) {
      lots += other.lots;
    }
  }
  return lots;
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

void tell_order(Context& context, AccountIndex account, OrderChange change,
                const positions::Order& order, const Decimal& limit) {
  context.valuer.touch(account);
  context.emit(account, OrderChanged{.change = change,
                                     .order = order.id,
                                     .instrument = context.registry()[order.instrument].name,
                                     .lots = order.lots,
                                     .limit = limit,
                                     .reason = {}});
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
                "an order in that instrument on that side");
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

}  // namespace

Status carry_out(Context& context, const PlaceOrder& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY(const InstrumentIndex instrument, context.instrument(command.instrument));
  BULKHEAD_TRY_STATUS(context.may_act_on(account));
  BULKHEAD_TRY_STATUS(check_lots(command.lots));
  BULKHEAD_TRY_STATUS(check_tradable(context, instrument));
  positions::Order order;
  order.id = command.order;
  order.instrument = instrument;
  order.lots = signed_lots(command.side, command.lots);
  order.limit = command.limit.to_double();
  order.record = context.record;
  BULKHEAD_TRY_STATUS(check_limit(context, order));
  const OrderFill fill{instrument, order.lots, open_on_side(context, account, order), order.limit};
  BULKHEAD_TRY_STATUS(check_order(context, account, fill, [&](risk::Portfolio& book) {
    insert_order(book.orders, {instrument, order.lots, order.limit});
  }));
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
  positions::Order order = *found;
  BULKHEAD_TRY_STATUS(check_tradable(context, order.instrument));
  const risk::OrderLots before{order.instrument, order.lots, order.limit};
  order.lots = order.lots > 0 ? command.lots : -command.lots;
  order.limit = command.limit.to_double();
  BULKHEAD_TRY_STATUS(check_limit(context, order));
  const OrderFill fill{order.instrument, order.lots, open_on_side(context, account, order),
                       order.limit};
  BULKHEAD_TRY_STATUS(check_order(context, account, fill, [&](risk::Portfolio& book) {
    const auto same = [&before](const risk::OrderLots& line) {
      return line.instrument == before.instrument && line.lots == before.lots &&
             line.limit == before.limit;
    };
    book.orders.erase(std::ranges::find_if(book.orders, same));
    insert_order(book.orders, {order.instrument, order.lots, order.limit});
  }));
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
  BULKHEAD_TRY(const InstrumentIndex instrument, context.instrument(command.instrument));
  BULKHEAD_TRY_STATUS(check_lots(command.lots));
  BULKHEAD_TRY_STATUS(check_tradable(context, instrument));
  BULKHEAD_TRY_STATUS(check_not_closed(context, account));
  BULKHEAD_TRY_STATUS(check_order_side(context, account, command, instrument));
  ledger::Owner other = ledger::SystemOwner::market;
  if (!command.counterparty.empty()) {
    BULKHEAD_TRY(const AccountIndex counterparty,
                 context.account(command.counterparty, "counterparty"));
    BULKHEAD_TRY_STATUS(check_not_closed(context, counterparty));
    other = counterparty;
  }
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
