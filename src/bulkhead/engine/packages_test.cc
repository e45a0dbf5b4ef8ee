// Orders for packages through the engine: judged as one (D7.5), filled as one, ended as one.
#include <gtest/gtest.h>

#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

constexpr const char* kPerp = "BTC/USDT:USDT";
constexpr const char* kDated = "BTC/USDT:USDT-240329";
using policy::Coverage;
using policy::Default;

// Long 200 lots of the perpetual, short half as many of a future: 12,000 against 6,000.
class Packages : public testing::Test {
 protected:
  Packages() {
    market::Instrument dated;
    dated.name = kDated;
    dated.kind = market::InstrumentKind::future;
    dated.underlying = "BTC";
    dated.settlement = "USDT";
    dated.lot_size = {1, -3};
    dated.expiry = kWorldStart + days(135);
    dated.half_spread = 0.0002;
    world_.must("venue", RegisterInstrument{dated}).tick();
  }
  void begin(const char* pledged) {
    world_.open("bob-1", "bob").fund("bob-1", "USDT", pledged, pledged);
    world_.trade("bob-1", kPerp, 200, "60000");
    world_.trade("bob-1", kDated, -kHedge, "60000").tick();
  }
  // Closes both, in so many parts, `count` of them.
  static PlaceOrder closing(const char* name, std::int64_t count, std::int64_t parts,
                            std::int64_t limit) {
    return PlaceOrder{"bob-1",
                      name,
                      "",
                      Side::buy,
                      count,
                      {limit, 0},
                      {{kPerp, Side::sell, 200 / parts}, {kDated, Side::buy, kHedge / parts}}};
  }
  static Fill filled(const char* name, std::int64_t count, std::int64_t parts, const char* other) {
    Fill fill{"bob-1", "", Side::buy, count, {}, {}, name, other, 0};
    fill.legs = {{kDated, Side::buy, kHedge / parts * count, {57'000, 0}, Amount{2}},
                 {kPerp, Side::sell, 200 / parts * count, {57'000, 0}, Amount{3}}};
    return fill;
  }
  std::int64_t lots(const char* account, const char* instrument) const {
    const State& state = world_.state();
    return state.positions
        .position(state.find_account(account), state.registry().find_instrument(instrument))
        .lots;
  }
  const positions::Order* find(const char* name) const {
    return world_.state().orders.find(world_.state().find_account("bob-1"), name);
  }
  static constexpr std::int64_t kHedge = 100;
  World world_;
};

TEST_F(Packages, ACalledAccountMayCloseBothLegsButNotTheOneThatHedges) {
  begin("850");
  world_.price("BTC", 57'000).tick();
  ASSERT_EQ(world_.account("bob-1").ladder.coverage, Coverage::called);
  const auto sell = [](const char* name, std::int64_t lots) {
    return PlaceOrder{"bob-1", name, kPerp, Side::sell, lots, {57'000, 0}};
  };
  world_.refuse("bob", PlaceOrder{"bob-1", "leg", kDated, Side::buy, kHedge, {57'000, 0}},
                ErrorCode::stage_forbids);
  world_.must("bob", sell("half", 100)).must("bob", CancelOrder{"bob-1", "half"});
  world_.must("bob", closing("out", 1, 1, -5'700));
  // What would be less risk alone is more once the package is filled.
  world_.refuse("bob", sell("half", 100), ErrorCode::stage_forbids);
  world_.refuse("bob", closing("again", 1, 1, -5'700), ErrorCode::stage_forbids);
  world_.must("bob", CancelOrder{"bob-1", "out"});
  // At a price that gives equity away it reduces nothing.
  world_.refuse("bob", closing("cheap", 1, 1, -3'000), ErrorCode::stage_forbids);
  world_.must("bob", closing("out", 4, 4, -1'425));
}

TEST_F(Packages, DroppingTheHedgeIsNewRiskInWhateverPackage) {
  begin("850");
  world_.price("BTC", 57'000).tick();
  PlaceOrder drop = closing("drop", 1, 1, 5'643);
  drop.legs[0].lots = 1;
  world_.refuse("bob", drop, ErrorCode::stage_forbids);
  drop.side = Side::sell;  // the same said the other way round
  drop.limit = {-5'643, 0};
  drop.legs[0].side = Side::buy;
  drop.legs[1].side = Side::sell;
  world_.refuse("bob", drop, ErrorCode::stage_forbids);
  drop.legs[0].lots = 200;
  drop.limit = {5'700, 0};
  world_.must("bob", drop);
}

TEST_F(Packages, AreFilledInTheirRatioOnly) {
  begin("9000");
  world_.open("alice-1", "alice").fund("alice-1", "USDT", "9000", "9000");
  world_.must("bob", closing("out", 4, 4, -1'500));
  const Usd initial = world_.figures("bob-1").initial;
  const Fill good = filled("out", 3, 4, "alice-1");
  Fill wrong = good;
  wrong.legs[0].lots += 1;
  world_.refuse("venue", wrong, ErrorCode::malformed);
  wrong = good;
  wrong.legs.pop_back();
  world_.refuse("venue", wrong, ErrorCode::malformed);
  wrong = good;
  wrong.side = Side::sell;
  world_.refuse("venue", wrong, ErrorCode::order_not_found);
  wrong = filled("out", 5, 4, "alice-1");
  world_.refuse("venue", wrong, ErrorCode::order_overfilled);
  Fill leg{"bob-1", kPerp, Side::sell, 50, {57'000, 0}, {}, "out", "", 0};
  world_.refuse("venue", leg, ErrorCode::order_not_found);
  EXPECT_EQ(world_.figures("bob-1").initial, initial);
  world_.must("venue", good);
  EXPECT_EQ(lots("bob-1", kPerp), 50);
  EXPECT_EQ(lots("bob-1", kDated), -kHedge / 4);
  EXPECT_EQ(lots("alice-1", kPerp), 150);
  ASSERT_NE(find("out"), nullptr);
  EXPECT_EQ(find("out")->lots, 1);
  EXPECT_LT(world_.figures("bob-1").initial, initial);
  const auto told = world_.said_of<OrderChanged>("bob-1").back();
  EXPECT_EQ(told.change, OrderChange::filled);
  EXPECT_EQ(told.instrument, "");
  EXPECT_EQ(told.lots, 1);
  EXPECT_EQ(told.legs.size(), 2U);
  world_.must("venue", filled("out", 1, 4, ""));
  EXPECT_EQ(find("out"), nullptr);
}

// What the order costs beside what is open, and no more than its bound (D5.8).
TEST_F(Packages, ASpreadIsChargedAsTheSpread) {
  world_.open("bob-1", "bob").fund("bob-1", "USDT", "9000", "9000");
  const auto charged = [this](const CommandBody& order, const char* name) {
    world_.must("bob", order);
    const Usd initial = world_.figures("bob-1").initial;
    world_.must("bob", CancelOrder{"bob-1", name});
    return initial;
  };
  PlaceOrder spread = closing("s", 1, 1, -6'000);
  const Usd together = charged(spread, "s");
  const Usd sale = charged(PlaceOrder{"bob-1", "p", kPerp, Side::sell, 200, {60'000, 0}}, "p");
  EXPECT_LT(together, sale);
  world_.must("bob", spread);
  spread.order = "t";
  world_.must("bob", spread);
  EXPECT_LE(world_.figures("bob-1").initial, together + together + usd(1));
  world_.must("bob", AmendOrder{"bob-1", "t", 2, {-6'000, 0}});
  EXPECT_EQ(find("t")->lots, 2);
  world_.must("bob", CancelOrder{"bob-1", "s"}).must("bob", CancelOrder{"bob-1", "t"});
  EXPECT_EQ(world_.figures("bob-1").initial, Usd{});
}

TEST_F(Packages, EndWithAnyOfTheirContracts) {
  world_.open("bob-1", "bob").fund("bob-1", "USDT", "9000", "9000");
  const std::string dated = "BTC/USDT:USDT-231115";
  const InstrumentIndex index = world_.state().registry().find_instrument(dated);
  const Timestamp expiry = world_.state().registry()[index].expiry;
  world_.must("bob", PlaceOrder{"bob-1",
                                "roll",
                                "",
                                Side::buy,
                                1,
                                {1, 0},
                                {{kPerp, Side::sell, 10}, {dated, Side::buy, 1}}});
  ASSERT_GT(world_.figures("bob-1").initial, Usd{});
  world_.pass(expiry - world_.now() + seconds(1)).tick();
  EXPECT_EQ(world_.figures("bob-1").initial, Usd{});
  world_.must("venue", Expire{dated, {60'000, 0}});
  EXPECT_EQ(find("roll"), nullptr);
  EXPECT_EQ(world_.said_of<OrderChanged>("bob-1").back().reason, "expired");
  world_.refuse("bob",
                PlaceOrder{"bob-1",
                           "roll",
                           "",
                           Side::buy,
                           1,
                           {1, 0},
                           {{kPerp, Side::sell, 10}, {dated, Side::buy, 1}}},
                ErrorCode::instrument_expired);
}

TEST_F(Packages, AreCancelledInDefault) {
  begin("1500");
  world_.must("bob", closing("out", 1, 1, -6'000));
  world_.price("BTC", 48'000).ticks(4);
  ASSERT_NE(world_.account("bob-1").ladder.default_, Default::none);
  EXPECT_EQ(find("out"), nullptr);
  const auto told = world_.said_of<OrderChanged>("bob-1").back();
  EXPECT_EQ(told.reason, "default");
  EXPECT_EQ(told.legs.size(), 2U);
}

TEST_F(Packages, ABustedFillLeavesBothSidesAsTheyWere) {
  begin("9000");
  world_.open("alice-1", "alice").fund("alice-1", "USDT", "9000", "9000");
  const Usd before = world_.figures("bob-1").equity;
  world_.must("bob", closing("out", 1, 1, -6'000));
  const Fill fill = filled("out", 1, 1, "alice-1");
  world_.must("venue", fill);
  const Command& given = world_.log().back();
  const BustTrade back{world_.answers().back().record, "an error", given.actor, given.id, fill};
  BustTrade wrong = back;
  wrong.fill.legs[0].lots += 1;
  world_.refuse("risk", Propose{"fix", world_.now() + hours(1), wrong},
                ErrorCode::correction_unfounded);
  world_.must("risk", Propose{"fix", world_.now() + hours(1), back})
      .must("approver-1", Approve{"fix"});
  EXPECT_EQ(lots("bob-1", kPerp), 200);
  EXPECT_EQ(lots("bob-1", kDated), -kHedge);
  EXPECT_EQ(lots("alice-1", kPerp), 0);
  EXPECT_EQ(lots("alice-1", kDated), 0);
  // What the fill realised has moved into the legs; nothing but roundings is lost.
  EXPECT_NEAR(static_cast<double>(world_.figures("bob-1").equity.micros),
              static_cast<double>(before.micros), 10);
}

TEST_F(Packages, WhatIsNoPackageIsRefused) {
  begin("9000");
  const PlaceOrder good = closing("out", 1, 1, -6'000);
  const auto refused = [&](ErrorCode code, const auto& change) {
    PlaceOrder wrong = good;
    change(wrong);
    world_.refuse("bob", wrong, code);
  };
  refused(ErrorCode::malformed, [](PlaceOrder& o) { o.instrument = kPerp; });
  refused(ErrorCode::out_of_range, [](PlaceOrder& o) { o.legs.pop_back(); });
  refused(ErrorCode::malformed, [](PlaceOrder& o) { o.legs[1] = o.legs[0]; });
  refused(ErrorCode::instrument_unknown, [](PlaceOrder& o) { o.legs[1].instrument = "XYZ"; });
  refused(ErrorCode::lots_not_positive, [](PlaceOrder& o) { o.legs[1].lots = 0; });
  refused(ErrorCode::lots_not_positive, [](PlaceOrder& o) { o.lots = 0; });
  refused(ErrorCode::too_large, [](PlaceOrder& o) { o.lots = 1'000'000'000'000'000; });
  refused(ErrorCode::too_large, [](PlaceOrder& o) { o.limit = {1, 16}; });
  world_.refuse("alice", good, ErrorCode::not_own_account);
}

}  // namespace
}  // namespace bulkhead::engine
