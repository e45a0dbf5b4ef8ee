// Equity at the edges of price intervals (D4.3).
#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

class ValuationTest : public RiskTest {
 protected:
  void interval(AssetIndex asset, double low, double high, market::Quality quality) {
    market::AssetPrice& price = m_.epoch.assets[asset.value];
    price.low = low;
    price.high = high;
    price.quality = quality;
    rebuild();
  }
};

TEST_F(ValuationTest, LinesRoundAgainstTheAccount) {
  m_.epoch.assets[m_.btc.value] = {
      60'000.03125,         60'000.03125, 60'000.03125, 60'000.03125, 0, 60'000.03125, 3,
      market::Quality::good};
  rebuild();
  Portfolio book;
  book.collateral = {{m_.btc, Amount{1'999}}};  // one lot of 1,000 satoshi
  book.debts = {{m_.btc, Amount{1'001}}};       // two
  const Requirement r = of(book);
  EXPECT_EQ(r.collateral.micros, 600'000);
  EXPECT_EQ(r.debts.micros, 1'200'001);
  EXPECT_EQ(r.equity_mid.micros, 600'000 - 1'200'001);
}

TEST_F(ValuationTest, EdgesAreTakenPerUnderlying) {
  interval(m_.btc, 57'000, 63'000, market::Quality::volatile_);
  interval(m_.eth, 2'900, 3'100, market::Quality::wide);
  Portfolio book;
  book.collateral = {{m_.btc, btc_amount(1'000)}};
  book.debts = {{m_.eth, eth_amount(10'000)}};
  const Requirement r = of(book);
  EXPECT_EQ(r.equity_mid, usd(30'000));
  EXPECT_EQ(r.equity_least, usd(57'000 - 31'000));
  EXPECT_EQ(r.equity_greatest, usd(63'000 - 29'000));
  EXPECT_EQ(r.quality, market::Quality::volatile_);
}

// D4.4: what confirms a crash is spot ∓ confidence of a volatile price, and the edge of every
// other.
TEST_F(ValuationTest, AVolatilePriceIsAlsoTakenWithoutTheStablePrice) {
  interval(m_.btc, 57'000, 66'000, market::Quality::volatile_);
  interval(m_.eth, 2'900, 3'100, market::Quality::wide);
  market::AssetPrice& btc = m_.epoch.assets[m_.btc.value];
  btc.confidence = 500;
  btc.sources = 3;
  btc.quorum = 2;
  rebuild();
  Portfolio book;
  book.collateral = {{m_.btc, btc_amount(1'000)}};
  book.debts = {{m_.eth, eth_amount(10'000)}};
  const Requirement r = of(book);
  EXPECT_EQ(r.equity_greatest, usd(66'000 - 29'000));
  EXPECT_EQ(r.equity_greatest_near, usd(60'500 - 29'000));
  EXPECT_TRUE(r.is_volatile);
  EXPECT_FALSE(r.at_quorum);
  m_.epoch.assets[m_.btc.value].sources = 2;
  rebuild();
  EXPECT_TRUE(of(book).at_quorum);
  book.collateral.clear();
  EXPECT_FALSE(of(book).is_volatile);
}

// A hedged underlying has no edge: the coin and the short contract move together.
TEST_F(ValuationTest, HedgesHoldAtEveryEdge) {
  interval(m_.btc, 54'000, 66'000, market::Quality::stale);
  Portfolio book;
  book.positions = {{m_.perpetual, -1'000}};
  book.settlement = {{m_.usdt, usdt_amount(60'120)}};
  book.collateral = {{m_.btc, btc_amount(1'000)}};
  const Requirement r = of(book);
  EXPECT_LT(r.equity_greatest.micros - r.equity_least.micros, 15'000'000);
  EXPECT_EQ(r.quality, market::Quality::stale);
}

TEST_F(ValuationTest, IntervalsThatTouchNothingChangeNothing) {
  Portfolio book;
  book.collateral = {{m_.btc, btc_amount(1'000)}};
  interval(m_.eth, 1, 9'000, market::Quality::halted);
  const Requirement r = of(book);
  EXPECT_EQ(r.equity_least, r.equity_greatest);
  EXPECT_EQ(r.quality, market::Quality::good);
}

// [0, last good] for holdings, [last good, 2·last good] for debts.
TEST_F(ValuationTest, HaltedPrices) {
  interval(m_.eth, 0, 6'000, market::Quality::halted);
  Portfolio holder;
  holder.collateral = {{m_.eth, eth_amount(1'000)}};
  EXPECT_EQ(of(holder).equity_least, Usd{});
  EXPECT_EQ(of(holder).equity_greatest, usd(3'000));
  Portfolio borrower;
  borrower.debts = {{m_.eth, eth_amount(1'000)}};
  EXPECT_EQ(of(borrower).equity_least, usd(-6'000));
  EXPECT_EQ(of(borrower).equity_greatest, usd(-3'000));
}

// A short straddle is worth least at both ends: the three points are the definition.
TEST_F(ValuationTest, TheLeastMayLieAtMid) {
  interval(m_.btc, 40'000, 80'000, market::Quality::volatile_);
  Portfolio book;
  book.positions = {{m_.call, 10}, {m_.inverse_put, 10}};
  const Requirement r = of(book);
  EXPECT_EQ(r.equity_least, r.equity_mid);
  EXPECT_GT(r.equity_greatest, r.equity_mid);
}

TEST_F(ValuationTest, MarkQualityCounts) {
  m_.epoch.instruments[m_.call.value].quality = market::Quality::wide;
  rebuild();
  Portfolio book;
  book.positions = {{m_.call, 1}};
  EXPECT_EQ(of(book).quality, market::Quality::wide);
}

}  // namespace
}  // namespace bulkhead::risk
