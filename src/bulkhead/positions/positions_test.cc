// Fills, funding, settlement and expiry with amounts worked out by hand.
#include "bulkhead/positions/positions.h"

#include "bulkhead/positions/test_venue.h"

namespace bulkhead::positions {
namespace {

using ledger::Owner;
using ledger::SystemOwner;
using testing::kAnn;
using testing::kBob;
using testing::kCid;
using testing::Venue;

constexpr std::int64_t kUsdt = 1'000'000;
constexpr Owner kMarket = SystemOwner::market;

class PositionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const AccountIndex account : {kAnn, kBob, kCid}) {
      venue.deposit(account, venue.usdt, 1000 * kUsdt);
      venue.deposit(account, venue.btc, 100'000'000);
    }
  }
  void TearDown() override { venue.verify(); }
  Position at(Owner owner, InstrumentIndex instrument) const {
    return venue.positions.position(owner, instrument);
  }
  Venue venue;
};

TEST_F(PositionsTest, OpeningStoresTheLegAndMovesNothing) {
  // 100 · 0.001 BTC at 50,000: 5,000 USDT.
  const auto effects = venue.trade(venue.linear, kAnn, kBob, 100, 50'000);
  ASSERT_TRUE(effects);
  EXPECT_TRUE(effects->settled.empty());
  EXPECT_EQ(effects->positions.size(), 2U);  // no rounding: the market has no part
  EXPECT_EQ(at(kAnn, venue.linear).leg, Amount{-5000 * kUsdt});
  EXPECT_EQ(at(kBob, venue.linear).leg, Amount{5000 * kUsdt});
  EXPECT_EQ(venue.positions.open_interest_lots(venue.linear), 100);
  EXPECT_DOUBLE_EQ(venue.positions.entry_price(kBob, venue.linear), 50'000);
}

TEST_F(PositionsTest, PartialCloseRealisesTheClosedShare) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kBob, 100, 50'000));
  // Ann sells 40 lots to Cid at 51,000: 40 · 0.001 · 1,000 = 40 USDT; 60 lots stay at 50,000.
  const auto effects = venue.trade(venue.linear, kCid, kAnn, 40, 51'000);
  ASSERT_TRUE(effects);
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 1040 * kUsdt);
  EXPECT_EQ(at(kAnn, venue.linear).lots, 60);
  EXPECT_EQ(at(kAnn, venue.linear).leg, Amount{-3000 * kUsdt});
  EXPECT_DOUBLE_EQ(venue.positions.entry_price(kAnn, venue.linear), 50'000);
  EXPECT_EQ(venue.system(SystemOwner::market, venue.usdt), -40 * kUsdt);
  EXPECT_EQ(at(kMarket, venue.linear).leg, Amount{40 * kUsdt});
  EXPECT_EQ(at(kMarket, venue.linear).lots, 0);
}

TEST_F(PositionsTest, FlipClosesAllAndOpensTheRestAtTheNewPrice) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kBob, 100, 50'000));
  ASSERT_TRUE(venue.trade(venue.linear, kCid, kAnn, 150, 49'000));
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 900 * kUsdt);  // −100 · 0.001 · 1,000
  EXPECT_EQ(at(kAnn, venue.linear).lots, -50);
  EXPECT_EQ(at(kAnn, venue.linear).leg, Amount{2450 * kUsdt});
  EXPECT_DOUBLE_EQ(venue.positions.entry_price(kAnn, venue.linear), 49'000);
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kBob, 50, 48'000));
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 950 * kUsdt);
  EXPECT_TRUE(venue.positions.positions(kAnn).empty());
}

TEST_F(PositionsTest, InverseProfitIsInCoin) {
  // 3,000 lots of 10 USD long at 30,000: +1 BTC leg; closed at 40,000: 30,000/40,000 = 0.75 BTC.
  ASSERT_TRUE(venue.trade(venue.inverse, kAnn, kBob, 3000, 30'000));
  EXPECT_EQ(at(kAnn, venue.inverse).leg, Amount{100'000'000});
  ASSERT_TRUE(venue.trade(venue.inverse, kBob, kAnn, 3000, 40'000));
  EXPECT_EQ(venue.pledged(kAnn, venue.btc), 125'000'000);
  EXPECT_EQ(venue.pledged(kBob, venue.btc), 75'000'000);
  EXPECT_TRUE(venue.positions.holders(venue.inverse).empty());
}

TEST_F(PositionsTest, RoundingIsAgainstBothAccountsAndTheMarketTakesIt) {
  // 10 USD at 30,000 = 33,333.33… satoshi: the long is given 33,333, the short owes 33,334.
  const auto effects = venue.trade(venue.inverse, kAnn, kBob, 1, 30'000);
  ASSERT_TRUE(effects);
  EXPECT_EQ(at(kAnn, venue.inverse).leg, Amount{33'333});
  EXPECT_EQ(at(kBob, venue.inverse).leg, Amount{-33'334});
  EXPECT_EQ(at(kMarket, venue.inverse).leg, Amount{1});
  ASSERT_TRUE(venue.trade(venue.inverse, kBob, kAnn, 1, 30'000));
  EXPECT_EQ(venue.pledged(kAnn, venue.btc), 99'999'999);
  EXPECT_EQ(venue.pledged(kBob, venue.btc), 99'999'999);
  EXPECT_EQ(venue.system(SystemOwner::market, venue.btc), 2);
  EXPECT_TRUE(venue.positions.positions(kMarket).empty());
}

TEST_F(PositionsTest, TheMarketMayBeASide) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kMarket, 100, 50'000));
  EXPECT_EQ(at(kMarket, venue.linear).lots, -100);
  EXPECT_EQ(at(kMarket, venue.linear).leg, Amount{5000 * kUsdt});
  ASSERT_TRUE(venue.trade(venue.linear, kMarket, kAnn, 100, 49'000));
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 900 * kUsdt);
  EXPECT_EQ(venue.system(SystemOwner::market, venue.usdt), 100 * kUsdt);
  EXPECT_TRUE(venue.positions.positions(kMarket).empty());
}

TEST_F(PositionsTest, FeesAreChargedAndRebatesPaid) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kBob, 100, 50'000, 2 * kUsdt, -kUsdt));
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 998 * kUsdt);
  EXPECT_EQ(venue.pledged(kBob, venue.usdt), 1001 * kUsdt);
  EXPECT_EQ(venue.system(SystemOwner::fees, venue.usdt), kUsdt);
}

TEST_F(PositionsTest, LossBeyondWhatIsHeldBecomesDebt) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kBob, 100, 50'000));
  ASSERT_TRUE(venue.trade(venue.linear, kBob, kAnn, 100, 30'000));  // Ann −2,000
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 0);
  EXPECT_EQ(venue.owed(kAnn, venue.usdt), 1000 * kUsdt);
  EXPECT_EQ(venue.pledged(kBob, venue.usdt), 3000 * kUsdt);
  EXPECT_EQ(venue.pledged(kAnn, venue.btc), 100'000'000);
}

TEST_F(PositionsTest, PremiumIsPaidAtTradeAndIntrinsicAtExpiry) {
  // Two calls on 0.1 BTC at 1,500 USDT a coin: 300 USDT.
  ASSERT_TRUE(venue.trade(venue.linear_call, kAnn, kBob, 2, 1500));
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 700 * kUsdt);
  EXPECT_EQ(venue.pledged(kBob, venue.usdt), 1300 * kUsdt);
  EXPECT_EQ(at(kAnn, venue.linear_call).leg, Amount{});
  // Settled at 102,000: 0.2 · 2,000 = 400 USDT.
  const auto effects = venue.positions.expire({}, venue.linear_call, 102'000);
  ASSERT_TRUE(effects);
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 1100 * kUsdt);
  EXPECT_EQ(venue.pledged(kBob, venue.usdt), 900 * kUsdt);
  EXPECT_TRUE(venue.positions.positions(kAnn).empty());
  EXPECT_EQ(venue.system(SystemOwner::market, venue.usdt), 0);
}

TEST_F(PositionsTest, WorthlessOptionsExpireWithoutPayment) {
  ASSERT_TRUE(venue.trade(venue.inverse_put, kAnn, kMarket, 2, 0.0625));
  EXPECT_EQ(venue.pledged(kAnn, venue.btc), 98'750'000);
  const auto effects = venue.positions.expire({}, venue.inverse_put, 100'000);
  ASSERT_TRUE(effects);
  EXPECT_TRUE(effects->settled.empty());
  EXPECT_EQ(effects->positions.size(), 2U);
  EXPECT_TRUE(venue.positions.positions(kMarket).empty());
}

TEST_F(PositionsTest, IntrinsicIsRoundedAgainstBothSides) {
  ASSERT_TRUE(venue.trade(venue.inverse_put, kAnn, kBob, 1, 0));
  // 0.1 · (100,000 − 70,001)/70,001 BTC = 4,285,510.2… satoshi.
  ASSERT_TRUE(venue.positions.expire({}, venue.inverse_put, 70'001));
  EXPECT_EQ(venue.pledged(kAnn, venue.btc), 104'285'510);
  EXPECT_EQ(venue.pledged(kBob, venue.btc), 100'000'000 - 4'285'511);
  EXPECT_EQ(venue.system(SystemOwner::market, venue.btc), 1);
}

TEST_F(PositionsTest, TheFeeSeesWhatTheLossOfTheSameFillTook) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kBob, 100, 50'000));
  // Ann loses exactly what she has; the fee of 3 USDT is then owed.
  const auto effects = venue.trade(venue.linear, kBob, kAnn, 100, 40'000, 0, 3 * kUsdt);
  ASSERT_TRUE(effects);
  ASSERT_EQ(effects->settled.size(), 3U);  // Ann's loss, Bob's gain, Ann's fee
  EXPECT_EQ(effects->settled[0].owed, Amount{});
  EXPECT_EQ(effects->settled[2].owed, Amount{3 * kUsdt});
  EXPECT_EQ(venue.owed(kAnn, venue.usdt), 3 * kUsdt);
  EXPECT_EQ(venue.system(SystemOwner::fees, venue.usdt), 3 * kUsdt);
}

TEST_F(PositionsTest, LongsPayPositiveFunding) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kBob, 100, 50'000));
  ASSERT_TRUE(venue.positions.fund({}, venue.linear, 0.0001, 60'000));  // 0.1 · 60,000 · 1 bp
  // 0.0001 as a double is a little above 1 bp: the long pays the next unit, the short gets the
  // floor.
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 1000 * kUsdt - 600'001);
  EXPECT_EQ(venue.pledged(kBob, venue.usdt), 1000 * kUsdt + 600'000);
  EXPECT_EQ(venue.system(SystemOwner::market, venue.usdt), 1);
}

TEST_F(PositionsTest, SettlementPaysTheWholeLegAndKeepsTheLots) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kBob, 100, 50'000));
  ASSERT_TRUE(venue.positions.settle({}, venue.linear, 52'000));
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), 1200 * kUsdt);
  EXPECT_EQ(venue.pledged(kBob, venue.usdt), 800 * kUsdt);
  EXPECT_EQ(at(kAnn, venue.linear).lots, 100);
  EXPECT_DOUBLE_EQ(venue.positions.entry_price(kAnn, venue.linear), 52'000);
  EXPECT_DOUBLE_EQ(venue.positions.entry_price(kBob, venue.linear), 52'000);
  EXPECT_EQ(venue.positions.settle({}, venue.linear_call, 1).error().code, ErrorCode::out_of_range);
}

TEST_F(PositionsTest, ExpiryClosesEverythingIncludingTheMarket) {
  ASSERT_TRUE(venue.trade(venue.future, kAnn, kBob, 7, 30'000));
  ASSERT_TRUE(venue.trade(venue.future, kCid, kMarket, 11, 31'000));
  ASSERT_TRUE(venue.positions.expire({}, venue.future, 29'000));
  EXPECT_TRUE(venue.positions.holders(venue.future).empty());
  EXPECT_TRUE(venue.positions.positions(kMarket).empty());
  // Cid: ⌊110/31,000⌋ − ⌈110/29,000⌉ BTC = 354,838 − 379,311 satoshi.
  EXPECT_EQ(venue.pledged(kCid, venue.btc), 100'000'000 - (379'311 - 354'838));
}

TEST_F(PositionsTest, RefusedFillsChangeNothing) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kBob, 100, 50'000));
  ChangeSet changes;
  venue.positions.collect_changes(changes);
  venue.books.collect_changes(changes);
  const auto code = [&](const Result<Effects>& effects) {
    return effects ? ErrorCode::kNone : effects.error().code;
  };
  const InstrumentIndex nowhere(std::uint32_t{99});
  EXPECT_EQ(code(venue.trade(nowhere, kAnn, kBob, 1, 1)), ErrorCode::instrument_unknown);
  EXPECT_EQ(code(venue.trade(venue.linear, kAnn, SystemOwner::house, 1, 1)),
            ErrorCode::party_invalid);
  EXPECT_EQ(code(venue.trade(venue.linear, kAnn, kMarket, 1, 1, 0, 5)), ErrorCode::party_invalid);
  EXPECT_EQ(code(venue.trade(venue.linear, kAnn, kAnn, 1, 1)), ErrorCode::same_party);
  EXPECT_EQ(code(venue.trade(venue.linear, kAnn, kBob, 0, 1)), ErrorCode::lots_not_positive);
  EXPECT_EQ(code(venue.trade(venue.linear, kAnn, kBob, 1, 0)), ErrorCode::price_invalid);
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(code(venue.trade(venue.linear, kAnn, kBob, most, 1)), ErrorCode::lots_overflow);
  EXPECT_EQ(code(venue.trade(venue.linear, kCid, kMarket, most, 1e20)), ErrorCode::amount_overflow);
  EXPECT_EQ(code(venue.positions.fund({}, venue.linear, 2, 50'000)), ErrorCode::out_of_range);
  EXPECT_EQ(code(venue.positions.expire({}, venue.linear, -5)), ErrorCode::price_invalid);
  ChangeSet after;
  venue.positions.collect_changes(after);
  venue.books.collect_changes(after);
  EXPECT_TRUE(after.empty());
}

// What one leg gains pays what the other loses: nobody comes to owe in between.
TEST_F(PositionsTest, FillsOfOnePackageArePaidAsOneSum) {
  ASSERT_TRUE(venue.trade(venue.linear, kAnn, kMarket, 1000, 50'000));
  const std::int64_t pledged = venue.pledged(kAnn, venue.usdt);
  const double premium = 2.0 * static_cast<double>(pledged) / 1e6;
  const Fill fills[] = {{venue.linear_call, kAnn, kMarket, 10, premium, Amount{7}, {}},
                        {venue.linear, kMarket, kAnn, 1000, 50'000 + premium, {}, Amount{5}}};
  const auto effects = venue.positions.fill_all({}, fills);
  ASSERT_TRUE(effects) << to_string(effects.error());
  EXPECT_EQ(venue.owed(kAnn, venue.usdt), 0);
  EXPECT_EQ(venue.pledged(kAnn, venue.usdt), pledged - 12);
  EXPECT_EQ(effects->settled.size(), 1U);  // the fees; the rest comes to nothing
  EXPECT_EQ(venue.positions.position(kAnn, venue.linear).lots, 0);
  EXPECT_EQ(venue.positions.position(kAnn, venue.linear_call).lots, 10);
  venue.verify();
}

TEST_F(PositionsTest, OfAPackageAllIsFilledOrNothing) {
  const auto refused = [this](Fill second) {
    const Fill fills[] = {{venue.linear, kAnn, kBob, 10, 50'000, {}, {}}, second};
    return venue.positions.fill_all({}, fills).error().code;
  };
  EXPECT_EQ(refused({venue.linear_call, kBob, kBob, 10, 1, {}, {}}), ErrorCode::same_party);
  EXPECT_EQ(refused({venue.linear, kBob, kAnn, 10, 1, {}, {}}), ErrorCode::out_of_range);
  EXPECT_EQ(refused({venue.inverse, kBob, kAnn, 10, 1, {}, {}}), ErrorCode::out_of_range);
  EXPECT_EQ(refused({venue.linear_call, kBob, kAnn, 10, -1, {}, {}}), ErrorCode::price_invalid);
  EXPECT_TRUE(venue.positions.positions(kAnn).empty());
  EXPECT_TRUE(venue.positions.positions(kBob).empty());
}

TEST_F(PositionsTest, CheckFillAnswersLikeFillAndChangesNothing) {
  const Fill fill{venue.linear, kAnn, kBob, 10, 50'000, {}, {}};
  EXPECT_TRUE(venue.positions.check_fill(fill));
  EXPECT_TRUE(venue.positions.positions(kAnn).empty());
  Fill wrong = fill;
  wrong.seller = kAnn;
  EXPECT_EQ(venue.positions.check_fill(wrong).error().code, ErrorCode::same_party);
}

TEST_F(PositionsTest, AnAccountHasAtMostAThousandPositions) {
  for (int i = 0; i < 1000; ++i) {
    market::Instrument made = venue.registry[venue.linear];
    made.name = "P" + std::to_string(i);
    const auto index = venue.registry.add(made);
    ASSERT_TRUE(index);
    ASSERT_TRUE(venue.trade(*index, kAnn, kMarket, 1, 1));
  }
  const auto effects = venue.trade(venue.linear, kAnn, kBob, 1, 1);
  EXPECT_EQ(effects.error().code, ErrorCode::position_limit);
  EXPECT_EQ(effects.error().field, "buyer");
  EXPECT_TRUE(venue.positions.positions(kBob).empty());
}

}  // namespace
}  // namespace bulkhead::positions
