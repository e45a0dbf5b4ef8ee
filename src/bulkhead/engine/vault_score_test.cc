// Scores, reviews, the rate limit of false alarms, and limits of places (D9.3, D9.5, D9.6).
#include "bulkhead/engine/play_support.h"
#include "bulkhead/policy/defaults.h"

namespace bulkhead::engine {
namespace {

using policy::Reason;
using policy::Vault;

WorldOptions with(const std::function<void(policy::ParameterSet&)>& change) {
  WorldOptions options;
  change(options.parameters);
  return options;
}

std::vector<SequestrationScored> scores(const World& world) {
  return world.said_of<SequestrationScored>("bob-1");
}

// Below the sequestration level and back, without ever being below maintenance.
void false_alarm(World& world) {
  world.price("BTC", 56'000).tick();
  world.places_answer().tick();
  world.price("BTC", 66'000).ticks(5);
  world.places_answer().ticks(2);
}

void open_near(World& world) {
  world.price("BTC", 60'000).ticks(2);
  world.open("bob-1", "bob").fund("bob-1", "USDT", "1800", "1800");
  world.trade("bob-1", "BTC/USDT:USDT", 200, "60000").tick();
}

TEST(Score, WhatWasNeverNeededIsAFalseAlarmWithItsCost) {
  World world;
  open_near(world);
  const Figures before = world.figures("bob-1");
  ASSERT_GT(before.equity, before.maintenance);
  false_alarm(world);
  ASSERT_EQ(scores(world).size(), 1U);
  EXPECT_EQ(scores(world)[0].outcome, ScoreOutcome::false_alarm);
  EXPECT_EQ(scores(world)[0].trigger, Reason::below_sequester);
  EXPECT_GT(scores(world)[0].most, usd(800));
  EXPECT_GE(scores(world)[0].cost, usd(2));  // two transfers of one numéraire each
  EXPECT_FALSE(world.state().vault(world.state().find_account("bob-1")).episode.has_value());
}

TEST(Score, WhatFellBelowMaintenanceWasNeeded) {
  World world;
  open_near(world);
  world.price("BTC", 56'000).tick();
  world.places_answer().tick();
  world.price("BTC", 54'000).tick();
  world.price("BTC", 66'000).ticks(6);
  world.places_answer().ticks(2);
  ASSERT_EQ(scores(world).size(), 1U);
  EXPECT_EQ(scores(world)[0].outcome, ScoreOutcome::needed);
}

TEST(Score, AFallThroughAllLevelsAtOnceIsMissedOnceAndWhatFollowsIsLate) {
  World world;
  open_near(world);
  world.price("BTC", 53'000).ticks(2);
  ASSERT_EQ(scores(world).size(), 1U);
  EXPECT_EQ(scores(world)[0].outcome, ScoreOutcome::missed);
  world.places_answer().tick();
  world.price("BTC", 66'000).ticks(6);
  world.places_answer().ticks(2);
  ASSERT_EQ(scores(world).size(), 2U);
  EXPECT_EQ(scores(world)[1].outcome, ScoreOutcome::late);
}

TEST(Review, IsDueAfterTheLongestTimeAndSaysWhyItIsKept) {
  World world(with([](auto& set) { set.ladder.sequestration.review_after = minutes(20); }));
  open_near(world);
  world.price("BTC", 56'000).tick();
  world.places_answer().tick();
  world.ticks(19);
  EXPECT_TRUE(world.said<SequestrationReviewed>().empty());
  world.ticks(2);
  auto reviews = world.said_of<SequestrationReviewed>("bob-1");
  ASSERT_EQ(reviews.size(), 1U);
  EXPECT_FALSE(reviews[0].released);
  EXPECT_EQ(reviews[0].reason, Reason::below_sequester);
  world.ticks(10);
  EXPECT_EQ(world.said_of<SequestrationReviewed>("bob-1").size(), 1U);
  world.ticks(10);
  EXPECT_EQ(world.said_of<SequestrationReviewed>("bob-1").size(), 2U);
}

// Triggers that only foresee are not followed after as many false alarms as are allowed; the level
// always is.
TEST(RateLimit, FalseAlarmsDoNotKeepTheLevelFromActing) {
  World world(with([](auto& set) { set.ladder.sequestration.false_alarms_max = 1; }));
  open_near(world);
  false_alarm(world);
  false_alarm(world);
  EXPECT_EQ(scores(world).size(), 2U);
  EXPECT_EQ(world.said_of<SequestrationOrdered>("bob-1").size(), 2U);
}

TEST(RateLimit, ALookAheadIsHeldBackAndThatIsSaidOnce) {
  World world(with([](auto& set) {
    set.ladder.sequestration.false_alarms_max = 1;
    set.ladder.sequestration.look_ahead = {days(7), days(7), days(7), days(7)};
  }));
  open_near(world);
  world.places_answer().tick();
  world.price("BTC", 80'000).ticks(6);  // from where a week is not feared
  world.places_answer().ticks(2);
  const std::size_t ordered = world.said_of<SequestrationOrdered>("bob-1").size();
  ASSERT_EQ(scores(world).size(), 1U);
  ASSERT_EQ(scores(world)[0].outcome, ScoreOutcome::false_alarm);
  world.price("BTC", 58'500).ticks(6);
  const auto held_back = world.said_of<SequestrationHeldBack>("bob-1");
  ASSERT_EQ(held_back.size(), 1U);
  EXPECT_EQ(held_back[0].trigger, Reason::look_ahead);
  EXPECT_EQ(world.said_of<SequestrationOrdered>("bob-1").size(), ordered);
}

TEST(Limits, NoPlaceHoldsMoreThanItsShareOfR) {
  World world(with([](auto& set) { set.ladder.sequestration.vault_concentration_bp = 6'000; }));
  open_near(world);
  world.price("BTC", 56'000).tick();
  const auto ordered = world.said_of<SequestrationOrdered>("bob-1").at(0);
  ASSERT_EQ(ordered.legs.size(), 2U);
  for (const SequestrationLeg& leg : ordered.legs) {
    EXPECT_LE(Usd{static_cast<std::int64_t>(leg.amount.units)},
              scale_down(ordered.required, 6'000, 10'000));
  }
}

Grant capacity(World& world, const char* coins, std::uint64_t epoch, Duration lasts) {
  return {GrantKind::place_capacity,   "vault", "",
          world.amount("USDT", coins), epoch,   world.now() + lasts};
}

TEST(Limits, NoMoreGoesToAPlaceThanItsGrantLeaves) {
  World world;
  open_near(world);
  world.must("custodian", SetPlaceAlarm{"custodian", true, AlarmCause::custodian_alarm, "test"});
  world.must("operator", capacity(world, "100", 1, hours(10)));
  world.price("BTC", 56'000).tick();
  const auto ordered = world.said_of<SequestrationOrdered>("bob-1").at(0);
  EXPECT_GT(ordered.missing, Usd{});
  ASSERT_EQ(ordered.legs.size(), 1U);
  EXPECT_LE(ordered.legs[0].amount, world.amount("USDT", "100"));
  EXPECT_GE(ordered.legs[0].amount, world.amount("USDT", "99"));
  world.places_answer().ticks(5);
  EXPECT_EQ(world.said_of<SequestrationOrdered>("bob-1").size(), 1U);
  world.must("operator", capacity(world, "100000", 2, hours(10))).ticks(5);
  const auto again = world.said_of<SequestrationOrdered>("bob-1").back();
  ASSERT_EQ(again.legs.size(), 1U);
  EXPECT_EQ(again.held, ordered.legs[0].stressed_value);
  EXPECT_LT(again.missing, ordered.missing);
  EXPECT_EQ(world.state().grant(GrantKind::place_capacity, "vault")->used, again.legs[0].amount);
}

TEST(Limits, AGrantThatHasExpiredLeavesNothing) {
  World world;
  open_near(world);
  world.must("operator", capacity(world, "100000", 1, seconds(30)));
  world.tick();
  world.price("BTC", 56'000).tick();
  for (const auto& ordered : world.said_of<SequestrationOrdered>("bob-1")) {
    for (const SequestrationLeg& leg : ordered.legs) EXPECT_NE(leg.to_place, "vault");
  }
}

// The least that makes up R: one lot less does not, with the size cost of a thin market counted.
TEST(Least, OfAnAssetWhoseLotsAreNotWorthTheSame) {
  World world;
  world.price("BTC", 60'000).ticks(2);
  world.open("bob-1", "bob").fund("bob-1", "ETH", "3000", "3000");
  world.trade("bob-1", "BTC/USDT:USDT", 60'000, "60000").tick();
  world.must("risk", Propose{"o-1", world.now() + hours(1),
                             SequestrationOrder{"bob-1", {}, "test", world.now() + hours(1)}});
  world.must("approver-1", Approve{"o-1"}).tick();
  const auto ordered = world.said_of<SequestrationOrdered>("bob-1").at(0);
  ASSERT_EQ(ordered.missing, Usd{});
  ASSERT_EQ(ordered.legs.size(), 1U);
  const Valuer& valuer = **world.engine().figures();
  const AccountIndex bob = world.state().find_account("bob-1");
  const AssetIndex eth = world.state().registry().find_asset("ETH");
  EXPECT_EQ(ordered.legs[0].stressed_value,
            valuer.stressed_value(bob, eth, ordered.legs[0].amount));
  EXPECT_GE(ordered.legs[0].stressed_value, ordered.required);
  const Amount lot = world.amount("ETH", "0.002");
  EXPECT_LT(valuer.stressed_value(bob, eth, ordered.legs[0].amount - lot), ordered.required);
}

}  // namespace
}  // namespace bulkhead::engine
