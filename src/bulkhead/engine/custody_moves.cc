#include "bulkhead/engine/custody_moves.h"

#include <algorithm>
#include <set>

#include "bulkhead/engine/capacity.h"

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
Amount expected_at(const Context& context, const LegKey& key) {
  const ledger::Balance held =
      context.state.ledger.balance(vault_key(key.account, key.asset, key.place));
  return held.posted + held.pending_in - held.pending_out;
}

void instruct_vault(Context& context, const LegKey& key) {
  policy::CustodyLeg leg;
  leg.account = key.account.value;
  leg.asset = key.asset.value;
  leg.place = key.place.value;
  const auto at = context.state.legs().find(key);
  if (at != context.state.legs().end()) leg = at->second;
  leg = policy::instruct(leg, expected_at(context, key), context.registry()[key.place].timeout,
                         context.now());
  context.state.put_leg(leg);
  tell_instruction(context, leg, false);
}

}  // namespace

void renew_instruction(Context& context, const LegKey& key) {
  const auto at = context.state.legs().find(key);
  if (at == context.state.legs().end() || at->second.target != expected_at(context, key)) {
    instruct_vault(context, key);
  }
}

void move_into_vaults(Context& context, AccountIndex account, const std::vector<VaultMove>& moves) {
  std::set<std::pair<AssetIndex, PlaceIndex>> vaults;
  for (const VaultMove& move : moves) {
    const bool between = context.registry()[move.source].kind != market::PlaceKind::internal_ledger;
    const HoldingKey from = between ? vault_key(account, move.asset, move.source)
                                    : HoldingKey{account, move.asset, move.source, Bucket::pledged};
    encumber(context, between ? TransferKind::move : TransferKind::sequester, from,
             vault_key(account, move.asset, move.destination), move.amount);
    use_capacity(context.state, GrantKind::place_capacity,
                 context.registry()[move.destination].name,
                 context.valuer.market_value(move.asset, move.amount));
    if (between) vaults.emplace(move.asset, move.source);
    vaults.emplace(move.asset, move.destination);
  }
  for (const auto& [asset, place] : vaults) instruct_vault(context, {account, asset, place});
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
  for (const auto& [asset, place] : vaults) instruct_vault(context, {account, asset, place});
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

void tell_escalation(Context& context, const policy::CustodyLeg& leg) {
  context.emit(AccountIndex(leg.account),
               CustodyEscalated{.asset = context.registry()[AssetIndex(leg.asset)].name,
                                .place = context.registry()[PlaceIndex(leg.place)].name,
                                .seq = leg.seq,
                                .target = leg.target,
                                .asked = leg.asked,
                                .since = leg.instructed});
}

}  // namespace bulkhead::engine
