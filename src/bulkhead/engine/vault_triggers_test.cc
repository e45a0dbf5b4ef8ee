// Alarms of assets and places, evacuation, and the orders of two persons (D9.1, D9.5).
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using policy::Reason;
using policy::Vault;

class Triggers : public testing::Test {
 protected:
  // Long a fifth of a coin at 60,000 with 5,000 USDT: far above every level.
  Triggers() {
    world_.price("BTC", 60'000).ticks(2);
    world_.open("bob-1", "bob").fund("bob-1", "USDT", "5000", "5000");
    world_.trade("bob-1", "BTC/USDT:USDT", 200, "60000").tick();
  }
  Amount in_vault(const std::string& place) const {
    return world_.held("bob-1", "USDT", place, Bucket::sequestered);
  }
  Vault vault() const { return world_.account("bob-1").ladder.vault; }
  std::vector<SequestrationOrdered> ordered() const {
    return world_.said_of<SequestrationOrdered>("bob-1");
  }
  SequestrationOrder order(Usd value = {}, Duration length = hours(2)) const {
    return {"bob-1", value, "rumours", world_.now() + length};
  }
  void approve(const SequestrationOrder& content, const std::string& name = "o-1") {
    world_.must("risk", Propose{name, world_.now() + hours(1), content});
    world_.must("approver-1", Approve{name});
  }
  void approve(const ReleaseOrder& content, const std::string& name = "r-1") {
    world_.must("risk", Propose{name, world_.now() + hours(1), content});
    world_.must("approver-1", Approve{name});
  }

  World world_;
};

TEST_F(Triggers, AnOrderTakesWhatD92AllowsAndNoMoreHoweverHealthyTheAccount) {
  approve(order());
  EXPECT_TRUE(ordered().empty());  // it acts at the next tick
  world_.tick();
  ASSERT_EQ(ordered().size(), 1U);
  EXPECT_EQ(ordered()[0].trigger, Reason::ordered);
  EXPECT_EQ(ordered()[0].missing, Usd{});
  Usd taken;
  for (const SequestrationLeg& leg : ordered()[0].legs) taken += leg.stressed_value;
  EXPECT_GE(taken, ordered()[0].required);
  EXPECT_LE(taken, ordered()[0].required + usd(1));
  EXPECT_LT(taken, usd(5000));
}

TEST_F(Triggers, AnOrderForLessTakesLess) {
  approve(order(usd(100)));
  world_.tick();
  ASSERT_EQ(ordered().size(), 1U);
  EXPECT_EQ(ordered()[0].required, usd(100));
  EXPECT_GE(ordered()[0].legs.at(0).stressed_value, usd(100));
  EXPECT_LE(ordered()[0].legs.at(0).amount, world_.amount("USDT", "101"));
}

TEST_F(Triggers, OnePersonIsNotTwo) {
  world_.must("risk", Propose{"o-1", world_.now() + hours(1), order()});
  world_.refuse("bob", Approve{"o-1"}, ErrorCode::role_forbidden);
  world_.refuse("risk", Approve{"o-1"}, ErrorCode::role_forbidden);
  world_.ticks(3);
  EXPECT_TRUE(ordered().empty());
  world_.must("approver-2", Approve{"o-1"}).tick();
  ASSERT_EQ(ordered().size(), 1U);
  EXPECT_EQ(world_.said_of<SequestrationOrderChanged>("bob-1").at(0).persons,
            (std::vector<std::string>{"risk", "approver-2"}));
}

TEST_F(Triggers, AnOrderStandsUntilItExpiresAndThenItIsReleased) {
  approve(order({}, minutes(20)));
  world_.tick().places_answer().ticks(10);
  EXPECT_EQ(vault(), Vault::held);
  world_.ticks(10);  // the order is over
  EXPECT_FALSE(world_.said_of<SequestrationOrderChanged>("bob-1").back().in_force);
  EXPECT_EQ(vault(), Vault::held);
  world_.ticks(4);  // through the dwell
  EXPECT_EQ(vault(), Vault::releasing);
  EXPECT_EQ(world_.said_of<ReleaseOrdered>("bob-1").at(0).reason, Reason::release_through_dwell);
}

TEST_F(Triggers, TwoPersonsReleaseAtOnceAndLiftTheOrder) {
  approve(order());
  world_.tick().places_answer().tick();
  const Amount held = in_vault("vault");
  ASSERT_TRUE(held.is_positive());
  const Amount part = world_.amount("USDT", "50");
  approve(ReleaseOrder{"bob-1", "USDT", "vault", part, "asked for"});
  EXPECT_EQ(world_.said_of<ReleaseOrdered>("bob-1").at(0).reason, Reason::ordered);
  EXPECT_EQ(world_.said_of<ReleaseOrdered>("bob-1").at(0).legs.at(0).amount, part);
  EXPECT_FALSE(world_.said_of<SequestrationOrderChanged>("bob-1").back().in_force);
  world_.places_answer().tick();
  EXPECT_EQ(in_vault("vault"), held - part);
}

TEST_F(Triggers, AReleaseByOrderNeverGoesBelowD86) {
  approve(order());
  world_.tick().places_answer().tick();
  world_.must("risk",
              Propose{"r-1", world_.now() + hours(1), ReleaseOrder{"bob-1", "", "", {}, "x"}});
  world_.price("BTC", 60'000, 0.3).ticks(2);  // not at the low edge (D4.4)
  world_.refuse("approver-1", Approve{"r-1"}, ErrorCode::below_target);
  world_.price("BTC", 39'500).tick().places_answer().tick();
  const Error error = world_.refuse("approver-1", Approve{"r-1"}, ErrorCode::below_target);
  EXPECT_EQ(error.field, "equity_least");
  world_.price("BTC", 60'000).tick();
  world_.must("approver-1", Approve{"r-1"});
}

TEST_F(Triggers, AnAlarmedPlaceIsEvacuatedToTheNextBest) {
  approve(order());
  world_.tick().places_answer().tick();
  const Amount held = in_vault("vault");
  const Usd equity = world_.figures("bob-1").equity;
  world_.must("custodian", SetPlaceAlarm{"vault", true, AlarmCause::chain_halted, "no blocks"});
  world_.tick();
  ASSERT_EQ(ordered().size(), 2U);
  EXPECT_EQ(ordered()[1].trigger, Reason::alarm);
  EXPECT_EQ(ordered()[1].legs.at(0).from_place, "vault");
  EXPECT_EQ(ordered()[1].legs.at(0).to_place, "custodian");
  EXPECT_EQ(ordered()[1].legs.at(0).amount, held);
  // It counts once, at its source, until the receipt of the new place; the old one's alone moves
  // nothing.
  EXPECT_EQ(world_.figures("bob-1").equity, equity);
  world_.must("custodian", world_.receipt("bob-1", "USDT", "vault", ReceiptStatus::applied, {}));
  EXPECT_EQ(in_vault("vault"), held);
  EXPECT_EQ(world_.figures("bob-1").equity, equity);
  world_.must("custodian",
              world_.receipt("bob-1", "USDT", "custodian", ReceiptStatus::applied, held));
  EXPECT_EQ(in_vault("vault"), Amount{});
  EXPECT_EQ(in_vault("custodian"), held);
  EXPECT_EQ(world_.figures("bob-1").equity, equity);
  EXPECT_TRUE(world_.said<CustodyReconciled>().empty());
  world_.tick();
  EXPECT_EQ(vault(), Vault::held);
}

// The new place refuses after the old one has sent: the old one is told to hold it again, and what
// it then does not have is lost.
TEST_F(Triggers, WhatLeftAndNeverArrivedIsALoss) {
  approve(order());
  world_.tick().places_answer().tick();
  const Amount held = in_vault("vault");
  world_.must("custodian", SetPlaceAlarm{"vault", true, AlarmCause::chain_halted, ""}).tick();
  world_.must("custodian", world_.receipt("bob-1", "USDT", "vault", ReceiptStatus::applied, {}));
  world_.must("custodian",
              world_.receipt("bob-1", "USDT", "custodian", ReceiptStatus::rejected, {}));
  const CustodyInstructed again = world_.said_of<CustodyInstructed>("bob-1").back();
  EXPECT_EQ(again.place, "vault");
  EXPECT_EQ(again.target, held);
  EXPECT_EQ(in_vault("vault"), held);
  world_.pass(seconds(1));
  world_.must("custodian", world_.receipt("bob-1", "USDT", "vault", ReceiptStatus::applied, {}));
  EXPECT_EQ(in_vault("vault"), Amount{});
  EXPECT_EQ(world_.said_of<CustodyReconciled>("bob-1").back().lost, held);
}

TEST_F(Triggers, WhereNoPlaceIsLeftItIsSaidOnce) {
  approve(order());
  world_.tick().places_answer().tick();
  for (const char* place : {"vault", "custodian"}) {
    world_.must("operator", SetPlaceAlarm{place, true, AlarmCause::custodian_alarm, ""});
  }
  world_.ticks(3);
  std::vector<SequestrationShort> stranded;
  for (const auto& said : world_.said_of<SequestrationShort>("bob-1")) {
    if (said.trigger == Reason::alarm && said.passed_over.at(0).from_place == "vault") {
      stranded.push_back(said);
    }
  }
  ASSERT_EQ(stranded.size(), 1U);
  EXPECT_GT(stranded[0].missing, Usd{});
}

TEST_F(Triggers, AnAlarmOfTheInternalLedgerTakesEverythingPledgedThere) {
  world_.must("risk", SetPlaceAlarm{"internal", true, AlarmCause::custodian_alarm, "hot wallet"});
  world_.tick();
  ASSERT_EQ(ordered().size(), 1U);
  EXPECT_EQ(ordered()[0].legs.at(0).amount, world_.amount("USDT", "5000"));
  world_.places_answer().tick();
  EXPECT_EQ(in_vault("vault"), world_.amount("USDT", "5000"));
}

TEST_F(Triggers, AnAlarmEndsOnlyThroughItsHysteresis) {
  world_.must("risk", SetPlaceAlarm{"internal", true, AlarmCause::custodian_alarm, ""}).tick();
  world_.places_answer().tick();
  ASSERT_EQ(vault(), Vault::held);
  world_.must("risk", SetPlaceAlarm{"internal", false, AlarmCause::custodian_alarm, ""});
  EXPECT_EQ(world_.said<AlarmChanged>().back().body.stage, AlarmStage::clearing);
  world_.ticks(29);
  EXPECT_EQ(vault(), Vault::held);
  EXPECT_EQ(world_.said<AlarmChanged>().back().body.stage, AlarmStage::clearing);
  world_.tick();
  EXPECT_EQ(world_.said<AlarmChanged>().back().body.stage, AlarmStage::ended);
}

TEST_F(Triggers, AStablecoinOffItsPegIsAnAlarmOfThoseWhoHoldIt) {
  world_.open("carol-1", "carol").fund("carol-1", "USDC", "6000", "6000");
  world_.trade("carol-1", "BTC/USDT:USDT", 200, "60000").tick();
  world_.price("USDC", 0.985).ticks(2);
  EXPECT_TRUE(world_.said<AlarmChanged>().empty());
  world_.price("USDC", 0.975).tick();
  ASSERT_EQ(world_.said<AlarmChanged>().size(), 1U);
  EXPECT_EQ(world_.said<AlarmChanged>()[0].body.cause, AlarmCause::depeg);
  const auto taken = world_.said_of<SequestrationOrdered>("carol-1");
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].trigger, Reason::alarm);
  EXPECT_TRUE(ordered().empty());  // bob holds none of it
  // Back above the alarm, but not above its all clear.
  world_.price("USDC", 0.985).ticks(40);
  EXPECT_EQ(world_.said<AlarmChanged>().size(), 1U);
  world_.price("USDC", 0.995).ticks(31);
  EXPECT_EQ(world_.said<AlarmChanged>().back().body.stage, AlarmStage::ended);
}

// A price that is only stale raises no alarm while its upper edge is at the peg (D4.4).
TEST_F(Triggers, AStalePriceRaisesNoAlarmAndAHaltDoes) {
  world_.price("USDC", 0.985).tick();
  world_.silence("USDC").ticks(10);
  EXPECT_TRUE(world_.said<AlarmChanged>().empty());
  world_.must("risk", SetHalt{"ETH", true}).tick();
  ASSERT_EQ(world_.said<AlarmChanged>().size(), 1U);
  EXPECT_EQ(world_.said<AlarmChanged>()[0].body.cause, AlarmCause::asset_halted);
}

}  // namespace
}  // namespace bulkhead::engine
