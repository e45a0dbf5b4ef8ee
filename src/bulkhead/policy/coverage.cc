// The coverage part of the ladder: its transition table and the choice of its input.
#include "bulkhead/base/assert.h"
#include "bulkhead/policy/ladder.h"

namespace bulkhead::policy {
namespace {

using C = Coverage;
using I = CoverageInput;
using A = CoverageAct;
using R = Reason;

constexpr CoverageTransition row(C from, I input, C to, R reason) {
  return {from, input, to, reason, {}, 0};
}
constexpr CoverageTransition row(C from, I input, C to, R reason, A act) {
  return {from, input, to, reason, {act, act}, 1};
}
constexpr CoverageTransition row(C from, I input, C to, R reason, A first, A second) {
  return {from, input, to, reason, {first, second}, 2};
}

// Ordered by (from, input), so that the row of a pair is found by its place.
constexpr std::array<CoverageTransition, 3 * kCoverageInputCount> kTable{{
    row(C::normal, I::no_obligations, C::normal, R::none),
    row(C::normal, I::exit_through_dwell, C::normal, R::none),
    row(C::normal, I::at_watch, C::normal, R::none),
    row(C::normal, I::at_call, C::watch, R::below_watch, A::notify_watch),
    row(C::normal, I::below_call, C::called, R::below_call, A::notify_watch, A::issue_call),
    row(C::normal, I::call_closed, C::normal, R::none),
    row(C::normal, I::liquidation_ended, C::watch, R::liquidation_ended, A::notify_watch),
    row(C::normal, I::frozen, C::normal, R::frozen_by_default),

    row(C::watch, I::no_obligations, C::normal, R::no_obligations),
    row(C::watch, I::exit_through_dwell, C::normal, R::exit_through_dwell),
    row(C::watch, I::at_watch, C::watch, R::none),
    row(C::watch, I::at_call, C::watch, R::none),
    row(C::watch, I::below_call, C::called, R::below_call, A::issue_call),
    row(C::watch, I::call_closed, C::watch, R::none),
    row(C::watch, I::liquidation_ended, C::watch, R::none),
    row(C::watch, I::frozen, C::watch, R::frozen_by_default),

    row(C::called, I::no_obligations, C::normal, R::no_obligations, A::withdraw_calls),
    row(C::called, I::exit_through_dwell, C::normal, R::exit_through_dwell, A::withdraw_calls),
    row(C::called, I::at_watch, C::called, R::none),
    row(C::called, I::at_call, C::called, R::none),
    row(C::called, I::below_call, C::called, R::none, A::issue_call),
    row(C::called, I::call_closed, C::watch, R::call_closed),
    row(C::called, I::liquidation_ended, C::watch, R::liquidation_ended, A::withdraw_calls),
    row(C::called, I::frozen, C::called, R::frozen_by_default),
}};

CoverageInput choose(const LadderState& state, const Standing& standing, std::uint32_t calls_open,
                     const LadderParameters& parameters, Timestamp now) {
  if (!standing.has_obligations) return I::no_obligations;
  if (state.default_ != Default::none) return I::frozen;
  const Usd equity = preventive_equity(standing);
  const Levels& levels = parameters.levels;
  if (!at_level(standing, equity, levels.call_bp)) {
    return parameters.kind == LadderKind::full ? I::below_call : I::at_call;
  }
  const bool at_target = at_level(standing, standing.equity_mid, levels.target_bp);
  if (at_target && held_through(state.exit_dwell, parameters.dwell.at(standing.regime), now)) {
    return I::exit_through_dwell;
  }
  const bool above_call = at_level(standing, standing.equity_mid, levels.call_bp);
  if (above_call && !at_target && state.coverage == C::called && calls_open == 0) {
    return I::call_closed;
  }
  return at_level(standing, equity, levels.watch_bp) ? I::at_watch : I::at_call;
}

// The streaks of D4.4 that a volatile price is confirmed by without the stable price.
LadderState advance_near(LadderState state, const Standing& standing, const Levels& levels,
                         Timestamp now) {
  const Usd equity = confirming_equity(standing);
  const bool sourced = standing.has_obligations && !standing.at_quorum;
  state.maintenance_breach_near =
      advance(state.maintenance_breach_near, sourced && equity < standing.maintenance_margin, now);
  state.call_breach_near =
      advance(state.call_breach_near, sourced && !at_level(standing, equity, levels.call_bp), now);
  state.negative_near =
      advance(state.negative_near, standing.has_obligations && equity < Usd{}, now);
  return state;
}

}  // namespace

std::span<const CoverageTransition> coverage_table() { return kTable; }

CoverageDecision apply_coverage(const LadderState& state, CoverageInput input, Timestamp now) {
  const std::size_t index = static_cast<std::size_t>(state.coverage) * kCoverageInputCount +
                            static_cast<std::size_t>(input);
  BULKHEAD_ASSERT(index < kTable.size());
  CoverageDecision decision{state, input, kTable[index]};
  BULKHEAD_ASSERT(decision.transition.from == state.coverage && decision.transition.input == input);
  if (decision.changed()) {
    decision.state.coverage = decision.transition.to;
    decision.state.coverage_since = now;
    decision.state.exit_dwell = Dwell{};
  }
  return decision;
}

CoverageDecision next_coverage(const LadderState& state, const Standing& standing,
                               std::uint32_t calls_open, const LadderParameters& parameters,
                               Timestamp now) {
  return apply_coverage(state, choose(state, standing, calls_open, parameters, now), now);
}

// Nobody gets better because a price is no longer known: the edge that favours the account keeps
// acts from being done (D4.4), it undoes none.
LadderState advance_timers(LadderState state, const Standing& standing, bool triggers_clear,
                           const LadderParameters& parameters, Timestamp now) {
  const Levels& levels = parameters.levels;
  const bool at_exit =
      state.coverage != C::normal && at_level(standing, standing.equity_mid, levels.target_bp);
  const bool at_release = state.vault != Vault::none && triggers_clear &&
                          at_level(standing, standing.equity_least, levels.release_bp);
  const bool breached =
      standing.has_obligations && standing.equity_greatest < standing.maintenance_margin;
  state.exit_dwell = advance(state.exit_dwell, at_exit, now);
  state.release_dwell = advance(state.release_dwell, at_release, now);
  state.maintenance_breach = advance(state.maintenance_breach, breached, now);
  state.call_breach = advance(state.call_breach,
                              !at_level(standing, standing.equity_greatest, levels.call_bp), now);
  return advance_near(state, standing, levels, now);
}

}  // namespace bulkhead::policy
