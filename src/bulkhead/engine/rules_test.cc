// Rules that cross rooms: who goes first, what a poor price blocks, when parameters take effect,
// what a repeated id is told, and how own assets are used before anyone else pays.
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using policy::Default;

TEST(Order, AccountsThatTripTogetherGoByShortfallThenIndex) {
  World world;
  const auto open = [&](const std::string& name, const std::string& pledged) {
    world.open(name, "bob").fund(name, "USDT", pledged, pledged);
    world.trade(name, "BTC/USDT:USDT", 200, "60000");
  };
  open("small", "1850");
  open("equal-1", "1800");
  open("worst", "1750");
  open("equal-2", "1800");
  world.price("BTC", 55'000).ticks(3);
  std::vector<std::string> order;
  for (const auto& said : world.said<DefaultChanged>()) order.push_back(said.account);
  EXPECT_EQ(order, (std::vector<std::string>{"worst", "equal-1", "equal-2", "small"}));
}

class PoorPrice : public testing::Test {
 protected:
  void begin() {
    world_.open("bob-1", "bob").fund("bob-1", "USDT", "1800", "1800");
    world_.trade("bob-1", "BTC/USDT:USDT", 200, "60000").tick();
  }
  World world_;
};

// Breached at mid, not at the edge that favours the account (D4.4).
TEST_F(PoorPrice, NoDefaultIsDeclaredAndItIsSaidOnce) {
  begin();
  world_.price("BTC", 53'000, 0.08).ticks(6);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::none);
  const auto blocked = world_.said_of<ActBlocked>("bob-1");
  ASSERT_EQ(blocked.size(), 1U);
  EXPECT_EQ(blocked[0].act, Act::default_);
  EXPECT_EQ(blocked[0].quality, market::Quality::wide);
  EXPECT_EQ(blocked[0].reason, policy::Reason::price_not_good);
  world_.price("BTC", 53'000).ticks(3);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::declared);
}

TEST_F(PoorPrice, DoesNotImmuniseWhoIsBreachedAtItsBestEdge) {
  begin();
  world_.price("BTC", 53'000, 0.01).ticks(3);
  EXPECT_EQ(world_.account("bob-1").ladder.default_, Default::declared);
  world_.tick();
  EXPECT_EQ(world_.said<LiquidationInstructed>().size(), 1U);
}

TEST_F(PoorPrice, DustOfAHaltedTokenDoesNotImmunise) {
  begin();
  world_.fund("bob-1", "ETH", "0.000001", "0.000001");
  world_.must("risk", SetHalt{"ETH", true});
  world_.price("BTC", 53'000).ticks(4);
  EXPECT_EQ(world_.said_of<DefaultChanged>("bob-1").front().reason,
            policy::Reason::maintenance_breach);
  EXPECT_EQ(world_.said<LiquidationInstructed>().size(), 1U);
}

TEST_F(PoorPrice, NoSliceIsInstructedInAnAssetWithoutAPrice) {
  begin();
  world_.price("BTC", 53'000).ticks(3);
  ASSERT_EQ(world_.account("bob-1").ladder.default_, Default::declared);
  world_.silence("BTC").ticks(3);
  const std::size_t before = world_.said<LiquidationInstructed>().size();
  world_.ticks(3);
  EXPECT_EQ(world_.said<LiquidationInstructed>().size(), before);
  EXPECT_EQ(world_.said_of<ActBlocked>("bob-1").back().act, Act::liquidation);
  world_.price("BTC", 53'000).tick();
  EXPECT_GT(world_.said<LiquidationInstructed>().size(), before);
}

// D4.4: a crash makes the price volatile for as long as the stable price needs to follow. With a
// source more than the quorum it confirms itself in two minutes; with one source it waits, and says
// so, until the stable price is below the level too.
TEST(VolatilePrice, ARealCrashConfirmsItselfInTwoMinutes) {
  for (const bool sourced : {true, false}) {
    WorldOptions options;
    options.parameters.market.volatile_limit = 0.05;
    if (!sourced) options.parameters.market.quorum_sources = 2;  // two sources, quorum two
    World world(options);
    world.open("bob-1", "bob").fund("bob-1", "USDT", "1800", "1800");
    world.trade("bob-1", "BTC/USDT:USDT", 200, "60000").tick();
    const Timestamp crash = world.now() + seconds(15);
    world.price("BTC", 53'000);
    const auto declared = [&] { return !world.said<DefaultChanged>().empty(); };
    for (int i = 0; i < 9; ++i) {
      world.tick(seconds(15));
      EXPECT_EQ(declared(), sourced && world.now() - crash >= seconds(120)) << i;
    }
    const auto blocked = world.said_of<ActBlocked>("bob-1");
    ASSERT_FALSE(blocked.empty());
    EXPECT_EQ(blocked[0].act, Act::default_);
    EXPECT_EQ(blocked[0].reason, policy::Reason::volatile_price);
    EXPECT_EQ(blocked[0].quality, market::Quality::volatile_);
    for (int i = 0; i < 40 && !declared(); ++i) world.tick();
    EXPECT_TRUE(declared());
  }
}

// D4.5: after an outage nothing destructive for the grace, unless E_greatest < 0.
TEST(Outage, NothingDestructiveInTheGraceUnlessNegative) {
  World world;
  for (const char* name : {"bob-1", "bob-2"}) {
    world.open(name, "bob").fund(name, "USDT", "1800", "1800");
    world.trade(name, "BTC/USDT:USDT", name[4] == '1' ? 200 : 300, "60000");
  }
  world.tick();
  world.price("BTC", 53'000).tick(minutes(40)).ticks(10);
  EXPECT_EQ(world.account("bob-1").ladder.default_, Default::none);
  EXPECT_EQ(world.said_of<ActBlocked>("bob-1").back().reason, policy::Reason::outage_grace);
  EXPECT_FALSE(world.said_of<LiquidationInstructed>("bob-2").empty());
  world.ticks(5);
  EXPECT_EQ(world.account("bob-1").ladder.default_, Default::declared);
}

// D4.4: released at the least equity, at whatever quality.
TEST_F(PoorPrice, NothingIsReleasedThatTheLowEdgeDoesNotAllow) {
  begin();
  world_.price("BTC", 56'000).tick();
  world_.places_answer().price("BTC", 66'000, 0.2).ticks(8);
  EXPECT_EQ(world_.account("bob-1").ladder.vault, policy::Vault::held);
  world_.price("BTC", 66'000).ticks(12);
  EXPECT_EQ(world_.account("bob-1").ladder.vault, policy::Vault::releasing);
}

// D4.5: a poor price blocks that asset only; what else leaves is judged at the least edge.
TEST_F(PoorPrice, BlocksTheCollateralWhosePriceItIs) {
  begin();
  world_.fund("bob-1", "USDC", "100", "100").price("BTC", 66'000, 0.01);
  world_.silence("USDC").ticks(5);
  const Error error = world_.refuse("bob", Unpledge{"bob-1", "USDC", "internal", Amount{1}},
                                    ErrorCode::price_not_good);
  EXPECT_EQ(error.field, "USDC");
  EXPECT_EQ(error.value, "stale");
  world_.must("bob", Unpledge{"bob-1", "USDT", "internal", Amount{1}});
}

TEST_F(PoorPrice, WidensWhatMustStay) {
  begin();
  world_.price("BTC", 66'000).tick();
  const Figures good = world_.figures("bob-1");
  const Usd spare = good.equity_least - scale_up(good.initial, 11'000, 10'000);
  ASSERT_GT(spare, usd(100));
  world_.price("BTC", 66'000, 0.03).tick();
  ASSERT_EQ(world_.account("bob-1").ladder.coverage, policy::Coverage::normal);
  const Error error = world_.refuse(
      "bob", Unpledge{"bob-1", "USDT", "internal", Amount{spare.micros}}, ErrorCode::below_target);
  EXPECT_EQ(error.field, "equity_least");
}

// What reduces risk passes in every stage and at every quality; what flips the position does not.
TEST_F(PoorPrice, ReducingOrdersPassEverywhere) {
  begin();
  world_.price("BTC", 57'000, 0.02).tick();
  ASSERT_EQ(world_.account("bob-1").ladder.coverage, policy::Coverage::called);
  const auto sell = [](const char* name, std::int64_t lots) {
    return PlaceOrder{"bob-1", name, "BTC/USDT:USDT", Side::sell, lots, {57'000, 0}};
  };
  world_.must("bob", sell("half", 100));
  world_.must("bob", sell("rest", 100));
  world_.refuse("bob", sell("flip", 300), ErrorCode::stage_forbids);
  world_.refuse("bob", PlaceOrder{"bob-1", "x", "BTC/USDT:USDT", Side::buy, 1, {57'000, 0}},
                ErrorCode::stage_forbids);
}

TEST(Governance, ParametersTakeEffectAtTheirTimeAfterTwoApprovals) {
  World world;
  policy::ParameterSet next = world.state().parameters();
  next.version = 2;
  const Timestamp effective = world.now() + minutes(10);
  world.must("risk", Propose{"p", world.now() + minutes(5), ParameterChange{next, effective}});
  world.must("approver-1", Approve{"p"}).tick();
  world.must("approver-2", Approve{"p"});
  world.pass(effective - world.now() - nanoseconds(1)).bare_tick();
  EXPECT_EQ(world.state().parameters().version, 1U);
  world.pass(nanoseconds(1)).bare_tick();
  EXPECT_EQ(world.state().parameters().version, 2U);
  EXPECT_TRUE(world.state().proposals().empty());
}

TEST(Governance, AProposalWithOneApprovalExpires) {
  World world;
  policy::ParameterSet next = world.state().parameters();
  next.version = 2;
  world.must("risk", Propose{"p", world.now() + minutes(5), ParameterChange{next, world.now()}});
  world.must("approver-1", Approve{"p"}).ticks(5);
  EXPECT_EQ(world.said<ProposalChanged>().back().body.status, ProposalStatus::expired);
  world.refuse("approver-2", Approve{"p"}, ErrorCode::proposal_closed);
}

TEST(Ids, ARepetitionNamesTheRecordAndAConflictTheField) {
  World world;
  world.open("bob-1", "bob");
  Command first = world.command("operator", Deposit{"bob-1", "USDT", "internal", Amount{5}});
  const std::uint64_t record = world.give(first).record;
  const auto same = world.engine().find_answer(first);
  ASSERT_TRUE(same.has_value() && same->has_value());
  EXPECT_EQ(**same, record);
  EXPECT_EQ(world.give(first).refused->code, ErrorCode::command_repeated);
  EXPECT_EQ(world.answers().back().refused->value, std::to_string(record));
  EXPECT_EQ(world.held("bob-1", "USDT", "internal", Bucket::free), Amount{5});
  std::get<Deposit>(first.body).amount = Amount{6};
  EXPECT_EQ(world.give(first).refused->field, "amount");
  std::get<Deposit>(first.body).asset = "BTC";
  EXPECT_EQ(world.give(first).refused->field, "asset");
  first.body = Tick{};
  EXPECT_EQ(world.give(first).refused->field, "body");
  // A failure that depends on state is sticky (D11.4).
  const Command early =
      world.command("bob", Pledge{"bob-1", "USDT", "internal", world.amount("USDT", "1")});
  EXPECT_EQ(world.give(early).refused->code, ErrorCode::balance_exceeded);
  world.fund("bob-1", "USDT", "10", "0");
  EXPECT_EQ(world.give(early).refused->code, ErrorCode::command_repeated);
  // A word without its signature takes no id.
  Command word = world.command("approver-1", Approve{"p"});
  Command bare = word;
  bare.signature.clear();
  EXPECT_EQ(world.give(bare).refused->code, ErrorCode::signature_missing);
  EXPECT_EQ(world.give(word).refused->code, ErrorCode::proposal_closed);
}

TEST(Ids, AreForgottenAfterSevenDays) {
  World world;
  world.open("bob-1", "bob");
  const Command first = world.command("operator", Deposit{"bob-1", "USDT", "internal", Amount{5}});
  world.give(first);
  world.tick(days(7));
  EXPECT_TRUE(world.engine().find_answer(first).has_value());
  world.tick(nanoseconds(1));
  EXPECT_FALSE(world.engine().find_answer(first).has_value());
}

// What is owed is first paid from what is pledged in the same asset: the fund is not asked.
TEST(Waterfall, OwnAssetsOfTheSameKindComeFirst) {
  World world;
  world.open("carol-1", "carol").fund("carol-1", "BTC", "1", "1");
  world.must("carol", Borrow{"carol-1", "USDT", "internal", world.amount("USDT", "40000")});
  world.trade("carol-1", "BTC/USDT:USDT", 600, "60000");
  for (int i = 0; i < 30 && world.account("carol-1").ladder.default_ != Default::closed; ++i) {
    world.price("BTC", i < 3 ? 60'000.0 - 8'000 * (i + 1) : 36'000).tick();
    world.pass(seconds(5)).places_answer().venue_fills();
  }
  const Default seen = world.account("carol-1").ladder.default_;
  EXPECT_NE(seen, Default::declared);
  EXPECT_TRUE(world.said<LossCovered>().empty());
}

// Nothing of a closed account stays in a vault.
TEST(Waterfall, WhatIsHeldComesBackBeforeAnAccountIsClosed) {
  World world;
  open_short_of_margin(world, "bob-1", "bob");
  // What is free is not touched while what is sequestered pays.
  world.fund("bob-1", "USDT", "1000", "0");
  world.places_answer().price("BTC", 55'000).ticks(3);
  ASSERT_EQ(world.account("bob-1").ladder.default_, Default::declared);
  world.tick().venue_fills();
  ASSERT_EQ(world.account("bob-1").ladder.default_, Default::liquidating);
  const AccountIndex bob = world.state().find_account("bob-1");
  const std::int64_t left = world.state().positions.positions(bob)[0].lots;
  ASSERT_GT(left, 0);
  world.trade("bob-1", "BTC/USDT:USDT", -left, "55000").tick();
  EXPECT_EQ(world.account("bob-1").ladder.vault, policy::Vault::releasing);
  EXPECT_EQ(world.account("bob-1").ladder.default_, Default::liquidating);
  for (int i = 0; i < 3; ++i) world.pass(seconds(1)).places_answer().tick();
  EXPECT_EQ(world.account("bob-1").ladder.default_, Default::closed);
  EXPECT_EQ(world.account("bob-1").ladder.vault, policy::Vault::none);
  EXPECT_EQ(world.held("bob-1", "USDT", "internal", Bucket::free), world.amount("USDT", "1000"));
  const Amount own = world.amount("USDT", "800");
  EXPECT_EQ(world.held("bob-1", "USDT", "internal", Bucket::pledged), own);
  world.must("bob", Unpledge{"bob-1", "USDT", "internal", own});
  world.must("bob", Withdraw{"bob-1", "USDT", "internal", own});
}

TEST(FirstSteps, WithoutAScenarioSetNoRiskIsTaken) {
  WorldOptions options;
  options.furnished = false;
  World world(options);
  world.refuse("operator",
               Grant{GrantKind::insurance_fund, "", "USDT", Amount{1}, 1, world.now() + days(1)},
               ErrorCode::asset_unknown);
  market::Asset numeraire;
  numeraire.name = "USDT";
  numeraire.kind = market::AssetKind::stablecoin;
  numeraire.numeraire = true;
  numeraire.decimals = 6;
  world.must("operator", RegisterAsset{numeraire});
  world.refuse("operator",
               Grant{GrantKind::insurance_fund, "", "USDT", Amount{1}, 1, world.now() + days(1)},
               ErrorCode::no_internal_place);
  world.must("operator",
             RegisterPlace{{"internal", market::PlaceKind::internal_ledger, {}, {}, 0, 0, 0}});
  world.open("bob-1", "bob").fund("bob-1", "USDT", "10", "10");
  world.refuse("bob", Borrow{"bob-1", "USDT", "internal", Amount{1}}, ErrorCode::no_scenario_set);
  world.must("bob", Unpledge{"bob-1", "USDT", "internal", Amount{1}});
  world.must("feed", Tick{});
}

}  // namespace
}  // namespace bulkhead::engine
