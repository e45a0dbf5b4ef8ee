// The verb of a place's receipt (D9.4): late, repeated and reordered ones do no harm, and what it
// says of its holdings always enters the books.
#include "bulkhead/engine/custody_books.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

constexpr Amount kMostObserved{Int128{1} << 96};

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

void note_surplus(Context& context, AccountIndex account) {
  VaultRecord vault = context.state.vault(account);
  vault.surplus_due = true;
  context.state.put_vault(vault);
}

}  // namespace

Status carry_out(Context& context, const CustodyReceipt& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY(const AssetIndex asset, context.asset(command.asset));
  BULKHEAD_TRY(const PlaceIndex place, context.place(command.place));
  if (command.observed.is_negative() || command.observed > kMostObserved) {
    return fail(ErrorCode::out_of_range, "observed", to_string(command.observed),
                "0 to 2^96 minor units");
  }
  if (context.registry()[place].kind == market::PlaceKind::internal_ledger) {
    return fail(ErrorCode::holding_invalid, "place", command.place,
                "a place that takes sequestered assets");
  }
  const LegKey key{account, asset, place};
  const auto at = context.state.legs().find(key);
  policy::CustodyLeg leg;
  leg.account = account.value;
  leg.asset = asset.value;
  leg.place = place.value;
  if (at != context.state.legs().end()) leg = at->second;
  if (command.seq > leg.seq) {
    return fail(ErrorCode::receipt_unasked, "seq", std::to_string(command.seq),
                "at most " + std::to_string(leg.seq) + ", the last instruction that was sent; 0 " +
                    "for a report that answers none");
  }
  const policy::LegStep step = policy::receive(leg, {.seq = command.seq,
                                                     .word = word_of(command.status),
                                                     .observed = command.observed,
                                                     .as_of = command.as_of,
                                                     .final_ = command.final_});
  if (step.leg == leg) return {};
  context.state.put_leg(step.leg);
  if (step.news || step.ended()) book_report(context, key, step.leg.observed, step.ended());
  // What was asked of another place meanwhile may now be there twice.
  if (step.ended() && step.from == policy::LegStatus::unknown) note_surplus(context, account);
  if (step.changed() || step.effect == policy::LegEffect::reconcile) tell_leg(context, step);
  return {};
}

}  // namespace bulkhead::engine
