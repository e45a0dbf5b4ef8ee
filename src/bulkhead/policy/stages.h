// The words of the ladder: stages, statuses and reasons, as they stand in events and state (D7.1).
// Values stand in logs: append, never reorder.
#pragma once

#include <cstdint>
#include <string_view>

#include "bulkhead/base/fields.h"

namespace bulkhead::policy {

enum class Coverage : std::uint8_t { normal, watch, called };
BULKHEAD_ENUM_NAMES(Coverage, "normal", "watch", "called")

enum class Vault : std::uint8_t { none, moving, held, releasing };
BULKHEAD_ENUM_NAMES(Vault, "none", "moving", "held", "releasing")

enum class Default : std::uint8_t { none, declared, liquidating, closed };
BULKHEAD_ENUM_NAMES(Default, "none", "declared", "liquidating", "closed")

enum class CallStatus : std::uint8_t { issued, partly_delivered, met, withdrawn, lapsed, missed };
BULKHEAD_ENUM_NAMES(CallStatus, "issued", "partly_delivered", "met", "withdrawn", "lapsed",
                    "missed")
constexpr bool is_open(CallStatus status) {
  return status == CallStatus::issued || status == CallStatus::partly_delivered;
}

// Only applied and rejected end a leg (D9.4).
enum class LegStatus : std::uint8_t { instructed, in_transit, unknown, applied, rejected };
BULKHEAD_ENUM_NAMES(LegStatus, "instructed", "in_transit", "unknown", "applied", "rejected")
constexpr bool is_final(LegStatus status) {
  return status == LegStatus::applied || status == LegStatus::rejected;
}

// Why a decision was taken, or was not.
enum class Reason : std::uint8_t {
  none,
  // coverage
  no_obligations,      // no position, debt or open order (D1)
  exit_through_dwell,  // E >= target·IM at every tick of the dwell (D7.2)
  below_watch,         // E < watch·IM
  below_call,          // E < call·IM
  call_closed,         // no open call and E >= call level (D8.2)
  liquidation_ended,   // exit reached by liquidation (D7.2)
  frozen_by_default,   // coverage does not move while a default is being handled
  // calls
  deeper_shortfall,  // the open calls no longer suffice (D8.2)
  delivered_in_part,
  delivered_in_full,
  deadline_above_call,  // lapses: at the deadline E >= call·IM
  deadline_below_call,  // missed
  below_minimum_transfer,
  // sequestration
  below_sequester,  // E < sequester·IM (D9.1)
  look_ahead,       // P > threshold
  extreme_below_watch,
  alarm,                  // depeg, chain halt, custodian alarm
  ordered,                // by two persons
  within_gap,             // what is held is near enough to R (D9.2)
  within_dwell,           // acted within the dwell already
  release_through_dwell,  // release level with every trigger clear (D9.5)
  legs_final,
  legs_rejected,
  review_due,  // held longer than the maximum duration
  // default and liquidation
  maintenance_breach,  // E_greatest < MM, confirmed (D10.1)
  call_missed,
  cured,  // E >= target·IM before the first slice
  first_slice,
  exit_reached,
  nothing_left,
  unconfirmed,  // breached, but not yet through the confirmation
  price_not_good,
  outage_grace,
  not_breached,
  below_release,      // below the release level, or a trigger not clear
  surplus,            // two places hold what one was asked for (D9.4)
  volatile_price,     // breached at spot, not yet confirmed against the stable price (D4.4)
  delivery_failed,    // what a call was smaller by has not come (D8.2)
  false_alarm_limit,  // as many false alarms as the rate limit allows (D9.6)
  stopped,            // two persons must end a stop first (D11.6)
  substituted         // a better asset was delivered for it (D9.5)
};
BULKHEAD_ENUM_NAMES(Reason, "none", "no_obligations", "exit_through_dwell", "below_watch",
                    "below_call", "call_closed", "liquidation_ended", "frozen_by_default",
                    "deeper_shortfall", "delivered_in_part", "delivered_in_full",
                    "deadline_above_call", "deadline_below_call", "below_minimum_transfer",
                    "below_sequester", "look_ahead", "extreme_below_watch", "alarm", "ordered",
                    "within_gap", "within_dwell", "release_through_dwell", "legs_final",
                    "legs_rejected", "review_due", "maintenance_breach", "call_missed", "cured",
                    "first_slice", "exit_reached", "nothing_left", "unconfirmed", "price_not_good",
                    "outage_grace", "not_breached", "below_release", "surplus", "volatile_price",
                    "delivery_failed", "false_alarm_limit", "stopped", "substituted")
inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(Reason::substituted) + 1;

}  // namespace bulkhead::policy
