// The three-part state of an account and its transitions: one table per part, one function that
// chooses the input, nothing else moves a stage (D7.1, D7.2).
//
//   CoverageDecision d = next_coverage(state, standing, calls_open, parameters, now);
//   for (CoverageAct act : d.acts()) …   // every preventive act, also of skipped steps
//   state = d.state;
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/policy/ladder_parameters.h"
#include "bulkhead/policy/stages.h"
#include "bulkhead/policy/standing.h"
#include "bulkhead/policy/timers.h"

namespace bulkhead::policy {

// The record of an account's stages. Timers are facts of ticks: they move at the first tick at
// which their condition holds or ceases, whether or not anyone looks (DESIGN).
struct LadderState {
  Coverage coverage = Coverage::normal;
  Timestamp coverage_since;
  Dwell exit_dwell;  // E >= target·IM
  Vault vault = Vault::none;
  Timestamp vault_since;
  Dwell release_dwell;                          // release level and every trigger clear
  std::optional<Timestamp> last_sequestration;  // at most one per dwell (D9.2)
  std::optional<Timestamp> held_since;          // first final leg, for the review (D9.5)
  Default default_ = Default::none;
  Timestamp default_since;
  Streak maintenance_breach;  // E_greatest < MM
  Streak call_breach;         // E_greatest < call·IM
  // The same with volatile prices at spot ∓ confidence and a source more than the quorum, and E < 0
  // at them whatever the sources (D4.4).
  Streak maintenance_breach_near;
  Streak call_breach_near;
  Streak negative_near;

  friend bool operator==(const LadderState&, const LadderState&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "coverage", self.coverage);
    visit(2, "coverage_since", self.coverage_since);
    visit(3, "exit_dwell", self.exit_dwell);
    visit(4, "vault", self.vault);
    visit(5, "vault_since", self.vault_since);
    visit(6, "release_dwell", self.release_dwell);
    visit(7, "last_sequestration", self.last_sequestration);
    visit(8, "held_since", self.held_since);
    visit(9, "default", self.default_);
    visit(10, "default_since", self.default_since);
    visit(11, "maintenance_breach", self.maintenance_breach);
    visit(12, "call_breach", self.call_breach);
    visit(13, "maintenance_breach_near", self.maintenance_breach_near);
    visit(14, "call_breach_near", self.call_breach_near);
    visit(15, "negative_near", self.negative_near);
  }
};

// Moves the timers that every tick moves: the exit dwell (only while worse than normal), the
// release dwell (only while the vault is not `none`), all streaks. `triggers_clear`: every D9.1
// trigger is clear by its own hysteresis (sequestration.h). Call once per account and tick, before
// the next_… functions.
LadderState advance_timers(LadderState state, const Standing& standing, bool triggers_clear,
                           const LadderParameters& parameters, Timestamp now);

// ---- coverage ----

enum class CoverageInput : std::uint8_t {
  no_obligations,
  exit_through_dwell,  // E >= target·IM through the dwell
  at_watch,            // E >= watch·IM
  at_call,             // call·IM <= E < watch·IM
  below_call,          // E < call·IM
  call_closed,         // called, no open call, call·IM <= E < target·IM
  liquidation_ended,
  frozen  // a default is being handled
};
BULKHEAD_ENUM_NAMES(CoverageInput, "no_obligations", "exit_through_dwell", "at_watch", "at_call",
                    "below_call", "call_closed", "liquidation_ended", "frozen")
inline constexpr std::size_t kCoverageInputCount = 8;

// Preventive acts that a transition brings with it, in order; skipped steps included (D7.2).
enum class CoverageAct : std::uint8_t { notify_watch, issue_call, withdraw_calls };
BULKHEAD_ENUM_NAMES(CoverageAct, "notify_watch", "issue_call", "withdraw_calls")

struct CoverageTransition {
  Coverage from;
  CoverageInput input;
  Coverage to;
  Reason reason;
  std::array<CoverageAct, 2> acts;
  std::uint8_t act_count;
};
// Complete: one row for every (from, input).
std::span<const CoverageTransition> coverage_table();

struct CoverageDecision {
  LadderState state;  // with coverage and coverage_since moved
  CoverageInput input = CoverageInput::at_watch;
  CoverageTransition transition{};
  bool changed() const { return transition.from != transition.to; }
  std::span<const CoverageAct> acts() const {
    return {transition.acts.data(), transition.act_count};
  }
};

// Chooses the input from the figures and applies the table. `calls_open`: number of open calls.
// While `called` and below the call level without an open call (below the minimum transfer before),
// issue_call is repeated, so that the need is sized again (calls.h).
CoverageDecision next_coverage(const LadderState& state, const Standing& standing,
                               std::uint32_t calls_open, const LadderParameters& parameters,
                               Timestamp now);
// Applies one input (liquidation_ended, and tests).
CoverageDecision apply_coverage(const LadderState& state, CoverageInput input, Timestamp now);

// ---- vault ----

enum class VaultInput : std::uint8_t {
  quiet,         // nothing to do, or legs still open
  sequester,     // legs toward the vault are instructed
  release,       // legs out of the vault are instructed
  settled_held,  // no leg open, something is held
  settled_empty  // no leg open, nothing is held
};
BULKHEAD_ENUM_NAMES(VaultInput, "quiet", "sequester", "release", "settled_held", "settled_empty")
inline constexpr std::size_t kVaultInputCount = 5;

struct VaultTransition {
  Vault from;
  VaultInput input;
  Vault to;
  Reason reason;
  bool allowed;  // false: this input cannot meet this stage; an assertion if it does
};
std::span<const VaultTransition> vault_table();

struct VaultDecision {
  LadderState state;
  VaultTransition transition{};
  bool changed() const { return transition.from != transition.to; }
};
// The input that the legs give: `legs_open` towards or from vaults, `anything_held` final there.
VaultInput vault_input(std::uint32_t legs_open, bool anything_held);
// `why` replaces the reason of the table (a trigger, an order).
VaultDecision apply_vault(const LadderState& state, VaultInput input, Timestamp now,
                          Reason why = Reason::none);

// ---- default ----

enum class DefaultInput : std::uint8_t {
  quiet,
  maintenance_breach,  // confirmed
  call_missed,         // confirmed below the call level
  ordered,             // by two persons
  cured,               // before the first slice
  first_slice,
  exit_reached,
  nothing_left
};
BULKHEAD_ENUM_NAMES(DefaultInput, "quiet", "maintenance_breach", "call_missed", "ordered", "cured",
                    "first_slice", "exit_reached", "nothing_left")
inline constexpr std::size_t kDefaultInputCount = 8;

struct DefaultTransition {
  Default from;
  DefaultInput input;
  Default to;
  Reason reason;
};
// Complete. `closed` is for good: what the owner is still due is withdrawn, a new account is
// opened.
std::span<const DefaultTransition> default_table();

struct DefaultDecision {
  LadderState state;
  DefaultTransition transition{};
  bool changed() const { return transition.from != transition.to; }
};
DefaultDecision apply_default(const LadderState& state, DefaultInput input, Timestamp now);

}  // namespace bulkhead::policy
