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
  if (standing.unpriced) return R::price_not_good;
  if (now < context.grace_until && standing.equity_greatest >= Usd{}) return R::outage_grace;
  return R::none;
}

// The grounds of a declaration that hold at one of the equities.
struct Grounds {
  bool maintenance = false;
  bool missed = false;
  bool any() const { return maintenance || missed; }
};

Grounds grounds(const Standing& standing, Usd equity, const DefaultContext& context,
                const LadderParameters& parameters) {
  if (!standing.has_obligations) return {};
  return {.maintenance = equity < standing.maintenance_margin,
          .missed = context.call_missed && !at_level(standing, equity, parameters.levels.call_bp)};
}

DefaultChoice choose_declaration(const LadderState& state, const Standing& standing,
                                 const DefaultContext& context, const LadderParameters& parameters,
                                 Timestamp now) {
  if (context.ordered) return {I::ordered, R::none};
  const Grounds at_mid = grounds(standing, standing.equity_mid, context, parameters);
  const Grounds at_spot = grounds(standing, confirming_equity(standing), context, parameters);
  const Grounds at_edge = grounds(standing, standing.equity_greatest, context, parameters);
  if (!at_mid.any()) return {I::quiet, R::not_breached};
  if (!at_spot.any()) return {I::quiet, R::price_not_good};
  const Reason hindrance = destructive_hindrance(standing, context, now);
  if (hindrance != R::none) return {I::quiet, hindrance};
  const DefaultParameters& p = parameters.defaults;
  if (at_spot.maintenance &&
      breach_confirmed(state.maintenance_breach, state.maintenance_breach_near, state.negative_near,
                       p, now)) {
    return {I::maintenance_breach, R::none};
  }
  if (at_spot.missed &&
      breach_confirmed(state.call_breach, state.call_breach_near, state.negative_near, p, now)) {
    return {I::call_missed, R::none};
  }
  return {I::quiet, at_edge.any() ? R::unconfirmed : R::volatile_price};
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
      if (standing.unpriced) return {I::quiet, R::price_not_good};
      if (at_level(standing, standing.equity_mid, exit_bp)) return {I::exit_reached, R::none};
      return {I::quiet, R::none};
    case D::closed:
      break;
  }
  return {I::quiet, R::none};
}

bool breach_confirmed(const Streak& hull, const Streak& near, const Streak& negative,
                      const DefaultParameters& parameters, Timestamp now) {
  const DefaultParameters& p = parameters;
  return confirmed(hull, p.confirm_for, p.confirm_aggregates, now) ||
         confirmed(near, p.confirm_volatile_for, p.confirm_aggregates, now) ||
         confirmed(negative, p.confirm_for, p.confirm_aggregates, now);
}

Reason liquidation_hindrance(const LadderState& state, const Standing& standing,
                             const DefaultContext& context, const LadderParameters& parameters,
                             Timestamp now) {
  if (state.default_ != D::declared && state.default_ != D::liquidating) return R::not_breached;
  const Reason hindrance = destructive_hindrance(standing, context, now);
  if (hindrance != R::none) return hindrance;
  if (!standing.has_obligations) return R::none;
  const Usd equity = confirming_equity(standing);
  return at_level(standing, equity, parameters.levels.target_bp) ? R::price_not_good : R::none;
}

}  // namespace bulkhead::policy
