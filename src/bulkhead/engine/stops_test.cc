// Stop buttons (D11.6).
#include <gtest/gtest.h>

#include "bulkhead/engine/play_support.h"
#include "bulkhead/engine/stops.h"

namespace bulkhead::engine {
namespace {

class Stops : public testing::Test {
 protected:
  PressStop press(StopButton button, const std::string& subject = {},
                  Duration lasts = minutes(10)) {
    return {button, subject, "because", world_.now() + lasts};
  }
  bool halted(const std::string& asset) {
    return world_.state().market.halted(world_.state().registry().find_asset(asset));
  }
  World world_;
};

TEST_F(Stops, EndByTwoPersonsOfWhomOneMayHavePressed) {
  world_.must("risk", press(StopButton::stop_releases));
  world_.must("risk", EndStop{StopButton::stop_releases, ""});
  EXPECT_FALSE(world_.state().stops().empty());
  world_.must("approver-1", EndStop{StopButton::stop_releases, ""});
  EXPECT_TRUE(world_.state().stops().empty());
  const auto said = world_.said<StopChanged>();
  ASSERT_EQ(said.size(), 3U);
  EXPECT_EQ(said.back().body.stage, StopStage::ended);
  EXPECT_EQ(said.back().body.persons, (std::vector<std::string>{"risk", "risk", "approver-1"}));
}

TEST_F(Stops, PressedAgainForgetsTheFirstWordOfItsEnd) {
  world_.must("risk", press(StopButton::stop_releases));
  world_.must("approver-1", EndStop{StopButton::stop_releases, ""});
  world_.must("venue", press(StopButton::stop_releases));
  world_.must("approver-2", EndStop{StopButton::stop_releases, ""});
  EXPECT_FALSE(world_.state().stops().empty());
}

TEST_F(Stops, ExpireAtTheFirstTickAtOrAfterTheirTime) {
  world_.must("risk", press(StopButton::reduce_only, "", minutes(2)));
  world_.tick();
  EXPECT_FALSE(world_.state().stops().empty());
  world_.tick();
  EXPECT_TRUE(world_.state().stops().empty());
  EXPECT_EQ(world_.said<StopChanged>().back().body.stage, StopStage::expired);
}

TEST_F(Stops, LastAtMostADay) {
  world_.refuse("risk", press(StopButton::reduce_only, "", hours(24) + seconds(1)),
                ErrorCode::out_of_range);
  world_.refuse("risk", press(StopButton::reduce_only, "", seconds(0)), ErrorCode::out_of_range);
  world_.must("risk", press(StopButton::reduce_only, "", hours(24)));
}

TEST_F(Stops, AnAssetRunsAgainUnlessItIsHaltedBesides) {
  world_.must("risk", press(StopButton::halt_asset, "ETH", minutes(2)));
  world_.must("venue", SetHalt{"ETH", false});
  EXPECT_TRUE(halted("ETH"));  // one word does not end a stop
  world_.ticks(2);
  EXPECT_FALSE(halted("ETH"));

  world_.must("venue", SetHalt{"ETH", true});
  world_.must("risk", press(StopButton::halt_asset, "ETH", minutes(2))).ticks(2);
  EXPECT_TRUE(halted("ETH"));
  world_.must("venue", SetHalt{"ETH", false});
  EXPECT_FALSE(halted("ETH"));
}

TEST_F(Stops, OfReleasesKeepInTheVaultWhatWouldComeBack) {
  open_short_of_margin(world_, "carol-1", "carol");
  world_.places_answer().tick();
  ASSERT_EQ(world_.account("carol-1").ladder.vault, policy::Vault::held);
  world_.must("risk", press(StopButton::stop_releases, "carol-1", minutes(30)));
  world_.price("BTC", 66'000).ticks(10);
  EXPECT_EQ(world_.account("carol-1").ladder.vault, policy::Vault::held);
  EXPECT_TRUE(world_.said<ReleaseOrdered>().empty());
  ASSERT_FALSE(world_.said<ActBlocked>().empty());
  EXPECT_EQ(world_.said<ActBlocked>().back().body.reason, policy::Reason::stopped);
  world_.ticks(21);
  EXPECT_FALSE(world_.said<ReleaseOrdered>().empty());
}

TEST_F(Stops, OfAMarketConcernThatMarketAndNewRiskAlone) {
  world_.open("alice-9", "alice").fund("alice-9", "USDT", "9000", "9000");
  world_.trade("alice-9", "BTC/USDT:USDT", 100, "60000").tick();
  world_.must("venue", press(StopButton::halt_market, "BTC/USDT:USDT"));
  const auto order = [](const char* name, const char* instrument, Side side, Decimal limit) {
    return PlaceOrder{"alice-9", name, instrument, side, 10, limit};
  };
  world_.refuse("alice", order("a", "BTC/USDT:USDT", Side::buy, Decimal{60'000, 0}),
                ErrorCode::stop_in_force);
  world_.must("alice", order("b", "BTC/USDT:USDT", Side::sell, Decimal{60'000, 0}));
  world_.must("alice", order("c", "ETH/USDT:USDT", Side::buy, Decimal{3'000, 0}));
  world_.fund("alice-9", "USDT", "10", "10");
}

}  // namespace
}  // namespace bulkhead::engine
