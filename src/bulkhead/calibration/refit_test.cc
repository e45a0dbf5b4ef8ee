// A refit of clean, corrupt, short, empty and constant histories.
#include "bulkhead/calibration/refit.h"

#include <gtest/gtest.h>

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
  return input;
}

Result<Refit> refit_of(const BuilderInput& input) {
  SerialExecutor executor;
  return refit_parameters(input, BuilderOptions{}, executor);
}

void expect_finite(const AssetRefit& asset) {
  for (const double figure : {asset.volatility, asset.long_run_volatility, asset.garch_alpha,
                              asset.garch_beta, asset.tail_shape, asset.tail_scale, asset.shortfall,
                              asset.beta, asset.correlation, asset.residual_degrees}) {
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
  }
}

TEST(Refit, EstimatesWhatTheSeriesWasMadeOf) {
  const Result<Refit> refit = refit_of(input_of());
  ASSERT_TRUE(refit) << to_string(refit.error());
  ASSERT_EQ(refit->assets.size(), 2U);
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
