// When an account is in default, and when it is cured before the first slice (D10.1, D7.2).
#pragma once

#include "bulkhead/base/time.h"
#include "bulkhead/policy/ladder.h"

namespace bulkhead::policy {

struct DefaultContext {
  // A call ended `missed` while the present `called` lasts (ended >= coverage_since).
  bool call_missed = false;
  bool ordered = false;       // two persons, a listed event
  bool first_slice = false;   // a liquidation order has been instructed
  bool nothing_left = false;  // no position, no debt, no order
  // Set by an outage (D2.4): nothing destructive before, unless E_greatest < 0 (D4.5).
  Timestamp grace_until;
};

// A later tick than the maximum step after the last is an outage.
bool is_outage(Timestamp last_tick, Timestamp now, const LadderParameters& parameters);

struct DefaultChoice {
  DefaultInput input = DefaultInput::quiet;
  // Of a quiet answer: not_breached; unconfirmed; price_not_good (breached at mid, not at the edge
  // that favours the account); volatile_price (a volatile price alone keeps it from being
  // confirmed); outage_grace.
  Reason why = Reason::none;
};
// Chooses the input of the default table: the ground of a declaration (E_greatest < MM confirmed; a
// missed call with E_greatest < call·IM confirmed; an order), the cure of a declared default by
// E_least >= target·IM, or the end of a liquidation at E_mid >= target·IM: a poor price may end a
// liquidation, not begin one. `state` has had its timers advanced at this tick.
DefaultChoice choose_default(const LadderState& state, const Standing& standing,
                             const DefaultContext& context, const LadderParameters& parameters,
                             Timestamp now);

// D4.4: breached at E_greatest through 30 s and three aggregates (`hull`; a volatile price then is
// so at the stable price too), or at spot through 120 s with a source more than the quorum
// (`near`), or E < 0 at spot through 30 s.
bool breach_confirmed(const Streak& hull, const Streak& near, const Streak& negative,
                      const DefaultParameters& parameters, Timestamp now);

// What keeps a slice from being instructed now; none if nothing does: no default, an obligation
// without a price, the grace after an outage (unless E_greatest < 0), or exit reached at the edge
// that favours the account (D4.4). What a poor price keeps from being traded is its own asset alone
// (D4.5), which whoever lists what can be closed sees to.
Reason liquidation_hindrance(const LadderState& state, const Standing& standing,
                             const DefaultContext& context, const LadderParameters& parameters,
                             Timestamp now);

// Accounts that trip together go by shortfall MM − E, largest first, then account index (D7.4).
struct TripOrder {
  Usd shortfall;  // MM − E; where places are short of capacity, R uncovered (D9.6)
  std::uint32_t account = 0;
  friend bool operator<(const TripOrder& a, const TripOrder& b) {
    if (a.shortfall != b.shortfall) return b.shortfall < a.shortfall;
    return a.account < b.account;
  }
};

}  // namespace bulkhead::policy
