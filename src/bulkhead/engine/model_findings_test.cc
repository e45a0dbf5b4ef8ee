// What random commands against the naive model of tests/model found; each test is named after what
// went wrong.
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

// The plan of a default with a debt valued the book after a sale of collateral that does not count,
// took it off what counts, and broke the assertion that no collateral is negative.
TEST(ModelFindings, CollateralThatIsNotEligibleIsSoldWithoutBeingCounted) {
  WorldOptions options;
  for (collateral::AssetTerms& terms : options.parameters.collateral.schedule) {
    if (terms.asset == "ETH") terms.eligible = false;
  }
  World world(options);
  world.open("a", "alice").fund("a", "ETH", "1", "1").fund("a", "BTC", "1", "1");
  world.must("alice", Borrow{"a", "USDT", "internal", world.amount("USDT", "30000")});
  const Amount out = world.amount("USDT", "30000");
  world.must("alice", Unpledge{"a", "USDT", "internal", out});
  world.must("alice", Withdraw{"a", "USDT", "internal", out});
  world.price("BTC", 31'000).ticks(5);
  ASSERT_FALSE(world.said_of<DefaultChanged>("a").empty());
  world.ticks(2);
  EXPECT_FALSE(world.said<LiquidationInstructed>().empty());
  for (int i = 0; i < 40; ++i) world.tick().places_answer().venue_fills();
  EXPECT_EQ(world.account("a").ladder.default_, policy::Default::none);
}

}  // namespace
}  // namespace bulkhead::engine
