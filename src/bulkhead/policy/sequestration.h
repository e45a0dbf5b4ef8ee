// When to sequester, how much, and when to release (D9.1, D9.2, D9.5). Which assets:
// collateral/selection.h.
#pragma once

#include <cstdint>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/time.h"
#include "bulkhead/policy/ladder.h"

namespace bulkhead::policy {

// Weight of breach of the look-ahead (D9.1): P = min(1, 2·weight/2^30).
inline constexpr std::uint64_t kWeightOne = std::uint64_t{1} << 30;

struct SequestrationInput {
  Standing standing;
  Usd position_value;     // V
  Usd debts;              // B
  Usd obligation_margin;  // MM°
  std::uint64_t breach_weight =
      0;                    // Σ W_s of scenarios with E + P&L·√(look-ahead/horizon) < MM, of 2^30
  bool alarm = false;       // collateral or place (D9.1)
  bool alarm_clear = true;  // and through the hysteresis of alarms
  bool ordered = false;     // by two persons
  Usd ordered_value;        // that shall be held; 0: all of R
  std::uint32_t false_alarms = 0;  // of the account, within the window of their limit
  Usd held_stressed;               // stressed value final in vaults
  Usd in_flight_stressed;          // encumbered towards vaults, not final
  Usd minimum_transfer;            // of the place, numéraire
};

// Bits of the triggers, each of its own.
struct Triggers {
  bool coverage = false;    // E < sequester·IM
  bool look_ahead = false;  // P > breach_weight_bp
  bool extreme = false;     // regime extreme and E < watch·IM
  bool alarm = false;
  bool ordered = false;
  bool any() const { return coverage || look_ahead || extreme || alarm || ordered; }
  // Those that only foresee: their rate of false alarms is limited (D9.6).
  bool only_foresees() const { return any() && !coverage && !alarm && !ordered; }
  Reason first() const;  // the reason named in the event, in the order above
};

Triggers triggers(const SequestrationInput& input, const LadderParameters& parameters);
// Clear by hysteresis: E >= release·IM at E_least (coverage), P <= breach_weight_clear_bp
// (look-ahead), regime below extreme or E >= target·IM (extreme), no alarm through its hysteresis,
// no order in force. Without obligations R is 0 and nothing is to be held.
bool triggers_clear(const SequestrationInput& input, const LadderParameters& parameters);

// A stablecoin is alarmed below 1 − depeg_bp, clear again at 1 − depeg_clear_bp: `price` of one
// coin in numéraire.
bool depegged(Usd price, const SequestrationParameters& parameters);
bool peg_restored(Usd price, const SequestrationParameters& parameters);

// max(policy's look-ahead, finality_multiple · p95 of the place).
Duration look_ahead(market::Regime regime, Duration finality_p95,
                    const LadderParameters& parameters);
// P in basis points, rounded up.
BasisPoints breach_probability_bp(std::uint64_t breach_weight);

// R = max(0, B − V + k(regime)·MM°), rounded up.
Usd requirement(Usd debts, Usd position_value, Usd obligation_margin, market::Regime regime,
                const LadderParameters& parameters);

struct SequestrationDecision {
  bool act = false;
  Reason reason = Reason::none;  // a trigger if act, else within_gap, within_dwell, not_breached
  Triggers triggers;
  Usd required;   // R; of an order alone, at most what it says
  Usd held;       // held and in flight, stressed
  Usd gap;        // max(0, R − held)
  Usd threshold;  // max(5 % of R, minimum transfer)
};
// Acts at the first tick at which a trigger holds and gap > threshold, at most once per dwell,
// never in default (there the vault is for the waterfall) and never under liquidate_only.
SequestrationDecision decide_sequestration(const LadderState& state,
                                           const SequestrationInput& input,
                                           const LadderParameters& parameters, Timestamp now);

struct ReleaseDecision {
  bool release = false;
  bool review = false;  // held beyond review_after (D9.5)
  // release_through_dwell; or why not: below_release, within_dwell, price_not_good,
  // frozen_by_default.
  Reason reason = Reason::none;
};
// Release needs a vault that is `held`, release level and triggers clear through the dwell, and
// every price good. The caller still judges it as if done (D8.6).
ReleaseDecision decide_release(const LadderState& state, const Standing& standing,
                               const LadderParameters& parameters, Timestamp now);

}  // namespace bulkhead::policy
