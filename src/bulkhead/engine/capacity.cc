#include "bulkhead/engine/capacity.h"

namespace bulkhead::engine {

std::optional<Usd> capacity_left(const State& state, GrantKind kind, std::string_view subject,
                                 Timestamp now) {
  const GrantState* granted = state.grant(kind, subject);
  if (granted == nullptr) return std::nullopt;
  if (granted->grant.expires < now) return Usd{};
  return max(Usd{}, saturate_usd((granted->grant.amount - granted->used).units));
}

std::uint64_t use_capacity(State& state, GrantKind kind, std::string_view subject, Usd value) {
  const GrantState* found = state.grant(kind, subject);
  if (found == nullptr) return 0;
  GrantState granted = *found;
  granted.used = granted.used + Amount{value.micros};
  state.put_grant(granted);
  return granted.grant.epoch;
}

void return_capacity(State& state, GrantKind kind, std::string_view subject, Usd value,
                     std::uint64_t epoch) {
  const GrantState* found = state.grant(kind, subject);
  if (found == nullptr || epoch == 0 || found->grant.epoch != epoch) return;
  GrantState granted = *found;
  granted.used = max(Amount{}, granted.used - Amount{value.micros});
  state.put_grant(granted);
}

}  // namespace bulkhead::engine
