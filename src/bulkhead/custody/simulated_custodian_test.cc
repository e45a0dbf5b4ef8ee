// The simulated custodian: absolute instructions, faults, and no dependence on the order of
// instructions.
#include "bulkhead/custody/simulated_custodian.h"

#include <gtest/gtest.h>

#include "bulkhead/custody/internal_vault.h"

namespace bulkhead::custody {
namespace {

constexpr Timestamp kStart{1'600'000'000'000'000'000};

Instruction instruction(std::uint64_t seq, std::string account, int target,
                        Timestamp sent = kStart) {
  return {seq, std::move(account), "BTC", "custodian", Amount{target}, sent};
}

TEST(InternalVault, AppliesAtOnceAndLatestWins) {
  InternalVault vault;
  vault.instruct(instruction(2, "a", 70));
  vault.instruct(instruction(1, "a", 50));
  vault.instruct(instruction(2, "a", 70));
  const auto receipts = vault.advance(kStart);
  ASSERT_EQ(receipts.size(), 3U);
  EXPECT_EQ(receipts[0].seq, 1U);
  EXPECT_EQ(receipts[0].status, ReceiptStatus::rejected);
  for (const Receipt& r : receipts) EXPECT_EQ(r.observed, Amount{70});
  EXPECT_EQ(receipts[2].status, ReceiptStatus::applied);
  EXPECT_TRUE(receipts[2].final_);
  EXPECT_FALSE(vault.next_receipt().has_value());
}

TEST(Custodian, SeesThenAppliesWithinItsLatency) {
  SimulatedCustodian custodian("custodian", {}, 42);
  custodian.instruct(instruction(1, "a", 50));
  EXPECT_EQ(custodian.next_receipt(), kStart + seconds(2));
  const auto seen = custodian.advance(kStart + seconds(2));
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].status, ReceiptStatus::pending);
  EXPECT_EQ(seen[0].observed, Amount{0});
  EXPECT_TRUE(custodian.advance(kStart + seconds(19)).empty());
  const auto done = custodian.advance(kStart + minutes(20));
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].status, ReceiptStatus::applied);
  EXPECT_TRUE(done[0].final_);
  EXPECT_GE(done[0].as_of, kStart + seconds(20));
  EXPECT_EQ(custodian.held("a", "BTC"), Amount{50});
}

TEST(Custodian, MeanLatencyIsAsStated) {
  SimulatedCustodian custodian("custodian", {}, 42);
  const int count = 4'000;
  for (int i = 0; i < count; ++i) custodian.instruct(instruction(1, std::to_string(i), 1));
  double total = 0;
  int applied = 0;
  for (const Receipt& r : custodian.advance(kStart + hours(1))) {
    if (r.status != ReceiptStatus::applied) continue;
    ++applied;
    total += (r.received - kStart).seconds();
  }
  EXPECT_EQ(applied, count);
  EXPECT_NEAR(total / count, 90, 5);
}

TEST(Custodian, DrawsDoNotDependOnTheOrderOfInstructions) {
  CustodianBehaviour faulty;
  faulty.refuse = faulty.lose_receipt = faulty.repeat_receipt = faulty.delay_receipt = 0.3;
  faulty.silent = 0.1;
  SimulatedCustodian forward("custodian", faulty, 7);
  SimulatedCustodian backward("custodian", faulty, 7);
  for (int i = 0; i < 100; ++i) forward.instruct(instruction(1, std::to_string(i), i));
  for (int i = 100; i-- > 0;) backward.instruct(instruction(1, std::to_string(i), i));
  const auto receipts = forward.advance(kStart + hours(2));
  EXPECT_EQ(receipts, backward.advance(kStart + hours(2)));
  EXPECT_GT(receipts.size(), 100U);
}

TEST(Custodian, TheSameInstructionAskedAgainAnswersWhatItDid) {
  CustodianBehaviour loses;
  loses.lose_receipt = 1;
  SimulatedCustodian custodian("custodian", loses, 1);
  custodian.instruct(instruction(1, "a", 50));
  for (const Receipt& r : custodian.advance(kStart + hours(1))) {
    EXPECT_EQ(r.status, ReceiptStatus::pending);
  }
  EXPECT_EQ(custodian.held("a", "BTC"), Amount{50});
  custodian.instruct(instruction(1, "a", 50, kStart + hours(1)));
  const auto again = custodian.advance(kStart + hours(2));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].status, ReceiptStatus::applied);
  EXPECT_EQ(again[0].observed, Amount{50});
}

TEST(Custodian, ARefusalStaysARefusal) {
  CustodianBehaviour refuses;
  refuses.refuse = 1;
  SimulatedCustodian custodian("custodian", refuses, 1);
  custodian.instruct(instruction(1, "a", 50));
  const auto first = custodian.advance(kStart + hours(1));
  EXPECT_EQ(first.back().status, ReceiptStatus::rejected);
  EXPECT_EQ(first.back().observed, Amount{0});
  custodian.instruct(instruction(1, "a", 50, kStart + hours(1)));
  EXPECT_EQ(custodian.advance(kStart + hours(2)).back().status, ReceiptStatus::rejected);
}

TEST(Custodian, ASupersededInstructionIsNotDoneAnyMore) {
  SimulatedCustodian custodian("custodian", {}, 3);
  custodian.instruct(instruction(1, "a", 50));
  custodian.instruct(instruction(2, "a", 20, kStart + seconds(1)));
  custodian.instruct(instruction(1, "a", 50, kStart + seconds(1)));  // came late: ignored
  int rejected = 0;
  for (const Receipt& r : custodian.advance(kStart + hours(1))) {
    if (r.seq == 1 && r.final_) {
      EXPECT_EQ(r.status, ReceiptStatus::rejected);
      ++rejected;
    }
  }
  EXPECT_EQ(rejected, 1);
  EXPECT_EQ(custodian.held("a", "BTC"), Amount{20});
}

TEST(Custodian, SilenceIsNeitherDoneNorAnswered) {
  CustodianBehaviour silent;
  silent.silent = 1;
  SimulatedCustodian custodian("custodian", silent, 3);
  custodian.instruct(instruction(1, "a", 50));
  EXPECT_FALSE(custodian.next_receipt().has_value());
  EXPECT_TRUE(custodian.advance(kStart + hours(9)).empty());
  EXPECT_EQ(custodian.held("a", "BTC"), Amount{0});
}

}  // namespace
}  // namespace bulkhead::custody
