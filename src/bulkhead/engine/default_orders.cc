#include "bulkhead/engine/default_orders.h"

#include "bulkhead/engine/ladder_default.h"
#include "bulkhead/engine/two_persons.h"

namespace bulkhead::engine {
namespace {

Status check_not_healthy(Context& context, AccountIndex account) {
  if (!context.valuer.ready()) {
    return fail(ErrorCode::no_scenario_set, "scenario_set", "", "adopt a scenario set first");
  }
  const AccountState& state = context.state.account(account);
  if (state.ladder.default_ != policy::Default::none) {
    return fail(ErrorCode::stage_forbids, "account", to_string(state.ladder.default_),
                "an account that is not in default");
  }
  const policy::Standing standing = context.valuer.standing(account);
  const BasisPoints target = context.ladder().levels.target_bp;
  const bool healthy =
      standing.equity_least >= Usd{} && policy::at_level(standing, standing.equity_least, target);
  if (standing.has_obligations && !healthy) return {};
  return fail(ErrorCode::account_healthy, "account", state.name,
              "an account below " + std::to_string(target) + " bp of its IM " +
                  to_string(standing.initial_margin) + "; its E_least is " +
                  to_string(standing.equity_least));
}

}  // namespace

Status propose_default(Context& context, const Propose& command, const DefaultOrder& order) {
  BULKHEAD_TRY(const AccountIndex account, context.account(order.account));
  BULKHEAD_TRY_STATUS(check_reason(order.reason));
  if (order.evidence == Hash{}) {
    return fail(ErrorCode::missing_field, "evidence", "", "the SHA-256 of what shows the event");
  }
  open_proposal(context, command, order, account);
  return {};
}

Status approve_default(Context& context, const Proposal& proposal) {
  BULKHEAD_TRY_STATUS(check_second_person(context, proposal));
  const AccountIndex account = account_of(context.state, proposal);
  BULKHEAD_TRY_STATUS(check_not_healthy(context, account));
  take_up(context, proposal, account);
  declare_by_order(context, account);
  return {};
}

}  // namespace bulkhead::engine
