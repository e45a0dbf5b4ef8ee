// Margin calls: sizing, minimum transfer, rounding, life cycle.
#include "bulkhead/policy/calls.h"

#include <array>

#include "bulkhead/base/assert.h"

namespace bulkhead::policy {
namespace {

using S = CallStatus;
using I = CallInput;
using R = Reason;

// Ordered by (from, input), open statuses only.
constexpr std::array<CallTransition, 2 * kCallInputCount> kTable{{
    {S::issued, I::delivery_part, S::partly_delivered, R::delivered_in_part},
    {S::issued, I::delivery_rest, S::met, R::delivered_in_full},
    {S::issued, I::cause_gone, S::withdrawn, R::exit_through_dwell},
    {S::issued, I::deadline_above, S::lapsed, R::deadline_above_call},
    {S::issued, I::deadline_below, S::missed, R::deadline_below_call},

    {S::partly_delivered, I::delivery_part, S::partly_delivered, R::delivered_in_part},
    {S::partly_delivered, I::delivery_rest, S::met, R::delivered_in_full},
    {S::partly_delivered, I::cause_gone, S::withdrawn, R::exit_through_dwell},
    {S::partly_delivered, I::deadline_above, S::lapsed, R::deadline_above_call},
    {S::partly_delivered, I::deadline_below, S::missed, R::deadline_below_call},
}};

Call apply(Call call, CallInput input, Timestamp now) {
  BULKHEAD_ASSERT(is_open(call.status));
  const std::size_t index =
      static_cast<std::size_t>(call.status) * kCallInputCount + static_cast<std::size_t>(input);
  BULKHEAD_ASSERT(index < kTable.size() && kTable[index].from == call.status);
  call.status = kTable[index].to;
  call.reason = kTable[index].reason;
  if (!is_open(call.status)) call.ended = now;
  return call;
}

Usd multiple_below(Usd value, Usd unit) {
  BULKHEAD_ASSERT(value >= Usd{} && unit > Usd{});
  return Usd{value.micros - value.micros % unit.micros};
}

}  // namespace

Usd Call::outstanding() const {
  const bool due = is_open(status) || status == CallStatus::missed;
  return due ? max(Usd{}, amount - delivered) : Usd{};
}

Usd minimum_transfer(const CallNeed& need, const LadderParameters& parameters) {
  if (need.in_default || need.final_return) return Usd{};
  const bool above_sequester =
      need.equity >= Usd{} &&
      at_least_bp(need.equity, parameters.levels.sequester_bp, need.initial_margin);
  if (!above_sequester) return Usd{};
  const CallParameters& p = parameters.calls;
  return min(p.minimum_transfer,
             scale_down(need.initial_margin, p.minimum_transfer_of_margin_bp, 10'000));
}

Usd delivery_amount(Usd unrounded, Usd mta, Usd unit) {
  if (unrounded <= Usd{} || unrounded < mta) return Usd{};
  const Usd below = multiple_below(unrounded, unit);
  return below == unrounded ? below : below + unit;
}

Usd return_amount(Usd unrounded, Usd mta, Usd unit) {
  if (unrounded <= Usd{} || unrounded < mta) return Usd{};
  return multiple_below(unrounded, unit);
}

CallSize size_call(const CallNeed& need, const LadderParameters& parameters) {
  CallSize size;
  const Usd target = scale_up(need.initial_margin, parameters.levels.target_bp, 10'000);
  const Usd credited = need.agreed + need.in_transit + need.open_calls;
  size.unrounded = max(Usd{}, target - need.equity - credited);
  size.minimum_transfer = minimum_transfer(need, parameters);
  const bool further = need.open_calls > Usd{};
  if (further && need.since_last < parameters.dwell.at(need.regime)) {
    size.reason = Reason::within_dwell;
    return size;
  }
  size.amount = delivery_amount(size.unrounded, size.minimum_transfer, parameters.calls.rounding);
  size.reason = size.amount == Usd{} ? Reason::below_minimum_transfer
                : further            ? Reason::deeper_shortfall
                                     : Reason::below_call;
  return size;
}

CallSize size_failed_part(const CallNeed& need, Usd failed, const LadderParameters& parameters) {
  CallSize size;
  const Usd target = scale_up(need.initial_margin, parameters.levels.target_bp, 10'000);
  const Usd short_by = target - need.equity - need.agreed - need.in_transit - need.open_calls;
  size.unrounded = max(Usd{}, min(short_by, failed));
  size.amount = delivery_amount(size.unrounded, Usd{}, parameters.calls.rounding);
  size.reason = Reason::delivery_failed;
  return size;
}

Call issue_call(std::uint64_t id, std::uint32_t account, const CallSize& size, const CallNeed& need,
                const LadderParameters& parameters, Timestamp now) {
  BULKHEAD_ASSERT(size.amount > Usd{} && size.amount >= size.unrounded);
  Call call;
  call.id = id;
  call.account = account;
  call.amount = size.amount;
  call.unrounded = size.unrounded;
  call.issued = now;
  call.deadline = now + parameters.calls.deadline.at(need.regime);
  call.reason = size.reason;
  call.regime = need.regime;
  call.equity = need.equity;
  call.initial_margin = need.initial_margin;
  return call;
}

std::span<const CallTransition> call_table() { return kTable; }

CallCredit credit_delivery(Call call, Usd credit, Timestamp now) {
  BULKHEAD_ASSERT(is_open(call.status) && credit >= Usd{});
  if (credit == Usd{}) return {call, credit};
  const Usd taken = min(credit, call.outstanding());
  call.delivered += taken;
  const bool met = call.delivered >= call.unrounded;
  return {apply(call, met ? I::delivery_rest : I::delivery_part, now), credit - taken};
}

Call end_dispute(Call call, Usd owed, Timestamp now) {
  BULKHEAD_ASSERT(is_open(call.status) && owed >= Usd{} && owed <= call.disputed);
  const Usd dropped = call.disputed - owed;
  call.disputed = Usd{};
  call.unrounded -= dropped;
  call.amount -= dropped;
  BULKHEAD_ASSERT(call.unrounded >= Usd{} && call.amount >= call.unrounded);
  return call.undelivered() == Usd{} ? apply(call, I::delivery_rest, now) : call;
}

Call withdraw_call(Call call, Timestamp now) { return apply(call, I::cause_gone, now); }

Call close_at_deadline(Call call, const Standing& standing, const LadderParameters& parameters,
                       Timestamp now) {
  if (!is_open(call.status) || now < call.deadline) return call;
  const bool above = at_level(standing, standing.equity_mid, parameters.levels.call_bp);
  return apply(call, above ? I::deadline_above : I::deadline_below, now);
}

}  // namespace bulkhead::policy
