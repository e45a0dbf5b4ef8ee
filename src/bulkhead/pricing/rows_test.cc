// Rows against a naive revaluation in double, and the rounding that defines a requirement.
#include "bulkhead/pricing/rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "bulkhead/pricing/row_kernels.h"
#include "bulkhead/pricing/test_support.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::pricing {
namespace {

double phi(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

double black(bool call, double f, double k, double v) {
  if (v <= 0) return std::max(call ? f - k : k - f, 0.0);
  const double d1 = std::log(f / k) / v + v / 2;
  return call ? f * phi(d1) - k * phi(d1 - v) : k * phi(v - d1) - f * phi(-d1);
}

struct Moves {
  double btc = 0, eth = 0, usdt = 0, perpetual = 0, dated = 0, volatility = 0, eth_perpetual = 0;
};

class RowsTest : public testing::Test {
 protected:
  void SetUp() override {
    set_ = random_set(120, 11);
    Result<PreparedSet> prepared = PreparedSet::make(set_);
    ASSERT_TRUE(prepared.has_value());
    prepared_ = std::move(*prepared);
    Result<MarketRows> rows = build_rows(m_.registry, m_.epoch, prepared_, parameters_,
                                         NeededSet::everything(m_.registry), executor_);
    ASSERT_TRUE(rows.has_value()) << to_string(rows.error());
    rows_ = std::move(*rows);
  }

  // Compares a row with pnl(moves) in every scenario of the weighted blocks.
  void check(const RowView& row, const std::function<double(const Moves&)>& pnl) {
    const ScenarioBlock* blocks[] = {&set_.filtered, &set_.stressed, &set_.long_run};
    for (std::size_t b = 0; b < 3; ++b) {
      for (std::size_t s = 0; s < blocks[b]->size(); ++s) {
        const double* x = &blocks[b]->moves[s * set_.factors.size()];
        const Moves moves{x[0], x[4], x[8], x[1], x[2], x[3], x[5]};
        const double value = std::ldexp(row.ticks[rows_.ranges()[b].begin + s], row.exponent);
        const double tick = std::ldexp(1.0, row.exponent);
        ASSERT_NEAR(value, pnl(moves), 0.6 * tick + 1e-10) << b << " " << s;
      }
    }
  }

  TestMarket m_;
  Parameters parameters_;
  SerialExecutor executor_;
  ScenarioSet set_;
  PreparedSet prepared_;
  MarketRows rows_;
};

constexpr double kS = 60'000, kX = 0.999;

TEST_F(RowsTest, AssetsAndLinearContracts) {
  check(rows_.asset(m_.btc), [](const Moves& x) { return 0.6 * (std::exp(x.btc) - 1); });
  check(rows_.asset(m_.usd), [](const Moves&) { return 0.0; });
  check(rows_.asset(m_.usdt), [](const Moves& x) { return 0.01 * kX * (std::exp(x.usdt) - 1); });
  // q·m·S'·(F·X/S)·e^b: the settlement asset cancels.
  check(rows_.instrument(m_.perpetual),
        [](const Moves& x) { return 0.001 * 60'120 * kX * (std::exp(x.btc + x.perpetual) - 1); });
  check(rows_.instrument(m_.future), [](const Moves& x) {
    return 0.01 * 61'000 * kX * (std::exp(x.btc + x.dated * 45 / 365.0) - 1);
  });
  check(rows_.instrument(m_.inverse),
        [](const Moves& x) { return -100 * (kS / 60'030) * (std::exp(-x.perpetual) - 1); });
}

TEST_F(RowsTest, Options) {
  const double v = std::sqrt(45 / 365.0);
  const auto factor = [](const Moves& x) {
    return std::clamp(std::exp(x.volatility * std::pow(30 / 45.0, 0.13)), 0.2, 5.0);
  };
  check(rows_.instrument(m_.call), [&](const Moves& x) {
    const double f = 60'900 * std::exp(x.btc + x.dated * 45 / 365.0);
    return 0.1 * (black(true, f, 65'000 * kX * std::exp(x.usdt), 0.55 * v * factor(x)) -
                  black(true, 60'900, 65'000 * kX, 0.55 * v));
  });
  check(rows_.instrument(m_.inverse_put), [&](const Moves& x) {
    const double s = kS * std::exp(x.btc);
    const double f = 60'900 * std::exp(x.btc + x.dated * 45 / 365.0);
    return 0.1 * (black(false, f, 55'000, 0.60 * v * factor(x)) / f * s -
                  black(false, 60'900, 55'000, 0.60 * v) / 60'900 * kS);
  });
}

// D3.5: inside the horizon the scenario settles it at intrinsic value of the shocked spot.
TEST_F(RowsTest, WhatExpiresInsideTheHorizonSettles) {
  EXPECT_TRUE(rows_.expires_in_horizon(m_.expiring_call));
  EXPECT_FALSE(rows_.expires_in_horizon(m_.call));
  EXPECT_FALSE(rows_.expires_in_horizon(m_.perpetual));
  const double v = 0.5 * std::sqrt(0.5 / 365.0);
  const double base = black(true, 60'010, 61'000 * kX, v);
  check(rows_.instrument(m_.expiring_call), [&](const Moves& x) {
    return 0.1 * (std::max(kS * std::exp(x.btc) - 61'000 * kX * std::exp(x.usdt), 0.0) - base);
  });
  check(rows_.instrument(m_.expiring_future),
        [&](const Moves& x) { return 0.01 * (kS * std::exp(x.btc) - 60'080 * kX); });
}

TEST_F(RowsTest, OnlyTheUnfixedPartOfAnAveragingSettlementMoves) {
  m_.epoch.time = TestMarket::kNow + hours(12) - minutes(6);
  const auto rows = build_rows(m_.registry, m_.epoch, prepared_, parameters_,
                               NeededSet::everything(m_.registry), executor_);
  ASSERT_TRUE(rows.has_value());
  rows_ = *rows;
  check(rows_.instrument(m_.expiring_future), [&](const Moves& x) {
    return 0.01 * (kS * (1 + 0.2 * (std::exp(x.btc) - 1)) - 60'080 * kX);
  });
}

TEST_F(RowsTest, GridMovesCoinsTogetherAndEachStablecoinAlone) {
  const BlockRange grid = rows_.ranges()[3];
  ASSERT_EQ(rows_.grid().size(), 7U * 3U + 3U);
  const RowView btc = rows_.asset(m_.btc);
  const RowView usdt = rows_.asset(m_.usdt);
  const RowView perpetual = rows_.instrument(m_.perpetual);
  for (std::size_t p = 0; p < grid.size; ++p) {
    const GridPoint& point = rows_.grid()[p];
    const bool depeg = point.stablecoin == m_.usdt.value;
    EXPECT_NEAR(std::ldexp(btc.ticks[grid.begin + p], btc.exponent), 0.6 * point.spot, 1e-7);
    EXPECT_NEAR(std::ldexp(usdt.ticks[grid.begin + p], usdt.exponent),
                depeg ? 0.01 * kX * point.depeg : 0, 1e-9);
    EXPECT_NEAR(std::ldexp(perpetual.ticks[grid.begin + p], perpetual.exponent),
                0.001 * 60'120 * kX * point.spot, 1e-5);
  }
  for (std::size_t s = grid.begin + grid.size; s < rows_.length(); ++s) {
    EXPECT_EQ(btc.ticks[s], 0);
  }
}

TEST_F(RowsTest, UnitFitsTheRow) {
  for (std::size_t i = 0; i < m_.registry.instruments().size(); ++i) {
    const RowView row = rows_.instrument(InstrumentIndex(i));
    ASSERT_TRUE(row.present());
    EXPECT_LE(row.max_abs, 1 << kTickBits);
    EXPECT_GT(row.max_abs, 1 << (kTickBits - 2));
    for (const std::int32_t tick : row.ticks) EXPECT_LE(std::abs(tick), row.max_abs);
    EXPECT_EQ(row.ticks[0], rows_.expires_in_horizon(InstrumentIndex(i)) ? row.ticks[0] : 0);
  }
}

TEST_F(RowsTest, DeltasAreInCoins) {
  EXPECT_NEAR(rows_.deltas(m_.perpetual)[0], 0.001 * 60'120 * kX / kS, 1e-15);
  EXPECT_NEAR(rows_.deltas(m_.inverse)[0], 100 / 60'030.0, 1e-15);
  // At the first spot point (−20 %) an inverse contract is more coins, a long call fewer.
  EXPECT_NEAR(rows_.deltas(m_.inverse)[1], 100 / (60'030.0 * 0.8), 1e-15);
  EXPECT_LT(rows_.deltas(m_.call)[1], rows_.deltas(m_.call)[0]);
  EXPECT_LT(rows_.deltas(m_.inverse_put)[0], 0);
}

TEST_F(RowsTest, MissingFactorsAreNamed) {
  m_.asset("DOGE", market::AssetKind::coin, false, 8, 0, 0.1);
  const NeededSet all = NeededSet::everything(m_.registry);
  const auto rows = build_rows(m_.registry, m_.epoch, prepared_, parameters_, all, executor_);
  ASSERT_FALSE(rows.has_value());
  EXPECT_EQ(rows.error().code, ErrorCode::factor_missing);
  EXPECT_EQ(rows.error().value, "DOGE");
  EXPECT_FALSE(covers(prepared_, m_.registry, all).has_value());

  NeededSet without = all;
  without.assets[m_.registry.find_asset("DOGE").value] = false;
  EXPECT_TRUE(covers(prepared_, m_.registry, without).has_value());
  const auto fewer = build_rows(m_.registry, m_.epoch, prepared_, parameters_, without, executor_);
  ASSERT_TRUE(fewer.has_value());
  EXPECT_FALSE(fewer->asset(m_.registry.find_asset("DOGE")).present());
}

TEST_F(RowsTest, OptionsNeedAVolatilityFactor) {
  ScenarioSet set = random_set(20, 1);
  set.factors.erase(set.factors.begin() + 3);  // BTC volatility
  for (ScenarioBlock* block : {&set.filtered, &set.stressed, &set.long_run}) {
    block->moves.resize(block->size() * set.factors.size());
  }
  const auto prepared = PreparedSet::make(set);
  ASSERT_TRUE(prepared.has_value());
  const Status status = covers(*prepared, m_.registry, NeededSet::everything(m_.registry));
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().value, "BTC");
  EXPECT_NE(status.error().detail.find("volatility"), std::string::npos);
}

TEST_F(RowsTest, UnpricedThingsHaveNoRow) {
  m_.epoch.assets[m_.eth.value].mid = 0;
  const auto rows = build_rows(m_.registry, m_.epoch, prepared_, parameters_,
                               NeededSet::everything(m_.registry), executor_);
  ASSERT_TRUE(rows.has_value());
  EXPECT_FALSE(rows->asset(m_.eth).present());
  EXPECT_FALSE(rows->instrument(m_.eth_perpetual).present());
  EXPECT_TRUE(rows->instrument(m_.perpetual).present());
}

TEST(RowKernels, TicksRoundHalfToEven) {
  const double pnl[] = {0.5, 1.5, 2.5, -0.5, -1.5, 2.4999999999999996, 3.0};
  std::int32_t ticks[7];
  EXPECT_EQ(to_ticks(pnl, 0, ticks), 3);
  const std::int32_t expected[] = {0, 2, 2, 0, -2, 2, 3};
  for (int i = 0; i < 7; ++i) EXPECT_EQ(ticks[i], expected[i]) << i;
}

TEST(RowKernels, UnitIsTheSmallestThatFits) {
  const double one[] = {1.0};
  const double above[] = {1.0000001, -0.3};
  const double zero[] = {0.0};
  EXPECT_EQ(tick_exponent(one, 26), -26);
  EXPECT_EQ(tick_exponent(above, 26), -25);
  EXPECT_EQ(tick_exponent(zero, 26), -900);
}

}  // namespace
}  // namespace bulkhead::pricing
