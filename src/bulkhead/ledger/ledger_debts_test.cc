// Borrowing, repaying, interest and write-off.
#include <gtest/gtest.h>

#include "bulkhead/ledger/ledger.h"

namespace bulkhead::ledger {
namespace {

constexpr AssetIndex kUsdc(std::uint32_t{2});
constexpr PlaceIndex kInternal(std::uint32_t{0});
constexpr AccountIndex kAnn(std::uint32_t{0});
constexpr AccountIndex kBob(std::uint32_t{1});
const HoldingKey kAnnFree{kAnn, kUsdc, kInternal, Bucket::free};
const HoldingKey kBobPledged{kBob, kUsdc, kInternal, Bucket::pledged};
const HoldingKey kPool{SystemOwner::pool, kUsdc, kInternal, Bucket::free};

class LedgerDebts : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(ledger.borrow({}, kAnnFree, Amount{1'000'001}));
    ASSERT_TRUE(ledger.borrow({}, kBobPledged, Amount{7}));
  }
  void TearDown() override {
    EXPECT_TRUE(ledger.verify_changed());
    EXPECT_TRUE(ledger.check_invariants());
  }
  Amount pool_claim() const { return ledger.balance(debt_key(SystemOwner::pool, kUsdc)).posted; }

  Ledger ledger;
};

TEST_F(LedgerDebts, BorrowingGivesTheAssetAndTheDebt) {
  EXPECT_EQ(ledger.balance(kAnnFree).posted, Amount{1'000'001});
  EXPECT_EQ(ledger.debt(kAnn, kUsdc), Amount{1'000'001});
  EXPECT_EQ(ledger.balance(kPool).posted, Amount{-1'000'008});
  EXPECT_EQ(pool_claim(), Amount{-1'000'008});
}

TEST_F(LedgerDebts, RepaymentIsAtMostTheDebtAndAtMostWhatIsHeld) {
  EXPECT_EQ(ledger.repay({}, kAnnFree, Amount{1'000'002}).error().code,
            ErrorCode::balance_exceeded);
  EXPECT_EQ(ledger.repay({}, kBobPledged, Amount{8}).error().code, ErrorCode::balance_exceeded);
  ASSERT_TRUE(ledger.repay({}, kBobPledged, Amount{5}));
  EXPECT_EQ(ledger.debt(kBob, kUsdc), Amount{2});
  EXPECT_EQ(ledger.balance(kBobPledged).posted, Amount{2});
}

TEST_F(LedgerDebts, InterestIsRoundedUpPerAccount) {
  // 1,000,001 · 0.0001 = 100.0001 → 101; 7 · 0.0001 = 0.0007 → 1.
  const auto charges = ledger.charge_interest({}, kUsdc, Decimal{1, -4});
  ASSERT_TRUE(charges);
  ASSERT_EQ(charges->size(), 2U);
  EXPECT_EQ((*charges)[0].amount, Amount{101});
  EXPECT_EQ((*charges)[1].amount, Amount{1});
  EXPECT_EQ(ledger.debt(kAnn, kUsdc), Amount{1'000'102});
  EXPECT_EQ(pool_claim(), Amount{-1'000'110});
  EXPECT_EQ(ledger.balance(kPool).posted, Amount{-1'000'008});
}

TEST_F(LedgerDebts, InterestIsExactWhereItDivides) {
  ASSERT_TRUE(ledger.borrow({}, kAnnFree, Amount{999'999}));  // 2,000,000 now
  const auto charges = ledger.charge_interest({}, kUsdc, Decimal{25, -6});
  ASSERT_TRUE(charges);
  EXPECT_EQ((*charges)[0].amount, Amount{50});
  EXPECT_TRUE(ledger.charge_interest({}, kUsdc, Decimal{})->empty());
  // Beyond 64 bits of debt, against 10^18 decimals: 2^100 · (1 − 10^−18), by hand in integers.
  ASSERT_TRUE(ledger.borrow({}, kAnnFree, Amount{(Int128{1} << 100) - 2'000'050}));
  const auto large = ledger.charge_interest({}, kUsdc, Decimal{999'999'999'999'999'999, -18});
  ASSERT_TRUE(large);
  EXPECT_EQ(to_string((*large)[0].amount), "1267650600228229400229052605148");
}

TEST_F(LedgerDebts, RatesOutsideZeroToOneAreRefused) {
  for (const Decimal rate : {Decimal{-1, -4}, Decimal{2, 0}, Decimal{1, 1}, Decimal{11, -1}}) {
    EXPECT_EQ(ledger.charge_interest({}, kUsdc, rate).error().code, ErrorCode::out_of_range);
  }
}

TEST_F(LedgerDebts, WriteOffIsPaidByTheInsurance) {
  const HoldingKey insurance{SystemOwner::insurance, kUsdc, kInternal, Bucket::free};
  EXPECT_EQ(
      ledger.write_off({}, kBob, kUsdc, kInternal, SystemOwner::insurance, Amount{7}).error().code,
      ErrorCode::balance_exceeded);
  Transfer grant;
  grant.kind = TransferKind::deposit;
  grant.debit = {SystemOwner::external, kUsdc, kInternal, Bucket::free};
  grant.credit = insurance;
  grant.amount = Amount{10};
  ASSERT_TRUE(ledger.apply(grant));
  ASSERT_TRUE(ledger.write_off({}, kBob, kUsdc, kInternal, SystemOwner::insurance, Amount{7}));
  EXPECT_EQ(ledger.debt(kBob, kUsdc), Amount{});
  EXPECT_EQ(ledger.balance(insurance).posted, Amount{3});
  EXPECT_EQ(ledger.balance(kPool).posted, Amount{-1'000'001});
}

}  // namespace
}  // namespace bulkhead::ledger
