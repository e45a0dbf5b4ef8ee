// Verbs of deliveries: a member's promise, and what a place or the venue reports of it (D6.2).
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/deliveries.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/portfolio.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using policy::Delivery;
using policy::DeliveryStatus;

constexpr Duration kSettlesWithin = days(30);
constexpr std::uint32_t kDeliveriesMax = 64;  // open, of one account (D2.6)

Status check_positive(Amount amount) {
  if (amount.is_positive()) return {};
  return fail(ErrorCode::amount_not_positive, "amount", to_string(amount),
              "more than 0 minor units");
}

bool takes_as_collateral(const Context& context, AccountIndex account, AssetIndex asset) {
  return context.valuer.ready() ? context.valuer.eligible(account, asset)
                                : is_eligible(context.state, asset);
}

// Ends it when nothing is outstanding. A promise kept in full and in time wipes out a broken one.
void close_if_done(Context& context, Delivery& delivery, bool in_time) {
  if (!delivery.outstanding().is_zero()) return;
  delivery.status = delivery.failed.is_zero() ? DeliveryStatus::arrived : DeliveryStatus::failed;
  delivery.since = context.now();
  AccountState& account = context.state.edit_account(AccountIndex(delivery.account));
  --account.open_deliveries;
  if (!in_time || !delivery.failed.is_zero()) return;
  const MemberState* broken = context.state.member(account.member);
  if (broken != nullptr && delivery.number > broken->broken_at) {
    context.state.erase_member(account.member);
  }
}

Status take_arrived(Context& context, Delivery& delivery, Amount amount) {
  const AccountIndex account(delivery.account);
  const AssetIndex asset(delivery.asset);
  const PlaceIndex internal = context.internal_place();
  const DeliveryStatus from = delivery.status;
  const Timestamp until =
      policy::counts_until(delivery, context.registry()[PlaceIndex(delivery.place)].timeout);
  const bool in_transit = from == DeliveryStatus::in_transit && context.now() <= until;
  const bool in_time =
      in_transit || (from == DeliveryStatus::agreed && context.now() <= delivery.settles);
  const Usd value = creditable_value(context, account, asset, amount);
  BULKHEAD_TRY_STATUS(context.post(context.transfer(
      ledger::TransferKind::deposit, {ledger::SystemOwner::external, asset, internal, Bucket::free},
      {account, asset, internal, Bucket::free}, amount)));
  const Status pledged = context.post(
      context.transfer(ledger::TransferKind::pledge, {account, asset, internal, Bucket::free},
                       {account, asset, internal, Bucket::pledged}, amount));
  BULKHEAD_ASSERT(pledged.has_value());
  // What it stood in for was not called: only the rest meets calls.
  const Usd stood_in = min(value, delivery.netted);
  delivery.netted -= stood_in;
  delivery.arrived = delivery.arrived + amount;
  close_if_done(context, delivery, in_time);
  context.state.put_delivery(delivery);
  tell_delivery(context, from, delivery, Usd{});
  credit_open_calls(context, account, value - stood_in, in_transit ? delivery.seen : context.now());
  return {};
}

void take_failed(Context& context, Delivery& delivery, Amount amount) {
  const DeliveryStatus from = delivery.status;
  // What is overdue has broken the word already.
  const Usd due =
      from == DeliveryStatus::overdue ? Usd{} : break_promise(context, delivery, amount);
  delivery.failed = delivery.failed + amount;
  close_if_done(context, delivery, false);
  context.state.put_delivery(delivery);
  tell_delivery(context, from, delivery, due);
}

Status take_seen(Context& context, Delivery& delivery) {
  if (delivery.status == DeliveryStatus::in_transit) {
    return fail(ErrorCode::delivery_unknown, "delivery", std::to_string(delivery.number),
                "a delivery that was not seen before");
  }
  const DeliveryStatus from = delivery.status;
  delivery.status = DeliveryStatus::in_transit;
  delivery.seen = context.now();
  delivery.since = context.now();
  context.state.put_delivery(delivery);
  tell_delivery(context, from, delivery, Usd{});
  return {};
}

}  // namespace

Status carry_out(Context& context, const PromiseDelivery& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY(const AssetIndex asset, context.asset(command.asset));
  BULKHEAD_TRY(const PlaceIndex place, context.place(command.place));
  BULKHEAD_TRY_STATUS(context.may_act_on(account));
  BULKHEAD_TRY_STATUS(check_positive(command.amount));
  if (!takes_as_collateral(context, account, asset)) {
    return fail(ErrorCode::out_of_range, "asset", command.asset,
                "an asset that the collateral schedule takes, and not of its own group");
  }
  BULKHEAD_TRY_STATUS(check_credit(context, account, asset, command.amount));
  if (command.settles <= context.now() || command.settles > context.now() + kSettlesWithin) {
    return fail(ErrorCode::out_of_range, "settles", to_string(command.settles),
                "later than now, at most 30 days");
  }
  if (context.state.account(account).open_deliveries >= kDeliveriesMax) {
    return fail(ErrorCode::too_large, "delivery", command.account,
                "at most " + std::to_string(kDeliveriesMax) + " open deliveries of an account");
  }
  Delivery delivery;
  delivery.number = ++context.state.edit_counters().last_delivery;
  delivery.account = account.value;
  delivery.asset = asset.value;
  delivery.place = place.value;
  delivery.amount = command.amount;
  delivery.promised = context.now();
  delivery.settles = command.settles;
  delivery.since = context.now();
  context.state.put_delivery(delivery);
  ++context.state.edit_account(account).open_deliveries;
  tell_delivery(context, DeliveryStatus::agreed, delivery, Usd{});
  return {};
}

Status carry_out(Context& context, const ReportDelivery& command) {
  const auto at = context.state.deliveries().find(command.delivery);
  if (at == context.state.deliveries().end()) {
    return fail(ErrorCode::delivery_unknown, "delivery", std::to_string(command.delivery),
                "the number of an open delivery");
  }
  BULKHEAD_TRY_STATUS(check_positive(command.amount));
  Delivery delivery = at->second;
  const Amount outstanding = delivery.outstanding();
  const bool whole = command.word == DeliveryWord::seen;
  if (command.amount > outstanding || (whole && command.amount != outstanding)) {
    return fail(ErrorCode::out_of_range, "amount", to_string(command.amount),
                (whole ? "all that is outstanding, " : "at most ") + to_string(outstanding));
  }
  switch (command.word) {
    case DeliveryWord::seen:
      return take_seen(context, delivery);
    case DeliveryWord::arrived:
      return take_arrived(context, delivery, command.amount);
    case DeliveryWord::failed:
      take_failed(context, delivery, command.amount);
      return {};
  }
  return {};
}

}  // namespace bulkhead::engine
