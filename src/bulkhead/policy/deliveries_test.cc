// What deliveries on their way count towards a need, and until when (D6.2, D8.2).
#include "bulkhead/policy/deliveries.h"

#include <gtest/gtest.h>

#include "bulkhead/policy/calls.h"

namespace bulkhead::policy {
namespace {

constexpr Timestamp kNow{1'000'000'000'000};

Delivery delivery(DeliveryStatus status) {
  Delivery made;
  made.number = 1;
  made.amount = Amount{100};
  made.status = status;
  made.settles = kNow + hours(2);
  made.seen = kNow + hours(1);
  return made;
}

TEST(Deliveries, AgreedCountsToSettlementButNeverPastTheDeadline) {
  Delivery d = delivery(DeliveryStatus::agreed);
  EXPECT_EQ(counts_until(d, minutes(10)), d.settles);
  d.deadline = kNow + minutes(30);
  EXPECT_EQ(counts_until(d, minutes(10)), d.deadline);
  d.deadline = kNow + hours(3);
  EXPECT_EQ(counts_until(d, minutes(10)), d.settles);
}

TEST(Deliveries, InTransitCountsToTheTimeOutOfItsPlaceWhateverTheDeadline) {
  Delivery d = delivery(DeliveryStatus::in_transit);
  d.deadline = kNow;
  EXPECT_EQ(counts_until(d, minutes(10)), d.seen + minutes(10));
  for (const auto status :
       {DeliveryStatus::overdue, DeliveryStatus::arrived, DeliveryStatus::failed}) {
    EXPECT_EQ(counts_until(delivery(status), minutes(10)), Timestamp{});
  }
}

// What meets an open call does not make the next one smaller too.
TEST(Deliveries, FirstMeetTheOpenCalls) {
  const DeliveryValue one{.value = usd(300), .netted = {}, .in_transit = false};
  EXPECT_EQ(count_deliveries({&one, 1}, Usd{}).agreed, usd(300));
  EXPECT_EQ(count_deliveries({&one, 1}, usd(200)).agreed, usd(100));
  EXPECT_EQ(count_deliveries({&one, 1}, usd(500)).agreed, Usd{});
}

// What a call was made smaller by goes on standing beside that call.
TEST(Deliveries, NettedPartsStandBesideTheCallTheyMadeSmaller) {
  const std::vector<DeliveryValue> two{{.value = usd(300), .netted = usd(250), .in_transit = true},
                                       {.value = usd(80), .netted = usd(100), .in_transit = false}};
  const DeliveryCounts counts = count_deliveries(two, usd(40));
  EXPECT_EQ(counts.in_transit, usd(250) + usd(10));
  EXPECT_EQ(counts.agreed, usd(80));  // worth less than it stood in for
}

TEST(Deliveries, OnlyWhatIsNeededIsNetted) {
  const std::vector<DeliveryValue> two{{.value = usd(300), .netted = {}, .in_transit = false},
                                       {.value = usd(300), .netted = {}, .in_transit = false}};
  EXPECT_EQ(net_deliveries(two, Usd{}, usd(400)), (std::vector<Usd>{usd(300), usd(100)}));
  EXPECT_EQ(net_deliveries(two, usd(350), usd(400)), (std::vector<Usd>{Usd{}, usd(250)}));
  EXPECT_EQ(net_deliveries(two, Usd{}, usd(-5)), (std::vector<Usd>{Usd{}, Usd{}}));
}

TEST(Deliveries, AFailedShareIsRoundedAgainstTheMemberAndNeverMoreThanAll) {
  EXPECT_EQ(failed_share(Usd{10}, Amount{1}, Amount{3}), Usd{4});
  EXPECT_EQ(failed_share(Usd{10}, Amount{3}, Amount{3}), Usd{10});
  const Amount whole{(Int128{1} << 120)};
  EXPECT_EQ(failed_share(usd(100), Amount{Int128{1} << 119}, whole), usd(50));
  EXPECT_EQ(failed_share(usd(100), Amount{1}, whole), Usd{1});
}

TEST(Deliveries, AFailedPartIsCalledWithoutMinimumAndAtMostWhatIsShort) {
  const LadderParameters p;
  CallNeed need;
  need.equity = usd(1'000);
  need.initial_margin = usd(1'000);  // 50 short of the target
  const CallSize part = size_failed_part(need, usd(20), p);
  EXPECT_EQ(part.unrounded, usd(20));
  EXPECT_EQ(part.amount, usd(20));
  EXPECT_EQ(part.reason, Reason::delivery_failed);
  EXPECT_EQ(size_failed_part(need, usd(75), p).unrounded, usd(50));
  need.agreed = usd(60);
  EXPECT_EQ(size_failed_part(need, usd(75), p).amount, Usd{});
}

}  // namespace
}  // namespace bulkhead::policy
