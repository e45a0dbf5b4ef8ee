#include "bulkhead/engine/place_capacity.h"

namespace bulkhead::engine {

std::optional<Usd> capacity_left(const Context& context, PlaceIndex place) {
  const GrantState* state =
      context.state.grant(GrantKind::place_capacity, context.registry()[place].name);
  if (state == nullptr) return std::nullopt;
  if (state->grant.expires < context.now()) return Usd{};
  return max(Usd{}, saturate_usd((state->grant.amount - state->used).units));
}

void use_capacity(Context& context, PlaceIndex place, Usd value) {
  const GrantState* found =
      context.state.grant(GrantKind::place_capacity, context.registry()[place].name);
  if (found == nullptr) return;
  GrantState state = *found;
  state.used = state.used + Amount{value.micros};
  context.state.put_grant(state);
}

}  // namespace bulkhead::engine
