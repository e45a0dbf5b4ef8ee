// The vault part of the ladder: its transition table.
#include "bulkhead/base/assert.h"
#include "bulkhead/policy/ladder.h"

namespace bulkhead::policy {
namespace {

using V = Vault;
using I = VaultInput;
using R = Reason;

// Ordered by (from, input). A place may report what no one waits for any more (D9.4), so `none` can
// become `held`.
constexpr std::array<VaultTransition, 4 * kVaultInputCount> kTable{{
    {V::none, I::quiet, V::none, R::none, true},
    {V::none, I::sequester, V::moving, R::none, true},
    {V::none, I::release, V::none, R::none, false},
    {V::none, I::settled_held, V::held, R::legs_final, true},
    {V::none, I::settled_empty, V::none, R::none, true},

    {V::moving, I::quiet, V::moving, R::none, true},
    {V::moving, I::sequester, V::moving, R::none, true},
    {V::moving, I::release, V::moving, R::none, false},
    {V::moving, I::settled_held, V::held, R::legs_final, true},
    {V::moving, I::settled_empty, V::none, R::legs_rejected, true},

    {V::held, I::quiet, V::held, R::none, true},
    {V::held, I::sequester, V::moving, R::none, true},
    {V::held, I::release, V::releasing, R::release_through_dwell, true},
    {V::held, I::settled_held, V::held, R::none, true},
    {V::held, I::settled_empty, V::none, R::nothing_left, true},

    {V::releasing, I::quiet, V::releasing, R::none, true},
    {V::releasing, I::sequester, V::moving, R::none, true},
    {V::releasing, I::release, V::releasing, R::none, true},
    {V::releasing, I::settled_held, V::held, R::legs_final, true},
    {V::releasing, I::settled_empty, V::none, R::legs_final, true},
}};

}  // namespace

std::span<const VaultTransition> vault_table() { return kTable; }

VaultInput vault_input(std::uint32_t legs_open, bool anything_held) {
  if (legs_open > 0) return I::quiet;
  return anything_held ? I::settled_held : I::settled_empty;
}

VaultDecision apply_vault(const LadderState& state, VaultInput input, Timestamp now, Reason why) {
  const std::size_t index =
      static_cast<std::size_t>(state.vault) * kVaultInputCount + static_cast<std::size_t>(input);
  BULKHEAD_ASSERT(index < kTable.size());
  VaultDecision decision{state, kTable[index]};
  BULKHEAD_ASSERT(decision.transition.from == state.vault && decision.transition.input == input);
  BULKHEAD_ASSERT(decision.transition.allowed);
  if (why != Reason::none) decision.transition.reason = why;
  LadderState& next = decision.state;
  if (decision.changed()) {
    next.vault = decision.transition.to;
    next.vault_since = now;
    next.release_dwell = Dwell{};
  }
  if (input == I::sequester) next.last_sequestration = now;
  if (input == I::settled_held && !next.held_since) next.held_since = now;
  if (input == I::settled_empty) next.held_since.reset();
  return decision;
}

}  // namespace bulkhead::policy
