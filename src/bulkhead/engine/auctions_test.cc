// Auctions of what cannot be sliced, hedges, and who pays for a default (D10.2 to D10.4).
#include <gtest/gtest.h>

#include "bulkhead/engine/loss_charges.h"
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

constexpr const char* kPerp = "BTC/USDT:USDT";
constexpr const char* kInverse = "BTC/USD:BTC";

class Auctions : public testing::Test {
 protected:
  explicit Auctions(WorldOptions options = {}) : world_(std::move(options)) {}

  // alice-1, long 200 BTC, in default, with an auction open.
  void bring_down() {
    world_.open("alice-1", "alice").fund("alice-1", "USDT", "2000000", "2000000");
    world_.open("bob-1", "bob").fund("bob-1", "USDT", "9000000", "9000000");
    world_.open("carol-1", "carol").fund("carol-1", "USDT", "10000", "10000");
    world_.trade("alice-1", kPerp, 200'000, "60000").tick();
    world_.price("BTC", 53'000).ticks(5);
    ASSERT_EQ(opened().size(), 1U);
  }
  std::vector<AuctionOpened> opened() { return world_.said_of<AuctionOpened>("alice-1"); }
  std::int64_t lots(const char* account) const {
    return world_.state()
        .positions
        .position(world_.state().find_account(account),
                  world_.state().registry().find_instrument(kPerp))
        .lots;
  }
  BidAuction bid(const char* account, std::int64_t lots = 0) {
    BidAuction made{opened()[0].auction, account, {}, 0};
    if (lots > 0) made.lines.push_back({kPerp, lots, "", {}});
    return made;
  }
  World world_;
};

WorldOptions plain() {
  WorldOptions options;
  options.parameters.ladder.kind = policy::LadderKind::liquidate_only;
  return options;
}

// Nothing is sequestered: what is pledged lies where it is sold from.
class PlainAuctions : public Auctions {
 protected:
  PlainAuctions() : Auctions(plain()) {}
};

TEST_F(Auctions, OffersWhatMustGoAndSlicesNothingMeanwhile) {
  bring_down();
  const AuctionOpened said = opened()[0];
  ASSERT_EQ(said.lines.size(), 1U);
  EXPECT_GT(said.lines[0].lots, 79'000);  // what fits into thirty intervals
  EXPECT_LE(said.lines[0].lots, 200'000);
  EXPECT_EQ(said.start_bp, 10'100);
  EXPECT_EQ(said.end_bp, 9'500);
  world_.ticks(10);
  EXPECT_TRUE(world_.said_of<LiquidationInstructed>("alice-1").empty());
}

TEST_F(Auctions, OfTheWholeTakesAllThatIsOffered) {
  bring_down();
  const std::int64_t offered = opened()[0].lines[0].lots;
  world_.must("bob", bid("bob-1"));
  EXPECT_EQ(lots("bob-1"), offered);
  EXPECT_EQ(lots("alice-1"), 200'000 - offered);
  const auto ended = world_.said_of<AuctionEnded>("alice-1");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].end, AuctionEnd::sold_out);
}

TEST_F(Auctions, ALotLeavesTheRestOnOffer) {
  bring_down();
  world_.must("bob", bid("bob-1", 1'000));
  world_.must("bob", bid("bob-1", 1'000));
  EXPECT_EQ(lots("bob-1"), 2'000);
  EXPECT_TRUE(world_.said_of<AuctionEnded>("alice-1").empty());
}

TEST_F(Auctions, TheBidderMustCarryIt) {
  bring_down();
  world_.refuse("carol", bid("carol-1"), ErrorCode::margin_insufficient);
  EXPECT_EQ(lots("carol-1"), 0);
}

TEST_F(Auctions, TheBestPriceIsAtTheBeginning) {
  bring_down();
  world_.must("bob", bid("bob-1", 1'000));
  world_.ticks(10);
  world_.must("bob", bid("bob-1", 1'000));
  const auto filled = world_.said_of<AuctionFilled>("bob-1");
  ASSERT_EQ(filled.size(), 2U);
  // Six per cent in thirty minutes.
  EXPECT_GT(filled[0].price.to_double(), 53'000);
  EXPECT_NEAR(filled[0].price.to_double() - filled[1].price.to_double(), 53'000 * 0.02, 1e-6);
}

TEST_F(Auctions, NobodyBidsAndTheRestGoesByRank) {
  bring_down();
  world_.ticks(32);
  const auto ended = world_.said_of<AuctionEnded>("alice-1");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].end, AuctionEnd::expired);
  EXPECT_FALSE(world_.said_of<Deleveraged>("alice-1").empty());
  EXPECT_EQ(opened().size(), 1U);
  world_.refuse("bob", bid("bob-1", 1), ErrorCode::instruction_unknown);
}

TEST_F(Auctions, WhileLiquidationsAreStoppedNobodyTakesAnything) {
  bring_down();
  world_.must("risk",
              PressStop{StopButton::stop_liquidations, "", "looking", world_.now() + hours(1)});
  world_.refuse("bob", bid("bob-1", 1), ErrorCode::stop_in_force);
  world_.tick();
  EXPECT_EQ(world_.said_of<AuctionEnded>("alice-1").at(0).end, AuctionEnd::overtaken);
}

// Two sales, each for no more than the debt, pay more than it together: the rest stays pledged.
TEST_F(Auctions, SalesThatPayMoreThanTheDebtLeaveTheRestPledged) {
  world_.open("alice-1", "alice").fund("alice-1", "BTC", "400", "400");
  world_.fund("alice-1", "ETH", "8000", "8000");
  world_.open("bob-1", "bob").fund("bob-1", "USDT", "40000000", "5000000");
  const Amount debt = world_.amount("USDT", "30000000");
  world_.must("alice", Borrow{"alice-1", "USDT", "internal", debt});
  world_.must("alice", Unpledge{"alice-1", "USDT", "internal", debt});
  world_.must("alice", Withdraw{"alice-1", "USDT", "internal", debt});
  world_.price("BTC", 37'400).price("ETH", 1'870);
  for (int i = 0; i < 12 && opened().empty(); ++i) world_.tick().places_answer();
  ASSERT_EQ(opened().size(), 1U);
  BidAuction both = bid("bob-1");
  both.lines = opened()[0].lines;
  ASSERT_EQ(both.lines.size(), 2U);
  world_.must("bob", both);
  const State& state = world_.state();
  const AssetIndex usdt = state.registry().find_asset("USDT");
  const AccountIndex alice = state.find_account("alice-1");
  EXPECT_TRUE(state.ledger.debt(alice, usdt).is_zero());
  Amount paid;
  for (const AuctionFilled& filled : world_.said_of<AuctionFilled>("alice-1")) {
    paid = paid - filled.paid;
  }
  EXPECT_GT(paid, debt);
}

// The loss of the position that a bid takes over comes first: of the cash there is so much less.
TEST_F(PlainAuctions, ASaleTakesWhatTheLossOfThePositionLeaves) {
  world_.open("alice-1", "alice").fund("alice-1", "USDT", "2000000", "2000000");
  world_.open("bob-1", "bob").fund("bob-1", "USDT", "9000000", "9000000");
  world_.fund("bob-1", "USDC", "1000000", "1000");
  world_.trade("alice-1", kPerp, 180'000, "60000").tick();
  const Amount debt = world_.amount("USDC", "100000");
  world_.must("alice", Borrow{"alice-1", "USDC", "internal", debt});
  world_.must("alice", Unpledge{"alice-1", "USDC", "internal", debt});
  world_.must("alice", Withdraw{"alice-1", "USDC", "internal", debt});
  world_.price("BTC", 48'680);
  for (int i = 0; i < 12 && opened().empty(); ++i) world_.tick();
  const std::vector<AuctionOpened> offers = opened();
  ASSERT_EQ(offers.size(), 1U);
  ASSERT_EQ(offers[0].lines.size(), 2U);
  const Amount offered = offers[0].lines[1].amount;
  world_.must("bob", bid("bob-1"));
  const State& state = world_.state();
  const auto filled = world_.said_of<AuctionFilled>("alice-1");
  ASSERT_EQ(filled.size(), 2U);
  EXPECT_EQ(filled[0].lots, -180'000);
  EXPECT_EQ(filled[1].asset, "USDT");
  EXPECT_LT(-filled[1].amount, offered);
  EXPECT_LT(-filled[1].paid, debt);
  const ledger::HoldingKey pledged{
      state.find_account("alice-1"), state.registry().find_asset("USDT"),
      state.registry().find_place("internal"), ledger::Bucket::pledged};
  EXPECT_TRUE(state.ledger.available(pledged).is_zero());
}

// Its own market may take nothing: the other contract on the coin is sold instead.
TEST_F(Auctions, AHedgeStandsInForAClosedMarket) {
  world_.open("alice-1", "alice").fund("alice-1", "USDT", "2000", "2000");
  world_.trade("alice-1", kPerp, 200, "60000").tick();
  world_.must("operator",
              Grant{GrantKind::market_capacity, kPerp, "", Amount{1}, 1, world_.now() + days(1)});
  world_.price("BTC", 53'000).ticks(5);
  const auto instructed = world_.said_of<LiquidationInstructed>("alice-1");
  ASSERT_FALSE(instructed.empty());
  EXPECT_TRUE(instructed[0].hedge);
  EXPECT_EQ(instructed[0].instrument, kInverse);
  EXPECT_LT(instructed[0].lots, 0);
}

// The parts always add up to what was lost, whoever is said to have paid it.
TEST_F(Auctions, ChargesAddUp) {
  DefaultRecord record;
  record.own_sequestered = usd(50);
  record.own_pledged = usd(30);
  record.own_free = usd(5);
  record.lost = usd(200);
  record.charges.insurance = usd(60);
  record.charges.bad_debt = usd(20);
  const LossCharges charges = charged(record);
  EXPECT_EQ(charges.own_sequestered, usd(50));
  EXPECT_EQ(charges.own_pledged, usd(65));  // it has gained 35 since
  EXPECT_EQ(charges.own_free, usd(5));
  record.lost = usd(120);
  EXPECT_EQ(charged(record).own_sequestered, usd(40));
  EXPECT_EQ(charged(record).own_pledged, usd(0));
}

}  // namespace
}  // namespace bulkhead::engine
