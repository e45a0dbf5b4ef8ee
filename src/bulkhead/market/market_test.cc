// Epochs from observations: aggregation through quote assets, staleness, drops, halts (D4).
#include "bulkhead/market/market.h"

#include "bulkhead/market/market_test_support.h"

namespace bulkhead::market {
namespace {

using MarketTest = MarketFixture;

TEST_F(MarketTest, TheNumeraireIsOneAndGoodFromTheStart) {
  EXPECT_EQ(price(usd_).mid, 1);
  EXPECT_EQ(price(usd_).quality, Quality::good);
  EXPECT_EQ(price(btc_).quality, Quality::no_quorum);
  EXPECT_TRUE(tick().empty());
  EXPECT_EQ(price(usd_).high, 1);
}

TEST_F(MarketTest, AnEpochIsClosedOnlyByATick) {
  const SourceIndex a = add_source("a", "BTC");
  EXPECT_EQ(observe(a, 100), Outcome::accepted);
  EXPECT_FALSE(price(btc_).priced());
  const EpochChange& change = tick();
  EXPECT_EQ(price(btc_).mid, 100);
  ASSERT_EQ(change.assets.size(), 1U);
  EXPECT_EQ(change.assets[0].from, Quality::no_quorum);
  EXPECT_EQ(change.assets[0].to, Quality::good);
  EXPECT_EQ(market_.epoch().log_index, 1U);
}

TEST_F(MarketTest, DropsAndCountsWhatIsSuspicious) {
  const SourceIndex a = add_source("a", "BTC");
  EXPECT_EQ(observe(a, 100), Outcome::accepted);
  EXPECT_EQ(market_.observe(a, 101, 0, now_, now_, parameters_), Outcome::equal_or_older);
  EXPECT_EQ(market_.observe(a, 101, 0, now_ - seconds(1), now_, parameters_),
            Outcome::equal_or_older);
  EXPECT_EQ(market_.observe(a, 101, 0, now_ + seconds(1), now_, parameters_),
            Outcome::second_in_tick);
  EXPECT_EQ(market_.observe(a, 101, 0, now_ + seconds(6), now_, parameters_), Outcome::future);
  EXPECT_EQ(market_.observe(a, 1e16, 0, now_ + seconds(1), now_, parameters_),
            Outcome::out_of_range);
  const SourceState& state = market_.source(a);
  EXPECT_EQ(state.dropped_old, 2U);
  EXPECT_EQ(state.dropped_second, 1U);
  EXPECT_EQ(state.dropped_future, 1U);
  EXPECT_EQ(state.dropped_range, 1U);
  tick();
  EXPECT_EQ(price(btc_).mid, 100);
  EXPECT_EQ(observe(a, 102), Outcome::accepted) << "a new tick";
}

TEST_F(MarketTest, QuorumOfThreeSourcesIsTwo) {
  const SourceIndex a = add_source("a", "BTC"), b = add_source("b", "BTC");
  add_source("c", "BTC");
  observe(a, 100);
  tick();
  EXPECT_EQ(price(btc_).quality, Quality::no_quorum);
  EXPECT_FALSE(price(btc_).priced());
  observe(b, 100.2);
  tick();
  EXPECT_EQ(price(btc_).quality, Quality::good);
  EXPECT_EQ(price(btc_).mid, 100.1);
  EXPECT_EQ(price(btc_).sources, 2U);
}

TEST_F(MarketTest, StaleSourcesAreDroppedAfterTheirLimit) {
  const SourceIndex a = add_source("a", "BTC");
  observe(a, 100);
  tick(seconds(30));
  tick();
  EXPECT_EQ(price(btc_).quality, Quality::good) << "exactly at the limit";
  tick();
  EXPECT_EQ(price(btc_).quality, Quality::stale);
  EXPECT_EQ(price(btc_).mid, 100);
  stale_after_ = hours(2);  // a source of its own limit
  const SourceIndex bars = add_source("bars", "BTC");
  observe(bars, 101);
  tick(hours(2));
  tick();
  EXPECT_EQ(price(btc_).mid, 101);
}

TEST_F(MarketTest, QuotesInAnotherAssetTakeItsPriceAndWidth) {
  const AssetIndex usdc = add_asset("USDC", AssetKind::stablecoin);
  const SourceIndex peg = add_source("usdc", "USDC");
  const SourceIndex a = add_source("a", "BTC", "USDC");
  observe(peg, 0.9, 0.009);
  observe(a, 20'000, 10);
  tick();
  EXPECT_EQ(price(usdc).quality, Quality::wide);
  EXPECT_EQ(price(btc_).mid, 18'000);
  EXPECT_NEAR(price(btc_).confidence, 10 * 0.9 + 20'000 * 0.009, 1e-9);
  EXPECT_EQ(price(btc_).quality, Quality::wide) << "1 % through its quote";
}

TEST_F(MarketTest, AVolatileQuoteIsUsedOnlyIfNothingBetterHasQuorum) {
  const AssetIndex usdc = add_asset("USDC", AssetKind::stablecoin);
  const SourceIndex peg = add_source("usdc", "USDC");
  const SourceIndex through = add_source("through", "BTC", "USDC");
  observe(peg, 1);
  observe(through, 20'000);
  tick();
  observe(peg, 0.88);
  observe(through, 22'000);
  tick();
  EXPECT_EQ(price(usdc).quality, Quality::volatile_);
  EXPECT_EQ(price(btc_).quality, Quality::volatile_) << "the worst of its inputs";
  EXPECT_EQ(price(btc_).mid, 22'000 * 0.88);
  const SourceIndex direct = add_source("direct", "BTC");
  observe(peg, 0.88);
  observe(through, 22'000);
  observe(direct, 20'010);
  tick();
  EXPECT_EQ(price(btc_).quality, Quality::good)
      << "a depegging quote does not spoil the direct one";
  EXPECT_EQ(price(btc_).mid, 20'010);
}

TEST_F(MarketTest, AStaleQuoteAssetMakesItsQuotesStale) {
  add_asset("USDC", AssetKind::stablecoin);
  const SourceIndex peg = add_source("usdc", "USDC");
  const SourceIndex a = add_source("a", "BTC", "USDC");
  observe(peg, 1);
  observe(a, 20'000);
  tick(seconds(31));
  observe(a, 21'000);
  tick();
  EXPECT_EQ(price(btc_).quality, Quality::stale);
  EXPECT_EQ(price(btc_).mid, 20'000);
}

TEST_F(MarketTest, OrderOfRegistrationOfAQuoteAssetDoesNotMatter) {
  const SourceIndex a = add_source("a", "BTC", "");
  const AssetIndex eth = add_asset("ETH", AssetKind::coin);
  const AssetIndex usdc = add_asset("USDC", AssetKind::stablecoin);
  const SourceIndex b = add_source("b", "ETH", "USDC");
  const SourceIndex c = add_source("c", "USDC");
  observe(a, 100);
  observe(b, 10);
  observe(c, 0.5);
  tick();
  EXPECT_EQ(price(usdc).mid, 0.5);
  EXPECT_EQ(price(eth).mid, 5) << "in the same tick";
}

TEST_F(MarketTest, HaltAndResume) {
  const SourceIndex a = add_source("a", "BTC");
  observe(a, 100);
  tick();
  market_.halt(btc_, now_);
  EXPECT_EQ(price(btc_).quality, Quality::good) << "from the next close on";
  observe(a, 100);
  EXPECT_EQ(tick().assets.size(), 1U);
  EXPECT_EQ(price(btc_).quality, Quality::halted);
  market_.resume(btc_);
  observe(a, 101);
  tick();
  EXPECT_EQ(price(btc_).quality, Quality::good);
}

TEST_F(MarketTest, RegimeChangesAreReported) {
  const SourceIndex a = add_source("a", "BTC");
  observe(a, 100);
  tick();
  observe(a, 80);
  const EpochChange& change = tick();
  ASSERT_EQ(change.regimes.size(), 1U);
  EXPECT_EQ(change.regimes[0].underlying, btc_);
  EXPECT_EQ(change.regimes[0].to, Regime::extreme);
  EXPECT_EQ(market_.epoch().underlyings[btc_.value].regime, Regime::extreme);
}

}  // namespace
}  // namespace bulkhead::market
