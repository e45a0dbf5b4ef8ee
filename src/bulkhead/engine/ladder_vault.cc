#include "bulkhead/engine/ladder_vault.h"

#include <algorithm>

#include "bulkhead/engine/alarms.h"
#include "bulkhead/engine/blocked.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/vault_candidates.h"
#include "bulkhead/engine/vault_score.h"

namespace bulkhead::engine {
namespace {

using collateral::Candidate;

SequestrationLeg told(const Context& context, const VaultMove& move, Usd stressed) {
  return {.asset = context.registry()[move.asset].name,
          .from_place = context.registry()[move.source].name,
          .to_place = context.registry()[move.destination].name,
          .amount = move.amount,
          .stressed_value = stressed};
}

// The least that some vault takes.
Usd least_transfer(const State& state) {
  std::optional<double> least;
  for (const market::Place& place : state.registry().places()) {
    if (is_vault(place))
      least = std::min(least.value_or(place.minimum_transfer), place.minimum_transfer);
  }
  return Usd{static_cast<std::int64_t>(least.value_or(0) * 1e6)};
}

// Whether something is missing; true if that is new.
bool note_short(Context& context, AccountIndex account, bool missing) {
  VaultRecord vault = context.state.vault(account);
  if (vault.short_told == missing) return false;
  vault.short_told = missing;
  context.state.put_vault(vault);
  return missing;
}

void tell_short(Context& context, AccountIndex account, const SequestrationOrdered& wanted) {
  context.emit(account, SequestrationShort{.trigger = wanted.trigger,
                                           .required = wanted.required,
                                           .held = wanted.held,
                                           .missing = wanted.missing,
                                           .passed_over = wanted.passed_over,
                                           .figures = wanted.figures});
}

// D8.6 of a release: as if done, the book is the same, so that what it must leave is what there is
// now.
bool release_leaves_enough(Context& context, AccountIndex account,
                           const policy::Standing& standing) {
  if (!standing.has_obligations) return true;
  return policy::at_level(standing, standing.equity_least, context.ladder().levels.target_bp) &&
         standing.equity_least >= context.valuer.requirement(account).initial_stressed;
}

// Why what is held stays at its review; review_due if it need not: every trigger is clear, whether
// or not it has been so through the dwell.
policy::Reason reason_to_keep(Context& context, AccountIndex account,
                              const policy::Standing& standing) {
  if (context.state.account(account).ladder.default_ != policy::Default::none) {
    return policy::Reason::frozen_by_default;
  }
  const policy::SequestrationInput input =
      sequestration_input(context.state, context.valuer, account, standing);
  const policy::Triggers triggers = policy::triggers(input, context.ladder());
  if (triggers.any()) return triggers.first();
  if (!policy::all_good(standing)) return policy::Reason::price_not_good;
  const bool clear = policy::triggers_clear(input, context.ladder());
  return clear && release_leaves_enough(context, account, standing) ? policy::Reason::review_due
                                                                    : policy::Reason::below_release;
}

// The review of what has been held longest (D9.5); true if it is released.
bool review(Context& context, AccountIndex account, const policy::Standing& standing) {
  VaultRecord vault = context.state.vault(account);
  const Duration length = context.ladder().sequestration.review_after;
  const Timestamp since = *context.state.account(account).ladder.held_since;
  if (vault.reviewed && *vault.reviewed >= since && context.now() - *vault.reviewed < length) {
    return false;
  }
  const policy::Reason reason = reason_to_keep(context, account, standing);
  const std::vector<VaultMove> moves = all_held(context, account);
  const bool released = reason == policy::Reason::review_due && !moves.empty();
  vault.reviewed = context.now();
  context.state.put_vault(vault);
  context.emit(account,
               SequestrationReviewed{.held_since = since,
                                     .released = released,
                                     .reason = reason,
                                     .required = vault_requirement(
                                         context, account, context.valuer.requirement(account)),
                                     .held = vault_stressed(context.state, context.valuer, account),
                                     .next = context.now() + length,
                                     .figures = context.figures(account)});
  if (released) order_release(context, account, moves, reason);
  return released;
}

// Of what is final and unencumbered in vaults, what need not stay so that `required` of stressed
// value does: the dearest to keep.
std::vector<VaultMove> beyond(const Context& context, AccountIndex account, Usd required) {
  collateral::SelectionRequest request;
  request.required = required;
  request.search_nodes_max = context.parameters().collateral.search_nodes_max;
  std::vector<VaultMove> held = all_held(context, account);
  // What does not count for R stays out of the choice, or it would stand in for what does.
  std::erase_if(held, [&context](const VaultMove& move) {
    return is_alarmed(context.state, move.source) ||
           context.state.market.epoch().assets[move.asset.value].quality == market::Quality::halted;
  });
  for (const VaultMove& move : held) {
    const double price = context.state.market.epoch().assets[move.asset.value].mid;
    Candidate made;
    made.asset = move.asset;
    made.source = move.source;
    made.destination = move.source;
    made.lot = selection_lot(context.registry()[move.asset], price);
    made.lots = static_cast<std::uint64_t>(move.amount.units / made.lot.units);
    made.market_per_lot = context.valuer.market_value(move.asset, made.lot);
    made.stressed_per_lot = context.valuer.stressed_value(move.asset, made.lot);
    const collateral::AssetTerms* terms = collateral::find_terms(
        context.parameters().collateral, context.registry()[move.asset].name);
    if (terms != nullptr) made.cost_per_lot_nanos = cost_nanos(context, made, *terms);
    request.candidates.push_back(made);
  }
  const collateral::Selection selection = collateral::select_release(request);
  for (std::size_t i = 0; i < held.size(); ++i) held[i].amount = selection.choices[i].amount;
  std::erase_if(held, [](const VaultMove& move) { return !move.amount.is_positive(); });
  return held;
}

}  // namespace

void order_release(Context& context, AccountIndex account, const std::vector<VaultMove>& moves,
                   policy::Reason reason) {
  ReleaseOrdered ordered{.legs = {}, .figures = context.figures(account), .reason = reason};
  for (const VaultMove& move : moves) {
    ordered.legs.push_back(
        told(context, move, context.valuer.stressed_value(move.asset, move.amount)));
  }
  context.emit(account, std::move(ordered));
  score_moves(context, account, moves, reason);
  move_out_of_vaults(context, account, moves);
  change_vault(context, account, policy::VaultInput::release, reason);
}

Status check_release(Context& context, AccountIndex account) {
  BULKHEAD_TRY_STATUS(check_releases_run(context, account));
  if (!context.valuer.ready()) {
    return fail(ErrorCode::no_scenario_set, "scenario_set", "", "adopt a scenario set first");
  }
  const policy::LadderState& ladder = context.state.account(account).ladder;
  if (ladder.default_ != policy::Default::none) {
    return fail(ErrorCode::stage_forbids, "account", to_string(ladder.default_),
                "an account that is not in default");
  }
  if (ladder.vault != policy::Vault::held && ladder.vault != policy::Vault::releasing) {
    return fail(ErrorCode::stage_forbids, "account", to_string(ladder.vault),
                "a vault that is held: every leg towards it has ended");
  }
  const PlaceIndex home = context.internal_place();
  if (is_alarmed(context.state, home)) {
    return fail(ErrorCode::stage_forbids, "place", context.registry()[home].name,
                "a place to go back to that is not under alarm");
  }
  const policy::Standing standing = context.valuer.standing(account);
  if (!policy::all_good(standing)) {
    return fail(ErrorCode::price_not_good, "price", to_string(standing.worst_quality), "good");
  }
  if (release_leaves_enough(context, account, standing)) return {};
  return fail(ErrorCode::below_target, "equity_least", to_string(standing.equity_least),
              "at least " + std::to_string(context.ladder().levels.target_bp) + " bp of IM " +
                  to_string(standing.initial_margin) + " and the stressed IM " +
                  to_string(context.valuer.requirement(account).initial_stressed));
}

policy::SequestrationInput sequestration_input(const State& state, Valuer& valuer,
                                               AccountIndex account,
                                               const policy::Standing& standing) {
  const risk::Requirement& figures = valuer.requirement(account);
  Usd held;
  if (state.account(account).ladder.vault != policy::Vault::none) {
    held = vault_stressed(state, valuer, account);
  }
  const AccountAlarms alarms = alarms_of(state, account);
  std::optional<StandingOrder> order;
  if (state.has_vault(account)) order = state.vault(account).order;
  return {.standing = standing,
          .position_value = figures.positions,
          .debts = figures.debts,
          .obligation_margin = figures.obligations_maintenance,
          .breach_weight = figures.breach_weight,
          .alarm = alarms.raised,
          .alarm_clear = alarms.clear,
          .ordered = order.has_value(),
          .ordered_value = order ? order->value : Usd{},
          .false_alarms = recent_false_alarms(state, account, state.market.epoch().time),
          .held_stressed = held,
          .in_flight_stressed = {},
          .minimum_transfer = least_transfer(state)};
}

void change_vault(Context& context, AccountIndex account, policy::VaultInput input,
                  policy::Reason reason) {
  const policy::VaultDecision decision =
      policy::apply_vault(context.state.account(account).ladder, input, context.now(), reason);
  if (decision.state == context.state.account(account).ladder) return;
  context.state.edit_account(account).ladder = decision.state;
  if (!decision.changed()) return;
  context.emit(account, VaultChanged{.from = decision.transition.from,
                                     .to = decision.transition.to,
                                     .reason = decision.transition.reason,
                                     .figures = context.figures(account)});
}

void sequester(Context& context, AccountIndex account, const policy::SequestrationInput& input) {
  const policy::SequestrationDecision decision = policy::decide_sequestration(
      context.state.account(account).ladder, input, context.ladder(), context.now());
  note_held_back(context, account, decision.reason == policy::Reason::false_alarm_limit, decision);
  if (!decision.act) {
    if (decision.reason != policy::Reason::within_dwell) note_short(context, account, false);
    return;
  }
  const VaultPlan plan = plan_vault(context, account, decision.required, decision.gap);
  SequestrationOrdered ordered{.trigger = decision.reason,
                               .required = decision.required,
                               .held = decision.held,
                               .missing = plan.missing,
                               .legs = {},
                               .passed_over = {},
                               .figures = context.figures(account)};
  std::vector<VaultMove> moves;
  for (std::size_t i = 0; i < plan.candidates.size(); ++i) {
    const Candidate& candidate = plan.candidates[i];
    const VaultMove move{candidate.asset, candidate.source, candidate.destination, plan.amounts[i]};
    if (move.amount.is_positive()) {
      moves.push_back(move);
      ordered.legs.push_back(told(context, move, plan.stressed[i]));
    } else {
      ordered.passed_over.push_back({context.registry()[move.asset].name,
                                     context.registry()[move.source].name,
                                     context.registry()[move.destination].name, plan.why[i]});
    }
  }
  const bool said = note_short(context, account, plan.missing > Usd{});
  if (moves.empty()) {
    if (said) tell_short(context, account, ordered);
    return;
  }
  context.emit(account, std::move(ordered));
  score_moves(context, account, moves, decision.reason);
  move_into_vaults(context, account, moves);
  change_vault(context, account, policy::VaultInput::sequester, decision.reason);
}

void release(Context& context, AccountIndex account, const policy::Standing& standing) {
  const policy::ReleaseDecision decision = policy::decide_release(
      context.state.account(account).ladder, standing, context.ladder(), context.now());
  const bool stopped = is_stopped(context.state, StopButton::stop_releases, account);
  if (stopped && (decision.release || decision.review)) {
    note_blocked(context, account, Act::release, policy::Reason::stopped, std::nullopt);
    return;
  }
  note_blocked(context, account, Act::release, decision.reason == policy::Reason::price_not_good);
  if (decision.review && review(context, account, standing)) return;
  if (!decision.release || !release_leaves_enough(context, account, standing)) return;
  const std::vector<VaultMove> moves = all_held(context, account);
  if (moves.empty()) return;
  order_release(context, account, moves, decision.reason);
}

void release_surplus(Context& context, AccountIndex account, const policy::Standing& standing) {
  VaultRecord vault = context.state.vault(account);
  const policy::LadderState& ladder = context.state.account(account).ladder;
  if (!vault.surplus_due || ladder.vault != policy::Vault::held || !policy::all_good(standing) ||
      is_alarmed(context.state, context.internal_place()) ||
      is_stopped(context.state, StopButton::stop_releases, account)) {
    return;
  }
  vault.surplus_due = false;
  context.state.put_vault(vault);
  const Usd required = vault_requirement(context, account, context.valuer.requirement(account));
  const Usd gap = scale_up(required, context.ladder().sequestration.gap_bp, 10'000);
  if (vault_stressed(context.state, context.valuer, account) <= required + gap) return;
  const std::vector<VaultMove> moves = beyond(context, account, required);
  if (moves.empty()) return;
  order_release(context, account, moves, policy::Reason::surplus);
}

void recall(Context& context, AccountIndex account, policy::Reason reason) {
  const policy::Vault stage = context.state.account(account).ladder.vault;
  if (stage != policy::Vault::held && stage != policy::Vault::releasing) return;
  std::vector<VaultMove> moves = all_held(context, account);
  std::erase_if(moves, [&](const VaultMove& move) {
    const Answers answer = answers(context, account, move.asset, move.source);
    return answer == Answers::silent || answer == Answers::refused_now;
  });
  if (moves.empty()) return;
  move_out_of_vaults(context, account, moves);
  change_vault(context, account, policy::VaultInput::release, reason);
}

void follow_legs(Context& context, AccountIndex account) {
  if (context.state.account(account).ladder.vault == policy::Vault::none &&
      !anything_held(context, account)) {
    return;
  }
  change_vault(
      context, account,
      policy::vault_input(open_leg_count(context, account), anything_held(context, account)),
      policy::Reason::none);
}

}  // namespace bulkhead::engine
