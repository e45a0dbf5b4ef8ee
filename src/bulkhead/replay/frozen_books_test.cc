// What becomes of a book that nobody touches any more.
#include "bulkhead/replay/frozen_books.h"

#include "bulkhead/engine/world_support.h"

namespace bulkhead::replay {
namespace {

class Frozen : public ::testing::Test {
 protected:
  // Long one coin against 12,000 in cash.
  Frozen() {
    world_.open("alice-1", "alice").fund("alice-1", "USDT", "24000", "12000");
    world_.trade("alice-1", "BTC/USDT:USDT", 1000, "60000").price("BTC", 60'000).tick();
  }

  // Lowers the price until the account is below its initial margin, and freezes its book there.
  void freeze_below_initial() {
    double price = 60'000;
    while (world_.figures("alice-1").equity >= world_.figures("alice-1").initial) {
      world_.price("BTC", price -= 500).tick();
    }
    ASSERT_GT(world_.figures("alice-1").equity, Usd{});
    frozen_.freeze(world_.engine(), "alice-1", world_.now());
    frozen_.note_sale("alice-1");
    follow();
    ASSERT_EQ(frozen_.liquidations(), 1U);
    ASSERT_EQ(frozen_.avoidable(), 0U);
  }
  void follow() { frozen_.follow(world_.engine(), world_.now()); }

  engine::World world_;
  FrozenBooks frozen_;
};

TEST_F(Frozen, RecoversWithItsPrices) {
  freeze_below_initial();
  world_.price("BTC", 60'000).tick();
  follow();
  EXPECT_EQ(frozen_.avoidable(), 1U);
  frozen_.note_sale("alice-1");
  follow();
  EXPECT_EQ(frozen_.liquidations(), 1U);
  EXPECT_EQ(frozen_.avoidable(), 1U);
}

TEST_F(Frozen, LossIsWhatTheBookIsAheadOfTheAccountWhenItHasComeBack) {
  freeze_below_initial();
  const Usd before = world_.figures("alice-1").equity;
  const double price = world_.engine().state().market.epoch().assets[1].mid;
  // A half is sold at the low: of the way back the account makes half.
  world_.trade("alice-1", "BTC/USDT:USDT", -500, std::to_string(static_cast<int>(price)));
  world_.price("BTC", 60'000).tick();
  follow();
  ASSERT_EQ(frozen_.avoidable(), 1U);
  const double gained = static_cast<double>((world_.figures("alice-1").equity - before).micros);
  EXPECT_GT(frozen_.avoidable_loss(), 100);
  EXPECT_NEAR(frozen_.avoidable_loss(), gained / 1e6, 5);
}

TEST_F(Frozen, OneThatWasNotSoldIsNoLiquidation) {
  frozen_.freeze(world_.engine(), "alice-1", world_.now());
  follow();
  EXPECT_EQ(frozen_.liquidations(), 0U);
  EXPECT_EQ(frozen_.avoidable(), 0U);
  frozen_.note_sale("alice-1");  // sold after it had recovered
  EXPECT_EQ(frozen_.avoidable(), 1U);
}

TEST_F(Frozen, OnceLostItStaysLost) {
  freeze_below_initial();
  world_.price("BTC", 47'000).tick();
  ASSERT_LE(world_.figures("alice-1").equity, Usd{});
  follow();
  world_.price("BTC", 60'000).tick();
  follow();
  EXPECT_EQ(frozen_.avoidable(), 0U);
}

TEST_F(Frozen, WhatIsAddedLaterDoesNotSaveIt) {
  freeze_below_initial();
  world_.must("alice",
              engine::Pledge{"alice-1", "USDT", "internal", world_.amount("USDT", "12000")});
  ASSERT_GT(world_.figures("alice-1").equity, world_.figures("alice-1").initial);
  follow();
  EXPECT_EQ(frozen_.avoidable(), 0U);
}

TEST_F(Frozen, AfterADayItIsTooLate) {
  freeze_below_initial();
  world_.price("BTC", 60'000).tick(FrozenBooks::kFollowed + minutes(1));
  follow();
  EXPECT_EQ(frozen_.avoidable(), 0U);
}

TEST_F(Frozen, ReferenceMarginMovesWithTheMarketAlone) {
  ReferenceMargin reference;
  reference.open(world_.engine(), world_.now() + days(1));
  reference.sample(world_.engine(), world_.now());
  EXPECT_DOUBLE_EQ(reference.peak_to_trough(), 1);
  const Usd before = world_.figures("alice-1").initial;
  world_.trade("alice-1", "BTC/USDT:USDT", 1000, "60000");
  ASSERT_GT(world_.figures("alice-1").initial, before + scale_up(before, 1, 2));
  reference.sample(world_.engine(), world_.now());
  EXPECT_DOUBLE_EQ(reference.peak_to_trough(), 1);
  world_.price("BTC", 66'000).tick();
  reference.sample(world_.engine(), world_.now());
  EXPECT_GT(reference.peak_to_trough(), 1.05);
  EXPECT_DOUBLE_EQ(reference.greatest_rise(), reference.peak_to_trough());
  const double rise = reference.greatest_rise();
  for (const int price : {54'000, 64'000}) {  // by more than before, but not within 24 hours
    world_.price("BTC", price).tick(hours(25));
    reference.sample(world_.engine(), world_.now());
  }
  EXPECT_GT(reference.peak_to_trough(), rise * 1.02);
  EXPECT_DOUBLE_EQ(reference.greatest_rise(), rise);
}

}  // namespace
}  // namespace bulkhead::replay
