// Views against the engine's own decisions: levels, calls and cures, what the vault holds and what
// would release it, and that looking leaves no trace.
#include <gtest/gtest.h>

#include "bulkhead/engine/world_support.h"
#include "bulkhead/views/account_view.h"
#include "bulkhead/views/overview.h"

namespace bulkhead::views {
namespace {

using engine::World;

const LevelLine& level(const AccountView& view, const std::string& name) {
  for (const LevelLine& line : view.levels) {
    if (line.level == name) return line;
  }
  ADD_FAILURE() << "no level " << name;
  return view.levels.front();
}

World& with_long(World& world) {
  world.open("alice-1", "alice").fund("alice-1", "USDT", "12000", "10000");
  world.trade("alice-1", "BTC/USDT:USDT", 1500, "60000").tick();
  return world;
}

AccountView see(World& world, const char* name = "alice-1") {
  const Result<AccountView> view = account_view(world.engine(), name);
  EXPECT_TRUE(view.has_value()) << (view ? "" : to_string(view.error()));
  return *view;
}

TEST(AccountView, NamesAnUnknownAccount) {
  World world;
  const Result<AccountView> view = account_view(world.engine(), "nobody");
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error().code, ErrorCode::account_unknown);
  EXPECT_EQ(view.error().value, "nobody");
}

TEST(AccountView, FiguresAreTheEnginesOwn) {
  World world;
  with_long(world);
  const AccountView view = see(world);
  const engine::Figures figures = world.figures("alice-1");
  EXPECT_EQ(view.detail.requirement.equity_mid, figures.equity);
  EXPECT_EQ(view.detail.requirement.initial, figures.initial);
  ASSERT_EQ(view.positions.size(), 1U);
  EXPECT_EQ(view.positions[0].lots, 1500);
  ASSERT_EQ(view.balances.size(), 2U);
  EXPECT_FALSE(view.balances[0].counts);
  EXPECT_TRUE(view.balances[1].counts);
  EXPECT_EQ(view.balances[0].quantity, "2000");
  EXPECT_EQ(view.price_asset, "BTC");
  EXPECT_TRUE(view.vault.why.empty());
}

// Equity of a linear perpetual is linear in the price: at the price that a level names, equity is
// the level's.
TEST(AccountView, PriceOfALevelIsWhereEquityReachesIt) {
  World world;
  with_long(world);
  const AccountView view = see(world);
  const double price = level(view, "call").price;
  ASSERT_GT(price, 0);
  ASSERT_LT(price, view.price);
  world.price("BTC", price).tick();
  const AccountView then = see(world);
  const Usd off = then.detail.requirement.equity_mid - level(view, "call").equity;
  // The collateral's own asset and the rounding of marks move it a little.
  EXPECT_LT(off.micros < 0 ? -off.micros : off.micros, usd(5).micros);
}

TEST(AccountView, ACallIsShownWithCuresThatRestoreTheTarget) {
  World world;
  with_long(world);
  const double price = level(see(world), "call").price;
  world.price("BTC", price * 0.985).tick();
  const AccountView view = see(world);
  ASSERT_EQ(view.coverage, policy::Coverage::called);
  ASSERT_EQ(view.calls.size(), 1U);
  ASSERT_FALSE(view.cures.empty());
  const CureLine cure = view.cures.front();
  world.must("operator", engine::Deposit{"alice-1", cure.asset, "internal", cure.amount});
  world.must("alice", engine::Pledge{"alice-1", cure.asset, "internal", cure.amount});
  const AccountView cured = see(world);
  EXPECT_TRUE(cured.cures.empty());
  EXPECT_GE(level(cured, "target").distance, Usd{});
}

TEST(AccountView, SaysWhatIsSequesteredAndWhatWouldReleaseIt) {
  World world;
  with_long(world);
  const double price = level(see(world), "sequester").price;
  world.price("BTC", price * 0.985).tick();
  AccountView view = see(world);
  ASSERT_NE(view.vault.stage, policy::Vault::none);
  ASSERT_FALSE(view.vault.assets.empty());
  ASSERT_FALSE(view.vault.legs.empty());
  EXPECT_FALSE(view.vault.triggers.empty());
  EXPECT_GT(view.release.short_by, Usd{});
  EXPECT_FALSE(view.release.conditions.empty());
  world.places_answer().tick();
  view = see(world);
  EXPECT_TRUE(view.vault.legs.empty());
  EXPECT_TRUE(view.vault.assets.front().amount.is_positive());
  EXPECT_TRUE(view.vault.held_since.has_value());

  world.price("BTC", 62'500).tick();
  view = see(world);
  EXPECT_EQ(view.release.short_by, Usd{});
  ASSERT_TRUE(view.release.earliest.has_value());
  EXPECT_GT(*view.release.earliest, view.time);
}

TEST(AccountView, PromisesNoTimeOfReleaseWhileALegIsOpen) {
  World world;
  with_long(world);
  world.price("BTC", level(see(world), "sequester").price * 0.985).tick();
  world.price("BTC", 62'500).tick();
  const AccountView view = see(world);
  ASSERT_FALSE(view.vault.legs.empty());
  ASSERT_TRUE(view.release.dwell_since.has_value());
  EXPECT_FALSE(view.release.earliest.has_value());
}

TEST(AccountView, SaysWhatHoldsActsBack) {
  World world;
  with_long(world);
  EXPECT_TRUE(see(world).in_force.empty());
  const Timestamp later = world.now() + hours(2);
  world.must("risk", engine::PressStop{engine::StopButton::reduce_only, "", "a feed", later});
  world.must("risk", engine::PressStop{engine::StopButton::halt_asset, "ETH", "a feed", later});
  world.must("risk", engine::BreakGlass{"stolen", engine::BreakGlassAct::hold_withdrawals,
                                        engine::BreakGlassCause::suspected_fraud, "alice-1",
                                        "a key", later});
  const AccountView view = see(world);
  ASSERT_EQ(view.in_force.size(), 2U);  // it does not touch ETH
  EXPECT_NE(view.in_force[0].find("reduce only of all by risk"), std::string::npos);
  EXPECT_NE(view.in_force[1].find("stolen (hold withdrawals)"), std::string::npos);
}

TEST(AccountView, HasStagesAndAmountsBeforeThereAreFigures) {
  bool looked = false;
  engine::WorldOptions options;
  options.before_scenarios = [&looked](World& world) {
    world.open("early", "alice").fund("early", "USDT", "10", "4");
    const Result<AccountView> view = account_view(world.engine(), "early");
    ASSERT_TRUE(view.has_value());
    EXPECT_FALSE(view->without_figures.empty());
    ASSERT_EQ(view->balances.size(), 2U);
    EXPECT_EQ(view->balances[0].quantity, "6");
    looked = true;
  };
  const World world(options);
  EXPECT_TRUE(looked);
}

TEST(Views, LookingLeavesNoTrace) {
  World looked;
  World alone;
  with_long(looked);
  with_long(alone);
  for (const double price : {59'000.0, 57'500.0, 56'500.0, 59'500.0}) {
    looked.price("BTC", price).tick();
    alone.price("BTC", price).tick();
    see(looked);
    ASSERT_TRUE(sample(looked.engine()).has_value());
    ASSERT_EQ(looked.engine().state_root(), alone.engine().state_root());
  }
}

TEST(Overview, CountsEveryAccountOnceInEachPart) {
  World world;
  with_long(world);
  world.open("bob-1", "bob").fund("bob-1", "BTC", "2", "1").tick();
  const Result<Overview> view = sample(world.engine());
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->accounts, world.state().accounts().size());
  EXPECT_EQ(view->with_obligations, 1U);
  std::uint32_t counted = 0;
  for (const StageCount& stage : view->stages) counted += stage.accounts;
  EXPECT_EQ(counted, 3 * view->accounts);
  Usd places;
  for (const ValueLine& line : view->by_place) places += line.value;
  Usd counting;
  for (std::size_t i = 1; i < view->by_bucket.size(); ++i) counting += view->by_bucket[i].value;
  EXPECT_EQ(places, counting);
  EXPECT_EQ(view->coverage.size(), kCoveragePercentiles.size());
}

}  // namespace
}  // namespace bulkhead::views
