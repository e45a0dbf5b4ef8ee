// A closed epoch with rows for the tests of risk, and random books on it.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "bulkhead/pricing/test_support.h"
#include "bulkhead/risk/epoch_risk.h"
#include "bulkhead/risk/portfolio.h"
#include "bulkhead/risk/requirement.h"

namespace bulkhead::risk {

class RiskTest : public testing::Test {
 protected:
  void SetUp() override { build(300); }

  void build(std::size_t scenarios) {
    set_ = pricing::random_set(scenarios, 21);
    Result<pricing::PreparedSet> prepared = pricing::PreparedSet::make(set_);
    ASSERT_TRUE(prepared.has_value());
    prepared_ = std::make_unique<pricing::PreparedSet>(std::move(*prepared));
    rebuild();
  }

  // After a change of m_ or parameters_.
  void rebuild() {
    Result<EpochRisk> risk =
        EpochRisk::build(m_.registry, m_.epoch, *prepared_, parameters_,
                         pricing::NeededSet::everything(m_.registry), executor_);
    ASSERT_TRUE(risk.has_value()) << to_string(risk.error());
    risk_ = std::make_unique<EpochRisk>(std::move(*risk));
  }

  Requirement of(const Portfolio& portfolio, std::span<const HaircutValue> haircuts = {}) {
    return evaluate(*risk_, portfolio, haircuts, scratch_);
  }

  // Amounts in whole units.
  Amount usd_amount(std::int64_t n) const { return {Int128{n} * 1'000'000}; }
  Amount usdt_amount(std::int64_t n) const { return {Int128{n} * 1'000'000}; }
  Amount btc_amount(std::int64_t thousandths) const { return {Int128{thousandths} * 100'000}; }
  Amount eth_amount(std::int64_t thousandths) const {
    return {Int128{thousandths} * 1'000'000'000'000'000};
  }

  // 1 to 6 positions of the contracts that outlive the horizon, some collateral, some debts.
  Portfolio random_portfolio(RandomStream& random) const {
    Portfolio book;
    const InstrumentIndex contracts[] = {m_.perpetual, m_.inverse,     m_.future,
                                         m_.call,      m_.inverse_put, m_.eth_perpetual};
    for (const InstrumentIndex i : contracts) {
      const std::int64_t lots = static_cast<std::int64_t>(random.below(4'000)) - 2'000;
      if (random.chance(0.5) && lots != 0) book.positions.push_back({i, lots});
    }
    const auto usdt = static_cast<std::int64_t>(random.below(400'000)) - 200'000;
    const auto btc = static_cast<std::int64_t>(random.below(4'000)) - 2'000;
    if (!book.positions.empty()) {
      book.settlement = {{m_.usdt, usdt_amount(usdt)}, {m_.btc, btc_amount(btc)}};
    }
    if (random.chance(0.7)) {
      book.collateral.push_back(
          {m_.usd, usd_amount(static_cast<std::int64_t>(random.below(500'000)))});
    }
    if (random.chance(0.5)) book.collateral.push_back({m_.usdt, usdt_amount(12'345)});
    if (random.chance(0.5)) book.collateral.push_back({m_.btc, btc_amount(2'468)});
    if (random.chance(0.4)) book.collateral.push_back({m_.eth, eth_amount(77'777)});
    if (random.chance(0.3)) book.debts.push_back({m_.btc, btc_amount(1'111)});
    if (random.chance(0.3)) book.debts.push_back({m_.eth, eth_amount(22'222)});
    return book;
  }

  pricing::TestMarket m_;
  Parameters parameters_;
  SerialExecutor executor_;
  pricing::ScenarioSet set_;
  std::unique_ptr<pricing::PreparedSet> prepared_;
  std::unique_ptr<EpochRisk> risk_;
  Scratch scratch_;
};

}  // namespace bulkhead::risk
