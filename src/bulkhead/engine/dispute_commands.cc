// Verbs of disputes about margin calls (D8.3).
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/names.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

Result<policy::Call> open_call(const Context& context, std::uint64_t number) {
  const auto at = context.state.calls().find(number);
  if (at != context.state.calls().end()) return at->second;
  return fail(ErrorCode::dispute_closed, "call", std::to_string(number),
              "the number of an open call");
}

Status check_subject(const Context& context, const DisputeCall& command) {
  if (command.subject == DisputeSubject::parameter) return check_name(command.name, "name");
  if (context.registry().find_asset(command.name).valid() ||
      context.registry().find_instrument(command.name).valid()) {
    return {};
  }
  return fail(ErrorCode::out_of_range, "name", command.name, "a registered asset or instrument");
}

}  // namespace

Status carry_out(Context& context, const DisputeCall& command) {
  BULKHEAD_TRY(policy::Call call, open_call(context, command.call));
  const AccountIndex account(call.account);
  BULKHEAD_TRY_STATUS(context.may_act_on(account));
  BULKHEAD_TRY_STATUS(check_subject(context, command));
  if (call.dispute_ends != Timestamp{}) {
    return fail(ErrorCode::dispute_closed, "call", std::to_string(call.id),
                "a call that was not disputed before");
  }
  if (context.now() > due_time(context, call)) {
    return fail(ErrorCode::dispute_closed, "call", std::to_string(call.id),
                "a call that is not past its deadline");
  }
  // Whoever contests the whole call names it as it was told, rounded; the need is what is
  // contested.
  if (command.amount <= Usd{} || command.amount > call.outstanding()) {
    return fail(ErrorCode::out_of_range, "amount", to_string(command.amount),
                "more than 0, at most " + to_string(call.outstanding()));
  }
  call.disputed = min(command.amount, call.undelivered());
  call.dispute_ends = context.now() + context.ladder().calls.dispute_clock;
  context.state.put_call(call);
  context.emit(account, DisputeChanged{.call = call.id,
                                       .status = DisputeStatus::open,
                                       .subject = command.subject,
                                       .name = command.name,
                                       .reason = command.reason,
                                       .disputed = call.disputed,
                                       .owed = {},
                                       .undisputed = call.undisputed(),
                                       .ends = call.dispute_ends});
  return {};
}

Status carry_out(Context& context, const ResolveDispute& command) {
  BULKHEAD_TRY(const policy::Call call, open_call(context, command.call));
  if (call.disputed == Usd{}) {
    return fail(ErrorCode::dispute_closed, "call", std::to_string(call.id),
                "a call with an open dispute");
  }
  if (command.owed < Usd{} || command.owed > call.disputed) {
    return fail(ErrorCode::out_of_range, "owed", to_string(command.owed),
                "from 0 to " + to_string(call.disputed));
  }
  policy::Call resolved = policy::end_dispute(call, command.owed, context.now());
  resolved.stayed_until = Timestamp{};
  context.state.put_call(resolved);
  context.emit(AccountIndex(call.account), DisputeChanged{.call = call.id,
                                                          .status = DisputeStatus::resolved,
                                                          .name = {},
                                                          .disputed = call.disputed,
                                                          .owed = command.owed,
                                                          .undisputed = resolved.undisputed(),
                                                          .ends = call.dispute_ends});
  if (!policy::is_open(resolved.status)) change_call(context, call, resolved);
  return {};
}

}  // namespace bulkhead::engine
