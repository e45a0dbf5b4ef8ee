#include "bulkhead/engine/liquidation_orders.h"

#include <algorithm>

#include "bulkhead/engine/capacity.h"

namespace bulkhead::engine {
namespace {

std::string market_of(const Context& context, const LiquidationOrder& order) {
  const InstrumentIndex instrument(order.instrument);
  return instrument.valid() ? context.registry()[instrument].name
                            : context.registry()[AssetIndex(order.asset)].name;
}

void end_where(Context& context, AccountIndex account, bool positions_only) {
  std::vector<std::uint64_t> open;
  for (const std::uint64_t number : context.state.instructions_of(account)) {
    const LiquidationOrder& order = context.state.instructions().at(number);
    if (positions_only && !InstrumentIndex(order.instrument).valid()) continue;
    open.push_back(number);
  }
  for (const std::uint64_t number : open) end_instruction(context, number, false);
}

}  // namespace

void instruct(Context& context, AccountIndex account, const ClosableLine& line,
              const policy::Slice& slice, double band) {
  LiquidationOrder order;
  order.number = ++context.state.edit_counters().last_instruction;
  order.account = account.value;
  order.expires = context.now() + context.ladder().defaults.liquidation_interval;
  LiquidationInstructed said{.instruction = order.number,
                             .instrument = {},
                             .lots = 0,
                             .asset = {},
                             .received_asset = {},
                             .amount = {},
                             .limit = 0,
                             .expected_cost = slice.expected_cost,
                             .expires = order.expires,
                             .hedge = false};
  const double worst = std::max(band, line.expected_cost_fraction(slice.lots) * 1.25 + 0.0005);
  if (line.is_position()) {
    const auto lots = static_cast<std::int64_t>(slice.lots);
    order.instrument = line.instrument.value;
    order.lots = line.position > 0 ? -lots : lots;
    order.limit = line.fair * (order.lots > 0 ? 1 + worst : 1 - worst);
    said.instrument = context.registry()[line.instrument].name;
    said.lots = order.lots;
  } else {
    order.asset = line.asset.value;
    order.received_asset = line.received.value;
    order.amount = line.amount_of(slice.lots);
    order.limit = line.fair * (1 - worst);
    said.asset = context.registry()[line.asset].name;
    said.received_asset = context.registry()[line.received].name;
    said.amount = order.amount;
  }
  said.limit = order.limit;
  said.hedge = line.hedge;
  order.capacity = policy::notional(line.item, slice.lots);
  order.capacity_epoch = use_capacity(context.state, GrantKind::market_capacity,
                                      market_of(context, order), order.capacity);
  context.state.put_instruction(order);
  context.emit(account, std::move(said));
}

void keep_open(Context& context, const LiquidationOrder& before, LiquidationOrder order) {
  const bool sale = !InstrumentIndex(order.instrument).valid();
  const auto size = [sale](const LiquidationOrder& of) {
    return static_cast<double>(sale ? of.amount.units : Int128{of.lots});
  };
  const double part = size(order) / size(before);
  order.capacity.micros =
      static_cast<std::int64_t>(static_cast<double>(before.capacity.micros) * part);
  context.state.put_instruction(order);
}

void end_instruction(Context& context, std::uint64_t number, bool filled) {
  const LiquidationOrder order = context.state.instructions().at(number);
  if (!filled) {
    return_capacity(context.state, GrantKind::market_capacity, market_of(context, order),
                    order.capacity, order.capacity_epoch);
  }
  context.state.erase_instruction(number);
  context.emit(AccountIndex(order.account), LiquidationEnded{number, filled});
}

void end_instructions(Context& context, AccountIndex account) {
  end_where(context, account, false);
}

void end_position_instructions(Context& context, AccountIndex account) {
  end_where(context, account, true);
}

}  // namespace bulkhead::engine
