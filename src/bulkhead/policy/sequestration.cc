// Sequestration triggers, requirement and release.
#include "bulkhead/policy/sequestration.h"

#include "bulkhead/base/assert.h"

namespace bulkhead::policy {
namespace {

// P > level, exactly: 2·weight/2^30 > bp/10^4, P cut at 1.
bool probability_above(std::uint64_t breach_weight, BasisPoints bp) {
  BULKHEAD_ASSERT(breach_weight <= kWeightOne && bp >= 0);
  const Int128 doubled = Int128{2} * static_cast<Int128>(breach_weight);
  const Int128 one = static_cast<Int128>(kWeightOne);
  return (doubled < one ? doubled : one) * 10'000 > one * bp;
}

}  // namespace

Reason Triggers::first() const {
  if (coverage) return Reason::below_sequester;
  if (look_ahead) return Reason::look_ahead;
  if (extreme) return Reason::extreme_below_watch;
  if (alarm) return Reason::alarm;
  if (ordered) return Reason::ordered;
  return Reason::none;
}

Triggers triggers(const SequestrationInput& input, const LadderParameters& parameters) {
  const Standing& s = input.standing;
  const Usd equity = preventive_equity(s);
  Triggers t;
  t.coverage = !at_level(s, equity, parameters.levels.sequester_bp);
  t.look_ahead = s.has_obligations &&
                 probability_above(input.breach_weight, parameters.sequestration.breach_weight_bp);
  t.extreme =
      s.regime == market::Regime::extreme && !at_level(s, equity, parameters.levels.watch_bp);
  t.alarm = input.alarm;
  t.ordered = input.ordered;
  return t;
}

bool triggers_clear(const SequestrationInput& input, const LadderParameters& parameters) {
  const Standing& s = input.standing;
  if (!s.has_obligations) return true;
  if (input.alarm || !input.alarm_clear || input.ordered) return false;
  if (!at_level(s, s.equity_least, parameters.levels.release_bp)) return false;
  if (probability_above(input.breach_weight, parameters.sequestration.breach_weight_clear_bp)) {
    return false;
  }
  return s.regime != market::Regime::extreme ||
         at_level(s, s.equity_least, parameters.levels.target_bp);
}

bool depegged(Usd price, const SequestrationParameters& parameters) {
  return price < scale_up(usd(1), 10'000 - parameters.depeg_bp, 10'000);
}

bool peg_restored(Usd price, const SequestrationParameters& parameters) {
  return price >= scale_up(usd(1), 10'000 - parameters.depeg_clear_bp, 10'000);
}

Duration look_ahead(market::Regime regime, Duration finality_p95,
                    const LadderParameters& parameters) {
  const SequestrationParameters& p = parameters.sequestration;
  const Duration policy = p.look_ahead.at(regime);
  const Duration place = finality_p95 * static_cast<std::int64_t>(p.finality_multiple);
  return policy < place ? place : policy;
}

BasisPoints breach_probability_bp(std::uint64_t breach_weight) {
  BULKHEAD_ASSERT(breach_weight <= kWeightOne);
  const std::uint64_t doubled = 2 * breach_weight;
  const std::uint64_t capped = doubled < kWeightOne ? doubled : kWeightOne;
  return static_cast<BasisPoints>((capped * 10'000 + kWeightOne - 1) / kWeightOne);
}

Usd requirement(Usd debts, Usd position_value, Usd obligation_margin, market::Regime regime,
                const LadderParameters& parameters) {
  const BasisPoints k = parameters.sequestration.multiple_bp.at(regime);
  return max(Usd{}, debts - position_value + scale_up(obligation_margin, k, 10'000));
}

SequestrationDecision decide_sequestration(const LadderState& state,
                                           const SequestrationInput& input,
                                           const LadderParameters& parameters, Timestamp now) {
  const SequestrationParameters& p = parameters.sequestration;
  SequestrationDecision d;
  d.triggers = triggers(input, parameters);
  d.required = requirement(input.debts, input.position_value, input.obligation_margin,
                           input.standing.regime, parameters);
  if (d.triggers.first() == Reason::ordered && input.ordered_value > Usd{}) {
    d.required = min(d.required, input.ordered_value);
  }
  d.held = input.held_stressed + input.in_flight_stressed;
  d.gap = max(Usd{}, d.required - d.held);
  d.threshold = max(scale_up(d.required, p.gap_bp, 10'000), input.minimum_transfer);

  const Duration dwell = parameters.dwell.at(input.standing.regime);
  if (parameters.kind == LadderKind::liquidate_only || !d.triggers.any()) {
    d.reason = Reason::not_breached;
  } else if (state.default_ != Default::none) {
    d.reason = Reason::frozen_by_default;
  } else if (d.gap <= d.threshold) {
    d.reason = Reason::within_gap;
  } else if (d.triggers.only_foresees() && input.false_alarms >= p.false_alarms_max) {
    d.reason = Reason::false_alarm_limit;
  } else if (state.last_sequestration && now - *state.last_sequestration < dwell) {
    d.reason = Reason::within_dwell;
  } else {
    d.act = true;
    d.reason = d.triggers.first();
  }
  return d;
}

ReleaseDecision decide_release(const LadderState& state, const Standing& standing,
                               const LadderParameters& parameters, Timestamp now) {
  ReleaseDecision d;
  if (state.vault != Vault::held) return d;
  BULKHEAD_ASSERT(state.held_since.has_value());
  d.review = now - *state.held_since >= parameters.sequestration.review_after;
  if (state.default_ != Default::none) {
    d.reason = Reason::frozen_by_default;
  } else if (!state.release_dwell.since) {
    d.reason = Reason::below_release;
  } else if (!held_through(state.release_dwell, parameters.dwell.at(standing.regime), now)) {
    d.reason = Reason::within_dwell;
  } else if (standing.unpriced) {
    d.reason = Reason::price_not_good;
  } else {
    d.release = true;
    d.reason = Reason::release_through_dwell;
  }
  return d;
}

}  // namespace bulkhead::policy
