// The state machine of a custody leg.
#include "bulkhead/policy/custody_leg.h"

#include <array>
#include <tuple>

#include "bulkhead/base/assert.h"

namespace bulkhead::policy {
namespace {

using S = LegStatus;
using I = LegInput;

// Ordered by (from, input). Final statuses stay whatever comes.
constexpr std::array<LegTransition, 5 * kLegInputCount> kTable{{
    {S::instructed, I::seen, S::in_transit},   {S::instructed, I::applied, S::applied},
    {S::instructed, I::rejected, S::rejected}, {S::instructed, I::timeout, S::unknown},

    {S::in_transit, I::seen, S::in_transit},   {S::in_transit, I::applied, S::applied},
    {S::in_transit, I::rejected, S::rejected}, {S::in_transit, I::timeout, S::unknown},

    {S::unknown, I::seen, S::in_transit},      {S::unknown, I::applied, S::applied},
    {S::unknown, I::rejected, S::rejected},    {S::unknown, I::timeout, S::unknown},

    {S::applied, I::seen, S::applied},         {S::applied, I::applied, S::applied},
    {S::applied, I::rejected, S::applied},     {S::applied, I::timeout, S::applied},

    {S::rejected, I::seen, S::rejected},       {S::rejected, I::applied, S::rejected},
    {S::rejected, I::rejected, S::rejected},   {S::rejected, I::timeout, S::rejected},
}};

LegStatus next_status(LegStatus from, LegInput input) {
  const std::size_t index =
      static_cast<std::size_t>(from) * kLegInputCount + static_cast<std::size_t>(input);
  BULKHEAD_ASSERT(index < kTable.size() && kTable[index].from == from);
  return kTable[index].to;
}

LegInput input_of(const LegReceipt& receipt) {
  if (receipt.word == LegWord::rejected) return I::rejected;
  return receipt.word == LegWord::applied && receipt.final_ ? I::applied : I::seen;
}

}  // namespace

std::span<const LegTransition> leg_table() { return kTable; }

CustodyLeg instruct(CustodyLeg leg, Amount target, Duration place_timeout, Timestamp now) {
  BULKHEAD_ASSERT(!target.is_negative() && place_timeout.ns >= 0);
  ++leg.seq;
  leg.target = target;
  leg.status = LegStatus::instructed;
  leg.asked = 1;
  leg.instructed = now;
  leg.timeout_at = now + place_timeout;
  leg.escalated = false;
  return leg;
}

LegStep receive(CustodyLeg leg, const LegReceipt& receipt) {
  LegStep step{leg, LegEffect::none, leg.status};
  if (receipt.seq > leg.seq) return step;
  const bool final_word = input_of(receipt) != LegInput::seen;
  const bool newest = std::tuple(receipt.as_of, receipt.seq, final_word) >
                      std::tuple(leg.observed_as_of, leg.observed_seq, leg.observed_final);
  if (newest) {
    step.leg.observed = receipt.observed;
    step.leg.observed_as_of = receipt.as_of;
    step.leg.observed_seq = receipt.seq;
    step.leg.observed_final = final_word;
  }
  step.news = newest && final_word;
  if (receipt.seq == leg.seq) step.leg.status = next_status(leg.status, input_of(receipt));
  if (!step.changed()) {
    if (step.news && receipt.observed != leg.observed) step.effect = LegEffect::reconcile;
    return step;
  }
  switch (step.leg.status) {
    case LegStatus::applied:
      step.effect = LegEffect::finish;
      break;
    case LegStatus::rejected:
      step.effect = LegEffect::void_;
      break;
    default:
      step.effect = LegEffect::in_transit;
  }
  return step;
}

LegStep on_tick(CustodyLeg leg, Duration place_timeout, Timestamp now) {
  LegStep step{leg, LegEffect::none, leg.status};
  if (is_final(leg.status) || now < leg.timeout_at) return step;
  const bool second = leg.status == LegStatus::unknown;
  step.leg.status = next_status(leg.status, LegInput::timeout);
  step.leg.timeout_at = now + place_timeout;
  ++step.leg.asked;
  if (second && !leg.escalated) {
    step.leg.escalated = true;
    step.effect = LegEffect::escalate;
  } else {
    step.effect = LegEffect::ask_again;
  }
  return step;
}

}  // namespace bulkhead::policy
