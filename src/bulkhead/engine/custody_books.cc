#include "bulkhead/engine/custody_books.h"

#include <set>
#include <vector>

#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/own_losses.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;
using ledger::Phase;
using ledger::SystemOwner;
using ledger::Transfer;
using ledger::TransferKind;

class Bookkeeper {
 public:
  Bookkeeper(Context& context, const LegKey& key, Amount observed, bool ended)
      : context_(context),
        key_(key),
        vault_{key.account, key.asset, key.place, Bucket::sequestered},
        leg_(context.state.legs().at(key)),
        observed_(observed),
        ended_(ended) {}

  void run() {
    told_.booked = balance().posted;
    const Amount physical = balance().posted - leg_.departed + leg_.suspense;
    if (observed_ > physical) arrive(observed_ - physical);
    if (observed_ < physical) leave(physical - observed_);
    if (ended_) {
      give_back_the_rest();
      forget_departed();
    }
    context_.state.put_leg(leg_);
    tell();
    for (const PlaceIndex place : touched_)
      renew_instruction(context_, {key_.account, key_.asset, place});
    if (!ended_) renew_instruction(context_, key_);
    context_.valuer.touch(key_.account);
    if (returned_.is_positive()) {
      pay_with_returned(context_, key_.account, key_.asset, returned_);
    }
  }

 private:
  ledger::Balance balance() const { return context_.state.ledger.balance(vault_); }
  HoldingKey pledged() const {
    return {key_.account, key_.asset, context_.internal_place(), Bucket::pledged};
  }
  HoldingKey at_system(SystemOwner owner) const {
    return {owner, key_.asset, key_.place, Bucket::free};
  }

  std::vector<Transfer> pending(bool incoming) const {
    std::vector<Transfer> found;
    for (const Transfer* transfer : context_.state.ledger.pending(key_.account)) {
      if ((incoming ? transfer->credit : transfer->debit) == vault_) found.push_back(*transfer);
    }
    return found;
  }

  // Sum of what is on its way from here to other places.
  Amount departing() const {
    Amount sum;
    for (const Transfer& transfer : pending(false)) {
      if (transfer.kind == TransferKind::move) sum = sum + transfer.amount;
    }
    return sum;
  }

  void apply(const Transfer& transfer) {
    const auto done = context_.state.ledger.apply(transfer);
    BULKHEAD_ASSERT(done.has_value());
  }

  void post(TransferKind kind, const HoldingKey& from, const HoldingKey& to, Amount amount) {
    if (amount.is_positive()) apply(context_.transfer(kind, from, to, amount));
  }

  // Posts `moved` of a pending leg; the rest stays on its way, or, if `let_go`, goes back.
  void resolve(const Transfer& leg, Amount moved, bool let_go) {
    Transfer step = leg;
    step.id = context_.next_transfer_id();
    step.pending_id = leg.id;
    step.phase = moved.is_zero() ? Phase::void_pending : Phase::post_pending;
    step.amount = moved.is_zero() ? leg.amount : moved;
    step.record = context_.record;
    step.time = context_.now();
    apply(step);
    if (leg.kind == TransferKind::move) {
      touched_.insert(leg.credit == vault_ ? leg.debit.place : leg.credit.place);
    }
    if (let_go || moved == leg.amount) return;
    Transfer rest = context_.transfer(leg.kind, leg.debit, leg.credit, leg.amount - moved);
    rest.phase = Phase::pend;
    rest.id = context_.next_transfer_id();
    apply(rest);
  }

  void arrive(Amount left) {
    for (const Transfer& leg : pending(true)) {
      const Amount moved = min(left, leg.amount);
      if (!moved.is_positive()) break;
      left = left - moved;
      resolve(leg, moved, false);
      if (leg.kind == TransferKind::move) arrived_from(leg.debit.place, moved);
    }
    left = left - take(leg_.departed, left);
    const Amount found = take(leg_.lost, left);
    post(TransferKind::receipt, at_system(SystemOwner::external), vault_, found);
    left = left - found;
    const Amount there = context_.state.ledger.available(pledged());
    const Amount taken = take(leg_.given_back, min(left, there));
    post(TransferKind::sequester, pledged(), vault_, taken);
    left = left - taken;
    post(TransferKind::receipt, at_system(SystemOwner::external), at_system(SystemOwner::suspense),
         left);
    leg_.suspense = leg_.suspense + left;
    told_.found = found;
    told_.taken = taken;
    told_.suspense = left;
  }

  // As much of `left` as there is, taken from what there is.
  static Amount take(Amount& there, Amount left) {
    const Amount part = min(there, left);
    there = there - part;
    return part;
  }

  // What came from another place has departed there, whether that place has said so or not.
  void arrived_from(PlaceIndex place, Amount moved) {
    const auto at = context_.state.legs().find({key_.account, key_.asset, place});
    if (at == context_.state.legs().end()) return;
    policy::CustodyLeg source = at->second;
    source.departed = source.departed - min(source.departed, moved);
    context_.state.put_leg(source);
  }

  void leave(Amount left) {
    for (const Transfer& leg : pending(false)) {
      if (leg.kind == TransferKind::move || !left.is_positive()) continue;
      const Amount moved = min(left, leg.amount);
      left = left - moved;
      returned_ = returned_ + moved;
      resolve(leg, moved, false);
    }
    Amount going = max(Amount{}, departing() - leg_.departed);
    going = take(going, left);
    leg_.departed = leg_.departed + going;
    left = left - going;
    const Amount gone = take(leg_.suspense, left);
    post(TransferKind::receipt, at_system(SystemOwner::suspense), at_system(SystemOwner::external),
         gone);
    told_.suspense = -gone;
    lose(left - gone);
  }

  void lose(Amount amount) {
    if (!amount.is_positive()) return;
    post(TransferKind::receipt, vault_, at_system(SystemOwner::external), amount);
    leg_.lost = leg_.lost + amount;
    told_.lost = told_.lost + amount;
  }

  // What has left for a place that does not take it any more is lost; where a release has moved it
  // in the books since, it was what nobody could explain that left.
  void forget_departed() {
    const Amount gone = leg_.departed - departing();
    if (!gone.is_positive()) return;
    leg_.departed = leg_.departed - gone;
    const Amount own = min(gone, context_.state.ledger.available(vault_));
    lose(own);
    const Amount explained = take(leg_.suspense, gone - own);
    post(TransferKind::receipt, at_system(SystemOwner::suspense), at_system(SystemOwner::external),
         explained);
    told_.suspense = told_.suspense - explained;
  }

  void give_back_the_rest() {
    for (const Transfer& leg : pending(true)) {
      if (leg.kind == TransferKind::sequester) leg_.given_back = leg_.given_back + leg.amount;
      resolve(leg, Amount{}, true);
    }
    Amount gone = leg_.departed;
    for (const Transfer& leg : pending(false)) {
      const Amount kept = leg.kind == TransferKind::move ? min(gone, leg.amount) : Amount{};
      gone = gone - kept;
      if (kept == leg.amount) continue;
      resolve(leg, Amount{}, true);
      if (!kept.is_positive()) continue;
      Transfer rest = context_.transfer(leg.kind, leg.debit, leg.credit, kept);
      rest.phase = Phase::pend;
      rest.id = context_.next_transfer_id();
      apply(rest);
    }
  }

  void tell() {
    if (told_.lost.is_zero() && told_.found.is_zero() && told_.taken.is_zero() &&
        told_.suspense.is_zero()) {
      return;
    }
    told_.asset = context_.registry()[key_.asset].name;
    told_.place = context_.registry()[key_.place].name;
    told_.seq = leg_.seq;
    told_.observed = observed_;
    context_.emit(key_.account, told_);
  }

  Context& context_;
  LegKey key_;
  HoldingKey vault_;
  policy::CustodyLeg leg_;
  Amount observed_;
  bool ended_;
  std::set<PlaceIndex> touched_;  // the other ends of legs that changed
  CustodyReconciled told_;
  Amount returned_;  // to the internal ledger
};

}  // namespace

void book_report(Context& context, const LegKey& key, Amount observed, bool ended) {
  Bookkeeper(context, key, observed, ended).run();
}

}  // namespace bulkhead::engine
