// Plans of a planner outside, and what happens when none comes or the market is silent (D10.2,
// D10.3).
#include <gtest/gtest.h>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

constexpr const char* kPerp = "BTC/USDT:USDT";

class Plans : public testing::Test {
 protected:
  // alice-1, long 0.2 BTC, in default at the last tick; nothing instructed yet.
  void bring_down(bool planner, double price = 53'000) {
    world_.open("alice-1", "alice").fund("alice-1", "USDT", "2000", "2000");
    world_.trade("alice-1", kPerp, 200, "60000").tick();
    if (planner) {
      world_.must("operator",
                  Grant{GrantKind::planner, "operator", "", {}, 1, world_.now() + days(1)});
    }
    world_.price("BTC", price);
    while (world_.account("alice-1").ladder.default_ == policy::Default::none) {
      world_.tick();
      if (HasFailure() || world_.now() > kWorldStart + hours(2)) FAIL() << "no default";
    }
  }
  ProposePlan plan(std::int64_t lots) {
    return {"alice-1", 1, world_.now() + hours(1), {{kPerp, lots, "", {}}}};
  }
  std::int64_t lots() const {
    return world_.state()
        .positions
        .position(world_.state().find_account("alice-1"),
                  world_.state().registry().find_instrument(kPerp))
        .lots;
  }
  std::size_t instructed() { return world_.said_of<LiquidationInstructed>("alice-1").size(); }
  World world_;
};

TEST_F(Plans, WithoutAPlannerThePlainPlanRunsAtOnce) {
  bring_down(false);
  world_.tick();
  EXPECT_EQ(instructed(), 1U);
}

TEST_F(Plans, APlannerIsWaitedForThreeTicks) {
  bring_down(true);
  world_.ticks(3);
  EXPECT_EQ(instructed(), 0U);
  world_.tick();
  EXPECT_EQ(instructed(), 1U);
}

TEST_F(Plans, AnAcceptedPlanIsFollowedAndEnds) {
  bring_down(true);
  // The least that reaches the exit level, found by asking: one lot less is refused.
  std::int64_t least = 1;
  while (world_.give("operator", plan(least)).refused) ++least;
  ASSERT_LE(least, 200);
  EXPECT_EQ(world_.said<PlanAccepted>().size(), 1U);
  world_.tick();
  const auto said = world_.said_of<LiquidationInstructed>("alice-1");
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].lots, -least);
  world_.pass(seconds(1)).venue_fills().tick();
  EXPECT_EQ(lots(), 200 - least);
  EXPECT_EQ(world_.said<PlanEnded>().size(), 1U);
  EXPECT_EQ(world_.account("alice-1").ladder.default_, policy::Default::none);
}

TEST_F(Plans, AMissedExitADearerPlanAndALieAreRefused) {
  bring_down(true);
  EXPECT_EQ(world_.refuse("operator", plan(1), ErrorCode::plan_misses_exit).field, "lines");
  EXPECT_EQ(world_.refuse("operator", plan(201), ErrorCode::plan_impossible).field, "lines.lots");
  world_.refuse("operator", plan(200), ErrorCode::plan_dearer);
  ProposePlan twice = plan(1);
  twice.lines.push_back(twice.lines[0]);
  world_.refuse("operator", twice, ErrorCode::plan_impossible);
  world_.must("operator",
              Grant{GrantKind::planner, "operator", "", {}, 2, world_.now() + seconds(90)});
  world_.ticks(2);
  world_.refuse("operator", plan(100), ErrorCode::role_forbidden);
}

TEST_F(Plans, AnExpiredPlanGivesWayToThePlainOne) {
  bring_down(true);
  ProposePlan brief = plan(1);
  brief.expires = world_.now() + seconds(30);
  while (world_.give("operator", brief).refused) ++brief.lines[0].lots;
  world_.tick();
  EXPECT_EQ(world_.said<PlanEnded>().back().body.end, PlanEnd::expired);
  EXPECT_EQ(instructed(), 1U);
}

TEST_F(Plans, ASilentMarketIsDeleveragedByRankAfterAnHour) {
  world_.open("bob-1", "bob").fund("bob-1", "USDT", "20000", "20000");
  world_.trade("bob-1", kPerp, -50, "60000");
  world_.open("bob-2", "bob").fund("bob-2", "USDT", "9000", "9000");
  world_.trade("bob-2", kPerp, -100, "60000");
  world_.open("carol-1", "carol").fund("carol-1", "USDT", "9000", "9000");
  world_.trade("carol-1", kPerp, -100, "46000");  // has not gained
  bring_down(false, 47'000);
  for (int i = 0; i < 62; ++i) world_.tick().pass(seconds(1)).places_answer();
  const auto second = world_.said_of<Deleveraged>("bob-2");
  ASSERT_EQ(second.size(), 1U);  // gains more on less equity
  EXPECT_EQ(second[0].rank, 1U);
  EXPECT_EQ(second[0].lots, 100);
  const auto first = world_.said_of<Deleveraged>("bob-1");
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].rank, 2U);
  EXPECT_EQ(first[0].lots, 50);
  EXPECT_TRUE(world_.said_of<Deleveraged>("carol-1").empty());
  EXPECT_EQ(lots(), 0);
  // 2,600 lost on 2,000 of its own, and a fund of 1,000: nobody has to give more than fair.
  EXPECT_EQ(first[0].price, (Decimal{47'000, 0}.normal_form()));
  for (int i = 0; i < 6; ++i) world_.tick().pass(seconds(1)).places_answer();
  EXPECT_EQ(world_.account("alice-1").ladder.default_, policy::Default::closed);
}

TEST_F(Plans, ALossBeyondTheFundsIsInThePriceInsideTheBand) {
  world_.open("bob-2", "bob").fund("bob-2", "USDT", "9000", "9000");
  world_.trade("bob-2", kPerp, -300, "60000");
  bring_down(false, 44'000);
  for (int i = 0; i < 62; ++i) world_.tick().pass(seconds(1)).places_answer();
  const auto said = world_.said_of<Deleveraged>("bob-2");
  ASSERT_EQ(said.size(), 1U);
  // 3,200 lost on 2,000, a fund of 1,000: 200 more on 8,800 of notional.
  EXPECT_NEAR(said[0].price.to_double(), 44'000 + 200 / 0.2, 0.01);
  for (int i = 0; i < 6; ++i) world_.tick().pass(seconds(1)).places_answer();
  const auto losses = world_.said_of<LossCovered>("alice-1");
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].insurance, world_.amount("USDT", "1000"));
  EXPECT_TRUE(losses[0].bad_debt.is_zero());
}

TEST_F(Plans, NoMoreIsAskedOfAMarketThanItsGrantLeaves) {
  bring_down(false);
  world_.must("operator", Grant{GrantKind::market_capacity, kPerp, "",
                                world_.amount("USDT", "1000"), 1, world_.now() + days(1)});
  for (int i = 0; i < 5; ++i) world_.tick().pass(seconds(1)).venue_fills();
  // 1,000 at 53,000 are 18 lots of a thousandth; the rest is hedged in the other contract.
  EXPECT_EQ(lots(), 200 - 18);
  const auto instructed = world_.said_of<LiquidationInstructed>("alice-1");
  ASSERT_EQ(instructed.size(), 2U);
  EXPECT_EQ(instructed[0].lots, -18);
  EXPECT_FALSE(instructed[0].hedge);
  EXPECT_TRUE(instructed[1].hedge);
  EXPECT_EQ(world_.account("alice-1").ladder.default_, policy::Default::none);
}

TEST_F(Plans, AMarketWhoseCapacityIsUsedUpIsSilent) {
  world_.open("bob-1", "bob").fund("bob-1", "USDT", "20000", "20000");
  world_.trade("bob-1", kPerp, -200, "60000");
  bring_down(false, 47'000);
  world_.must("operator",
              Grant{GrantKind::market_capacity, kPerp, "", {}, 1, world_.now() + days(1)});
  for (int i = 0; i < 70; ++i) world_.tick().pass(seconds(1)).places_answer().venue_fills();
  EXPECT_EQ(instructed(), 0U);
  EXPECT_EQ(world_.said_of<Deleveraged>("bob-1").size(), 1U);
  EXPECT_EQ(world_.account("alice-1").ladder.default_, policy::Default::closed);
}

TEST_F(Plans, APlanWaitsForCapacity) {
  bring_down(true);
  std::int64_t least = 1;
  while (world_.give("operator", plan(least)).refused) ++least;
  world_.must("operator",
              Grant{GrantKind::market_capacity, kPerp, "", {}, 1, world_.now() + days(1)});
  world_.ticks(3);
  EXPECT_EQ(instructed(), 0U);
  EXPECT_TRUE(world_.said<PlanEnded>().empty());
  world_.must("operator", Grant{GrantKind::market_capacity, kPerp, "",
                                world_.amount("USDT", "100000"), 2, world_.now() + days(1)});
  world_.tick();
  EXPECT_EQ(world_.said_of<LiquidationInstructed>("alice-1").at(0).lots, -least);
}

TEST_F(Plans, AMarketThatFillsIsNotDeleveraged) {
  bring_down(false, 47'000);
  for (int i = 0; i < 70; ++i) {
    world_.tick().pass(seconds(1)).places_answer().venue_fills();
  }
  EXPECT_TRUE(world_.said<Deleveraged>().empty());
  EXPECT_EQ(world_.account("alice-1").ladder.default_, policy::Default::closed);
}

TEST_F(Plans, TheHourDoesNotRunWhileLiquidationsAreStopped) {
  bring_down(false, 47'000);
  world_.ticks(2);
  world_.must("risk",
              PressStop{StopButton::stop_liquidations, "", "look", world_.now() + hours(2)});
  world_.ticks(119);
  world_.ticks(30);
  EXPECT_TRUE(world_.said<Deleveraged>().empty());
}

TEST_F(Plans, CollateralThatNobodyBuysIsTakenByThePool) {
  world_.open("carol-1", "carol").fund("carol-1", "BTC", "1", "1");
  world_.must("carol", Borrow{"carol-1", "USDT", "internal", world_.amount("USDT", "45000")});
  const Amount out = world_.amount("USDT", "45000");
  world_.must("carol", Unpledge{"carol-1", "USDT", "internal", world_.amount("USDT", "1000")});
  static_cast<void>(out);
  world_.must("carol", Unpledge{"carol-1", "USDT", "internal", world_.amount("USDT", "42000")});
  world_.must("carol", Withdraw{"carol-1", "USDT", "internal", world_.amount("USDT", "43000")});
  world_.price("BTC", 45'000);
  for (int i = 0; i < 80; ++i) world_.tick().pass(seconds(1)).places_answer();
  const auto taken = world_.said_of<CollateralTaken>("carol-1");
  ASSERT_FALSE(taken.empty());
  // 43,000 owed (2,000 of the loan are still pledged and pay first) at 45,000 less 5 %.
  EXPECT_EQ(taken[0].paid.units, Int128{42'750'000'000});
  EXPECT_EQ(taken[0].amount, world_.amount("BTC", "1"));
  EXPECT_EQ(world_.account("carol-1").ladder.default_, policy::Default::closed);
  const auto losses = world_.said_of<LossCovered>("carol-1");
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].insurance, world_.amount("USDT", "250"));
}

TEST_F(Plans, ALossIsPaidBySetOffThenTheHouseThenTheFund) {
  world_.must("operator", Grant{GrantKind::house_tranche, "", "USDT", world_.amount("USDT", "100"),
                                1, world_.now() + days(9)});
  StandingInstruction agreed;
  agreed.set_off = true;
  world_.open("alice-2", "alice", agreed).fund("alice-2", "USDT", "50", "0");
  world_.open("alice-3", "alice").fund("alice-3", "USDT", "70", "0");
  world_.open("bob-1", "bob", agreed).fund("bob-1", "USDT", "90", "0");
  bring_down(false, 47'000);
  for (int i = 0; i < 15; ++i) world_.tick().pass(seconds(1)).places_answer().venue_fills();
  const auto losses = world_.said_of<LossCovered>("alice-1");
  ASSERT_EQ(losses.size(), 1U);
  EXPECT_EQ(losses[0].set_off, world_.amount("USDT", "50"));
  EXPECT_EQ(losses[0].house, world_.amount("USDT", "100"));
  EXPECT_EQ(losses[0].insurance, world_.amount("USDT", "450"));
  EXPECT_TRUE(losses[0].bad_debt.is_zero());
  const auto free = ledger::Bucket::free;
  EXPECT_EQ(world_.held("alice-3", "USDT", "internal", free), world_.amount("USDT", "70"));
  EXPECT_EQ(world_.held("bob-1", "USDT", "internal", free), world_.amount("USDT", "90"));
}

}  // namespace
}  // namespace bulkhead::engine
