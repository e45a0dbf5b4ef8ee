#include "bulkhead/views/account_lines.h"

#include "bulkhead/pricing/values.h"

namespace bulkhead::views {
namespace {

Usd value_of(const engine::State& state, AssetIndex asset, Amount amount) {
  return pricing::holding_value(state.registry()[asset], amount,
                                state.market.epoch().assets[asset.value].mid);
}

std::string quantity_of(const engine::State& state, AssetIndex asset, Amount amount) {
  return to_decimal(amount, static_cast<int>(state.registry()[asset].decimals));
}

}  // namespace

std::vector<BalanceLine> balance_lines(const engine::State& state, const engine::Valuer& valuer,
                                       AccountIndex account) {
  std::vector<BalanceLine> lines;
  for (const ledger::Holding& held : state.ledger.holdings(account)) {
    if (held.bucket == ledger::Bucket::debt) continue;
    const Amount amount = held.balance.posted;
    lines.push_back({.asset = state.registry()[held.asset].name,
                     .place = state.registry()[held.place].name,
                     .bucket = held.bucket,
                     .amount = amount,
                     .quantity = quantity_of(state, held.asset, amount),
                     .pending_in = held.balance.pending_in,
                     .pending_out = held.balance.pending_out,
                     .value = value_of(state, held.asset, amount),
                     .counts = held.bucket != ledger::Bucket::free && valuer.eligible(held.asset),
                     .quality = state.market.epoch().assets[held.asset.value].quality});
  }
  return lines;
}

std::vector<DebtLine> debt_lines(const engine::State& state, AccountIndex account) {
  std::vector<DebtLine> lines;
  for (const ledger::Holding& held : state.ledger.holdings(account)) {
    if (held.bucket != ledger::Bucket::debt) continue;
    const Amount amount = held.balance.posted;
    const double mid = state.market.epoch().assets[held.asset.value].mid;
    lines.push_back({state.registry()[held.asset].name, amount,
                     quantity_of(state, held.asset, amount),
                     pricing::debt_value(state.registry()[held.asset], amount, mid)});
  }
  return lines;
}

std::vector<PositionLine> position_lines(const engine::State& state, AccountIndex account) {
  const market::Registry& registry = state.registry();
  const market::Epoch& epoch = state.market.epoch();
  std::vector<PositionLine> lines;
  for (const positions::Position& held : state.positions.positions(account)) {
    const market::Instrument& instrument = registry[held.instrument];
    const market::InstrumentMark& mark = epoch.instruments[held.instrument.value];
    const double spot = epoch.assets[registry.underlying(held.instrument).value].mid;
    const double lot = pricing::lot_value(registry, epoch, held.instrument, spot);
    PositionLine line;
    line.instrument = instrument.name;
    line.lots = held.lots;
    line.quantity = static_cast<double>(held.lots) * instrument.lot_size.to_double();
    if (!instrument.is_option()) {
      line.entry_price = state.positions.entry_price(account, held.instrument);
    }
    line.mark = instrument.is_option() ? mark.premium : mark.price;
    line.origin = mark.origin;
    line.quality = mark.quality;
    line.value = pricing::position_value(held.lots, lot) +
                 value_of(state, registry.settlement(held.instrument), held.leg);
    lines.push_back(line);
  }
  return lines;
}

std::vector<OrderLine> order_lines(const engine::State& state, AccountIndex account) {
  std::vector<OrderLine> lines;
  for (const positions::Order& order : state.orders.open(account)) {
    lines.push_back({order.id, state.registry()[order.instrument].name, order.lots, order.limit});
  }
  return lines;
}

std::vector<CallLine> call_lines(const engine::State& state, AccountIndex account) {
  std::vector<CallLine> lines;
  for (const policy::Call& call : state.open_calls(account)) {
    lines.push_back({.call = call.id,
                     .status = call.status,
                     .amount = call.amount,
                     .delivered = call.delivered,
                     .outstanding = call.outstanding(),
                     .issued = call.issued,
                     .deadline = call.deadline,
                     .regime = call.regime,
                     .reason = call.reason});
  }
  return lines;
}

std::vector<SequesteredLine> sequestered_lines(const engine::State& state,
                                               const engine::Valuer& valuer, AccountIndex account) {
  std::vector<SequesteredLine> lines;
  for (const ledger::Holding& held : state.ledger.holdings(account)) {
    if (held.bucket != ledger::Bucket::sequestered) continue;
    const Amount all = held.balance.posted + held.balance.pending_in;
    lines.push_back({.asset = state.registry()[held.asset].name,
                     .place = state.registry()[held.place].name,
                     .amount = held.balance.posted,
                     .quantity = quantity_of(state, held.asset, held.balance.posted),
                     .on_its_way = held.balance.pending_in,
                     .leaving = held.balance.pending_out,
                     .value = value_of(state, held.asset, all),
                     .stressed_value = valuer.stressed_value(held.asset, all)});
  }
  return lines;
}

std::vector<LegLine> leg_lines(const engine::State& state, AccountIndex account) {
  std::vector<LegLine> lines;
  for (auto at = state.legs().lower_bound({account, AssetIndex(0U), PlaceIndex(0U)});
       at != state.legs().end() && at->first.account == account; ++at) {
    const policy::CustodyLeg& leg = at->second;
    if (leg.seq == 0 || policy::is_final(leg.status)) continue;
    lines.push_back({.asset = state.registry()[at->first.asset].name,
                     .place = state.registry()[at->first.place].name,
                     .seq = leg.seq,
                     .status = leg.status,
                     .target = leg.target,
                     .observed = leg.observed,
                     .instructed = leg.instructed,
                     .escalated = leg.escalated});
  }
  return lines;
}

}  // namespace bulkhead::views
