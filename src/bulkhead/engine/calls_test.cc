// Margin calls at the edges of time: met at the deadline, late by a nanosecond, missed, lapsed,
// waiting out an outage; and what free assets an open call reserves (D2.4, D6.1, D8).
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

using policy::CallStatus;
using policy::Coverage;
using policy::Default;

class Calls : public testing::Test {
 protected:
  // Called at 57,000: E = 1,200 of IM 1,380.
  Calls() {
    world_.open("bob-1", "bob").fund("bob-1", "USDT", "3000", "1800");
    world_.trade("bob-1", "BTC/USDT:USDT", 200, "60000").tick();
    world_.price("BTC", 57'000).tick();
    const auto issued = world_.said_of<CallIssued>("bob-1");
    EXPECT_EQ(issued.size(), 1U);
    if (!issued.empty()) call_ = issued.front();
  }
  void quiet_until(Timestamp end) {
    while (end - world_.now() > minutes(5)) world_.tick(minutes(5));
    if (world_.now() < end) world_.pass(end - world_.now());
  }
  std::vector<CallChanged> changes() const { return world_.said_of<CallChanged>("bob-1"); }
  // The call's amount: enough to be at the target.
  void pay() { world_.fund("bob-1", "USDT", "0", to_decimal(Amount{call_.amount.micros}, 6)); }

  World world_;
  CallIssued call_;
};

TEST_F(Calls, StateAmountDeadlineAndCures) {
  EXPECT_EQ(world_.account("bob-1").ladder.coverage, Coverage::called);
  EXPECT_EQ(call_.amount.micros % usd(10).micros, 0);
  const Usd need = scale_up(call_.figures.initial, 10'500, 10'000) - call_.figures.equity;
  EXPECT_GE(call_.amount, need);
  EXPECT_LT(call_.amount, need + usd(10));
  const market::Regime regime = world_.state().calls().at(call_.call).regime;
  EXPECT_EQ(call_.deadline,
            world_.now() + world_.state().parameters().ladder.calls.deadline.at(regime));
  ASSERT_FALSE(call_.cures.empty());
  EXPECT_EQ(call_.cures[0].asset, "USDT");
}

TEST_F(Calls, APledgeExactlyAtTheDeadlineMeetsIt) {
  quiet_until(call_.deadline);
  pay();
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].to, CallStatus::met);
  EXPECT_EQ(world_.account("bob-1").open_calls, 0U);
  world_.observe().bare_tick();
  EXPECT_FALSE(world_.account("bob-1").call_missed);
}

TEST_F(Calls, APledgeOneNanosecondLateDoesNot) {
  quiet_until(call_.deadline);
  world_.pass(nanoseconds(1));
  pay();
  EXPECT_TRUE(changes().empty());
  // The tick finds it unmet; with E at the target it lapses instead of being missed (D8.2).
  world_.observe().bare_tick();
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].to, CallStatus::lapsed);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::none);
}

TEST_F(Calls, AtTheDeadlineItselfAnUnpaidCallIsMissedAndGroundOfDefault) {
  quiet_until(call_.deadline - nanoseconds(1));
  world_.observe().bare_tick();
  EXPECT_TRUE(changes().empty());
  world_.pass(nanoseconds(1)).observe().bare_tick();
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].to, CallStatus::missed);
  const auto defaults = world_.said_of<DefaultChanged>("bob-1");
  ASSERT_EQ(defaults.size(), 1U);
  EXPECT_EQ(defaults[0].reason, policy::Reason::call_missed);
  // What was missed is not called anew.
  EXPECT_EQ(world_.said_of<CallIssued>("bob-1").size(), 1U);
}

TEST_F(Calls, ADeadlineInsideAnOutageWaitsForTheGrace) {
  quiet_until(call_.deadline - minutes(15));
  world_.tick(minutes(25));  // past the deadline, and later than a tick may come
  ASSERT_EQ(world_.said<OutageNoticed>().size(), 1U);
  EXPECT_TRUE(changes().empty());
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::none);
  world_.pass(minutes(5));
  pay();
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].to, CallStatus::met);
}

TEST_F(Calls, AfterTheGraceAnUnpaidCallIsMissed) {
  quiet_until(call_.deadline - minutes(15));
  world_.tick(minutes(25)).ticks(2, minutes(7));
  EXPECT_TRUE(changes().empty());
  world_.tick(minutes(1));
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].to, CallStatus::missed);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::declared);
}

TEST_F(Calls, ACallWhoseCauseIsGoneIsWithdrawnThroughTheDwell) {
  world_.price("BTC", 60'000).ticks(3);
  EXPECT_TRUE(changes().empty());
  world_.tick();
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].to, CallStatus::withdrawn);
  EXPECT_EQ(world_.account("bob-1").ladder.coverage, Coverage::normal);
}

// A call once missed is forgotten when the account has left `called` by other means: the next call
// has its whole deadline.
TEST_F(Calls, AMissedCallDoesNotOutliveItsCalledStage) {
  quiet_until(call_.deadline - minutes(1));
  // At the deadline the price is wide: missed, but not breached at the greatest edge (D4.4).
  world_.price("BTC", 57'000, 0.02).ticks(2);
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].to, CallStatus::missed);
  EXPECT_TRUE(world_.account("bob-1").call_missed);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::none);
  // Above the call level, below the target: watch.
  world_.price("BTC", 57'800).tick();
  EXPECT_EQ(world_.account("bob-1").ladder.coverage, Coverage::watch);
  EXPECT_FALSE(world_.account("bob-1").call_missed);
  world_.price("BTC", 57'000).ticks(4);
  EXPECT_EQ(world_.account("bob-1").ladder.coverage, Coverage::called);
  EXPECT_EQ(world_.said_of<CallIssued>("bob-1").size(), 2U);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::none);
}

TEST_F(Calls, PartOfTheAmountClosesItsPart) {
  world_.fund("bob-1", "USDT", "0", "100");
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].to, CallStatus::partly_delivered);
  EXPECT_EQ(changes()[0].delivered, usd(100));
  EXPECT_EQ(world_.account("bob-1").open_calls, 1U);
  pay();
  EXPECT_EQ(changes().back().to, CallStatus::met);
}

TEST_F(Calls, FreeAssetsAreReservedUpToTheAmountDue) {
  // 1,200 are free; what is due must stay.
  const Amount free = world_.amount("USDT", "1200");
  const Amount due{call_.amount.micros};
  world_.refuse("bob", Withdraw{"bob-1", "USDT", "internal", free - due + Amount{1}},
                ErrorCode::reserved_for_call);
  world_.must("bob", Withdraw{"bob-1", "USDT", "internal", free - due});
}

// D6.1: after a missed call all that is short of the target is still due.
TEST_F(Calls, FreeAssetsStayReservedAfterAMissedCall) {
  quiet_until(call_.deadline - minutes(1));
  world_.price("BTC", 57'000, 0.02).ticks(2);
  ASSERT_TRUE(world_.account("bob-1").call_missed);
  ASSERT_EQ(world_.account("bob-1").ladder.default_, Default::none);
  world_.refuse("bob", Withdraw{"bob-1", "USDT", "internal", world_.amount("USDT", "1200")},
                ErrorCode::reserved_for_call);
}

// D4.5: a top-up at a stale price is taken at once, and cures when it is priced good.
TEST_F(Calls, ATopUpAtAStalePriceCuresOnceItIsPricedGood) {
  world_.silence("USDC").ticks(5);
  world_.fund("bob-1", "USDC", "500", "500");
  EXPECT_TRUE(changes().empty());
  world_.ticks(2);
  EXPECT_EQ(world_.account("bob-1").open_calls, 1U);
  world_.price("USDC", 1).tick();
  ASSERT_FALSE(changes().empty());
  EXPECT_EQ(changes()[0].to, CallStatus::met);
  EXPECT_TRUE(world_.account("bob-1").waiting.empty());
}

class Disputes : public Calls {
 protected:
  void dispute(Usd amount) {
    world_.must("bob", DisputeCall{call_.call, DisputeSubject::price, "BTC",
                                   DisputeReason::wrong_value, amount});
  }
  Usd needed() const { return world_.state().calls().at(call_.call).unrounded; }
};

TEST_F(Disputes, TheUndisputedPartStaysDue) {
  dispute(usd(100));
  quiet_until(call_.deadline);
  world_.observe().bare_tick();
  ASSERT_EQ(changes().size(), 1U);
  EXPECT_EQ(changes()[0].to, CallStatus::missed);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::declared);
}

TEST_F(Disputes, WithTheUndisputedPartPaidTheCallWaitsForTheClock) {
  quiet_until(call_.deadline - hours(1));
  dispute(usd(220));
  // What is left unpaid keeps E below the call level.
  const Amount rest{(needed() - usd(220)).micros};
  world_.fund("bob-1", "USDT", "0", to_decimal(rest, 6));
  const Timestamp ends = world_.now() + hours(4);
  quiet_until(call_.deadline);
  world_.observe().bare_tick();
  ASSERT_EQ(world_.said_of<CallStayed>("bob-1").size(), 1U);
  EXPECT_EQ(world_.said_of<CallStayed>("bob-1")[0].until, ends);
  EXPECT_EQ(world_.account("bob-1").open_calls, 1U);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::none);
  quiet_until(ends - nanoseconds(1));
  world_.observe().bare_tick();
  EXPECT_FALSE(world_.account("bob-1").call_missed);
  world_.pass(nanoseconds(1)).observe().bare_tick();
  EXPECT_EQ(world_.said_of<DisputeChanged>("bob-1").back().status, DisputeStatus::clock_ended);
  EXPECT_EQ(changes().back().to, CallStatus::missed);
}

// Nothing of the ladder but the one ground of default is stayed.
TEST_F(Disputes, ADisputeStaysNeitherSequestrationNorABreachOfMaintenance) {
  dispute(needed());
  world_.price("BTC", 56'000).tick();
  EXPECT_NE(world_.account("bob-1").ladder.vault, policy::Vault::none);
  world_.price("BTC", 54'500).ticks(3);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::declared);
}

TEST_F(Disputes, WhatIsResolvedIsDueAtOnceAndTheRestIsDropped) {
  quiet_until(call_.deadline - hours(1));
  dispute(usd(100));
  const Usd before = needed();
  world_.fund("bob-1", "USDT", "0", to_decimal(Amount{(before - usd(100)).micros}, 6));
  quiet_until(call_.deadline);
  world_.observe().bare_tick();
  world_.must("risk", ResolveDispute{call_.call, usd(30)});
  EXPECT_EQ(needed(), before - usd(70));
  EXPECT_EQ(world_.account("bob-1").open_calls, 1U);
  world_.tick();
  EXPECT_EQ(world_.account("bob-1").open_calls, 0U) << "past its deadline and no longer stayed";
}

TEST_F(Disputes, ResolvedInTheMembersFavourTheCallIsMet) {
  dispute(usd(100));
  world_.fund("bob-1", "USDT", "0", to_decimal(Amount{(needed() - usd(100)).micros}, 6));
  EXPECT_EQ(changes().back().to, CallStatus::partly_delivered);
  world_.must("risk", ResolveDispute{call_.call, Usd{}});
  EXPECT_EQ(changes().back().to, CallStatus::met);
}

class Proposed : public testing::Test {
 protected:
  Proposed() {
    world_.open("bob-1", "bob", {StandingMode::propose, {"USDT"}});
    world_.fund("bob-1", "USDT", "3000", "1800").trade("bob-1", "BTC/USDT:USDT", 200, "60000");
    world_.tick().price("BTC", 57'000).tick();
  }
  World world_;
};

// D8.4: what was proposed for a call ends with it.
TEST_F(Proposed, AProposalIsWithdrawnWhenItsCallIsMet) {
  ASSERT_EQ(world_.state().proposals().size(), 1U);
  world_.fund("bob-1", "USDT", "0", "500");
  EXPECT_TRUE(world_.state().proposals().empty());
  EXPECT_EQ(world_.said_of<ProposalChanged>("bob-1").back().status, ProposalStatus::withdrawn);
}

TEST_F(Proposed, AProposalIsWithdrawnWhenItsCallIs) {
  world_.price("BTC", 60'000).ticks(4);
  EXPECT_EQ(world_.said_of<CallChanged>("bob-1").back().to, CallStatus::withdrawn);
  EXPECT_TRUE(world_.state().proposals().empty());
}

TEST_F(Proposed, WhatWasRejectedIsNotProposedAgainForThatCall) {
  Approve no{world_.said_of<TopUpProposed>("bob-1").back().proposal};
  no.reject = true;
  world_.must("bob", no).ticks(5);
  EXPECT_EQ(world_.said_of<TopUpProposed>("bob-1").size(), 1U);
  EXPECT_EQ(world_.said_of<ProposalChanged>("bob-1").back().status, ProposalStatus::rejected);
  EXPECT_EQ(world_.account("bob-1").open_calls, 1U);
}

// D8.6: what one account may give back depends on its affiliates while one of them is called.
TEST(Group, WhileOneAccountIsCalledTheOthersStayWithIt) {
  World world;
  world.open("bob-1", "bob", {}, risk::MarginMode::joint, "family");
  world.open("bob-2", "bob", {}, risk::MarginMode::joint, "other");
  world.open("carol-1", "carol", {}, risk::MarginMode::joint, "family");
  world.open("dave-1", "dave").fund("dave-1", "USDT", "1000", "1000");
  world.fund("bob-1", "USDT", "1800", "1800").trade("bob-1", "BTC/USDT:USDT", 200, "60000");
  world.fund("bob-2", "USDT", "1000", "1000").fund("carol-1", "USDT", "1000", "1000");
  const auto unpledge = [&](const char* account, const char* coins) {
    return Unpledge{account, "USDT", "internal", world.amount("USDT", coins)};
  };
  world.tick();
  world.must("carol", unpledge("carol-1", "1"));
  world.price("BTC", 57'000).tick();
  ASSERT_EQ(world.account("bob-1").ladder.coverage, policy::Coverage::called);
  // bob-1 lacks some 250; bob-2 and carol-1 have 1,000 and nothing to cover.
  const Error error = world.refuse("bob", unpledge("bob-2", "1000"), ErrorCode::group_short);
  EXPECT_NE(error.detail.find("bob-1"), std::string::npos);
  world.must("bob", unpledge("bob-2", "700"));
  world.refuse("carol", unpledge("carol-1", "999"), ErrorCode::group_short);
  world.must("dave", unpledge("dave-1", "1000"));
}

}  // namespace
}  // namespace bulkhead::engine
