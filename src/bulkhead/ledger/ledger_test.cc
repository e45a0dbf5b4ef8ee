// Two-phase transfers, ids, limits and batches, case by case.
#include "bulkhead/ledger/ledger.h"

#include <gtest/gtest.h>

namespace bulkhead::ledger {
namespace {

constexpr AssetIndex kBtc(std::uint32_t{0});
constexpr PlaceIndex kInternal(std::uint32_t{0});
constexpr PlaceIndex kVault(std::uint32_t{1});
constexpr AccountIndex kAnn(std::uint32_t{0});
const HoldingKey kOutside{SystemOwner::external, kBtc, kInternal, Bucket::free};
const HoldingKey kFree{kAnn, kBtc, kInternal, Bucket::free};
const HoldingKey kPledged{kAnn, kBtc, kInternal, Bucket::pledged};
const HoldingKey kSequestered{kAnn, kBtc, kVault, Bucket::sequestered};

Transfer make(std::uint32_t id, TransferKind kind, const HoldingKey& debit,
              const HoldingKey& credit, std::int64_t amount, Phase phase = Phase::post) {
  Transfer transfer;
  if (id != 0) transfer.id = derived_id(id, 0);
  transfer.kind = kind;
  transfer.phase = phase;
  transfer.debit = debit;
  transfer.credit = credit;
  transfer.amount = Amount{amount};
  transfer.record = id;
  transfer.time = Timestamp{id};
  return transfer;
}

class LedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(ledger.apply(make(1, TransferKind::deposit, kOutside, kPledged, 100)));
  }
  void TearDown() override {
    const Status changed = ledger.verify_changed();
    EXPECT_TRUE(changed) << to_string(changed.error());
    const Status all = ledger.check_invariants();
    EXPECT_TRUE(all) << to_string(all.error());
  }
  std::int64_t posted(const HoldingKey& key) const {
    return static_cast<std::int64_t>(ledger.balance(key).posted.units);
  }
  std::int64_t available(const HoldingKey& key) const {
    return static_cast<std::int64_t>(ledger.available(key).units);
  }
  ErrorCode refused(const Transfer& transfer) {
    const Result<Receipt> receipt = ledger.apply(transfer);
    return receipt ? ErrorCode::kNone : receipt.error().code;
  }

  Ledger ledger;
};

TEST_F(LedgerTest, PendingReservesAndPostMovesLessAndReleasesTheRest) {
  const Transfer pend = make(2, TransferKind::sequester, kPledged, kSequestered, 60, Phase::pend);
  ASSERT_TRUE(ledger.apply(pend));
  EXPECT_EQ(posted(kPledged), 100);
  EXPECT_EQ(available(kPledged), 40);
  EXPECT_EQ(posted(kSequestered), 0);
  EXPECT_EQ(ledger.balance(kSequestered).pending_in, Amount{60});
  EXPECT_EQ(ledger.pending(kAnn).size(), 1U);

  const Result<Receipt> receipt =
      ledger.apply(resolution(pend, Phase::post_pending, derived_id(3, 0), Amount{45}));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->moved, Amount{45});
  EXPECT_EQ(posted(kPledged), 55);
  EXPECT_EQ(available(kPledged), 55);
  EXPECT_EQ(posted(kSequestered), 45);
  EXPECT_TRUE(ledger.pending(kAnn).empty());
}

TEST_F(LedgerTest, LimitsCountPending) {
  ASSERT_TRUE(
      ledger.apply(make(2, TransferKind::sequester, kPledged, kSequestered, 60, Phase::pend)));
  EXPECT_EQ(refused(make(0, TransferKind::unpledge, kPledged, kFree, 41)),
            ErrorCode::balance_exceeded);
  // What is only pending in cannot be spent.
  EXPECT_EQ(refused(make(0, TransferKind::release, kSequestered, kPledged, 1)),
            ErrorCode::balance_exceeded);
  EXPECT_TRUE(ledger.apply(make(0, TransferKind::unpledge, kPledged, kFree, 40)));
}

TEST_F(LedgerTest, ResolvedAtMostOnce) {
  const Transfer pend = make(2, TransferKind::sequester, kPledged, kSequestered, 60, Phase::pend);
  ASSERT_TRUE(ledger.apply(pend));
  ASSERT_TRUE(ledger.apply(resolution(pend, Phase::void_pending, derived_id(3, 0), Amount{60})));
  EXPECT_EQ(available(kPledged), 100);
  EXPECT_EQ(refused(resolution(pend, Phase::post_pending, derived_id(4, 0), Amount{60})),
            ErrorCode::pending_resolved);
  EXPECT_EQ(refused(resolution(pend, Phase::void_pending, {}, Amount{60})),
            ErrorCode::pending_resolved);
  // The same resolution again is the same answer.
  const auto again =
      ledger.apply(resolution(pend, Phase::void_pending, derived_id(3, 0), Amount{60}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
}

TEST_F(LedgerTest, ResolutionMustFit) {
  const Transfer pend = make(2, TransferKind::sequester, kPledged, kSequestered, 60, Phase::pend);
  ASSERT_TRUE(ledger.apply(pend));
  EXPECT_EQ(refused(resolution(pend, Phase::post_pending, {}, Amount{61})),
            ErrorCode::pending_mismatch);
  EXPECT_EQ(refused(resolution(pend, Phase::void_pending, {}, Amount{59})),
            ErrorCode::pending_mismatch);
  Transfer other = resolution(pend, Phase::post_pending, {}, Amount{60});
  other.debit = kSequestered;
  other.credit = kPledged;
  other.kind = TransferKind::release;
  EXPECT_EQ(refused(other), ErrorCode::pending_mismatch);
  other.pending_id = derived_id(1, 0);  // a transfer that never was pending
  EXPECT_EQ(refused(other), ErrorCode::pending_not_found);
  EXPECT_EQ(available(kPledged), 40);
}

TEST_F(LedgerTest, SameIdSameContentIsTheSameAnswer) {
  const Transfer transfer = make(2, TransferKind::unpledge, kPledged, kFree, 30);
  ASSERT_TRUE(ledger.apply(transfer));
  Transfer later = transfer;
  later.record = 99;
  later.time = Timestamp{99};
  const Result<Receipt> again = ledger.apply(later);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->moved, Amount{30});
  EXPECT_EQ(posted(kFree), 30);
}

TEST_F(LedgerTest, OtherContentIsAConflictThatNamesTheFirstField) {
  const Transfer transfer = make(2, TransferKind::unpledge, kPledged, kFree, 30);
  ASSERT_TRUE(ledger.apply(transfer));
  Transfer other = transfer;
  other.amount = Amount{31};
  EXPECT_EQ(refused(other), ErrorCode::transfer_conflict);
  EXPECT_EQ(ledger.apply(other).error().field, "amount");
  other.credit.place = kVault;
  EXPECT_EQ(ledger.apply(other).error().field, "credit");
  other.kind = TransferKind::pledge;
  EXPECT_EQ(ledger.apply(other).error().field, "kind");
}

TEST_F(LedgerTest, FailuresThatDependOnStateAreSticky) {
  const Transfer transfer = make(2, TransferKind::unpledge, kPledged, kFree, 130);
  const Error first = ledger.apply(transfer).error();
  EXPECT_EQ(first.code, ErrorCode::balance_exceeded);
  ASSERT_TRUE(ledger.apply(make(3, TransferKind::deposit, kOutside, kPledged, 100)));
  EXPECT_EQ(ledger.apply(transfer).error(), first);
  EXPECT_EQ(posted(kFree), 0);
  // Mistakes of form are not remembered: the id stays usable.
  EXPECT_EQ(refused(make(4, TransferKind::unpledge, kPledged, kFree, 0)),
            ErrorCode::amount_not_positive);
  EXPECT_TRUE(ledger.apply(make(4, TransferKind::unpledge, kPledged, kFree, 5)));
}

TEST_F(LedgerTest, ForgetsResolvedIdsButNeverPendingOnes) {
  const Transfer pend = make(2, TransferKind::sequester, kPledged, kSequestered, 60, Phase::pend);
  ASSERT_TRUE(ledger.apply(pend));
  ASSERT_TRUE(ledger.apply(make(3, TransferKind::unpledge, kPledged, kFree, 1)));
  ledger.forget_before(Timestamp{3});
  EXPECT_EQ(ledger.find(derived_id(1, 0)), nullptr);
  EXPECT_NE(ledger.find(derived_id(2, 0)), nullptr);
  EXPECT_NE(ledger.find(derived_id(3, 0)), nullptr);
  ledger.forget_before(Timestamp{1000});
  EXPECT_EQ(ledger.remembered_count(), 1U);
  EXPECT_EQ(ledger.pending_count(), 1U);
  EXPECT_TRUE(ledger.apply(resolution(pend, Phase::post_pending, {}, Amount{60})));
}

TEST_F(LedgerTest, PendingNeedsAnId) {
  EXPECT_EQ(refused(make(0, TransferKind::sequester, kPledged, kSequestered, 1, Phase::pend)),
            ErrorCode::transfer_id_missing);
  EXPECT_EQ(
      refused(make(0, TransferKind::sequester, kPledged, kSequestered, 1, Phase::post_pending)),
      ErrorCode::transfer_id_missing);
}

TEST_F(LedgerTest, BatchIsAllOrNothing) {
  const Transfer pend = make(2, TransferKind::sequester, kPledged, kSequestered, 60, Phase::pend);
  const std::vector<Transfer> good = {
      pend, resolution(pend, Phase::post_pending, derived_id(3, 0), Amount{60}),
      make(4, TransferKind::deposit, kOutside, kFree, 7)};
  std::vector<Transfer> bad = good;
  bad.push_back(make(5, TransferKind::unpledge, kPledged, kFree, 41));

  ChangeSet before;
  ledger.collect_changes(before);
  EXPECT_EQ(ledger.apply_all(bad).error().code, ErrorCode::balance_exceeded);
  ChangeSet nothing;
  ledger.collect_changes(nothing);
  EXPECT_TRUE(nothing.empty());
  EXPECT_EQ(ledger.balance(kPledged), (Balance{Amount{100}, {}, {}}));
  EXPECT_TRUE(ledger.balance(kSequestered).is_zero());
  EXPECT_EQ(ledger.remembered_count(), 1U);
  EXPECT_EQ(ledger.flows(kBtc).deposited, Amount{100});
  EXPECT_TRUE(ledger.check_invariants());

  ASSERT_TRUE(ledger.apply_all(good));
  EXPECT_EQ(posted(kSequestered), 60);
  EXPECT_EQ(posted(kFree), 7);
}

TEST_F(LedgerTest, AmountsBeyondTheLimitAreErrors) {
  Transfer transfer = make(0, TransferKind::deposit, kOutside, kFree, 1);
  transfer.amount = Amount{kInt128Max};
  EXPECT_EQ(refused(transfer), ErrorCode::amount_overflow);
  transfer.amount = kBalanceMax;
  EXPECT_EQ(refused(transfer), ErrorCode::amount_overflow);  // external would go below its limit
  transfer.amount = kBalanceMax - Amount{100};
  EXPECT_EQ(refused(transfer), ErrorCode::kNone);
  transfer.amount = Amount{1};
  EXPECT_EQ(refused(transfer), ErrorCode::amount_overflow);
}

TEST_F(LedgerTest, CountsOfPendingAndHoldingsAreLimited) {
  ASSERT_TRUE(ledger.apply(make(2, TransferKind::deposit, kOutside, kPledged, 1024)));
  for (std::uint32_t i = 0; i < kPendingPerAccountMax; ++i) {
    ASSERT_TRUE(
        ledger.apply(make(3 + i, TransferKind::sequester, kPledged, kSequestered, 1, Phase::pend)));
  }
  EXPECT_EQ(refused(make(2000, TransferKind::sequester, kPledged, kSequestered, 1, Phase::pend)),
            ErrorCode::too_large);
  for (std::uint32_t i = 2; i < kHoldingsPerAccountMax; ++i) {
    HoldingKey other = kPledged;
    other.place = PlaceIndex(i);
    ASSERT_TRUE(ledger.apply(make(0, TransferKind::move, kPledged, other, 1))) << i;
    if (ledger.available(kPledged).is_zero()) {
      ASSERT_TRUE(ledger.apply(make(0, TransferKind::deposit, kOutside, kPledged, 1000)));
    }
  }
  HoldingKey other = kPledged;
  other.place = PlaceIndex(std::uint32_t{5000});
  EXPECT_EQ(refused(make(0, TransferKind::move, kPledged, other, 1)), ErrorCode::too_large);
}

TEST_F(LedgerTest, CountedIsPledgedAndSequesteredLessWhatLeaves) {
  const auto counted = [&] {
    const auto totals = ledger.counted(kAnn);
    return totals.empty() ? Amount{} : totals[0].amount;
  };
  EXPECT_EQ(counted(), Amount{100});
  // In transit to the vault counts at its source, once (D6.2).
  ASSERT_TRUE(
      ledger.apply(make(2, TransferKind::sequester, kPledged, kSequestered, 60, Phase::pend)));
  EXPECT_EQ(counted(), Amount{100});
  // A pending return leaves at once.
  ASSERT_TRUE(ledger.apply(make(3, TransferKind::unpledge, kPledged, kFree, 30, Phase::pend)));
  EXPECT_EQ(counted(), Amount{70});
  ASSERT_TRUE(ledger.apply(
      resolution(*ledger.find_pending(derived_id(2, 0)), Phase::post_pending, {}, Amount{60})));
  EXPECT_EQ(counted(), Amount{70});
}

TEST_F(LedgerTest, QueriesAreSortedWithoutZeroLines) {
  ASSERT_TRUE(ledger.apply(make(0, TransferKind::sequester, kPledged, kSequestered, 60)));
  ASSERT_TRUE(ledger.apply(make(0, TransferKind::unpledge, kPledged, kFree, 40)));
  const auto holdings = ledger.holdings(kAnn);
  ASSERT_EQ(holdings.size(), 2U);
  EXPECT_EQ(holdings[0].bucket, Bucket::free);
  EXPECT_EQ(holdings[1].place, kVault);
  const auto totals = ledger.totals(kAnn);
  ASSERT_EQ(totals.size(), 2U);
  EXPECT_EQ(totals[1].amount, Amount{60});
  EXPECT_TRUE(ledger.holdings(AccountIndex(std::uint32_t{77})).empty());
}

}  // namespace
}  // namespace bulkhead::ledger
