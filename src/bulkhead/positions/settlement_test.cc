// Where gains go and from where losses are taken.
#include "bulkhead/positions/settlement.h"

#include "bulkhead/positions/test_venue.h"

namespace bulkhead::positions {
namespace {

using ledger::Bucket;
using ledger::SystemOwner;
using ledger::TransferKind;
using testing::kAnn;
using testing::Venue;

class SettlementTest : public ::testing::Test {
 protected:
  void TearDown() override { venue.verify(); }
  Settled settle(std::int64_t amount, TransferKind kind = TransferKind::trade,
                 SystemOwner other = SystemOwner::market) {
    const auto settled =
        venue.positions.settle_amount({}, kAnn, venue.usdt, Amount{amount}, kind, other);
    EXPECT_TRUE(settled) << to_string(settled.error());
    return settled.value_or(Settled{});
  }
  Amount held(PlaceIndex place, Bucket bucket) const {
    return venue.books.balance({kAnn, venue.usdt, place, bucket}).posted;
  }
  Venue venue;
};

TEST_F(SettlementTest, LossesAreTakenInTheirOrderAndTheRestIsOwed) {
  venue.deposit(kAnn, venue.usdt, 100);
  venue.deposit(kAnn, venue.usdt, 50, Bucket::pledged, venue.second);
  venue.deposit(kAnn, venue.usdt, 30, Bucket::free);
  venue.deposit(kAnn, venue.usdt, 20, Bucket::free, venue.second);
  venue.deposit(kAnn, venue.usdt, 40, Bucket::pledged, venue.vault);

  settle(-70);
  EXPECT_EQ(held(venue.internal, Bucket::pledged), Amount{30});
  settle(-40);
  EXPECT_EQ(held(venue.internal, Bucket::pledged), Amount{0});
  EXPECT_EQ(held(venue.second, Bucket::pledged), Amount{40});
  settle(-60);
  EXPECT_EQ(held(venue.second, Bucket::pledged), Amount{0});
  EXPECT_EQ(held(venue.internal, Bucket::free), Amount{10});
  EXPECT_EQ(settle(-25).owed, Amount{15});
  EXPECT_EQ(venue.owed(kAnn, venue.usdt), 15);
  EXPECT_EQ(venue.system(SystemOwner::market, venue.usdt), 195);
  EXPECT_EQ(venue.system(SystemOwner::pool, venue.usdt), -15);
  // What lies in a vault, and free elsewhere, was not touched.
  EXPECT_EQ(held(venue.vault, Bucket::pledged), Amount{40});
  EXPECT_EQ(held(venue.second, Bucket::free), Amount{20});
}

TEST_F(SettlementTest, SequesteredAndPendingAreNotTouched) {
  venue.deposit(kAnn, venue.usdt, 100);
  ledger::Transfer transfer;
  transfer.kind = TransferKind::sequester;
  transfer.debit = {kAnn, venue.usdt, venue.internal, Bucket::pledged};
  transfer.credit = {kAnn, venue.usdt, venue.vault, Bucket::sequestered};
  transfer.amount = Amount{30};
  ASSERT_TRUE(venue.books.apply(transfer));
  transfer.phase = ledger::Phase::pend;
  transfer.id = ledger::derived_id(1, 0);
  ASSERT_TRUE(venue.books.apply(transfer));

  EXPECT_EQ(settle(-60).owed, Amount{20});  // 100 − 30 sequestered − 30 on the way = 40
  EXPECT_EQ(held(venue.vault, Bucket::sequestered), Amount{30});
  EXPECT_EQ(held(venue.internal, Bucket::pledged), Amount{30});
}

// D10.3: sequestered first, by a debt until it has come back; then pledged; nothing free.
TEST_F(SettlementTest, InLiquidationTheVaultSpeaksForALossFirst) {
  venue.deposit(kAnn, venue.usdt, 100);
  venue.deposit(kAnn, venue.usdt, 30, Bucket::free);
  ledger::Transfer transfer;
  transfer.kind = TransferKind::sequester;
  transfer.debit = {kAnn, venue.usdt, venue.internal, Bucket::pledged};
  transfer.credit = {kAnn, venue.usdt, venue.vault, Bucket::sequestered};
  transfer.amount = Amount{40};
  ASSERT_TRUE(venue.books.apply(transfer));
  const InLiquidation always = [](AccountIndex) { return true; };
  const auto lose = [&](std::int64_t amount) {
    SettlementPlan plan(venue.registry, venue.books, {}, &always);
    EXPECT_TRUE(
        plan.settle(kAnn, venue.usdt, Amount{-amount}, TransferKind::trade, SystemOwner::market));
    EXPECT_TRUE(venue.books.apply_all(plan.transfers()));
    return plan.settled()[0].owed;
  };
  EXPECT_EQ(lose(25), Amount{25});
  EXPECT_EQ(held(venue.internal, Bucket::pledged), Amount{60});
  EXPECT_EQ(lose(50), Amount{15});
  EXPECT_EQ(held(venue.internal, Bucket::pledged), Amount{25});
  EXPECT_EQ(lose(30), Amount{5});
  EXPECT_EQ(held(venue.internal, Bucket::pledged), Amount{0});
  EXPECT_EQ(venue.owed(kAnn, venue.usdt), 45);
  EXPECT_EQ(held(venue.vault, Bucket::sequestered), Amount{40});
  EXPECT_EQ(held(venue.internal, Bucket::free), Amount{30});
}

TEST_F(SettlementTest, GainsRepayDebtFirst) {
  settle(-50);
  EXPECT_EQ(venue.owed(kAnn, venue.usdt), 50);
  Settled settled = settle(20);
  EXPECT_EQ(settled.repaid, Amount{20});
  EXPECT_EQ(venue.owed(kAnn, venue.usdt), 30);
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 0);
  settled = settle(45);
  EXPECT_EQ(settled.repaid, Amount{30});
  EXPECT_EQ(venue.owed(kAnn, venue.usdt), 0);
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 15);
  EXPECT_EQ(venue.system(SystemOwner::pool, venue.usdt), 0);
}

TEST_F(SettlementTest, DebtInAnotherAssetStays) {
  venue.deposit(kAnn, venue.btc, 5);
  ASSERT_TRUE(venue.books.borrow({}, {kAnn, venue.btc, venue.internal, Bucket::free}, Amount{9}));
  EXPECT_EQ(settle(20).repaid, Amount{0});
  EXPECT_EQ(venue.owed(kAnn, venue.btc), 9);
}

TEST_F(SettlementTest, RebatesComeFromFeesAndThenFromTheMarket) {
  venue.deposit(kAnn, venue.usdt, 100);
  settle(-30, TransferKind::fee, SystemOwner::fees);
  EXPECT_EQ(venue.system(SystemOwner::fees, venue.usdt), 30);
  settle(40, TransferKind::fee, SystemOwner::fees);
  EXPECT_EQ(venue.system(SystemOwner::fees, venue.usdt), 0);
  EXPECT_EQ(venue.system(SystemOwner::market, venue.usdt), -10);
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 110);
}

TEST_F(SettlementTest, SoldCollateralRepaysDebtInWhatItBrings) {
  venue.deposit(kAnn, venue.btc, 1000);
  settle(-50);
  const ledger::HoldingKey from{kAnn, venue.btc, venue.internal, Bucket::pledged};
  const auto sold = venue.positions.sell_collateral({}, from, Amount{600}, venue.usdt, Amount{80});
  ASSERT_TRUE(sold);
  EXPECT_EQ(sold->repaid, Amount{50});
  EXPECT_EQ(venue.pledged(kAnn, venue.btc), 400);
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 30);
  EXPECT_EQ(
      venue.positions.sell_collateral({}, from, Amount{401}, venue.usdt, Amount{80}).error().code,
      ErrorCode::balance_exceeded);
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 30);
}

TEST(Settlement, NeedsAnInternalPlace) {
  market::Registry registry;
  ledger::Ledger books;
  SettlementPlan plan(registry, books, {});
  EXPECT_EQ(plan.settle(kAnn, AssetIndex(std::size_t{0}), Amount{1}, TransferKind::trade,
                        SystemOwner::market)
                .error()
                .code,
            ErrorCode::no_internal_place);
}

}  // namespace
}  // namespace bulkhead::positions
