// The custody leg: its table, and that loss, repetition and order of receipts do not change its
// end.
#include "bulkhead/policy/custody_leg.h"

#include <gtest/gtest.h>

#include <vector>

#include "bulkhead/base/random.h"

namespace bulkhead::policy {
namespace {

constexpr Timestamp kStart{1'600'000'000'000'000'000};
constexpr Duration kTimeout = minutes(5);

LegReceipt receipt(std::uint64_t seq, LegWord word, int observed, int minute, bool final_ = true) {
  return {seq, word, Amount{observed}, kStart + minutes(minute), final_};
}

TEST(LegTable, IsCompleteAndFinalStatusesStay) {
  const auto table = leg_table();
  ASSERT_EQ(table.size(), 5 * kLegInputCount);
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(table[i].from), i / kLegInputCount);
    EXPECT_EQ(static_cast<std::size_t>(table[i].input), i % kLegInputCount);
    if (is_final(table[i].from)) {
      EXPECT_EQ(table[i].to, table[i].from);
    }
    // A time-out ends nothing: unknown is asked again, never assumed.
    if (table[i].input == LegInput::timeout && !is_final(table[i].from)) {
      EXPECT_EQ(table[i].to, LegStatus::unknown);
    }
  }
}

TEST(Leg, GoesThroughTransitToItsEnd) {
  CustodyLeg leg = instruct({}, Amount{50}, kTimeout, kStart);
  EXPECT_EQ(leg.seq, 1U);
  LegStep step = receive(leg, receipt(1, LegWord::pending, 0, 1, false));
  EXPECT_EQ(step.effect, LegEffect::in_transit);
  step = receive(step.leg, receipt(1, LegWord::applied, 50, 2, false));  // not final yet
  EXPECT_EQ(step.leg.status, LegStatus::in_transit);
  step = receive(step.leg, receipt(1, LegWord::applied, 50, 3));
  EXPECT_EQ(step.effect, LegEffect::finish);
  EXPECT_EQ(step.leg.observed, Amount{50});
  EXPECT_EQ(receive(step.leg, receipt(1, LegWord::applied, 50, 3)).effect, LegEffect::none);
  EXPECT_EQ(receive(step.leg, receipt(1, LegWord::pending, 0, 1)).effect, LegEffect::none);
}

TEST(Leg, TimesOutToUnknownAsksAgainUnderTheSameNumberAndEscalatesOnce) {
  CustodyLeg leg = instruct({}, Amount{50}, kTimeout, kStart);
  EXPECT_EQ(on_tick(leg, kTimeout, kStart + kTimeout - nanoseconds(1)).effect, LegEffect::none);
  LegStep step = on_tick(leg, kTimeout, kStart + kTimeout);
  EXPECT_EQ(step.leg.status, LegStatus::unknown);
  EXPECT_EQ(step.effect, LegEffect::ask_again);
  EXPECT_EQ(step.leg.seq, 1U);
  EXPECT_EQ(step.leg.asked, 2U);
  step = on_tick(step.leg, kTimeout, kStart + kTimeout * 2);
  EXPECT_EQ(step.effect, LegEffect::escalate);
  step = on_tick(step.leg, kTimeout, kStart + kTimeout * 3);
  EXPECT_EQ(step.effect, LegEffect::ask_again);
  step = receive(step.leg, receipt(1, LegWord::applied, 50, 20));
  EXPECT_EQ(step.effect, LegEffect::finish);
}

TEST(Leg, LatestInstructionWinsAndOlderReceiptsOnlyTellWhatIsHeld) {
  CustodyLeg leg = instruct({}, Amount{50}, kTimeout, kStart);
  leg = instruct(leg, Amount{80}, kTimeout, kStart + minutes(1));
  EXPECT_EQ(leg.seq, 2U);
  LegStep step = receive(leg, receipt(1, LegWord::applied, 50, 2));
  EXPECT_EQ(step.leg.status, LegStatus::instructed);
  EXPECT_EQ(step.effect, LegEffect::reconcile);
  EXPECT_EQ(step.leg.observed, Amount{50});
  step = receive(step.leg, receipt(2, LegWord::applied, 80, 3));
  EXPECT_EQ(step.effect, LegEffect::finish);
  EXPECT_EQ(receive(leg, receipt(9, LegWord::applied, 80, 3)).effect, LegEffect::none);
}

TEST(Leg, WhatAPlaceReportsAfterTheEndStillEntersTheBooks) {
  LegStep step =
      receive(instruct({}, Amount{50}, kTimeout, kStart), receipt(1, LegWord::rejected, 0, 1));
  EXPECT_EQ(step.effect, LegEffect::void_);
  step = receive(step.leg, receipt(1, LegWord::applied, 50, 9));
  EXPECT_EQ(step.leg.status, LegStatus::rejected);
  EXPECT_EQ(step.effect, LegEffect::reconcile);
  EXPECT_EQ(step.leg.observed, Amount{50});
}

TEST(Leg, TheFinalWordOfTheNewestNumberIsNewsOnce) {
  CustodyLeg leg = instruct({}, Amount{50}, kTimeout, kStart);
  leg = instruct(leg, Amount{80}, kTimeout, kStart);
  LegStep step = receive(leg, receipt(2, LegWord::pending, 80, 5, false));
  EXPECT_FALSE(step.news);
  step = receive(step.leg, receipt(2, LegWord::applied, 80, 5));  // the same moment, but final
  EXPECT_TRUE(step.news);
  EXPECT_TRUE(step.ended());
  EXPECT_FALSE(receive(step.leg, receipt(2, LegWord::applied, 80, 5)).news);
  EXPECT_FALSE(receive(step.leg, receipt(1, LegWord::applied, 50, 5)).news);  // an older number
  EXPECT_FALSE(receive(step.leg, receipt(2, LegWord::applied, 60, 4)).news);  // an older moment
  EXPECT_TRUE(receive(step.leg, receipt(1, LegWord::applied, 50, 6)).news);   // a newer moment
}

TEST(Leg, OfTwoWordsOfOneTimeTheFirstCounts) {
  const CustodyLeg leg = instruct({}, Amount{50}, kTimeout, kStart);
  const LegStep first = receive(leg, receipt(1, LegWord::pending, 5, 1, false));
  EXPECT_EQ(receive(first.leg, receipt(1, LegWord::pending, 6, 1, false)).leg.observed, Amount{5});
}

// Whatever the order and repetition of the receipts and however many are lost before the last end,
// the leg ends as the place ended, with the newest word of what is held.
TEST(Leg, AnyOrderOfReceiptsGivesTheSameEnd) {
  RandomStream random(4, 4);
  for (int trial = 0; trial < 2'000; ++trial) {
    const bool applied = random.chance(0.5);
    std::vector<LegReceipt> all{
        receipt(1, LegWord::pending, 3, 1, false), receipt(2, LegWord::pending, 3, 2, false),
        receipt(1, LegWord::applied, 10, 3),
        receipt(2, applied ? LegWord::applied : LegWord::rejected, applied ? 50 : 10, 4)};
    all.push_back(all[random.below(4)]);
    all.push_back(all[random.below(4)]);
    if (random.chance(0.5)) all.erase(all.begin());
    for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random.below(i)]);
    CustodyLeg leg = instruct({}, Amount{10}, kTimeout, kStart);
    leg = instruct(leg, Amount{50}, kTimeout, kStart);
    int ends = 0;
    for (const LegReceipt& r : all) {
      const LegStep step = receive(leg, r);
      ends += step.changed() && is_final(step.leg.status) ? 1 : 0;
      if (is_final(leg.status)) {
        EXPECT_EQ(step.leg.status, leg.status);
      }
      leg = step.leg;
      leg =
          on_tick(leg, kTimeout, kStart + minutes(static_cast<std::int64_t>(random.below(30)))).leg;
    }
    EXPECT_EQ(ends, 1);
    EXPECT_EQ(leg.status, applied ? LegStatus::applied : LegStatus::rejected);
    EXPECT_EQ(leg.observed, Amount{applied ? 50 : 10});
  }
}

}  // namespace
}  // namespace bulkhead::policy
