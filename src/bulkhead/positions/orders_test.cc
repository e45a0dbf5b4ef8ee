// Open orders: verbs, refusals, sums, records.
#include "bulkhead/positions/orders.h"

#include "bulkhead/positions/test_venue.h"

namespace bulkhead::positions {
namespace {

using testing::kAnn;
using testing::kBob;
using testing::Venue;

class OrdersTest : public ::testing::Test {
 protected:
  ErrorCode place(AccountIndex account, const std::string& id, InstrumentIndex instrument,
                  std::int64_t lots, double limit) {
    const Status status = orders.place(account, {id, instrument, lots, limit, false, 7});
    return status ? ErrorCode::kNone : status.error().code;
  }
  std::string ids(AccountIndex account) const {
    std::string text;
    for (const Order& order : orders.open(account)) text += order.id + ' ';
    return text;
  }
  Venue venue;
  Orders orders{venue.registry};
};

TEST_F(OrdersTest, AreSortedByInstrumentSideLimitAndId) {
  EXPECT_EQ(place(kAnn, "f", venue.inverse, 1, 10), ErrorCode::kNone);
  EXPECT_EQ(place(kAnn, "e", venue.linear, -3, 90), ErrorCode::kNone);
  EXPECT_EQ(place(kAnn, "d", venue.linear, -3, 80), ErrorCode::kNone);
  EXPECT_EQ(place(kAnn, "b", venue.linear, 2, 70), ErrorCode::kNone);
  EXPECT_EQ(place(kAnn, "a", venue.linear, 5, 70), ErrorCode::kNone);
  EXPECT_EQ(place(kAnn, "c", venue.linear, 1, 75), ErrorCode::kNone);
  EXPECT_EQ(ids(kAnn), "a b c d e f ");
  const auto sums = orders.sums(kAnn);
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums[0].buy_lots, 8);
  EXPECT_EQ(sums[0].sell_lots, 6);
  EXPECT_EQ(sums[1].buy_lots, 1);
  EXPECT_EQ(orders.count(), 6U);
}

TEST_F(OrdersTest, FillsInPartsUntilNothingIsLeft) {
  ASSERT_EQ(place(kAnn, "x", venue.linear, -5, 90), ErrorCode::kNone);
  EXPECT_EQ(orders.fill(kAnn, "x", 2)->lots, -3);
  EXPECT_EQ(orders.fill(kAnn, "x", 4).error().code, ErrorCode::order_overfilled);
  EXPECT_EQ(orders.fill(kAnn, "x", 0).error().code, ErrorCode::lots_not_positive);
  EXPECT_EQ(orders.fill(kBob, "x", 1).error().code, ErrorCode::order_not_found);
  EXPECT_EQ(orders.fill(kAnn, "x", 3)->lots, 0);
  EXPECT_EQ(orders.find(kAnn, "x"), nullptr);
  EXPECT_EQ(orders.count(), 0U);
}

TEST_F(OrdersTest, AmendKeepsIdAndSide) {
  ASSERT_EQ(place(kAnn, "x", venue.linear, 5, 90), ErrorCode::kNone);
  ASSERT_EQ(place(kAnn, "y", venue.linear, 5, 95), ErrorCode::kNone);
  ASSERT_TRUE(orders.amend(kAnn, "x", 9, 99));
  EXPECT_EQ(ids(kAnn), "y x ");
  EXPECT_EQ(orders.find(kAnn, "x")->lots, 9);
  EXPECT_EQ(orders.find(kAnn, "x")->record, 7U);
  EXPECT_EQ(orders.amend(kAnn, "x", -9, 99).error().code, ErrorCode::out_of_range);
  EXPECT_EQ(orders.amend(kAnn, "x", 0, 99).error().code, ErrorCode::lots_not_positive);
  EXPECT_EQ(orders.amend(kAnn, "x", 1, -99).error().code, ErrorCode::price_invalid);
  EXPECT_EQ(orders.amend(kAnn, "z", 1, 99).error().code, ErrorCode::order_not_found);
  EXPECT_EQ(orders.find(kAnn, "x")->lots, 9);
}

TEST_F(OrdersTest, RefusesWhatIsNoOrder) {
  EXPECT_EQ(place(kAnn, "", venue.linear, 1, 1), ErrorCode::malformed);
  EXPECT_EQ(place(kAnn, "a/b", venue.linear, 1, 1), ErrorCode::malformed);
  EXPECT_EQ(place(kAnn, std::string(65, 'a'), venue.linear, 1, 1), ErrorCode::malformed);
  EXPECT_EQ(place(kAnn, "a", InstrumentIndex{}, 1, 1), ErrorCode::instrument_unknown);
  EXPECT_EQ(place(kAnn, "a", venue.linear, 0, 1), ErrorCode::lots_not_positive);
  EXPECT_EQ(place(kAnn, "a", venue.linear, 1, 0), ErrorCode::price_invalid);
  EXPECT_EQ(place(kAnn, "a", venue.linear_call, 1, 0), ErrorCode::kNone);
  EXPECT_EQ(place(kAnn, "a", venue.linear, 1, 1), ErrorCode::order_exists);
  EXPECT_EQ(place(kBob, "a", venue.linear, 1, 1), ErrorCode::kNone);
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(place(kBob, "b", venue.linear, most, 1), ErrorCode::lots_overflow);
  EXPECT_EQ(place(kBob, "b", venue.linear, std::numeric_limits<std::int64_t>::min(), 1),
            ErrorCode::lots_overflow);
  EXPECT_EQ(place(kBob, "b", venue.linear, -most, 1), ErrorCode::kNone);
}

TEST_F(OrdersTest, AThousandAreEnough) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(place(kAnn, std::to_string(i), venue.linear, 1, 1), ErrorCode::kNone);
  }
  EXPECT_EQ(place(kAnn, "more", venue.linear, 1, 1), ErrorCode::order_limit);
  EXPECT_EQ(orders.cancel_all(kAnn).size(), 1000U);
  EXPECT_EQ(place(kAnn, "more", venue.linear, 1, 1), ErrorCode::kNone);
}

TEST_F(OrdersTest, CancelsOneAllOrAnInstrument) {
  ASSERT_EQ(place(kAnn, "a", venue.linear, 1, 1), ErrorCode::kNone);
  ASSERT_EQ(place(kAnn, "b", venue.inverse, 1, 1), ErrorCode::kNone);
  ASSERT_EQ(place(kBob, "c", venue.inverse, -1, 1), ErrorCode::kNone);
  const auto cancelled = orders.cancel_instrument(venue.inverse);
  ASSERT_EQ(cancelled.size(), 2U);
  EXPECT_EQ(cancelled[1].first, kBob);
  EXPECT_EQ(orders.cancel(kAnn, "a")->id, "a");
  EXPECT_EQ(orders.cancel(kAnn, "a").error().code, ErrorCode::order_not_found);
  EXPECT_EQ(orders.count(), 0U);
}

TEST_F(OrdersTest, RecordsRebuildThem) {
  ASSERT_EQ(place(kAnn, "b", venue.inverse, 1, 1), ErrorCode::kNone);
  ASSERT_EQ(place(kAnn, "a", venue.linear, 4, 1), ErrorCode::kNone);
  ASSERT_EQ(place(kBob, "c", venue.inverse, -1, 1), ErrorCode::kNone);
  ASSERT_TRUE(orders.fill(kAnn, "a", 3));
  ASSERT_TRUE(orders.cancel(kBob, "c"));
  ChangeSet changes;
  orders.collect_changes(changes);
  Orders again(venue.registry);
  for (const auto& [key, value] : changes.changes()) {
    if (value) {
      ASSERT_TRUE(again.restore(key, *value)) << key;
    }
  }
  ASSERT_TRUE(again.finish_restore());
  EXPECT_EQ(again.count(), 2U);
  ASSERT_EQ(again.open(kAnn).size(), 2U);
  EXPECT_EQ(again.open(kAnn)[0].id, "a");
  EXPECT_EQ(again.open(kAnn)[0].lots, 1);
  ChangeSet none;
  orders.collect_changes(none);
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(again.restore("positions/order/0000000000/q", *changes.changes().begin()->second));
}

}  // namespace
}  // namespace bulkhead::positions
