#include "bulkhead/engine/owed_losses.h"

#include <algorithm>
#include <set>

#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/two_persons.h"
#include "bulkhead/engine/withdrawable_gains.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;
using ledger::SystemOwner;
using ledger::TransferKind;

bool same_member(const State& state, AccountIndex a, AccountIndex b) {
  return state.account(a).member == state.account(b).member;
}

// Of all closed accounts of the member, at the high edge; the name of one of them.
struct Owed {
  Usd value;
  std::string of;
};

Owed owed_by_member(const State& state, AccountIndex account) {
  Owed owed;
  for (const auto& [closed, loss] : state.losses()) {
    if (!same_member(state, account, AccountIndex(closed))) continue;
    for (const LossPart& part : loss.parts) {
      owed.value += pricing::holding_value(state.registry()[AssetIndex(part.asset)], part.amount,
                                           state.market.epoch().assets[part.asset].high);
    }
    owed.of = state.account(AccountIndex(closed)).name;
  }
  return owed;
}

// What is free of an account at its low edge, if `less` of `asset` were not there.
Usd free_without(const Context& context, AccountIndex account, AssetIndex asset, Amount less) {
  Usd sum;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket != Bucket::free) continue;
    const bool leaves = line.asset == asset && line.place == context.internal_place();
    sum += low_value(context, line.asset, line.balance.available() - (leaves ? less : Amount{}));
  }
  return sum;
}

// Beyond target·IM at the least equity; less than 0 if that is not reached.
Usd spare(Context& context, AccountIndex account, const risk::Requirement& figures) {
  return figures.equity_least - unrealisable_gain(context.state, context.valuer, account) -
         scale_up(figures.initial, context.ladder().levels.target_bp, 10'000);
}

risk::Requirement without_collateral(Context& context, AccountIndex account, AssetIndex asset,
                                     Amount amount) {
  risk::Portfolio book = context.valuer.portfolio(account);
  add_amount(book.collateral, asset, -amount);
  return context.valuer.evaluate(account, book);
}

void pay(Context& context, const HoldingKey& from, const LossPart& part, Amount amount) {
  const auto owner = [&part] {
    switch (part.bearer) {
      case LossBearer::house:
        return SystemOwner::house;
      case LossBearer::insurance:
        return SystemOwner::insurance;
      case LossBearer::gains:
        return SystemOwner::market;
      case LossBearer::bad_debt:
        break;
    }
    return SystemOwner::pool;
  };
  const HoldingKey to{owner(), from.asset, from.place, Bucket::free};
  Status done = context.post(context.transfer(TransferKind::waterfall, from, to, amount));
  BULKHEAD_ASSERT(done.has_value());
  if (part.bearer != LossBearer::gains) return;
  // The gain that was not paid then is paid now.
  done = context.post(
      context.transfer(TransferKind::trade, to,
                       {AccountIndex(part.account), from.asset, from.place, Bucket::free}, amount));
  BULKHEAD_ASSERT(done.has_value());
}

Status check_owed(const Context& context, AccountIndex account) {
  if (context.state.losses().contains(account.value)) return {};
  return fail(ErrorCode::out_of_range, "account", context.state.account(account).name,
              "a closed account of whose loss others bore something");
}

}  // namespace

void note_borne(Context& context, AccountIndex closed, AssetIndex asset,
                std::vector<LossPart> parts) {
  OwedLoss loss{closed.value, {}};
  const auto before = context.state.losses().find(closed.value);
  if (before != context.state.losses().end()) loss = before->second;
  Amount borne;
  for (LossPart& part : parts) {
    const bool own = part.bearer == LossBearer::gains &&
                     same_member(context.state, closed, AccountIndex(part.account));
    if (own || !part.amount.is_positive()) continue;
    part.asset = asset.value;
    borne = borne + part.amount;
    loss.parts.push_back(part);
  }
  if (borne.is_zero()) return;
  context.state.put_loss(loss);
  context.emit(closed, LossDueChanged{.change = LossDue::borne,
                                      .asset = context.registry()[asset].name,
                                      .amount = borne,
                                      .left = owed_loss(context.state, closed, asset),
                                      .reason = {},
                                      .persons = {}});
}

Amount owed_loss(const State& state, AccountIndex closed, AssetIndex asset) {
  Amount sum;
  const auto at = state.losses().find(closed.value);
  if (at == state.losses().end()) return sum;
  for (const LossPart& part : at->second.parts) {
    if (part.asset == asset.value) sum = sum + part.amount;
  }
  return sum;
}

Status check_loss_stays(Context& context, AccountIndex account, AssetIndex asset, Amount amount,
                        Bucket from) {
  const Owed owed = owed_by_member(context.state, account);
  if (owed.value <= Usd{}) return {};
  const bool pledged = from == Bucket::pledged;
  Usd stays_free = free_without(context, account, asset, pledged ? Amount{} : amount);
  Usd beyond = spare(context, account,
                     pledged ? without_collateral(context, account, asset, amount)
                             : context.valuer.requirement(account));
  for (const std::uint32_t i : context.valuer.related(account)) {
    const AccountIndex other(i);
    if (!same_member(context.state, account, other)) continue;
    stays_free += free_without(context, other, asset, Amount{});
    beyond += spare(context, other, context.valuer.requirement(other));
  }
  const Usd stays = stays_free + max(Usd{}, beyond);
  if (stays >= owed.value) return {};
  return fail(ErrorCode::group_short, "amount", to_string(amount),
              "what leaves " + to_string(owed.value) + " for the loss of " + owed.of +
                  " that others bore; it leaves " + to_string(stays));
}

void repay_loss(Context& context, const HoldingKey& from, AccountIndex closed, Amount amount) {
  OwedLoss loss = context.state.losses().at(closed.value);
  Amount left = amount;
  for (auto part = loss.parts.rbegin(); part != loss.parts.rend(); ++part) {
    if (part->asset != from.asset.value || left.is_zero()) continue;
    const Amount paid = min(left, part->amount);
    pay(context, from, *part, paid);
    part->amount = part->amount - paid;
    left = left - paid;
  }
  BULKHEAD_ASSERT(left.is_zero());
  std::erase_if(loss.parts, [](const LossPart& part) { return part.amount.is_zero(); });
  context.state.put_loss(loss);
  context.emit(closed, LossDueChanged{.change = LossDue::repaid,
                                      .asset = context.registry()[from.asset].name,
                                      .amount = amount,
                                      .left = owed_loss(context.state, closed, from.asset),
                                      .reason = {},
                                      .persons = {}});
}

Status propose_waiver(Context& context, const Propose& command, const WaiveLoss& order) {
  BULKHEAD_TRY(const AccountIndex account, context.account(order.account));
  BULKHEAD_TRY_STATUS(check_reason(order.reason));
  BULKHEAD_TRY_STATUS(check_owed(context, account));
  open_proposal(context, command, order, account);
  return {};
}

Status approve_waiver(Context& context, const Proposal& open) {
  BULKHEAD_TRY_STATUS(check_second_person(context, open));
  const AccountIndex account = account_of(context.state, open);
  BULKHEAD_TRY_STATUS(check_owed(context, account));
  const Proposal proposal = take_up(context, open, account);
  std::set<std::uint32_t> assets;
  for (const LossPart& part : context.state.losses().at(account.value).parts) {
    assets.insert(part.asset);
  }
  for (const std::uint32_t asset : assets) {
    context.emit(account,
                 LossDueChanged{.change = LossDue::waived,
                                .asset = context.registry()[AssetIndex(asset)].name,
                                .amount = owed_loss(context.state, account, AssetIndex(asset)),
                                .left = {},
                                .reason = std::get<WaiveLoss>(proposal.content).reason,
                                .persons = persons_of(proposal)});
  }
  context.state.put_loss({account.value, {}});
  return {};
}

}  // namespace bulkhead::engine
