#include "bulkhead/engine/deliveries.h"

#include <algorithm>

#include "bulkhead/engine/judgement.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

using policy::Delivery;
using policy::DeliveryStatus;

constexpr Duration kOverdueKept = days(7);  // then what has not come is taken for failed

Duration timeout_of(const Context& context, const Delivery& delivery) {
  return context.registry()[PlaceIndex(delivery.place)].timeout;
}

bool is_counted(const Context& context, const Delivery& delivery) {
  if (context.now() >= policy::counts_until(delivery, timeout_of(context, delivery))) return false;
  if (delivery.status != DeliveryStatus::agreed) return true;
  const AccountState& account = context.state.account(AccountIndex(delivery.account));
  const MemberState* broken = context.state.member(account.member);
  return broken == nullptr || delivery.number <= broken->broken_at;
}

policy::DeliveryValue value_of(const Context& context, const Delivery& delivery) {
  return {.value = creditable_value(context, AccountIndex(delivery.account),
                                    AssetIndex(delivery.asset), delivery.outstanding()),
          .netted = delivery.netted,
          .in_transit = delivery.status == DeliveryStatus::in_transit};
}

std::vector<policy::DeliveryValue> values_of(const std::vector<CountedDelivery>& counted) {
  std::vector<policy::DeliveryValue> values;
  for (const CountedDelivery& one : counted) values.push_back(one.value);
  return values;
}

// Calls that waited for something that does not come are due at once.
void end_stays(Context& context, AccountIndex account) {
  for (policy::Call call : context.state.open_calls(account)) {
    if (call.stayed_until == Timestamp{}) continue;
    call.stayed_until = Timestamp{};
    context.state.put_call(call);
  }
}

}  // namespace

std::vector<CountedDelivery> counted_deliveries(const Context& context, AccountIndex account) {
  std::vector<CountedDelivery> counted;
  for (const Delivery& delivery : context.state.open_deliveries(account)) {
    if (!is_counted(context, delivery)) continue;
    counted.push_back({delivery, value_of(context, delivery)});
  }
  return counted;
}

policy::DeliveryCounts count_deliveries(const std::vector<CountedDelivery>& counted,
                                        Usd open_calls) {
  return policy::count_deliveries(values_of(counted), open_calls);
}

void net_deliveries(Context& context, AccountIndex account,
                    const std::vector<CountedDelivery>& counted, Usd open_calls, Usd gap,
                    Timestamp deadline) {
  const std::vector<Usd> used = policy::net_deliveries(values_of(counted), open_calls, gap);
  Usd netted;
  Timestamp earliest = deadline;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (used[i] == Usd{}) continue;
    Delivery delivery = counted[i].delivery;
    delivery.netted += used[i];
    if (delivery.deadline == Timestamp{}) delivery.deadline = deadline;
    earliest = std::min(earliest, delivery.deadline);
    netted += used[i];
    context.state.put_delivery(delivery);
  }
  if (netted == Usd{}) return;
  const policy::DeliveryCounts all = count_deliveries(counted, open_calls);
  context.emit(account, DeliveriesNetted{.netted = netted,
                                         .agreed = all.agreed,
                                         .in_transit = all.in_transit,
                                         .deadline = earliest,
                                         .figures = context.figures(account)});
}

void forget_netting(Context& context, AccountIndex account) {
  for (Delivery delivery : context.state.open_deliveries(account)) {
    if (delivery.netted == Usd{} && delivery.deadline == Timestamp{}) continue;
    delivery.netted = Usd{};
    delivery.deadline = Timestamp{};
    context.state.put_delivery(delivery);
  }
  const AccountState& state = context.state.account(account);
  if (state.failed_due == Usd{} && state.waiting.empty()) return;
  AccountState& edited = context.state.edit_account(account);
  edited.waiting.clear();
  edited.failed_due = Usd{};
  edited.failed_deadline = Timestamp{};
}

void tell_delivery(Context& context, DeliveryStatus from, const Delivery& delivery, Usd due) {
  Timestamp until = policy::counts_until(delivery, timeout_of(context, delivery));
  if (!is_counted(context, delivery)) until = Timestamp{};
  context.emit(AccountIndex(delivery.account),
               DeliveryChanged{.delivery = delivery.number,
                               .from = from,
                               .to = delivery.status,
                               .asset = context.registry()[AssetIndex(delivery.asset)].name,
                               .place = context.registry()[PlaceIndex(delivery.place)].name,
                               .amount = delivery.amount,
                               .arrived = delivery.arrived,
                               .failed = delivery.failed,
                               .counts_until = until,
                               .due = due});
}

Usd break_promise(Context& context, Delivery& delivery, Amount part) {
  const AccountIndex account(delivery.account);
  const Usd due = policy::failed_share(delivery.netted, part, delivery.outstanding());
  delivery.netted -= due;
  AccountState& state = context.state.edit_account(account);
  if (due > Usd{}) {
    const bool first = state.failed_due == Usd{};
    state.failed_due += due;
    state.failed_deadline =
        first ? delivery.deadline : std::min(state.failed_deadline, delivery.deadline);
  }
  context.state.put_member({state.member, context.state.counters().last_delivery});
  end_stays(context, account);
  return due;
}

Timestamp delivery_due(const Context& context, const Delivery& delivery) {
  if (delivery.status == DeliveryStatus::overdue) return delivery.since + kOverdueKept;
  const Timestamp overdue = policy::overdue_at(delivery, timeout_of(context, delivery));
  // Past the deadline of the call it stands in for a promise counts no more.
  const bool netted = delivery.status == DeliveryStatus::agreed && delivery.netted > Usd{};
  return netted ? std::min(overdue, delivery.deadline) : overdue;
}

void expire_delivery(Context& context, std::uint64_t number) {
  Delivery delivery = context.state.deliveries().find(number)->second;
  const DeliveryStatus from = delivery.status;
  Usd due;
  if (from == DeliveryStatus::overdue) {
    delivery.failed = delivery.failed + delivery.outstanding();
    delivery.status = DeliveryStatus::failed;
    --context.state.edit_account(AccountIndex(delivery.account)).open_deliveries;
  } else if (context.now() < policy::overdue_at(delivery, timeout_of(context, delivery))) {
    // Not late yet, but what it stood in for is due: the member's word is not broken by that.
    AccountState& state = context.state.edit_account(AccountIndex(delivery.account));
    due = delivery.netted;
    state.failed_deadline = state.failed_due == Usd{}
                                ? delivery.deadline
                                : std::min(state.failed_deadline, delivery.deadline);
    state.failed_due += due;
    delivery.netted = Usd{};
    context.state.put_delivery(delivery);
    tell_delivery(context, from, delivery, due);
    return;
  } else {
    due = break_promise(context, delivery, delivery.outstanding());
    delivery.status = DeliveryStatus::overdue;
  }
  delivery.since = context.now();
  context.state.put_delivery(delivery);
  tell_delivery(context, from, delivery, due);
}

bool stays_open(Context& context, const policy::Call& call) {
  const AccountIndex account(call.account);
  Usd seen;
  Timestamp until;
  for (const CountedDelivery& one : counted_deliveries(context, account)) {
    if (!one.value.in_transit || one.delivery.seen > due_time(context, call)) continue;
    seen += max(Usd{}, one.value.value - one.value.netted);
    const Timestamp end = policy::counts_until(one.delivery, timeout_of(context, one.delivery));
    until = until == Timestamp{} ? end : std::min(until, end);
  }
  for (const policy::Call& older : context.state.open_calls(account)) {
    if (older.id < call.id) seen -= min(seen, older.undelivered());
  }
  // A dispute stays its own part only: the rest must be here or on its way (D8.3).
  const bool disputed = call.disputed > Usd{} && context.now() < call.dispute_ends;
  const Usd missing = disputed ? call.undisputed() : call.undelivered();
  if (missing == Usd{} && !disputed) return false;
  if (missing > Usd{} && (seen < missing || until <= context.now())) return false;
  if (missing == Usd{}) {
    until = call.dispute_ends;
  } else if (disputed) {
    until = std::min(until, call.dispute_ends);
  }
  if (until == call.stayed_until) return true;
  policy::Call stayed = call;
  stayed.stayed_until = until;
  context.state.put_call(stayed);
  context.emit(account, CallStayed{.call = call.id,
                                   .undelivered = call.undelivered(),
                                   .in_transit = seen,
                                   .until = until,
                                   .disputed = call.disputed});
  return true;
}

}  // namespace bulkhead::engine
