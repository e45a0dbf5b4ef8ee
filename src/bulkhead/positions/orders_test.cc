// Open orders: verbs, refusals, sums, records.
#include "bulkhead/positions/orders.h"

#include "bulkhead/positions/test_venue.h"

namespace bulkhead::positions {
namespace {

using testing::kAnn;
using testing::kBob;
using testing::kCid;
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

Order package(const Venue& venue, const std::string& id, std::uint64_t record) {
  return {id, {}, -3, -40, false, record, {{venue.linear, 2}, {venue.linear_call, -5}}};
}

TEST_F(OrdersTest, PackagesStandBehindTheOldestFirst) {
  ASSERT_TRUE(orders.place(kAnn, package(venue, "a", 9)));
  ASSERT_TRUE(orders.place(kAnn, package(venue, "b", 8)));
  ASSERT_EQ(place(kAnn, "c", venue.linear, -4, 90), ErrorCode::kNone);
  EXPECT_EQ(ids(kAnn), "c b a ");
  const auto sums = orders.sums(kAnn);
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums[0].sell_lots, 4 + 2 * 3 * 2);
  EXPECT_EQ(sums[1].buy_lots, 2 * 3 * 5);
  EXPECT_EQ(orders.fill(kAnn, "b", 1)->lots, -2);
  ASSERT_TRUE(orders.amend(kAnn, "b", -7, 0));  // a net price may be nothing
  EXPECT_EQ(orders.find(kAnn, "b")->lots, -7);
  EXPECT_EQ(orders.cancel_instrument(venue.linear_call).size(), 2U);
  EXPECT_EQ(ids(kAnn), "c ");
}

TEST_F(OrdersTest, RefusesWhatIsNoPackage) {
  const auto refused = [this](const auto& change) {
    Order order = package(venue, "a", 9);
    change(order);
    return orders.place(kAnn, order).error().code;
  };
  EXPECT_EQ(refused([](Order& o) { o.legs.pop_back(); }), ErrorCode::out_of_range);
  EXPECT_EQ(refused([](Order& o) { std::swap(o.legs[0], o.legs[1]); }), ErrorCode::out_of_range);
  EXPECT_EQ(refused([](Order& o) { o.legs[1] = o.legs[0]; }), ErrorCode::out_of_range);
  EXPECT_EQ(refused([this](Order& o) { o.instrument = venue.linear; }), ErrorCode::out_of_range);
  EXPECT_EQ(refused([this](Order& o) { o.legs[1].instrument = venue.inverse_put; }),
            ErrorCode::out_of_range);  // settles in another asset
  EXPECT_EQ(refused([](Order& o) { o.legs[1].lots = 0; }), ErrorCode::lots_not_positive);
  EXPECT_EQ(refused([](Order& o) { o.legs[1].instrument = InstrumentIndex(std::uint32_t{99}); }),
            ErrorCode::instrument_unknown);
  EXPECT_EQ(refused([](Order& o) { o.legs[0].lots = std::numeric_limits<std::int64_t>::max(); }),
            ErrorCode::lots_overflow);
  EXPECT_EQ(refused([](Order& o) { o.limit = std::numeric_limits<double>::infinity(); }),
            ErrorCode::price_invalid);
}

TEST_F(OrdersTest, RecordsRebuildThem) {
  ASSERT_EQ(place(kAnn, "b", venue.inverse, 1, 1), ErrorCode::kNone);
  ASSERT_EQ(place(kAnn, "a", venue.linear, 4, 1), ErrorCode::kNone);
  ASSERT_EQ(place(kBob, "c", venue.inverse, -1, 1), ErrorCode::kNone);
  ASSERT_TRUE(orders.fill(kAnn, "a", 3));
  ASSERT_TRUE(orders.cancel(kBob, "c"));
  ASSERT_TRUE(orders.place(kCid, package(venue, "p", 8)));
  ChangeSet changes;
  orders.collect_changes(changes);
  Orders again(venue.registry);
  for (const auto& [key, value] : changes.changes()) {
    if (value) {
      ASSERT_TRUE(again.restore(key, *value)) << key;
    }
  }
  ASSERT_TRUE(again.finish_restore());
  EXPECT_EQ(again.count(), 3U);
  EXPECT_EQ(again.open(kCid)[0].legs, package(venue, "p", 8).legs);
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
