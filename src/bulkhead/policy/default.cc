// The default part of the ladder: its transition table and the choice of its input.
#include "bulkhead/policy/default.h"

#include "bulkhead/base/assert.h"

namespace bulkhead::policy {
namespace {

using D = Default;
using I = DefaultInput;
using R = Reason;

// Ordered by (from, input).
constexpr std::array<DefaultTransition, 4 * kDefaultInputCount> kTable{{
    {D::none, I::quiet, D::none, R::none},
    {D::none, I::maintenance_breach, D::declared, R::maintenance_breach},
    {D::none, I::call_missed, D::declared, R::call_missed},
    {D::none, I::ordered, D::declared, R::ordered},
    {D::none, I::cured, D::none, R::none},
    {D::none, I::first_slice, D::none, R::none},
    {D::none, I::exit_reached, D::none, R::none},
    {D::none, I::nothing_left, D::none, R::none},

    {D::declared, I::quiet, D::declared, R::none},
    {D::declared, I::maintenance_breach, D::declared, R::none},
    {D::declared, I::call_missed, D::declared, R::none},
    {D::declared, I::ordered, D::declared, R::none},
    {D::declared, I::cured, D::none, R::cured},
    {D::declared, I::first_slice, D::liquidating, R::first_slice},
    {D::declared, I::exit_reached, D::declared, R::none},
    {D::declared, I::nothing_left, D::closed, R::nothing_left},

    {D::liquidating, I::quiet, D::liquidating, R::none},
    {D::liquidating, I::maintenance_breach, D::liquidating, R::none},
    {D::liquidating, I::call_missed, D::liquidating, R::none},
    {D::liquidating, I::ordered, D::liquidating, R::none},
    {D::liquidating, I::cured, D::liquidating, R::none},
    {D::liquidating, I::first_slice, D::liquidating, R::none},
    {D::liquidating, I::exit_reached, D::none, R::exit_reached},
    {D::liquidating, I::nothing_left, D::closed, R::nothing_left},

    {D::closed, I::quiet, D::closed, R::none},
    {D::closed, I::maintenance_breach, D::closed, R::none},
    {D::closed, I::call_missed, D::closed, R::none},
    {D::closed, I::ordered, D::closed, R::none},
    {D::closed, I::cured, D::closed, R::none},
    {D::closed, I::first_slice, D::closed, R::none},
    {D::closed, I::exit_reached, D::closed, R::none},
    {D::closed, I::nothing_left, D::closed, R::none},
}};

// What keeps a destructive act from being done now; none if nothing does (D4.4, D4.5).
Reason destructive_hindrance(const Standing& standing, const DefaultContext& context,
                             Timestamp now) {
  if (!all_good(standing)) return R::price_not_good;
  if (now < context.grace_until && standing.equity_greatest >= Usd{}) return R::outage_grace;
  return R::none;
}

DefaultChoice choose_declaration(const LadderState& state, const Standing& standing,
                                 const DefaultContext& context, const LadderParameters& parameters,
                                 Timestamp now) {
  if (context.ordered) return {I::ordered, R::none};
  const bool breach = state.maintenance_breach.since.has_value();
  const bool missed = context.call_missed && state.call_breach.since.has_value();
  if (!breach && !missed) return {I::quiet, R::not_breached};
  const Reason hindrance = destructive_hindrance(standing, context, now);
  if (hindrance != R::none) return {I::quiet, hindrance};
  const DefaultParameters& p = parameters.defaults;
  const auto is_confirmed = [&](const Streak& streak) {
    return confirmed(streak, p.confirm_for, p.confirm_aggregates, now);
  };
  if (breach && is_confirmed(state.maintenance_breach)) return {I::maintenance_breach, R::none};
  if (missed && is_confirmed(state.call_breach)) return {I::call_missed, R::none};
  return {I::quiet, R::unconfirmed};
}

}  // namespace

std::span<const DefaultTransition> default_table() { return kTable; }

DefaultDecision apply_default(const LadderState& state, DefaultInput input, Timestamp now) {
  const std::size_t index = static_cast<std::size_t>(state.default_) * kDefaultInputCount +
                            static_cast<std::size_t>(input);
  BULKHEAD_ASSERT(index < kTable.size());
  DefaultDecision decision{state, kTable[index]};
  BULKHEAD_ASSERT(decision.transition.from == state.default_ && decision.transition.input == input);
  if (decision.changed()) {
    decision.state.default_ = decision.transition.to;
    decision.state.default_since = now;
  }
  return decision;
}

bool is_outage(Timestamp last_tick, Timestamp now, const LadderParameters& parameters) {
  BULKHEAD_ASSERT(last_tick <= now);
  return now - last_tick > parameters.defaults.tick_step_max;
}

DefaultChoice choose_default(const LadderState& state, const Standing& standing,
                             const DefaultContext& context, const LadderParameters& parameters,
                             Timestamp now) {
  const BasisPoints exit_bp = parameters.levels.target_bp;
  switch (state.default_) {
    case D::none:
      return choose_declaration(state, standing, context, parameters, now);
    case D::declared:
      if (context.first_slice) return {I::first_slice, R::none};
      if (standing.equity_least >= Usd{} && at_level(standing, standing.equity_least, exit_bp)) {
        return {I::cured, R::none};
      }
      if (context.nothing_left) return {I::nothing_left, R::none};
      return {I::quiet, R::none};
    case D::liquidating:
      if (context.nothing_left) return {I::nothing_left, R::none};
      if (!all_good(standing)) return {I::quiet, R::price_not_good};
      if (at_level(standing, standing.equity_mid, exit_bp)) return {I::exit_reached, R::none};
      return {I::quiet, R::none};
    case D::closed:
      break;
  }
  return {I::quiet, R::none};
}

bool may_liquidate(const LadderState& state, const Standing& standing,
                   const DefaultContext& context, Timestamp now) {
  const bool in_default = state.default_ == D::declared || state.default_ == D::liquidating;
  return in_default && destructive_hindrance(standing, context, now) == R::none;
}

}  // namespace bulkhead::policy
