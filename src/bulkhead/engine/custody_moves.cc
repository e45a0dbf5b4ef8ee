#include "bulkhead/engine/custody_moves.h"

#include <algorithm>
#include <set>

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;
using ledger::Phase;
using ledger::TransferKind;

HoldingKey vault_key(AccountIndex account, AssetIndex asset, PlaceIndex place) {
  return {account, asset, place, Bucket::sequestered};
}

void encumber(Context& context, TransferKind kind, const HoldingKey& from, const HoldingKey& to,
              Amount amount) {
  ledger::Transfer pend = context.transfer(kind, from, to, amount);
  pend.phase = Phase::pend;
  pend.id = context.next_transfer_id();
  const auto done = context.state.ledger.apply(pend);
  BULKHEAD_ASSERT(done.has_value());
}

// What the vault shall hold: final, plus what is on its way in, less what is on its way out.
void instruct_vault(Context& context, AccountIndex account, AssetIndex asset, PlaceIndex place) {
  const ledger::Balance held = context.state.ledger.balance(vault_key(account, asset, place));
  const Amount target = held.posted + held.pending_in - held.pending_out;
  policy::CustodyLeg leg;
  leg.account = account.value;
  leg.asset = asset.value;
  leg.place = place.value;
  const auto at = context.state.legs().find({account, asset, place});
  if (at != context.state.legs().end()) leg = at->second;
  leg = policy::instruct(leg, target, context.registry()[place].timeout, context.now());
  context.state.put_leg(leg);
  tell_instruction(context, leg, false);
}

std::vector<ledger::Transfer> pending_at(const Context& context, const HoldingKey& vault) {
  std::vector<ledger::Transfer> found;
  for (const ledger::Transfer* transfer : context.state.ledger.pending(vault.owner)) {
    if (transfer->credit == vault || transfer->debit == vault) found.push_back(*transfer);
  }
  return found;
}

void resolve(Context& context, const ledger::Transfer& pending, Amount amount) {
  ledger::Transfer step = pending;
  step.id = context.next_transfer_id();
  step.pending_id = pending.id;
  step.phase = amount.is_zero() ? Phase::void_pending : Phase::post_pending;
  step.amount = amount.is_zero() ? pending.amount : amount;
  step.record = context.record;
  step.time = context.now();
  const auto done = context.state.ledger.apply(step);
  BULKHEAD_ASSERT(done.has_value());
}

HoldingKey key_of(const policy::CustodyLeg& leg) {
  return vault_key(AccountIndex(leg.account), AssetIndex(leg.asset), PlaceIndex(leg.place));
}

}  // namespace

void move_into_vaults(Context& context, AccountIndex account, const std::vector<VaultMove>& moves) {
  std::set<std::pair<AssetIndex, PlaceIndex>> vaults;
  for (const VaultMove& move : moves) {
    encumber(context, TransferKind::sequester, {account, move.asset, move.source, Bucket::pledged},
             vault_key(account, move.asset, move.destination), move.amount);
    vaults.emplace(move.asset, move.destination);
  }
  for (const auto& [asset, place] : vaults) instruct_vault(context, account, asset, place);
  context.valuer.touch(account);
}

void move_out_of_vaults(Context& context, AccountIndex account,
                        const std::vector<VaultMove>& moves) {
  std::set<std::pair<AssetIndex, PlaceIndex>> vaults;
  for (const VaultMove& move : moves) {
    encumber(context, TransferKind::release, vault_key(account, move.asset, move.source),
             {account, move.asset, move.destination, Bucket::pledged}, move.amount);
    vaults.emplace(move.asset, move.source);
  }
  for (const auto& [asset, place] : vaults) instruct_vault(context, account, asset, place);
  context.valuer.touch(account);
}

std::vector<VaultMove> all_held(const Context& context, AccountIndex account) {
  std::vector<VaultMove> moves;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket != Bucket::sequestered || !line.balance.available().is_positive()) continue;
    moves.push_back({line.asset, line.place, context.internal_place(), line.balance.available()});
  }
  return moves;
}

std::uint32_t open_leg_count(const Context& context, AccountIndex account) {
  std::uint32_t count = 0;
  for (auto at = context.state.legs().lower_bound({account, AssetIndex(0U), PlaceIndex(0U)});
       at != context.state.legs().end() && at->first.account == account; ++at) {
    if (!policy::is_final(at->second.status)) ++count;
  }
  return count;
}

bool anything_held(const Context& context, AccountIndex account) {
  return std::ranges::any_of(context.state.ledger.holdings(account), [](const auto& line) {
    return line.bucket == Bucket::sequestered && line.balance.posted.is_positive();
  });
}

void settle_leg(Context& context, const policy::CustodyLeg& leg, Amount observed) {
  const HoldingKey vault = key_of(leg);
  const Amount posted = context.state.ledger.balance(vault).posted;
  Amount arriving = max(Amount{}, observed - posted);
  Amount leaving = max(Amount{}, posted - observed);
  for (const ledger::Transfer& pending : pending_at(context, vault)) {
    Amount& left = pending.credit == vault ? arriving : leaving;
    const Amount moved = min(left, pending.amount);
    left = left - moved;
    resolve(context, pending, moved);
  }
  context.valuer.touch(vault.owner.account());
}

void tell_instruction(Context& context, const policy::CustodyLeg& leg, bool repeated) {
  context.emit(AccountIndex(leg.account),
               CustodyInstructed{.asset = context.registry()[AssetIndex(leg.asset)].name,
                                 .place = context.registry()[PlaceIndex(leg.place)].name,
                                 .target = leg.target,
                                 .seq = leg.seq,
                                 .repeated = repeated});
}

void tell_leg(Context& context, const policy::LegStep& step) {
  context.emit(AccountIndex(step.leg.account),
               CustodyLegChanged{.asset = context.registry()[AssetIndex(step.leg.asset)].name,
                                 .place = context.registry()[PlaceIndex(step.leg.place)].name,
                                 .seq = step.leg.seq,
                                 .from = step.from,
                                 .to = step.leg.status,
                                 .observed = step.leg.observed});
}

}  // namespace bulkhead::engine
