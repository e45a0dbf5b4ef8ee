// Margin calls: how much, until when, and how one ends (D8.1, D8.2).
//
//   CallSize size = size_call(need, parameters);
//   if (size.amount > Usd{}) calls.push_back(issue_call(id, account, size, need, parameters, now));
#pragma once

#include <cstdint>
#include <span>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/policy/ladder_parameters.h"
#include "bulkhead/policy/stages.h"
#include "bulkhead/policy/standing.h"

namespace bulkhead::policy {

// State record of one call. Amounts are for the numéraire; cures in other assets are in the event.
struct Call {
  std::uint64_t id = 0;
  std::uint32_t account = 0;  // index
  Usd amount;                 // rounded up
  Usd unrounded;
  Usd delivered;  // credited so far
  Timestamp issued;
  Timestamp deadline;
  CallStatus status = CallStatus::issued;
  Reason reason = Reason::none;                    // of its status
  market::Regime regime = market::Regime::normal;  // that set the deadline
  Usd equity;                                      // at issue
  Usd initial_margin;                              // at issue
  Timestamp ended;                                 // 0 while open
  Timestamp stayed_until;  // what is in transit puts its end off until then (D6.2); 0: nothing
  Usd disputed;  // of an open dispute, which stays the ground of default for this part (D8.3)
  Timestamp dispute_ends;  // end of its clock; 0: never disputed

  friend bool operator==(const Call&, const Call&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "id", self.id);
    visit(2, "account", self.account);
    visit(3, "amount", self.amount);
    visit(4, "unrounded", self.unrounded);
    visit(5, "delivered", self.delivered);
    visit(6, "issued", self.issued);
    visit(7, "deadline", self.deadline);
    visit(8, "status", self.status);
    visit(9, "reason", self.reason);
    visit(10, "regime", self.regime);
    visit(11, "equity", self.equity);
    visit(12, "initial_margin", self.initial_margin);
    visit(13, "ended", self.ended);
    visit(14, "stayed_until", self.stayed_until);
    visit(15, "disputed", self.disputed);
    visit(16, "dispute_ends", self.dispute_ends);
  }
  // max(0, amount − delivered) of an open or missed call: still due under its deadline (D8.2); else
  // 0.
  Usd outstanding() const;
  // What is still missing of the need itself, without the rounding of the transfer.
  Usd undelivered() const { return max(Usd{}, unrounded - delivered); }
  // Of that, what no open dispute stays (D8.3).
  Usd undisputed() const { return max(Usd{}, undelivered() - disputed); }
};

struct CallNeed {
  Usd equity;  // preventive_equity
  Usd initial_margin;
  Usd agreed;           // agreed deliveries up to the deadline (D6.2)
  Usd in_transit;       // seen by chain or custodian, within the time-out
  Usd open_calls;       // Σ outstanding of open and missed calls: only the increment is called
  Duration since_last;  // since the newest open call was issued; no meaning without one
  market::Regime regime = market::Regime::normal;
  bool in_default = false;
  bool final_return = false;
};

// Arithmetic of D8.1 and of the ISDA credit support annexes: the minimum transfer amount compares
// with >= against the unrounded amount; deliveries round up to the unit, returns down.
struct CallSize {
  Usd unrounded;  // max(0, target·IM − E − agreed − in transit − open calls), rounded up to a micro
  Usd minimum_transfer;  // that applied
  Usd amount;            // 0: nothing to call
  // below_call, deeper_shortfall; or why nothing: below_minimum_transfer, within_dwell (a further
  // call comes at most once per dwell).
  Reason reason = Reason::none;
};
CallSize size_call(const CallNeed& need, const LadderParameters& parameters);

// min(policy, 5 % of IM); 0 below the sequester level, in default and for a final return.
Usd minimum_transfer(const CallNeed& need, const LadderParameters& parameters);
// unrounded < mta ? 0 : unrounded rounded up (delivery) or down (return) to a multiple of `unit`.
Usd delivery_amount(Usd unrounded, Usd mta, Usd unit);
Usd return_amount(Usd unrounded, Usd mta, Usd unit);

Call issue_call(std::uint64_t id, std::uint32_t account, const CallSize& size, const CallNeed& need,
                const LadderParameters& parameters, Timestamp now);

// A part of an earlier need that a promise stood in for and that failed: due under the original
// deadline, without a minimum, at most what is still short of the target (D8.2).
CallSize size_failed_part(const CallNeed& need, Usd failed, const LadderParameters& parameters);

enum class CallInput : std::uint8_t {
  delivery_part,
  delivery_rest,
  cause_gone,
  deadline_above,
  deadline_below
};
BULKHEAD_ENUM_NAMES(CallInput, "delivery_part", "delivery_rest", "cause_gone", "deadline_above",
                    "deadline_below")
inline constexpr std::size_t kCallInputCount = 5;
struct CallTransition {
  CallStatus from;
  CallInput input;
  CallStatus to;
  Reason reason;
};
// One row per (open status, input); ended calls take no input.
std::span<const CallTransition> call_table();

// Credits a delivery to one open call; returns what is left of `credit` for the next call. `met`
// when delivered >= unrounded: rounding is a convenience of transfer, not part of the need.
struct CallCredit {
  Call call;
  Usd rest;
};
CallCredit credit_delivery(Call call, Usd credit, Timestamp now);
// Ends a dispute: `owed` of the disputed amount stays due, the call is smaller by the rest, and is
// met if that was all that was missing. 0 <= owed <= disputed.
Call end_dispute(Call call, Usd owed, Timestamp now);
// Withdraws an open call whose cause is gone: the caller's exit dwell was held through (D8.2).
Call withdraw_call(Call call, Timestamp now);
// At a Tick at or past the deadline: lapses if E >= call·IM, else missed. Unchanged before it.
// "Met by what was recorded at or before the deadline" (D2.4): deliveries credited earlier count.
Call close_at_deadline(Call call, const Standing& standing, const LadderParameters& parameters,
                       Timestamp now);

}  // namespace bulkhead::policy
