// Random commands against a naive model that only knows a list of accepted movements and adds it up
// anew each time; and the same books rebuilt from their records at random moments.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "bulkhead/base/random.h"
#include "bulkhead/ledger/ledger.h"

namespace bulkhead::ledger {
namespace {

// The model: balances are sums over lists, nothing is kept up to date.
struct Model {
  struct Moved {
    HoldingKey debit, credit;
    Int128 amount;
  };
  std::vector<Moved> posted;
  std::map<TransferId, Transfer> pending;

  Int128 held(const HoldingKey& key) const {
    Int128 sum = 0;
    for (const Moved& moved : posted) {
      if (moved.credit == key) sum += moved.amount;
      if (moved.debit == key) sum -= moved.amount;
    }
    return sum;
  }
  Int128 reserved(const HoldingKey& key) const {
    Int128 sum = 0;
    for (const auto& [id, transfer] : pending) {
      if (transfer.debit == key) sum += transfer.amount.units;
    }
    return sum;
  }
  bool accepts(const Transfer& transfer) const {
    const bool resolves = transfer.phase == Phase::post_pending;
    if (resolves || transfer.phase == Phase::void_pending) {
      const auto at = pending.find(transfer.pending_id);
      if (at == pending.end()) return false;
      const Transfer& first = at->second;
      return first.kind == transfer.kind && first.debit == transfer.debit &&
             first.credit == transfer.credit &&
             (resolves ? transfer.amount <= first.amount : transfer.amount == first.amount);
    }
    const Owner from = transfer.debit.owner;
    const bool unlimited = from == Owner(SystemOwner::external) ||
                           from == Owner(SystemOwner::market) || from == Owner(SystemOwner::pool);
    return unlimited || held(transfer.debit) - reserved(transfer.debit) >= transfer.amount.units;
  }
  void apply(const Transfer& transfer) {
    if (transfer.phase == Phase::pend) {
      pending[transfer.id] = transfer;
      return;
    }
    if (transfer.phase != Phase::post) pending.erase(transfer.pending_id);
    if (transfer.phase == Phase::void_pending) return;
    posted.push_back({transfer.debit, transfer.credit, transfer.amount.units});
  }
};

class LedgerModel : public ::testing::TestWithParam<int> {
 protected:
  AccountIndex account() { return AccountIndex(std::size_t{random.below(3)}); }
  PlaceIndex place() { return PlaceIndex(std::size_t{random.below(2)}); }

  // A transfer of valid shape, with an amount that is often too large.
  Transfer draw(std::uint32_t step) {
    const AssetIndex asset(std::size_t{random.below(2)});
    const AccountIndex who = account();
    const auto at = [&](Owner owner, Bucket bucket) {
      return bucket == Bucket::debt ? debt_key(owner, asset)
                                    : HoldingKey{owner, asset, place(), bucket};
    };
    Transfer transfer;
    transfer.amount = Amount{static_cast<std::int64_t>(1 + random.below(60))};
    transfer.time = Timestamp{step};
    const auto set = [&](TransferKind kind, const HoldingKey& debit, const HoldingKey& credit) {
      transfer.kind = kind;
      transfer.debit = debit;
      transfer.credit = credit;
    };
    const HoldingKey pledged = at(who, Bucket::pledged);
    const HoldingKey market = at(SystemOwner::market, Bucket::free);
    switch (random.below(10)) {
      case 0:
        set(TransferKind::deposit, at(SystemOwner::external, Bucket::free), pledged);
        break;
      case 1:
        set(TransferKind::withdrawal, at(who, Bucket::free),
            at(SystemOwner::external, Bucket::free));
        break;
      case 2:
        set(TransferKind::sequester, pledged, at(who, Bucket::sequestered));
        break;
      case 3:
        set(TransferKind::release, at(who, Bucket::sequestered), pledged);
        break;
      case 4:
        set(TransferKind::trade, pledged, market);
        break;
      case 5:
        set(TransferKind::trade, market, pledged);
        break;
      case 6:
        set(TransferKind::interest, at(SystemOwner::pool, Bucket::debt), at(who, Bucket::debt));
        break;
      case 7:
        set(TransferKind::repay, at(who, Bucket::debt), at(SystemOwner::pool, Bucket::debt));
        break;
      case 8:
        set(TransferKind::waterfall, at(who, Bucket::sequestered),
            at(SystemOwner::insurance, Bucket::free));
        break;
      default: {
        const HoldingKey free{who, asset, pledged.place, Bucket::free};
        set(TransferKind::unpledge, pledged, free);
      }
    }
    if (random.chance(0.3)) transfer.phase = Phase::pend;
    if (transfer.phase == Phase::pend || random.chance(0.3)) transfer.id = derived_id(step, 0);
    return transfer;
  }

  // Posts or voids a pending transfer, sometimes with a wrong amount.
  Transfer draw_resolution(std::uint32_t step) {
    auto at = model.pending.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random.below(model.pending.size())));
    const bool voids = random.chance(0.4);
    const Int128 held = at->second.amount.units;
    const auto amount =
        voids && random.chance(0.9) ? held : static_cast<Int128>(1 + random.below(65));
    Transfer transfer =
        resolution(at->second, voids ? Phase::void_pending : Phase::post_pending,
                   random.chance(0.5) ? derived_id(step, 1) : TransferId{}, Amount{amount});
    transfer.time = Timestamp{step};
    return transfer;
  }

  void compare() const {
    std::map<HoldingKey, bool> seen;
    for (const auto& moved : model.posted) seen[moved.debit] = seen[moved.credit] = true;
    for (const auto& [id, transfer] : model.pending) seen[transfer.credit] = true;
    for (const auto& [key, unused] : seen) {
      ASSERT_EQ(ledger->balance(key).posted.units, model.held(key)) << to_string(key);
      ASSERT_EQ(ledger->balance(key).pending_out.units, model.reserved(key)) << to_string(key);
    }
    ASSERT_EQ(ledger->pending_count(), model.pending.size());
  }

  // Rebuilds the books from all records written so far.
  void restore() {
    ChangeSet changes;
    ledger->collect_changes(changes);
    for (const auto& [key, value] : changes.changes()) {
      if (value) {
        records[key] = *value;
      } else {
        records.erase(key);
      }
    }
    auto rebuilt = std::make_unique<Ledger>();
    for (const auto& [key, value] : records) ASSERT_TRUE(rebuilt->restore(key, value)) << key;
    const Status status = rebuilt->finish_restore();
    ASSERT_TRUE(status) << to_string(status.error());
    ASSERT_EQ(rebuilt->remembered_count(), ledger->remembered_count());
    ledger = std::move(rebuilt);
  }

  RandomStream random{static_cast<std::uint64_t>(GetParam()), 1};
  Model model;
  std::unique_ptr<Ledger> ledger = std::make_unique<Ledger>();
  std::map<std::string, Bytes> records;
};

TEST_P(LedgerModel, AgreesWithSumsOverAllMovements) {
  int accepted = 0;
  int refused = 0;
  for (std::uint32_t step = 1; step <= 400; ++step) {
    const bool resolve = !model.pending.empty() && random.chance(0.3);
    const Transfer transfer = resolve ? draw_resolution(step) : draw(step);
    ASSERT_TRUE(resolve || check_shape(transfer));
    const bool expected = model.accepts(transfer);
    const Result<Receipt> receipt = ledger->apply(transfer);
    ASSERT_EQ(receipt.has_value(), expected)
        << step << ' ' << (receipt ? "" : to_string(receipt.error()));
    if (expected) model.apply(transfer);
    (expected ? accepted : refused) += 1;
    const Status status = ledger->verify_changed();
    ASSERT_TRUE(status) << to_string(status.error());
    if (step % 20 == 0) {
      compare();
      ASSERT_TRUE(ledger->check_invariants());
    }
    if (random.chance(0.02)) restore();
    if (random.chance(0.02)) ledger->forget_before(Timestamp{step / 2});
  }
  EXPECT_GT(accepted, 100);
  EXPECT_GT(refused, 20);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LedgerModel, ::testing::Range(1, 21));

TEST(LedgerRestore, RefusesRecordsThatDoNotBalance) {
  Ledger source;
  Transfer transfer;
  transfer.kind = TransferKind::deposit;
  transfer.debit = {SystemOwner::external, AssetIndex(std::size_t{0}), PlaceIndex(std::size_t{0}),
                    Bucket::free};
  transfer.credit = {AccountIndex(std::size_t{4}), AssetIndex(std::size_t{0}),
                     PlaceIndex(std::size_t{0}), Bucket::pledged};
  transfer.amount = Amount{5};
  ASSERT_TRUE(source.apply(transfer));
  ChangeSet changes;
  source.collect_changes(changes);
  ASSERT_EQ(changes.changes().size(), 3U);  // two holdings and the flows
  EXPECT_TRUE(
      changes.changes().contains("ledger/holding/0000000004/0000000000/0000000000/pledged"));
  for (const auto& [missing, unused] : changes.changes()) {
    Ledger target;
    for (const auto& [key, value] : changes.changes()) {
      if (key != missing) {
        ASSERT_TRUE(target.restore(key, *value));
      }
    }
    EXPECT_EQ(target.finish_restore().error().code, ErrorCode::invariant_broken) << missing;
  }
  Ledger target;
  const Bytes& value = *changes.changes().begin()->second;
  EXPECT_FALSE(target.restore("ledger/holding/somewhere", value));
  EXPECT_FALSE(target.restore("elsewhere", value));
}

}  // namespace
}  // namespace bulkhead::ledger
