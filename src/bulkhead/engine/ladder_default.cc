#include "bulkhead/engine/ladder_default.h"

#include <algorithm>

#include "bulkhead/engine/auctions.h"
#include "bulkhead/engine/blocked.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/deleveraging.h"
#include "bulkhead/engine/hedges.h"
#include "bulkhead/engine/ladder_calls.h"
#include "bulkhead/engine/ladder_vault.h"
#include "bulkhead/engine/liquidation_items.h"
#include "bulkhead/engine/liquidation_orders.h"
#include "bulkhead/engine/loss_charges.h"
#include "bulkhead/engine/open_orders.h"
#include "bulkhead/engine/own_losses.h"
#include "bulkhead/engine/plans.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/waterfall.h"

namespace bulkhead::engine {
namespace {

void change_default(Context& context, AccountIndex account, policy::DefaultInput input) {
  const policy::DefaultDecision decision =
      policy::apply_default(context.state.account(account).ladder, input, context.now());
  if (!decision.changed()) return;
  context.state.edit_account(account).ladder = decision.state;
  context.emit(account, DefaultChanged{.from = decision.transition.from,
                                       .to = decision.transition.to,
                                       .reason = decision.transition.reason,
                                       .figures = context.figures(account)});
}

// Freeze and cancel (D10.2): orders go first; later, those that were to reduce what is closed now.
void cancel_orders(Context& context, AccountIndex account) {
  for (positions::Order& order : context.state.orders.cancel_all(account)) {
    context.valuer.touch(account);
    order.lots = 0;
    context.emit(account, order_changed(context, OrderChange::cancelled, order, {}, "default"));
  }
}

void end_liquidation(Context& context, AccountIndex account) {
  const policy::CoverageDecision decision =
      policy::apply_coverage(context.state.account(account).ladder,
                             policy::CoverageInput::liquidation_ended, context.now());
  context.state.edit_account(account).ladder = decision.state;
  if (!decision.changed()) return;
  withdraw_calls(context, account);
  context.emit(account, CoverageChanged{.from = decision.transition.from,
                                        .to = decision.transition.to,
                                        .reason = decision.transition.reason,
                                        .figures = context.figures(account)});
}

// Where no reduction helps by itself: everything, as far as this interval takes it (D10.2).
std::vector<policy::Slice> close_out(std::span<const ClosableLine> lines) {
  std::vector<policy::Slice> slices;
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    const policy::ClosableItem& item = lines[i].item;
    const std::uint64_t lots = std::min(item.lots, item.capacity);
    if (lots == 0) continue;
    slices.push_back({i, lots, policy::execution_cost(item.market, policy::notional(item, lots))});
  }
  return slices;
}

policy::LiquidationPlan plan_of(Context& context, AccountIndex account,
                                std::span<const ClosableLine> lines) {
  std::vector<policy::ClosableItem> items;
  items.reserve(lines.size());
  for (const ClosableLine& line : lines) items.push_back(line.item);
  return plan_over(context.books(), account, lines, items);
}

// What the core's own plan closes in this interval: with hedges where only they reach the exit
// level now, or cheaper.
std::vector<policy::Slice> plain_slices(Context& context, AccountIndex account,
                                        const std::vector<ClosableLine>& lines) {
  const std::span<const ClosableLine> closable = without_hedges(lines);
  policy::LiquidationPlan plan = plan_of(context, account, closable);
  if (closable.size() < lines.size()) {
    policy::LiquidationPlan hedged = plan_of(context, account, lines);
    const bool reached = plan.outcome == policy::PlanOutcome::reaches_exit;
    if (hedged.outcome == policy::PlanOutcome::reaches_exit &&
        (!reached || hedged.expected_cost < plan.expected_cost)) {
      return std::move(hedged.slices);
    }
  }
  return plan.outcome == policy::PlanOutcome::stuck ? close_out(closable) : std::move(plan.slices);
}

// Instructs the next slices, of a planner's plan or the plain one, or opens an auction; false if
// there is nothing that could be closed or sold.
bool plan_and_instruct(Context& context, AccountIndex account) {
  std::vector<ClosableLine> lines = closable_lines(context.books(), account);
  const std::vector<ClosableLine> hedges = hedge_lines(context.books(), account, lines);
  lines.insert(lines.end(), hedges.begin(), hedges.end());
  if (lines.empty()) return false;
  if (waits_for_planner(context, account)) return true;
  const auto planned = slices_of_plan(context, account, lines);
  if (!planned && cannot_be_sliced(context, account, without_hedges(lines))) {
    open_auction(context, account, without_hedges(lines));
    return true;
  }
  const std::vector<policy::Slice> slices =
      planned ? *planned : plain_slices(context, account, lines);
  if (slices.empty()) {
    // A market that may not be asked is as silent as one that does not answer.
    const bool none_left = std::ranges::all_of(
        lines, [](const ClosableLine& line) { return line.item.capacity == 0; });
    if (none_left) note_asked(context, account);
    return true;
  }
  const policy::LadderState& ladder = context.state.account(account).ladder;
  const double band =
      policy::closing_band(context.now() - ladder.default_since, context.ladder().defaults);
  change_to_liquidating(context, account);
  for (const policy::Slice& slice : slices) {
    instruct(context, account, lines[slice.item], slice, band);
  }
  note_asked(context, account);
  return true;
}

// Of the reasons that a destructive act is not done, those that a poor price or an outage makes.
void say_what_blocks(Context& context, AccountIndex account, Act act, policy::Reason why) {
  switch (why) {
    case policy::Reason::price_not_good:
    case policy::Reason::volatile_price:
      note_blocked(context, account, act, why, context.valuer.worst_price(account));
      return;
    case policy::Reason::outage_grace:
      note_blocked(context, account, act, why, std::nullopt);
      return;
    default:
      note_blocked(context, account, act, policy::Reason::none, std::nullopt);
  }
}

// With nothing left to close, what is held comes back to its owner; the end is told when no leg is
// open any more (D10.3).
bool ready_to_close(Context& context, AccountIndex account) {
  if (open_leg_count(context, account) > 0) return false;
  if (!anything_held(context, account)) return true;
  recall(context, account, policy::Reason::nothing_left);
  return false;
}

// At the exit level it only pays what it has lost, and nothing is reduced any more.
bool pays_its_losses(const Context& context, AccountIndex account,
                     const policy::Standing& standing) {
  return context.state.account(account).ladder.default_ == policy::Default::liquidating &&
         !context.state.default_record(account).owed.empty() && !standing.unpriced &&
         policy::at_level(standing, standing.equity_mid, context.ladder().levels.target_bp);
}

}  // namespace

policy::DefaultContext default_context(const Context& context, AccountIndex account,
                                       const policy::Standing& standing) {
  return {.call_missed = context.state.account(account).call_missed,
          .ordered = false,
          .first_slice = false,
          .nothing_left = !standing.has_obligations,
          .grace_until = context.state.counters().grace_until};
}

void follow_default(Context& context, AccountIndex account, const policy::Standing& standing) {
  const policy::DefaultContext facts = default_context(context, account, standing);
  const policy::DefaultChoice choice = policy::choose_default(
      context.state.account(account).ladder, standing, facts, context.ladder(), context.now());
  if (context.state.account(account).ladder.default_ == policy::Default::none) {
    say_what_blocks(context, account, Act::default_, choice.why);
  }
  if (choice.input == policy::DefaultInput::quiet) return;
  if (choice.input == policy::DefaultInput::nothing_left && !ready_to_close(context, account)) {
    return;
  }
  if (choice.input == policy::DefaultInput::exit_reached && !own_losses_settled(context, account)) {
    return;
  }
  const policy::Default before = context.state.account(account).ladder.default_;
  change_default(context, account, choice.input);
  if (before == policy::Default::none) {
    note_declared(context, account);
    cancel_orders(context, account);
    return;
  }
  // The default ends: cured, exit reached, or nothing left.
  end_instructions(context, account);
  end_plan(context, account, PlanEnd::overtaken);
  end_auction(context, account, AuctionEnd::overtaken);
  tell_charges(context, account);
  if (choice.input != policy::DefaultInput::nothing_left) context.state.erase_default(account);
  if (choice.input == policy::DefaultInput::exit_reached) end_liquidation(context, account);
  context.state.edit_account(account).call_missed = false;
  context.state.edit_account(account).blocked = 0;
}

void declare_by_order(Context& context, AccountIndex account) {
  change_default(context, account, policy::DefaultInput::ordered);
  note_declared(context, account);
  cancel_orders(context, account);
}

void change_to_liquidating(Context& context, AccountIndex account) {
  change_default(context, account, policy::DefaultInput::first_slice);
}

void liquidate(Context& context, AccountIndex account, const policy::Standing& standing) {
  if (is_stopped(context.state, StopButton::stop_liquidations, account)) {
    end_auction(context, account, AuctionEnd::overtaken);
    note_filled(context, account);
    note_blocked(context, account, Act::liquidation, policy::Reason::stopped, std::nullopt);
    return;
  }
  if (pays_its_losses(context, account, standing)) {
    end_auction(context, account, AuctionEnd::overtaken);
    return;
  }
  const policy::Reason hindrance = policy::liquidation_hindrance(
      context.state.account(account).ladder, standing, default_context(context, account, standing),
      context.ladder(), context.now());
  if (hindrance != policy::Reason::none) {
    end_auction(context, account, AuctionEnd::overtaken);
    note_filled(context, account);  // while nothing may be asked for, the market owes no answer
    say_what_blocks(context, account, Act::liquidation, hindrance);
    return;
  }
  const auto untradable = untradable_price(context.books(), account);
  note_blocked(context, account, Act::liquidation,
               untradable ? policy::Reason::price_not_good : policy::Reason::none, untradable);
  if (market_is_silent(context, account) || context.state.default_record(account).auctioned) {
    end_instructions(context, account);
    deleverage(context, account);
  }
  if (context.state.has_instruction(account)) return;
  pay_debts(context, account);
  if (context.state.default_record(account).auction) return;
  if (plan_and_instruct(context, account)) return;
  if (untradable || !context.state.positions.positions(account).empty()) return;
  cancel_orders(context, account);
  // No position is left: what is owed is paid from all that is the account's own (D10.3).
  if (anything_held(context, account)) {
    recall(context, account, policy::Reason::first_slice);
    return;
  }
  if (open_leg_count(context, account) > 0 || pledge_free(context, account)) return;
  change_to_liquidating(context, account);
  cover_losses(context, account);
}

}  // namespace bulkhead::engine
