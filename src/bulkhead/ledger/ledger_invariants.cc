// What must hold after every command: nothing made or lost, nothing below zero, pending sums equal
// to the pending transfers (D2.5, D6.1).
#include <algorithm>

#include "bulkhead/ledger/ledger.h"

namespace bulkhead::ledger {
namespace {

auto broken(std::string_view field, std::string_view value, std::string_view detail) {
  return fail(ErrorCode::invariant_broken, field, value, detail);
}

Status verify_balance(const HoldingKey& key, const Balance& balance, Amount pending_in,
                      Amount pending_out) {
  if (balance.pending_in != pending_in || balance.pending_out != pending_out) {
    return broken("pending", to_string(key), "the sums of the pending transfers");
  }
  if (!key.owner.may_be_negative() && balance.available().is_negative()) {
    return broken("balance", to_string(key), "posted less pending out at or above zero");
  }
  if (key.owner == Owner(SystemOwner::pool) && key.bucket == Bucket::debt &&
      balance.posted.is_positive()) {
    return broken("balance", to_string(key), "the pool is owed, it does not owe");
  }
  return {};
}

template <class T>
void sort_unique(std::vector<T>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace

// Kept transfer by transfer, apart from the balances.
Ledger::PendingSums Ledger::pending_sums(const HoldingKey& key) const {
  const auto at = pending_sums_.find(key);
  return at == pending_sums_.end() ? PendingSums{} : at->second;
}

// Σ over all owners is zero, and external holds minus what came in less what went out.
Status Ledger::verify_totals(AssetIndex asset) const {
  const std::string name = "asset " + std::to_string(asset.value);
  if (const auto at = totals_.find(asset); at != totals_.end()) {
    if (!at->second.held.is_zero()) {
      return broken("holdings", name, "a sum of zero, not " + to_string(at->second.held));
    }
    if (!at->second.debts.is_zero()) {
      return broken("debts", name, "a sum of zero, not " + to_string(at->second.debts));
    }
  }
  Amount outside;
  for (const Holding& line : holdings(SystemOwner::external)) {
    if (line.asset == asset) outside = outside + line.balance.posted;
  }
  const Flows total = flows(asset);
  if (outside != total.withdrawn - total.deposited) {
    return broken("external", name, "withdrawals less deposits, not " + to_string(outside));
  }
  return {};
}

Status Ledger::verify_changed() {
  sort_unique(unverified_);
  std::vector<AssetIndex> assets;
  for (const HoldingKey& key : unverified_) {
    const PendingSums pending = pending_sums(key);
    BULKHEAD_TRY_STATUS(verify_balance(key, balance(key), pending.in, pending.out));
    assets.push_back(key.asset);
  }
  sort_unique(assets);
  for (const AssetIndex asset : assets) BULKHEAD_TRY_STATUS(verify_totals(asset));
  unverified_.clear();
  return {};
}

Status Ledger::check_invariants() const {
  std::map<HoldingKey, PendingSums> pending;
  std::size_t count = 0;
  for (const auto& [id, remembered] : remembered_) {
    if (remembered.outcome != Outcome::pending) continue;
    ++count;
    const Transfer& transfer = remembered.transfer;
    Amount& in = pending[transfer.credit].in;
    Amount& out = pending[transfer.debit].out;
    BULKHEAD_TRY(in, add(in, transfer.amount));
    BULKHEAD_TRY(out, add(out, transfer.amount));
  }
  if (count != pending_count_) return broken("pending", std::to_string(count), "the count kept");

  std::map<AssetIndex, Totals> sums;
  const auto verify_owner = [&](Owner owner) -> Status {
    for (const Holding& line : holdings(owner)) {
      const HoldingKey key = line.key(owner);
      const auto at = pending.find(key);
      const auto expected = at == pending.end() ? PendingSums{} : at->second;
      if (at != pending.end()) pending.erase(at);
      BULKHEAD_TRY_STATUS(verify_balance(key, line.balance, expected.in, expected.out));
      Amount& sum = key.bucket == Bucket::debt ? sums[key.asset].debts : sums[key.asset].held;
      BULKHEAD_TRY(sum, add(sum, line.balance.posted));
    }
    return {};
  };
  // The one who owes the world first: sums stay small.
  for (std::uint32_t i = 0; i < kSystemOwnerCount; ++i) {
    BULKHEAD_TRY_STATUS(verify_owner(static_cast<SystemOwner>(i)));
  }
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    BULKHEAD_TRY_STATUS(verify_owner(AccountIndex(i)));
  }
  if (!pending.empty()) {
    return broken("pending", to_string(pending.begin()->first), "a balance that shows it");
  }
  for (const auto& [asset, sum] : sums) {
    if (!sum.held.is_zero() || !sum.debts.is_zero()) {
      return broken("totals", std::to_string(asset.value), "sums of zero over all owners");
    }
  }
  for (const auto& [asset, total] : totals_) BULKHEAD_TRY_STATUS(verify_totals(asset));
  for (const auto& [asset, total] : flows_) BULKHEAD_TRY_STATUS(verify_totals(asset));
  return {};
}

}  // namespace bulkhead::ledger
