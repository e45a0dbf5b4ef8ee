// The generated market: what it promises about prices, tails, depegs and files.
#include "bulkhead/replay/synth_market.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "bulkhead/base/sha256.h"

namespace bulkhead::replay {
namespace {

SynthMarket must_generate(const SynthMarketPlan& plan) {
  Result<SynthMarket> market = generate_market(plan);
  EXPECT_TRUE(market.has_value()) << (market ? "" : to_string(market.error()));
  return market ? std::move(*market) : SynthMarket{};
}

std::vector<double> returns(const std::vector<SynthBar>& bars) {
  std::vector<double> out;
  for (std::size_t i = 1; i < bars.size(); ++i) {
    out.push_back(std::log(bars[i].close / bars[i - 1].close));
  }
  return out;
}

double moment(const std::vector<double>& x, int power) {
  double sum = 0;
  for (const double v : x) sum += std::pow(v, power);
  return sum / static_cast<double>(x.size());
}

TEST(SynthMarket, BarsAreWellFormedAndOnTheGrid) {
  const SynthMarketPlan plan = default_market_plan(1);
  const SynthMarket market = must_generate(plan);
  ASSERT_EQ(market.series.size(), 7U);
  for (const SynthSeries& series : market.series) {
    for (const auto* bars : {&series.bars, &series.daily, &series.perpetual_bars}) {
      for (std::size_t i = 0; i < bars->size(); ++i) {
        const SynthBar& bar = (*bars)[i];
        EXPECT_LE(bar.low, std::min(bar.open, bar.close));
        EXPECT_GE(bar.high, std::max(bar.open, bar.close));
        EXPECT_GT(bar.low, 0);
        EXPECT_GT(bar.volume, 0);
        if (i > 0) {
          EXPECT_LT((*bars)[i - 1].open_time, bar.open_time);
        }
      }
    }
    EXPECT_EQ(series.daily.size(), plan.history_days + 7);
    const std::size_t silent = series.asset == "LINK" ? 10 : 0;  // 50 minutes of 5
    EXPECT_EQ(series.bars.size(), 7U * 288 - silent) << series.asset;
  }
}

TEST(SynthMarket, HistoryHasTheVolatilityAskedForFatTailsAndClusters) {
  SynthMarketPlan plan = default_market_plan(3);
  plan.history_days = 3000;
  plan.end = plan.begin + days(1);
  plan.crash = {};
  const SynthMarket market = must_generate(plan);
  const std::vector<double> btc = returns(market.series[0].daily);
  const std::vector<double> eth = returns(market.series[1].daily);
  const double volatility = std::sqrt(moment(btc, 2));
  EXPECT_NEAR(volatility, plan.coins[0].daily_volatility, 0.3 * plan.coins[0].daily_volatility);
  EXPECT_GT(moment(btc, 4) / std::pow(volatility, 4), 4.5);
  double both = 0, lagged = 0, joint = 0, tails = 0;
  for (std::size_t i = 0; i < btc.size(); ++i) {
    both += btc[i] * eth[i];
    if (i > 0)
      lagged += (btc[i] * btc[i] - volatility * volatility) *
                (btc[i - 1] * btc[i - 1] - volatility * volatility);
    if (btc[i] < -2 * volatility) {
      tails += 1;
      joint += eth[i] < -1.5 * plan.coins[1].daily_volatility ? 1 : 0;
    }
  }
  EXPECT_GT(both / static_cast<double>(btc.size()) / volatility / std::sqrt(moment(eth, 2)), 0.6);
  EXPECT_GT(lagged, 0);
  ASSERT_GT(tails, 20);
  EXPECT_GT(joint / tails, 0.6);
}

TEST(SynthMarket, TheCrashFallsAsDeepAsAskedAndThePegBreaksAndReturns) {
  const SynthMarketPlan plan = default_market_plan(5);
  const SynthMarket market = must_generate(plan);
  const auto lowest = [](const SynthSeries& s, Timestamp from, Timestamp to) {
    double low = 1e300;
    for (const SynthBar& bar : s.bars) {
      if (bar.open_time >= from && bar.open_time < to) low = std::min(low, bar.low);
    }
    return low;
  };
  const SynthSeries& eth = market.series[1];
  double before = 0;
  for (const SynthBar& bar : eth.bars) {
    if (bar.open_time < plan.crash.begin) before = bar.close;
  }
  const double low = lowest(eth, plan.crash.begin, plan.crash.begin + plan.crash.fall);
  EXPECT_LT(low / before, 0.70);
  EXPECT_GT(low / before, 0.35);
  const SynthSeries& usdc = market.series.back();
  EXPECT_NEAR(lowest(usdc, plan.begin, plan.end), 0.89, 0.04);
  EXPECT_NEAR(usdc.bars.back().close, 1.0, 0.02);
  double extreme = 0;
  for (const SynthFunding& f : eth.funding) extreme = std::min(extreme, f.rate);
  EXPECT_LT(extreme, -0.0005);
  EXPECT_EQ(eth.funding.size(), (plan.history_days + 7) * 3U);
}

TEST(SynthMarket, SameSeedSameFilesAndAnotherSeedOthers) {
  const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / "synth-market";
  const auto digest = [&](std::uint64_t seed, const char* name) {
    SynthMarketPlan plan = default_market_plan(seed);
    plan.end = plan.begin + days(1);
    EXPECT_TRUE(write_market(must_generate(plan), root / name).has_value());
    std::string all;
    for (const char* file : {"spot_5m/BTCUSDT.csv", "perp_5m/SOLUSDT.csv", "spot_5m/USDCUSDT.csv",
                             "daily/binance_spot_daily.csv", "daily/binance_perp_daily.csv",
                             "daily/stablecoin_cmc_daily.csv", "funding/binance_usdtm_multi.csv"}) {
      std::ifstream in(root / name / file);
      EXPECT_TRUE(in.good()) << file;
      std::stringstream text;
      text << in.rdbuf();
      all += text.str();
    }
    return to_hex(sha256(all));
  };
  const std::string first = digest(1, "a");
  EXPECT_EQ(first, digest(1, "b"));
  EXPECT_NE(first, digest(2, "c"));
  // The same bytes with every compiler.
  EXPECT_EQ(first, "e2a8c36e1df991cfbe0f95eafca7b6fc663e86d042c7b9bf6b1ad67926a75b74")
      << "the generator's output changed";
  std::filesystem::remove_all(root);
}

TEST(SynthMarket, RefusesPlansThatCannotBe) {
  SynthMarketPlan plan = default_market_plan(1);
  plan.bar = minutes(7);
  EXPECT_FALSE(generate_market(plan).has_value());
  plan = default_market_plan(1);
  plan.history_days = 30;
  EXPECT_FALSE(generate_market(plan).has_value());
  plan = default_market_plan(1);
  plan.coins[0].price = 0;
  EXPECT_FALSE(generate_market(plan).has_value());
}

}  // namespace
}  // namespace bulkhead::replay
