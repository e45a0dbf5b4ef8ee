// The verb of a substitution, by a member (D8.5).
#include "bulkhead/engine/exchange.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {

Status carry_out(Context& context, const SubstituteCollateral& command) {
  Exchange made;
  BULKHEAD_TRY(made.account, context.account(command.account));
  BULKHEAD_TRY(made.place, context.place(command.place));
  BULKHEAD_TRY(made.in_asset, context.asset(command.in_asset, "in_asset"));
  BULKHEAD_TRY(made.out_asset, context.asset(command.out_asset, "out_asset"));
  BULKHEAD_TRY_STATUS(context.may_act_on(made.account));
  if (made.in_asset == made.out_asset) {
    return fail(ErrorCode::out_of_range, "out_asset", command.out_asset,
                "another asset than what comes in");
  }
  made.in = command.in;
  made.out = command.out;
  BULKHEAD_TRY_STATUS(check_exchange(context, made));
  carry_out(context, made);
  return {};
}

}  // namespace bulkhead::engine
