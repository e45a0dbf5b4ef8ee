// A refit of clean, corrupt, short, empty and constant histories.
#include "bulkhead/calibration/refit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bulkhead/base/random.h"

namespace bulkhead::calibration {
namespace {

constexpr std::size_t kDays = 600;
constexpr std::size_t kBadHour = 24 * 450;

// Hourly closes whose volatility wanders from day to day; the second asset follows the first.
std::vector<Close> closes_of(std::uint64_t stream, double beta) {
  RandomStream market(7, 1);
  RandomStream own(7, stream);
  std::vector<Close> closes;
  double log_price = 5;
  double variance = 1;
  for (std::size_t day = 0; day < kDays; ++day) {
    double sum = 0;
    for (std::size_t hour = 0; hour < 24; ++hour) {
      const double common = market.student_t(5);
      const double z = beta * common + std::sqrt(1 - beta * beta) * own.student_t(5);
      log_price += 0.007 * std::sqrt(variance) * z;
      sum += common * std::sqrt(variance);
      closes.push_back(
          {Timestamp{} + days(18'000) + hours(static_cast<std::int64_t>(24 * day + hour + 1)),
           std::exp(log_price)});
    }
    variance = 0.1 + 0.1 * sum * sum / 24 + 0.8 * variance;
  }
  return closes;
}

// A stablecoin's days with two depegs, as many as input_of has.
std::vector<Close> peg_closes() {
  std::vector<Close> closes;
  for (std::size_t day = 0; day < kDays; ++day) {
    const double price = day == 200 || day == 470 ? 0.96 : day % 2 == 0 ? 1.0003 : 0.9998;
    closes.push_back(
        {Timestamp{} + days(18'000) + hours(static_cast<std::int64_t>(24 * (day + 1))), price});
  }
  return closes;
}

MarketBars bars_of(const BuilderInput& input) {
  MarketBars bars;
  for (const AssetInput& asset : input.assets) {
    if (asset.peg || asset.spot.closes.empty()) continue;
    double last = asset.spot.closes.front().price;
    for (const Close& close : asset.spot.closes) {
      RandomStream draws(asset.asset == "BTC" ? 8 : 9, static_cast<std::uint64_t>(close.time.ns));
      const double move = std::fabs(std::log(close.price / last));
      const double high = std::max(close.price, last) * (1 + 0.3 * move);
      const double low = std::min(close.price, last) / (1 + 0.3 * move);
      bars[asset.asset].push_back({close.time, high, low, close.price,
                                   1e6 * std::pow(move / 0.007, 2) * std::exp(draws.normal())});
      last = close.price;
    }
  }
  return bars;
}

BuilderInput input_of() {
  BuilderInput input;
  input.numeraire = "USDT";
  input.as_of = Timestamp{} + days(18'000 + static_cast<std::int64_t>(kDays)) + hours(2);
  for (const auto& [name, stream, beta] :
       {std::tuple{"BTC", 1U, 1.0}, std::tuple{"ETH", 2U, 0.8}}) {
    AssetInput asset;
    asset.asset = name;
    asset.spot.quote = "USDT";
    asset.spot.closes = closes_of(stream, beta);
    input.assets.push_back(asset);
  }
  AssetInput coin;
  coin.asset = "USDC";
  coin.peg = true;
  coin.spot = {"USDT", peg_closes()};
  input.assets.push_back(coin);
  return input;
}

Result<Refit> refit_of(const BuilderInput& input) {
  SerialExecutor executor;
  return refit_parameters(input, BuilderOptions{}, executor, bars_of(input));
}

void expect_finite(const AssetRefit& asset) {
  for (const double figure :
       {asset.volatility, asset.long_run_volatility, asset.garch_alpha, asset.garch_beta,
        asset.tail_shape, asset.tail_scale, asset.shortfall, asset.beta, asset.correlation,
        asset.residual_degrees, asset.haircut, asset.drift.expected_false}) {
    EXPECT_TRUE(std::isfinite(figure)) << asset.asset;
  }
}

void expect_within_the_bound(const Refit& clean, const BuilderInput& corrupt) {
  const Result<Refit> refit = refit_of(corrupt);
  ASSERT_TRUE(refit) << to_string(refit.error());
  EXPECT_NE(refit->data_hash, clean.data_hash);
  for (std::size_t i = 0; i < clean.assets.size(); ++i) {
    const AssetRefit& was = clean.assets[i];
    const AssetRefit& is = refit->assets[i];
    EXPECT_NEAR(is.volatility, was.volatility, 0.02 * was.volatility);
    EXPECT_NEAR(is.long_run_volatility, was.long_run_volatility, 0.02 * was.long_run_volatility);
    EXPECT_NEAR(is.shortfall, was.shortfall, 0.02 * was.shortfall);
    EXPECT_NEAR(is.garch_alpha + is.garch_beta, was.garch_alpha + was.garch_beta, 0.02);
    EXPECT_NEAR(is.garch_alpha, was.garch_alpha, 0.02);
    EXPECT_NEAR(is.tail_shape, was.tail_shape, 0.02);
    EXPECT_NEAR(is.beta, was.beta, 0.02);
    EXPECT_NEAR(is.correlation, was.correlation, 0.02);
    EXPECT_NEAR(is.residual_degrees, was.residual_degrees, 0.05 * was.residual_degrees);
    EXPECT_NEAR(is.haircut, was.haircut, 0.02 * was.haircut);
    ASSERT_EQ(is.liquidity.has_value(), was.liquidity.has_value());
    if (!was.liquidity) continue;
    EXPECT_NEAR(is.liquidity->adv, was.liquidity->adv, 0.02 * was.liquidity->adv);
    EXPECT_NEAR(is.liquidity->impact_exponent, was.liquidity->impact_exponent, 0.02);
    EXPECT_NEAR(is.liquidity->half_spread, was.liquidity->half_spread,
                0.1 * was.liquidity->half_spread);
  }
  ASSERT_EQ(refit->pegs.size(), 1U);
  ASSERT_TRUE(refit->pegs[0].depeg);
  EXPECT_EQ(refit->pegs[0].depeg->events, 2U);
  EXPECT_NEAR(refit->pegs[0].depeg->per_year, clean.pegs[0].depeg->per_year,
              0.01 * clean.pegs[0].depeg->per_year);
}

TEST(Refit, EstimatesWhatTheSeriesWasMadeOf) {
  const Result<Refit> refit = refit_of(input_of());
  ASSERT_TRUE(refit) << to_string(refit.error());
  ASSERT_EQ(refit->assets.size(), 3U);
  EXPECT_GT(refit->assets[0].haircut, refit->assets[0].shortfall);
  ASSERT_TRUE(refit->assets[1].liquidity);
  EXPECT_NEAR(refit->assets[1].liquidity->impact_exponent, 0.4, 0.1);
  EXPECT_EQ(refit->assets[1].drift.observations, 250U);
  EXPECT_FALSE(refit->assets[2].liquidity);
  ASSERT_EQ(refit->pegs.size(), 1U);
  ASSERT_TRUE(refit->pegs[0].depeg);
  EXPECT_EQ(refit->pegs[0].depeg->events, 2U);
  for (const AssetRefit& asset : refit->assets) {
    expect_finite(asset);
    EXPECT_EQ(asset.cleaning.spikes + asset.cleaning.frozen + asset.cleaning.repeated, 0U);
  }
  EXPECT_NEAR(refit->assets[1].correlation, 0.8, 0.08);
  EXPECT_EQ(refit->correlated, (std::vector<std::string>{"BTC", "ETH"}));
  EXPECT_NEAR(refit->correlation[1], 0.8, 0.08);
}

TEST(Refit, AWickToNearlyNothingMovesNoParameterBeyondItsBound) {
  const BuilderInput clean = input_of();
  const Result<Refit> was = refit_of(clean);
  ASSERT_TRUE(was);
  for (const std::size_t hour : {kBadHour - 1, kBadHour, kBadHour + 7}) {
    BuilderInput corrupt = clean;
    corrupt.assets[1].spot.closes[hour].price = 0.0001;
    expect_within_the_bound(*was, corrupt);
  }
}

TEST(Refit, AFrozenDayMovesNoParameterBeyondItsBound) {
  const BuilderInput clean = input_of();
  const Result<Refit> was = refit_of(clean);
  ASSERT_TRUE(was);
  BuilderInput corrupt = clean;
  for (std::size_t i = 1; i < 24; ++i) {
    std::vector<Close>& closes = corrupt.assets[1].spot.closes;
    closes[kBadHour + i].price = closes[kBadHour].price;
  }
  expect_within_the_bound(*was, corrupt);
}

TEST(Refit, ARepeatedHourIsCountedAndLeftOut) {
  const BuilderInput clean = input_of();
  const Result<Refit> was = refit_of(clean);
  ASSERT_TRUE(was);
  BuilderInput corrupt = clean;
  std::vector<Close>& closes = corrupt.assets[1].spot.closes;
  closes.insert(closes.begin() + kBadHour, closes[kBadHour]);
  expect_within_the_bound(*was, corrupt);
  const Result<Refit> refit = refit_of(corrupt);
  ASSERT_TRUE(refit);
  EXPECT_EQ(refit->assets[1].cleaning.repeated, 1U);
}

TEST(Refit, EmptyShortConstantAndGappyHistoriesAreFlaggedAndFinite) {
  const std::vector<Close> whole = closes_of(3, 0.5);
  std::vector<Close> constant = whole;
  for (Close& close : constant) close.price = 1;
  std::vector<Close> gappy;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i / 24 % 2 == 0) gappy.push_back(whole[i]);
  }
  const std::vector<Close> brief(whole.end() - 24 * 5, whole.end());
  for (const std::vector<Close>& history : {std::vector<Close>{}, brief, constant, gappy}) {
    BuilderInput input = input_of();
    AssetInput asset;
    asset.asset = "NEW";
    asset.spot.quote = "USDT";
    asset.spot.closes = history;
    input.assets.push_back(asset);
    const Result<Refit> refit = refit_of(input);
    ASSERT_TRUE(refit) << to_string(refit.error());
    expect_finite(refit->assets.back());
    EXPECT_GT(refit->assets.back().volatility, 0);
    EXPECT_FALSE(refit->assets.back().flags.empty());
  }
}

TEST(Refit, ABadDayOfAPegMakesNoDepeg) {
  const BuilderInput clean = input_of();
  const Result<Refit> was = refit_of(clean);
  ASSERT_TRUE(was);
  BuilderInput wick = clean;
  wick.assets[2].spot.closes[300].price = 0.0001;
  expect_within_the_bound(*was, wick);
  BuilderInput repeated = clean;
  std::vector<Close>& closes = repeated.assets[2].spot.closes;
  closes.insert(closes.begin() + 300, closes[300]);
  expect_within_the_bound(*was, repeated);
}

TEST(Refit, APegWithoutHistoryIsFlagged) {
  BuilderInput input = input_of();
  input.assets[2].spot.closes.resize(50);
  const Result<Refit> refit = refit_of(input);
  ASSERT_TRUE(refit);
  ASSERT_EQ(refit->pegs.size(), 1U);
  EXPECT_FALSE(refit->pegs[0].depeg);
  ASSERT_EQ(refit->pegs[0].flags.size(), 1U);
}

// Twice the volatility in the last hundred days than before: the monitor says so.
TEST(Refit, DriftIsSeenWhereReturnsOutgrowTheirForecast) {
  BuilderInput input = input_of();
  const Result<Refit> was = refit_of(input);
  std::vector<Close>& closes = input.assets[1].spot.closes;
  for (std::size_t day = kDays - 100; day + 1 < kDays; day += 25) {
    for (std::size_t i = 24 * day; i < closes.size(); ++i) {
      closes[i].price *= day % 2 == 0 ? 1.25 : 0.8;
    }
  }
  const Result<Refit> is = refit_of(input);
  ASSERT_TRUE(was && is);
  EXPECT_GT(is->assets[1].drift.wider, was->assets[1].drift.wider);
}

TEST(Refit, AMarketAssetWithoutMovementIsAnError) {
  BuilderInput input = input_of();
  for (Close& close : input.assets[0].spot.closes) close.price = 1;
  const Result<Refit> refit = refit_of(input);
  ASSERT_FALSE(refit);
  EXPECT_EQ(refit.error().field, "BTC");
  input.assets[0].spot.closes.clear();
  input.assets[1].spot.closes.clear();
  ASSERT_FALSE(refit_of(input));
  input = input_of();
  std::swap(input.assets[1].spot.closes[5], input.assets[1].spot.closes[9]);
  const Result<Refit> disordered = refit_of(input);
  ASSERT_FALSE(disordered);
  EXPECT_EQ(disordered.error().field.substr(0, 11), "ETH.closes[");
}

TEST(Refit, NothingAtOrAfterTheAsOfTimeIsSeen) {
  BuilderInput input = input_of();
  input.as_of = input.as_of - days(50);
  const Result<Refit> was = refit_of(input);
  ASSERT_TRUE(was);
  for (AssetInput& asset : input.assets) {
    for (Close& close : asset.spot.closes) {
      if (close.time >= input.as_of) close.price *= 3;
    }
  }
  const Result<Refit> is = refit_of(input);
  ASSERT_TRUE(is);
  EXPECT_EQ(is->data_hash, was->data_hash);
  EXPECT_EQ(is->assets[1].volatility, was->assets[1].volatility);
  EXPECT_EQ(is->assets[1].garch_alpha, was->assets[1].garch_alpha);
}

}  // namespace
}  // namespace bulkhead::calibration
