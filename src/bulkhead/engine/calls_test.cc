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

}  // namespace
}  // namespace bulkhead::engine
