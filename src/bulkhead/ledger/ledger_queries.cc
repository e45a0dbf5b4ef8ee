// Read-only answers of the books.
#include <algorithm>

#include "bulkhead/ledger/ledger.h"

namespace bulkhead::ledger {
namespace {

bool counts(Bucket bucket) { return bucket == Bucket::pledged || bucket == Bucket::sequestered; }

// Adds to the entry of (asset, bucket) of a vector sorted so.
void accumulate(std::vector<AssetTotal>& totals, AssetIndex asset, Bucket bucket, Amount amount) {
  const auto at = std::lower_bound(totals.begin(), totals.end(), std::pair(asset, bucket),
                                   [](const AssetTotal& total, const auto& key) {
                                     return std::pair(total.asset, total.bucket) < key;
                                   });
  if (at != totals.end() && at->asset == asset && at->bucket == bucket) {
    at->amount = at->amount + amount;
  } else {
    totals.insert(at, AssetTotal{asset, bucket, amount});
  }
}

}  // namespace

std::span<const Holding> Ledger::holdings(Owner owner) const {
  const Lines* own = find_lines(owner);
  return own == nullptr ? std::span<const Holding>() : std::span<const Holding>(*own);
}

std::vector<AssetTotal> Ledger::totals(Owner owner) const {
  std::vector<AssetTotal> result;
  for (const Holding& line : holdings(owner)) {
    accumulate(result, line.asset, line.bucket, line.balance.posted);
  }
  std::erase_if(result, [](const AssetTotal& total) { return total.amount.is_zero(); });
  return result;
}

std::vector<AssetTotal> Ledger::counted(AccountIndex account) const {
  std::vector<AssetTotal> result;
  for (const Holding& line : holdings(account)) {
    if (counts(line.bucket)) accumulate(result, line.asset, Bucket::pledged, line.balance.posted);
  }
  if (pending_count_ > 0) {
    for (const Transfer* transfer : pending(account)) {
      const bool stays =
          transfer->credit.owner == Owner(account) && counts(transfer->credit.bucket);
      if (transfer->debit.owner == Owner(account) && counts(transfer->debit.bucket) && !stays) {
        accumulate(result, transfer->debit.asset, Bucket::pledged, -transfer->amount);
      }
    }
  }
  std::erase_if(result, [](const AssetTotal& total) { return total.amount.is_zero(); });
  return result;
}

std::vector<const Transfer*> Ledger::pending(Owner owner) const {
  std::vector<const Transfer*> result;
  for (auto at = pending_by_owner_.lower_bound({owner, TransferId{}});
       at != pending_by_owner_.end() && at->first == owner; ++at) {
    result.push_back(find_pending(at->second));
    BULKHEAD_ASSERT(result.back() != nullptr);
  }
  return result;
}

const Transfer* Ledger::find_pending(const TransferId& id) const {
  const Remembered* found = find(id);
  return found != nullptr && found->outcome == Outcome::pending ? &found->transfer : nullptr;
}

const Remembered* Ledger::find(const TransferId& id) const {
  const auto at = remembered_.find(id);
  return at == remembered_.end() ? nullptr : &at->second;
}

Flows Ledger::flows(AssetIndex asset) const {
  const auto at = flows_.find(asset);
  return at == flows_.end() ? Flows{} : at->second;
}

}  // namespace bulkhead::ledger
