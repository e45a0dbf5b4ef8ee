// Verbs that move an account's assets: deposits, withdrawals, pledges, loans (D6.1, D8.6).
#include <algorithm>

#include "bulkhead/engine/break_glass.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/owed_losses.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;
using ledger::SystemOwner;
using ledger::TransferKind;

struct Named {
  AccountIndex account;
  AssetIndex asset;
  PlaceIndex place;
  HoldingKey key(Bucket bucket) const { return {account, asset, place, bucket}; }
};

// Members' assets come and go at the internal ledger; places with a vault hold what is sequestered,
// and only instructions move that (D6.1).
Status check_internal(const Context& context, PlaceIndex place) {
  if (place == context.internal_place()) return {};
  return fail(ErrorCode::holding_invalid, "place", context.registry()[place].name,
              "the internal ledger");
}

template <class Command>
Result<Named> names_of(const Context& context, const Command& command) {
  Named named;
  BULKHEAD_TRY(named.account, context.account(command.account));
  BULKHEAD_TRY(named.asset, context.asset(command.asset));
  BULKHEAD_TRY(named.place, context.place(command.place));
  BULKHEAD_TRY_STATUS(check_internal(context, named.place));
  BULKHEAD_TRY_STATUS(context.may_act_on(named.account));
  if (!command.amount.is_positive()) {
    return fail(ErrorCode::amount_not_positive, "amount", to_string(command.amount),
                "more than 0 minor units");
  }
  return named;
}

Status check_covered(Context& context, AssetIndex asset) {
  if (!context.valuer.ready()) return {};
  return covers_asset(context.state, context.valuer.epoch_risk().set(), asset);
}

Status check_available(const Context& context, const HoldingKey& key, Amount amount) {
  const Amount available = context.state.ledger.available(key);
  if (amount <= available) return {};
  return fail(ErrorCode::balance_exceeded, "amount", to_string(amount),
              "at most " + to_string(available));
}

}  // namespace

Status carry_out(Context& context, const Deposit& command) {
  BULKHEAD_TRY(const Named named, names_of(context, command));
  BULKHEAD_TRY_STATUS(check_covered(context, named.asset));
  return context.post(context.transfer(
      TransferKind::deposit, {SystemOwner::external, named.asset, named.place, Bucket::free},
      named.key(Bucket::free), command.amount));
}

Status carry_out(Context& context, const Withdraw& command) {
  BULKHEAD_TRY(const Named named, names_of(context, command));
  BULKHEAD_TRY_STATUS(check_available(context, named.key(Bucket::free), command.amount));
  BULKHEAD_TRY_STATUS(check_withdrawals_run(context, named.account));
  BULKHEAD_TRY_STATUS(check_free_withdrawal(context, named.account, named.asset, command.amount));
  BULKHEAD_TRY_STATUS(
      check_loss_stays(context, named.account, named.asset, command.amount, Bucket::free));
  return context.post(context.transfer(
      TransferKind::withdrawal, named.key(Bucket::free),
      {SystemOwner::external, named.asset, named.place, Bucket::free}, command.amount));
}

Status carry_out(Context& context, const Pledge& command) {
  BULKHEAD_TRY(const Named named, names_of(context, command));
  BULKHEAD_TRY_STATUS(check_available(context, named.key(Bucket::free), command.amount));
  BULKHEAD_TRY_STATUS(check_credit(context, named.account, named.asset, command.amount));
  BULKHEAD_TRY_STATUS(context.post(context.transfer(TransferKind::pledge, named.key(Bucket::free),
                                                    named.key(Bucket::pledged), command.amount)));
  credit_calls(context, named.account, named.asset, command.amount);
  return {};
}

Status carry_out(Context& context, const Unpledge& command) {
  BULKHEAD_TRY(const Named named, names_of(context, command));
  BULKHEAD_TRY_STATUS(check_available(context, named.key(Bucket::pledged), command.amount));
  BULKHEAD_TRY_STATUS(check_collateral_leaves(context, named.account, named.asset, command.amount));
  BULKHEAD_TRY_STATUS(
      check_loss_stays(context, named.account, named.asset, command.amount, Bucket::pledged));
  return context.post(context.transfer(TransferKind::unpledge, named.key(Bucket::pledged),
                                       named.key(Bucket::free), command.amount));
}

Status carry_out(Context& context, const RepayLoss& command) {
  BULKHEAD_TRY(const Named named, names_of(context, command));
  BULKHEAD_TRY(const AccountIndex closed, context.account(command.loss_of, "loss_of"));
  const std::string& member = context.state.account(named.account).member;
  if (context.state.account(closed).member != member) {
    return fail(ErrorCode::not_own_account, "loss_of", command.loss_of,
                "a closed account of member " + member);
  }
  const Amount owed = owed_loss(context.state, closed, named.asset);
  if (command.amount > owed) {
    return fail(ErrorCode::debt_exceeded, "amount", to_string(command.amount),
                "at most " + to_string(owed));
  }
  const HoldingKey free = named.key(Bucket::free);
  BULKHEAD_TRY_STATUS(check_available(context, free, command.amount));
  BULKHEAD_TRY_STATUS(check_free_withdrawal(context, named.account, named.asset, command.amount));
  repay_loss(context, free, closed, command.amount);
  return {};
}

Status carry_out(Context& context, const Borrow& command) {
  BULKHEAD_TRY(const Named named, names_of(context, command));
  BULKHEAD_TRY_STATUS(check_covered(context, named.asset));
  BULKHEAD_TRY_STATUS(check_credit(context, named.account, named.asset, command.amount));
  BULKHEAD_TRY_STATUS(check_new_risk(context, named.account, [&](risk::Portfolio& book) {
    add_amount(book.debts, named.asset, command.amount);
    add_amount(book.collateral, named.asset, command.amount);
  }));
  BULKHEAD_TRY_STATUS(
      context.state.ledger.borrow(context.cause(), named.key(Bucket::pledged), command.amount));
  context.tell_movements();
  context.state.edit_account(named.account).regime_stale = true;
  return {};
}

Status carry_out(Context& context, const Repay& command) {
  BULKHEAD_TRY(const Named named, names_of(context, command));
  const Amount debt = context.state.ledger.debt(named.account, named.asset);
  if (command.amount > debt) {
    return fail(ErrorCode::debt_exceeded, "amount", to_string(command.amount),
                "at most " + to_string(debt));
  }
  const Amount pledged = context.state.ledger.available(named.key(Bucket::pledged));
  const Amount from_pledged = min(pledged, command.amount);
  const Amount from_free = command.amount - from_pledged;
  BULKHEAD_TRY_STATUS(check_available(context, named.key(Bucket::free), from_free));
  for (const auto& [bucket, amount] :
       {std::pair{Bucket::pledged, from_pledged}, std::pair{Bucket::free, from_free}}) {
    if (amount.is_zero()) continue;
    BULKHEAD_TRY_STATUS(context.state.ledger.repay(context.cause(), named.key(bucket), amount));
  }
  context.tell_movements();
  context.state.edit_account(named.account).regime_stale = true;
  return {};
}

}  // namespace bulkhead::engine
