#include "bulkhead/engine/blocked.h"

namespace bulkhead::engine {

void note_blocked(Context& context, AccountIndex account, Act act, bool blocked) {
  const std::uint32_t bit = 1U << static_cast<unsigned>(act);
  const bool before = (context.state.account(account).blocked & bit) != 0;
  if (before == blocked) return;
  context.state.edit_account(account).blocked ^= bit;
  if (!blocked) return;
  const auto worst = context.valuer.worst_price(account);
  context.emit(account, ActBlocked{.act = act,
                                   .subject = worst ? worst->first : std::string(),
                                   .quality = worst ? worst->second : market::Quality::good});
}

}  // namespace bulkhead::engine
