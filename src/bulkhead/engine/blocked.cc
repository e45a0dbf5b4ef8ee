#include "bulkhead/engine/blocked.h"

namespace bulkhead::engine {

void note_blocked(Context& context, AccountIndex account, Act act, bool blocked) {
  if (!blocked) {
    note_blocked(context, account, act, policy::Reason::none, std::nullopt);
    return;
  }
  note_blocked(context, account, act, policy::Reason::price_not_good,
               context.valuer.worst_price(account));
}

void note_blocked(Context& context, AccountIndex account, Act act, policy::Reason reason,
                  const std::optional<std::pair<std::string, market::Quality>>& price) {
  const bool blocked = reason != policy::Reason::none;
  const std::uint32_t bit = 1U << static_cast<unsigned>(act);
  const bool before = (context.state.account(account).blocked & bit) != 0;
  if (before == blocked) return;
  context.state.edit_account(account).blocked ^= bit;
  if (!blocked) return;
  context.emit(account, ActBlocked{.act = act,
                                   .subject = price ? price->first : std::string(),
                                   .quality = price ? price->second : market::Quality::good,
                                   .reason = reason});
}

}  // namespace bulkhead::engine
