#include "bulkhead/engine/vault_orders.h"

#include <algorithm>

#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/ladder_vault.h"
#include "bulkhead/engine/two_persons.h"

namespace bulkhead::engine {
namespace {

template <class Content>
std::string account_named(const Content& content) {
  if (const auto* order = std::get_if<SequestrationOrder>(&content)) return order->account;
  if (const auto* order = std::get_if<ReleaseOrder>(&content)) return order->account;
  return {};
}

Status check(const Context& context, const SequestrationOrder& order) {
  BULKHEAD_TRY_STATUS(check_reason(order.reason));
  if (order.value < Usd{}) {
    return fail(ErrorCode::out_of_range, "value", to_string(order.value),
                "a stressed value, or 0 for all that D9.2 allows");
  }
  if (order.until > context.now()) return {};
  return fail(ErrorCode::out_of_range, "until", to_string(order.until), "later than now");
}

Status check(const Context& context, const ReleaseOrder& order) {
  BULKHEAD_TRY_STATUS(check_reason(order.reason));
  if (order.amount.is_negative()) {
    return fail(ErrorCode::out_of_range, "amount", to_string(order.amount), "0 or more");
  }
  if (order.asset.empty()) {
    if (order.place.empty() && order.amount.is_zero()) return {};
    return fail(ErrorCode::missing_field, "asset", "", "an asset for a place or an amount");
  }
  BULKHEAD_TRY(const AssetIndex asset, context.asset(order.asset));
  BULKHEAD_TRY(const PlaceIndex place, context.place(order.place));
  static_cast<void>(asset);
  static_cast<void>(place);
  return {};
}

// What an order to release asks for, as far as it is final and unencumbered.
std::vector<VaultMove> moves_of(const Context& context, AccountIndex account,
                                const ReleaseOrder& order) {
  std::vector<VaultMove> moves = all_held(context, account);
  std::erase_if(moves, [&](const VaultMove& move) {
    return !price_lets_move(context, move.asset).has_value();
  });
  if (order.asset.empty()) return moves;
  const AssetIndex asset = context.registry().find_asset(order.asset);
  const PlaceIndex place = context.registry().find_place(order.place);
  std::erase_if(moves,
                [&](const VaultMove& move) { return move.asset != asset || move.source != place; });
  for (VaultMove& move : moves) {
    if (order.amount.is_positive()) move.amount = min(move.amount, order.amount);
  }
  return moves;
}

}  // namespace

Status propose_vault_order(Context& context, const Propose& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(account_named(command.content)));
  if (const auto* order = std::get_if<SequestrationOrder>(&command.content)) {
    BULKHEAD_TRY_STATUS(check(context, *order));
    open_proposal(context, command, *order, account);
    return {};
  }
  const auto& order = std::get<ReleaseOrder>(command.content);
  BULKHEAD_TRY_STATUS(check(context, order));
  open_proposal(context, command, order, account);
  return {};
}

Status approve_vault_order(Context& context, const Proposal& open) {
  const AccountIndex account = account_of(context.state, open);
  BULKHEAD_TRY_STATUS(check_second_person(context, open));
  const auto* release = std::get_if<ReleaseOrder>(&open.content);
  std::vector<VaultMove> moves;
  if (release != nullptr) {
    BULKHEAD_TRY_STATUS(check_release(context, account));
    moves = moves_of(context, account, *release);
    if (moves.empty()) {
      return fail(ErrorCode::nothing_to_release, "asset", release->asset,
                  "what is final, not already on its way, and has a good or wide price");
    }
  }
  const Proposal proposal = take_up(context, open, account);
  if (release == nullptr) {
    const auto& order = std::get<SequestrationOrder>(proposal.content);
    put_order_in_force(
        context, account,
        {proposal.name, order.value, order.reason, order.until, persons_of(proposal)});
    return {};
  }
  end_order(context, account);
  order_release(context, account, moves, policy::Reason::ordered);
  // For a dwell no trigger undoes what two persons ordered.
  context.state.edit_account(account).ladder.last_sequestration = context.now();
  return {};
}

void put_order_in_force(Context& context, AccountIndex account, const StandingOrder& order) {
  VaultRecord vault = context.state.vault(account);
  vault.order = order;
  context.state.put_vault(vault);
  context.emit(account, SequestrationOrderChanged{.proposal = order.proposal,
                                                  .in_force = true,
                                                  .value = order.value,
                                                  .reason = order.reason,
                                                  .until = order.until,
                                                  .persons = order.persons});
}

void end_order(Context& context, AccountIndex account) {
  VaultRecord vault = context.state.vault(account);
  if (!vault.order) return;
  const StandingOrder order = *vault.order;
  vault.order.reset();
  context.state.put_vault(vault);
  context.emit(account, SequestrationOrderChanged{.proposal = order.proposal,
                                                  .in_force = false,
                                                  .value = order.value,
                                                  .reason = order.reason,
                                                  .until = order.until,
                                                  .persons = order.persons});
}

}  // namespace bulkhead::engine
