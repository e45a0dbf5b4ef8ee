#include "bulkhead/views/account_lines.h"

#include <algorithm>

#include "bulkhead/engine/open_orders.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::views {
namespace {

Usd value_of(const engine::State& state, AssetIndex asset, Amount amount) {
  return pricing::holding_value(state.registry()[asset], amount,
                                state.market.epoch().assets[asset.value].mid);
}

}  // namespace

std::string quantity_of(const engine::State& state, AssetIndex asset, Amount amount) {
  return to_decimal(amount, static_cast<int>(state.registry()[asset].decimals));
}

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
                     .counts = held.bucket != ledger::Bucket::free &&
                               valuer.counts_of(account, held.asset, amount).is_positive(),
                     .quality = state.market.epoch().assets[held.asset.value].quality});
  }
  return lines;
}

std::vector<BalanceLine> bare_balances(const engine::State& state, AccountIndex account) {
  std::vector<BalanceLine> lines;
  for (const ledger::Holding& held : state.ledger.holdings(account)) {
    if (held.bucket == ledger::Bucket::debt) continue;
    BalanceLine line;
    line.asset = state.registry()[held.asset].name;
    line.place = state.registry()[held.place].name;
    line.bucket = held.bucket;
    line.amount = held.balance.posted;
    line.quantity = quantity_of(state, held.asset, held.balance.posted);
    line.pending_in = held.balance.pending_in;
    line.pending_out = held.balance.pending_out;
    lines.push_back(line);
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
    OrderLine& line = lines.emplace_back();
    line.order = order.id;
    line.lots = order.lots;
    line.limit = order.limit;
    line.legs = engine::leg_names(state.registry(), order);
    if (!order.is_package()) line.instrument = state.registry()[order.instrument].name;
  }
  return lines;
}

std::vector<CallLine> call_lines(const engine::State& state, AccountIndex account) {
  std::vector<CallLine> lines;
  for (const policy::Call& call : state.open_calls(account)) {
    lines.push_back(
        {.call = call.id,
         .status = call.status,
         .amount = call.amount,
         .delivered = call.delivered,
         .outstanding = call.outstanding(),
         .issued = call.issued,
         .deadline = call.deadline,
         .regime = call.regime,
         .reason = call.reason,
         .disputed = call.disputed,
         .dispute_ends = call.dispute_ends,
         .closes = std::max({call.deadline, state.counters().grace_until, call.stayed_until})});
  }
  return lines;
}

std::vector<CureLine> cure_lines(const engine::State& state,
                                 const std::vector<engine::CureOption>& cures) {
  std::vector<CureLine> lines;
  for (const engine::CureOption& cure : cures) {
    const AssetIndex asset = state.registry().find_asset(cure.asset);
    lines.push_back({cure.asset, cure.amount, quantity_of(state, asset, cure.amount),
                     value_of(state, asset, cure.amount)});
  }
  return lines;
}

std::vector<DeliveryLine> delivery_lines(const engine::State& state, AccountIndex account) {
  std::vector<DeliveryLine> lines;
  for (const policy::Delivery& delivery : state.open_deliveries(account)) {
    const market::Place& place = state.registry()[PlaceIndex(delivery.place)];
    const AssetIndex asset(delivery.asset);
    lines.push_back({.delivery = delivery.number,
                     .status = delivery.status,
                     .asset = state.registry()[asset].name,
                     .place = place.name,
                     .amount = delivery.outstanding(),
                     .quantity = quantity_of(state, asset, delivery.outstanding()),
                     .netted = delivery.netted,
                     .counts_until = policy::counts_until(delivery, place.timeout)});
  }
  return lines;
}

std::vector<InstructionLine> instruction_lines(const engine::State& state, AccountIndex account) {
  std::vector<InstructionLine> lines;
  for (const auto& [number, order] : state.instructions()) {
    if (order.account != account.value) continue;
    InstructionLine line{.instruction = number,
                         .subject = {},
                         .quantity = {},
                         .limit = order.limit,
                         .expires = order.expires};
    const InstrumentIndex instrument(order.instrument);
    if (instrument.valid()) {
      line.subject = state.registry()[instrument].name;
      line.quantity = std::to_string(order.lots) + " lots";
    } else {
      line.subject = state.registry()[AssetIndex(order.asset)].name;
      line.quantity = quantity_of(state, AssetIndex(order.asset), order.amount);
    }
    lines.push_back(line);
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
                     .stressed_value = valuer.stressed_value(account, held.asset, all),
                     .quantity_on_its_way = quantity_of(state, held.asset, held.balance.pending_in),
                     .quantity_leaving = quantity_of(state, held.asset, held.balance.pending_out)});
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
                     .escalated = leg.escalated,
                     .quantity = quantity_of(state, at->first.asset, leg.target)});
  }
  return lines;
}

namespace {

std::string words_of(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '_', ' ');
  return words;
}

// An asset or market that is halted holds back whoever touches it.
bool touches(const engine::State& state, AccountIndex account, const engine::Stop& stop) {
  if (stop.button == engine::StopButton::halt_market) {
    return std::ranges::any_of(state.positions.positions(account), [&](const auto& held) {
      return state.registry()[held.instrument].name == stop.subject;
    });
  }
  if (stop.button != engine::StopButton::halt_asset) {
    return stop.subject.empty() || stop.subject == state.account(account).name;
  }
  return std::ranges::any_of(state.ledger.holdings(account), [&](const auto& held) {
    return state.registry()[held.asset].name == stop.subject;
  });
}

}  // namespace

std::vector<std::string> forces(const engine::State& state, AccountIndex account) {
  std::vector<std::string> all;
  for (const auto& [key, stop] : state.stops()) {
    if (!touches(state, account, stop)) continue;
    all.push_back(words_of(to_string(stop.button)) + " of " +
                  (stop.subject.empty() ? "all" : stop.subject) + " by " + stop.pressed_by +
                  ", until " + to_string(stop.expires) + ": " + stop.reason);
  }
  for (const auto& [name, record] : state.break_glass()) {
    const std::string& of = record.order.account;
    if (!record.in_force() || (!of.empty() && of != state.account(account).name)) continue;
    all.push_back("break-glass order " + name + " (" + words_of(to_string(record.order.act)) +
                  ") by " + record.persons.front() + ", " + std::string(to_string(record.stage)) +
                  ", until " + to_string(record.ends()) + ": " + record.order.reason);
  }
  const engine::Counters& counters = state.counters();
  if (counters.grace_until > counters.last_tick) {
    all.push_back("grace after an outage: nothing destructive before " +
                  to_string(counters.grace_until) + " unless E_greatest is below 0");
  }
  return all;
}

}  // namespace bulkhead::views
