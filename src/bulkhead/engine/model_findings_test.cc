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

// A place that had refused holds it all the same, and says so when the account has long been well:
// nothing woke the account, and what was held stayed for ever, outside every rule of release.
TEST(ModelFindings, WhatAPlaceReportsOfAnAccountAtRestIsHeldAndComesBack) {
  World world;
  open_short_of_margin(world, "a", "alice");
  const Amount all = world.amount("USDT", "1800");
  const auto word = [&](ReceiptStatus status, Amount observed) {
    return world.receipt("a", "USDT", "vault", status, observed);
  };
  world.price("BTC", 54'500).tick();
  world.must("custodian", word(ReceiptStatus::rejected, Amount{}));
  world.fund("a", "USDT", "4000", "4000").price("BTC", 60'000).ticks(20);
  ASSERT_FALSE(world.state().has_vault(world.state().find_account("a")));
  ASSERT_EQ(world.account("a").ladder.coverage, policy::Coverage::normal);
  ASSERT_EQ(world.account("a").ladder.vault, policy::Vault::none);

  world.must("custodian", word(ReceiptStatus::applied, all)).places_answer().tick();
  EXPECT_EQ(world.held("a", "USDT", "vault", ledger::Bucket::sequestered), all);
  EXPECT_EQ(world.account("a").ladder.vault, policy::Vault::held);
  world.ticks(4);
  EXPECT_EQ(world.account("a").ladder.vault, policy::Vault::releasing);
  world.pass(seconds(1)).places_answer().tick();
  EXPECT_EQ(world.account("a").ladder.vault, policy::Vault::none);
  EXPECT_EQ(world.held("a", "USDT", "vault", ledger::Bucket::sequestered), Amount{});
}

// An order that reduced risk was taken in default, the position it would have reduced was closed,
// and its own margin kept the default from ever ending.
TEST(ModelFindings, AnOrderThatHasNothingToReduceAnyMoreDoesNotKeepADefaultOpen) {
  World world;
  open_short_of_margin(world, "a", "alice");
  world.pass(seconds(1)).places_answer();
  world.price("BTC", 51'200).ticks(3);
  ASSERT_EQ(world.account("a").ladder.default_, policy::Default::declared);
  world.must("alice", PlaceOrder{"a", "out", "BTC/USDT:USDT", Side::sell, 200, Decimal{51'300, 0}});
  world.trade("a", "BTC/USDT:USDT", -200, "51200");
  for (int i = 0; i < 10; ++i) world.tick().places_answer().venue_fills();
  const auto changes = world.said_of<OrderChanged>("a");
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes.back().change, OrderChange::cancelled);
  EXPECT_EQ(world.account("a").ladder.default_, policy::Default::none);
}

// A trade or a deposit of an account whose end had been told was reversed: it held a position or
// owed, and nothing followed that any more.
TEST(ModelFindings, ACorrectionGivesAClosedAccountNeitherPositionNorDebt) {
  World world;
  world.open("a", "alice").fund("a", "USDT", "9000", "9000");
  world.trade("a", "BTC/USDT:USDT", 1000, "60000").tick().price("BTC", 50'500);
  for (int i = 0; i < 30; ++i) world.tick().pass(seconds(1)).places_answer().venue_fills();
  ASSERT_EQ(world.account("a").ladder.default_, policy::Default::closed);
  const auto first = [&world]<class Body>(const Body&) {
    std::size_t i = 0;
    while (!std::holds_alternative<Body>(world.log()[i].body)) ++i;
    return std::pair(world.log()[i], world.answers()[i].record);
  };
  const auto [trade, trade_record] = first(Fill{});
  const auto [deposit, deposit_record] = first(Deposit{});
  const BustTrade bust{trade_record, "an error", trade.actor, trade.id, std::get<Fill>(trade.body)};
  const ReverseDeposit back{deposit_record, "an error", deposit.actor, deposit.id,
                            std::get<Deposit>(deposit.body)};
  world.must("risk", Propose{"bust", world.now() + hours(1), bust});
  world.refuse("approver-1", Approve{"bust"}, ErrorCode::stage_forbids);
  world.must("risk", Propose{"back", world.now() + hours(1), back});
  world.refuse("approver-1", Approve{"back"}, ErrorCode::stage_forbids);
}

}  // namespace
}  // namespace bulkhead::engine
