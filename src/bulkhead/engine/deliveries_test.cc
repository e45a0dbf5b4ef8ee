// Deliveries on their way: what they take off a call, what their failing makes due, what keeps a
// call open past its deadline, and whose promises still count (D6.2, D8.2).
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

using policy::CallStatus;
using policy::Default;
using policy::DeliveryStatus;

class Deliveries : public testing::Test {
 protected:
  // At 57,000 bob-1 will be called: E = 1,200 of IM 1,380.
  Deliveries() {
    world_.open("bob-1", "bob").fund("bob-1", "USDT", "3000", "1800");
    world_.trade("bob-1", "BTC/USDT:USDT", 200, "60000").tick();
  }
  void call() { world_.price("BTC", 57'000).tick(); }
  // Returns its number.
  std::uint64_t promise(const std::string& coins, Duration in, const char* account = "bob-1") {
    world_.must("bob", PromiseDelivery{account, "USDT", "custodian", world_.amount("USDT", coins),
                                       world_.now() + in});
    return world_.state().counters().last_delivery;
  }
  void report(std::uint64_t number, DeliveryWord word, const std::string& coins) {
    world_.must("custodian", ReportDelivery{number, word, world_.amount("USDT", coins)});
  }
  void until(Timestamp end) {
    while (end - world_.now() > minutes(5)) world_.tick(minutes(5));
    if (world_.now() < end) world_.pass(end - world_.now());
  }
  std::vector<CallIssued> issued() const { return world_.said_of<CallIssued>("bob-1"); }
  std::vector<CallChanged> changes() const { return world_.said_of<CallChanged>("bob-1"); }

  World world_;
};

TEST_F(Deliveries, APromiseMakesTheCallSmallerAndOnlyTheCall) {
  const std::uint64_t number = promise("150", hours(1));
  call();
  ASSERT_EQ(issued().size(), 1U);
  const CallIssued made = issued()[0];
  EXPECT_EQ(made.agreed, usd(150));
  const Usd need = scale_up(made.figures.initial, 10'500, 10'000) - made.figures.equity;
  EXPECT_GE(made.amount, need - usd(150));
  EXPECT_LT(made.amount, need - usd(140));
  EXPECT_EQ(world_.said_of<DeliveriesNetted>("bob-1").at(0).netted, usd(150));
  EXPECT_EQ(world_.state().deliveries().at(number).netted, usd(150));
  // Equity is what is final.
  EXPECT_EQ(made.figures.equity, world_.figures("bob-1").equity);
  EXPECT_EQ(world_.account("bob-1").ladder.coverage, policy::Coverage::called);
}

TEST_F(Deliveries, WhatArrivesIsPledgedAndStandsForWhatWasNotCalled) {
  const std::uint64_t number = promise("150", hours(1));
  call();
  const Usd before = world_.figures("bob-1").equity;
  report(number, DeliveryWord::seen, "150");
  EXPECT_EQ(world_.figures("bob-1").equity, before);
  report(number, DeliveryWord::arrived, "150");
  EXPECT_EQ(world_.figures("bob-1").equity, before + usd(150));
  EXPECT_TRUE(changes().empty()) << "the call was for the rest";
  EXPECT_TRUE(world_.state().deliveries().empty());
  world_.fund("bob-1", "USDT", "0", to_decimal(Amount{issued()[0].amount.micros}, 6));
  EXPECT_EQ(changes().back().to, CallStatus::met);
}

TEST_F(Deliveries, WhatIsPromisedAfterTheCallMeetsItOnArrival) {
  call();
  const std::uint64_t number = promise("2000", hours(1));
  report(number, DeliveryWord::arrived, "100");
  EXPECT_EQ(changes().back().to, CallStatus::partly_delivered);
  EXPECT_EQ(changes().back().delivered, usd(100));
  report(number, DeliveryWord::arrived, "1900");
  EXPECT_EQ(changes().back().to, CallStatus::met);
}

TEST_F(Deliveries, AFailedPartIsDueUnderTheOriginalDeadline) {
  const std::uint64_t number = promise("150", hours(1));
  call();
  const CallIssued first = issued().at(0);
  world_.tick(minutes(5));
  report(number, DeliveryWord::failed, "60");
  EXPECT_EQ(world_.said_of<DeliveryChanged>("bob-1").back().due, usd(60));
  world_.tick();
  ASSERT_EQ(issued().size(), 2U);
  EXPECT_EQ(issued()[1].amount, usd(60));
  EXPECT_EQ(issued()[1].deadline, first.deadline);
  EXPECT_EQ(issued()[1].reason, policy::Reason::delivery_failed);
}

// A need that a promise covered in full has its deadline from the moment it would have been called.
TEST_F(Deliveries, AnUnsettledPromiseThatCoveredAllIsCalledWithWhatIsLeftOfTheTime) {
  promise("1000", hours(1));
  call();
  EXPECT_TRUE(issued().empty());
  const Timestamp deadline = world_.said_of<DeliveriesNetted>("bob-1").at(0).deadline;
  until(world_.now() + hours(1));
  world_.observe().bare_tick();
  ASSERT_EQ(issued().size(), 1U);
  EXPECT_EQ(issued()[0].deadline, deadline);
  EXPECT_EQ(world_.said_of<DeliveryChanged>("bob-1").back().to, DeliveryStatus::overdue);
}

// Agreed is not enough at the deadline: what settles later is due then.
TEST_F(Deliveries, APromiseThatSettlesAfterTheDeadlineCountsUpToIt) {
  promise("1000", days(3));
  call();
  EXPECT_TRUE(issued().empty());
  const Timestamp deadline = world_.said_of<DeliveriesNetted>("bob-1").at(0).deadline;
  until(deadline - nanoseconds(1));
  world_.observe().bare_tick();
  EXPECT_TRUE(issued().empty());
  world_.pass(nanoseconds(1)).observe().bare_tick();
  ASSERT_EQ(issued().size(), 1U);
  EXPECT_EQ(issued()[0].deadline, deadline);
  world_.tick();
  EXPECT_EQ(changes().back().to, CallStatus::missed);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::declared);
}

TEST_F(Deliveries, WhatWasSeenInTimeKeepsTheCallOpenUpToTheTimeOut) {
  call();
  const std::uint64_t number = promise("2000", hours(20));
  until(issued().at(0).deadline);
  report(number, DeliveryWord::seen, "2000");
  const Timestamp out = world_.now() + minutes(10);  // the custodian's time-out
  world_.observe().bare_tick();
  EXPECT_TRUE(changes().empty());
  ASSERT_EQ(world_.said_of<CallStayed>("bob-1").size(), 1U);
  EXPECT_EQ(world_.said_of<CallStayed>("bob-1")[0].until, out);
  until(out - nanoseconds(1));
  world_.observe().bare_tick();
  EXPECT_TRUE(changes().empty());
  EXPECT_EQ(world_.said_of<CallStayed>("bob-1").size(), 1U) << "said once";
  report(number, DeliveryWord::arrived, "2000");
  EXPECT_EQ(changes().back().to, CallStatus::met);
}

TEST_F(Deliveries, PastTheTimeOutTheCallIsMissed) {
  call();
  const std::uint64_t number = promise("2000", hours(20));
  until(issued().at(0).deadline);
  report(number, DeliveryWord::seen, "2000");
  world_.observe().bare_tick();
  until(world_.now() + minutes(10));
  world_.observe().bare_tick();
  ASSERT_FALSE(changes().empty());
  EXPECT_EQ(changes().back().to, CallStatus::missed);
  // It may still arrive, and counts like any collateral.
  const Usd before = world_.figures("bob-1").equity;
  report(number, DeliveryWord::arrived, "2000");
  EXPECT_EQ(world_.figures("bob-1").equity, before + usd(2'000));
}

TEST_F(Deliveries, WhatIsSeenAfterTheDeadlineDoesNot) {
  call();
  const std::uint64_t number = promise("2000", hours(20));
  until(issued().at(0).deadline);
  world_.pass(nanoseconds(1));
  report(number, DeliveryWord::seen, "2000");
  world_.observe().bare_tick();
  EXPECT_EQ(changes().back().to, CallStatus::missed);
}

TEST_F(Deliveries, WhatFailsWhileTheCallWaitsForItMakesItDueAtOnce) {
  call();
  const std::uint64_t number = promise("2000", hours(20));
  until(issued().at(0).deadline);
  report(number, DeliveryWord::seen, "2000");
  world_.observe().bare_tick().tick();
  EXPECT_TRUE(changes().empty());
  report(number, DeliveryWord::failed, "2000");
  world_.tick();
  EXPECT_EQ(changes().back().to, CallStatus::missed);
}

TEST_F(Deliveries, AfterABrokenPromiseTheNextOnesCountNothingUntilOneIsKept) {
  const std::uint64_t broken = promise("50", hours(1));
  const std::uint64_t before = promise("40", hours(10));
  report(broken, DeliveryWord::failed, "50");
  const std::uint64_t later = promise("100", hours(9));
  EXPECT_EQ(world_.said_of<DeliveryChanged>("bob-1").back().counts_until, Timestamp{});
  call();
  ASSERT_EQ(issued().size(), 1U);
  EXPECT_EQ(issued()[0].agreed, usd(40)) << "what was promised before the failure counts";
  ASSERT_TRUE(world_.state().deliveries().contains(before));
  // Kept in full: the next promise counts again.
  report(later, DeliveryWord::arrived, "100");
  EXPECT_EQ(world_.state().member("bob"), nullptr);
  promise("30", hours(1));
  EXPECT_NE(world_.said_of<DeliveryChanged>("bob-1").back().counts_until, Timestamp{});
}

TEST_F(Deliveries, APriceThatIsStaleCountsNothing) {
  world_.open("bob-2", "bob").fund("bob-2", "USDT", "1800", "1800");
  world_.trade("bob-2", "BTC/USDT:USDT", 200, "60000");
  world_.must("bob", PromiseDelivery{"bob-2", "USDC", "custodian", world_.amount("USDC", "150"),
                                     world_.now() + hours(1)});
  world_.silence("USDC").ticks(5);
  call();
  ASSERT_EQ(world_.said_of<CallIssued>("bob-2").size(), 1U);
  EXPECT_EQ(world_.said_of<CallIssued>("bob-2")[0].agreed, Usd{});
}

TEST_F(Deliveries, RefusalsNameWhatIsAccepted) {
  const std::uint64_t number = promise("150", hours(1));
  const Amount much = world_.amount("USDT", "151");
  world_.refuse("custodian", ReportDelivery{number, DeliveryWord::arrived, much},
                ErrorCode::out_of_range);
  world_.refuse("custodian", ReportDelivery{number, DeliveryWord::seen, Amount{1}},
                ErrorCode::out_of_range);
  report(number, DeliveryWord::seen, "150");
  world_.refuse("custodian",
                ReportDelivery{number, DeliveryWord::seen, world_.amount("USDT", "150")},
                ErrorCode::delivery_unknown);
  for (int i = 0; i < 63; ++i) promise("1", hours(1));
  world_.refuse("bob",
                PromiseDelivery{"bob-1", "USDT", "custodian", Amount{1}, world_.now() + hours(1)},
                ErrorCode::too_large);
}

}  // namespace
}  // namespace bulkhead::engine
