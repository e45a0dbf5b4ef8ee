// Segregation as a property of the table: every kind against every pair of holdings.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "bulkhead/ledger/transfer.h"

namespace bulkhead::ledger {
namespace {

constexpr AssetIndex kAsset(std::uint32_t{0});
constexpr PlaceIndex kHere(std::uint32_t{0});
constexpr PlaceIndex kThere(std::uint32_t{1});
constexpr AccountIndex kAnn(std::uint32_t{0});
constexpr AccountIndex kBob(std::uint32_t{1});

// Every holding of two accounts at two places, and of all system owners.
std::vector<HoldingKey> all_keys() {
  std::vector<HoldingKey> keys;
  for (const AccountIndex account : {kAnn, kBob}) {
    for (const PlaceIndex place : {kHere, kThere}) {
      for (const Bucket bucket : {Bucket::free, Bucket::pledged, Bucket::sequestered}) {
        keys.push_back({account, kAsset, place, bucket});
      }
    }
    keys.push_back(debt_key(account, kAsset));
  }
  for (std::uint32_t i = 0; i < kSystemOwnerCount; ++i) {
    for (const PlaceIndex place : {kHere, kThere}) {
      keys.push_back({static_cast<SystemOwner>(i), kAsset, place, Bucket::free});
    }
  }
  keys.push_back(debt_key(SystemOwner::pool, kAsset));
  return keys;
}

Transfer transfer(TransferKind kind, const HoldingKey& debit, const HoldingKey& credit) {
  Transfer result;
  result.kind = kind;
  result.debit = debit;
  result.credit = credit;
  result.amount = Amount{1};
  return result;
}

template <class Check>
void for_each_allowed(Check check) {
  const std::size_t kinds = enum_names(TransferKind{}).size();
  for (std::size_t k = 0; k < kinds; ++k) {
    const auto kind = static_cast<TransferKind>(k);
    for (const HoldingKey& debit : all_keys()) {
      for (const HoldingKey& credit : all_keys()) {
        if (check_shape(transfer(kind, debit, credit))) check(kind, debit, credit);
      }
    }
  }
}

TEST(TransferShapes, NothingMovesOneAccountsHoldingToAnother) {
  int corrections = 0;
  for_each_allowed([&](TransferKind kind, const HoldingKey& debit, const HoldingKey& credit) {
    if (!debit.owner.is_account() || !credit.owner.is_account() || debit.owner == credit.owner) {
      return;
    }
    EXPECT_EQ(kind, TransferKind::correction) << bulkhead::to_string(kind);
    ++corrections;
  });
  EXPECT_GT(corrections, 0);
}

TEST(TransferShapes, SequesteredIsTakenOnlyByReleaseDefaultMoveAndReceipt) {
  std::set<TransferKind> kinds;
  for_each_allowed([&](TransferKind kind, const HoldingKey& debit, const HoldingKey&) {
    if (debit.bucket == Bucket::sequestered) kinds.insert(kind);
  });
  EXPECT_EQ(kinds, (std::set<TransferKind>{TransferKind::release, TransferKind::move,
                                           TransferKind::sale, TransferKind::waterfall,
                                           TransferKind::receipt, TransferKind::correction}));
}

TEST(TransferShapes, SequestrationTakesPledgedOfTheSameAccountOnly) {
  for_each_allowed([&](TransferKind kind, const HoldingKey& debit, const HoldingKey& credit) {
    if (kind != TransferKind::sequester) return;
    EXPECT_EQ(debit.bucket, Bucket::pledged);
    EXPECT_EQ(credit.bucket, Bucket::sequestered);
    EXPECT_EQ(debit.owner, credit.owner);
  });
}

TEST(TransferShapes, OutsideIsReachedOnlyByDepositWithdrawalReceiptAndCorrection) {
  std::set<TransferKind> kinds;
  for_each_allowed([&](TransferKind kind, const HoldingKey& debit, const HoldingKey& credit) {
    const Owner outside = SystemOwner::external;
    if (debit.owner == outside || credit.owner == outside) kinds.insert(kind);
  });
  EXPECT_EQ(kinds, (std::set<TransferKind>{TransferKind::deposit, TransferKind::withdrawal,
                                           TransferKind::receipt, TransferKind::correction}));
}

TEST(TransferShapes, PledgedLeavesOnlyThroughFree) {
  for_each_allowed([&](TransferKind kind, const HoldingKey& debit, const HoldingKey&) {
    if (kind == TransferKind::withdrawal && debit.owner.is_account()) {
      EXPECT_EQ(debit.bucket, Bucket::free);
    }
  });
}

TEST(TransferShapes, DebtsMeetOnlyDebts) {
  for_each_allowed([&](TransferKind, const HoldingKey& debit, const HoldingKey& credit) {
    EXPECT_EQ(debit.bucket == Bucket::debt, credit.bucket == Bucket::debt);
  });
}

TEST(TransferShapes, EveryKindButNoneIsPossible) {
  std::set<TransferKind> kinds;
  for_each_allowed(
      [&](TransferKind kind, const HoldingKey&, const HoldingKey&) { kinds.insert(kind); });
  EXPECT_EQ(kinds.size(), enum_names(TransferKind{}).size() - 1);
  EXPECT_FALSE(kinds.contains(TransferKind::none));
}

TEST(TransferShapes, ErrorsComeInTheirOrder) {
  const HoldingKey free{kAnn, kAsset, kHere, Bucket::free};
  const HoldingKey pledged{kAnn, kAsset, kHere, Bucket::pledged};
  const auto code = [](Transfer t) { return check_shape(t).error().code; };
  Transfer wrong = transfer(TransferKind::sequester, {}, {});
  wrong.amount = Amount{0};
  EXPECT_EQ(code(wrong), ErrorCode::amount_not_positive);
  wrong.amount = Amount{1};
  EXPECT_EQ(code(wrong), ErrorCode::holding_invalid);
  EXPECT_EQ(check_shape(wrong).error().field, "debit");
  wrong.debit = free;
  EXPECT_EQ(check_shape(wrong).error().field, "credit");
  wrong.credit = free;
  EXPECT_EQ(code(wrong), ErrorCode::holdings_equal);
  wrong.credit = pledged;
  wrong.credit.asset = AssetIndex(std::uint32_t{1});
  EXPECT_EQ(code(wrong), ErrorCode::asset_mismatch);
  wrong.credit = debt_key(kAnn, kAsset);
  EXPECT_EQ(code(wrong), ErrorCode::asset_mismatch);
  wrong.credit = pledged;
  EXPECT_EQ(code(wrong), ErrorCode::kind_not_allowed);
  wrong.kind = TransferKind::pledge;
  EXPECT_TRUE(check_shape(wrong));
}

}  // namespace
}  // namespace bulkhead::ledger
