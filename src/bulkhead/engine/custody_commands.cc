// The verb of a place's receipt (D9.4): late, repeated and reordered ones do no harm.
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

policy::LegWord word_of(ReceiptStatus status) {
  switch (status) {
    case ReceiptStatus::pending:
      return policy::LegWord::pending;
    case ReceiptStatus::applied:
      return policy::LegWord::applied;
    case ReceiptStatus::rejected:
      return policy::LegWord::rejected;
  }
  return policy::LegWord::pending;
}

}  // namespace

Status carry_out(Context& context, const CustodyReceipt& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY(const AssetIndex asset, context.asset(command.asset));
  BULKHEAD_TRY(const PlaceIndex place, context.place(command.place));
  if (command.observed.is_negative()) {
    return fail(ErrorCode::out_of_range, "observed", to_string(command.observed), "at least 0");
  }
  const auto at = context.state.legs().find({account, asset, place});
  if (at == context.state.legs().end() || command.seq == 0 || command.seq > at->second.seq) {
    return fail(ErrorCode::receipt_unasked, "seq", std::to_string(command.seq),
                "the number of an instruction that was sent");
  }
  const policy::LegStep step = policy::receive(at->second, {.seq = command.seq,
                                                            .word = word_of(command.status),
                                                            .observed = command.observed,
                                                            .as_of = command.as_of,
                                                            .final_ = command.final_});
  context.state.put_leg(step.leg);
  // Also what is refused may follow an older instruction that was carried out: the books take what
  // the place says it holds, and the rest of the encumbrance goes back.
  if (step.effect == policy::LegEffect::finish || step.effect == policy::LegEffect::void_) {
    settle_leg(context, step.leg, command.observed);
  }
  if (step.changed() || step.effect == policy::LegEffect::reconcile) tell_leg(context, step);
  return {};
}

}  // namespace bulkhead::engine
