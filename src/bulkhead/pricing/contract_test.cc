// Contract formulas against printed option tables and hand-computed legs (D3.2, D3.3, D3.5).
#include "bulkhead/pricing/contract.h"

#include <gtest/gtest.h>

#include <cmath>

#include "bulkhead/pricing/test_support.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::pricing {
namespace {

Contract option(bool call, double strike, double forward, double sigma_sqrt_t) {
  Contract c;
  c.priced = true;
  c.option = true;
  c.call = call;
  c.size = 1;
  c.strike = strike;
  c.spot = forward;
  c.settlement_price = 1;
  c.forward = forward;
  c.sigma_sqrt_t = sigma_sqrt_t;
  return c;
}

// Haug, Option Pricing Formulas (1998), as tabulated in QuantLib's test-suite/europeanoption.cpp:
// his value is e^{−rt}·Black-76 on the forward S·e^{(r−q)t}.
TEST(Contract, OptionsAgreeWithHaugsTables) {
  struct Row {
    bool call;
    double spot, strike, yield, rate, years, volatility, printed;
  };
  const Row rows[] = {
      {true, 60, 65, 0, 0.08, 0.25, 0.3, 2.1334},
      {false, 100, 95, 0.05, 0.1, 0.5, 0.2, 2.4648},
      {false, 19, 19, 0.1, 0.1, 0.75, 0.28, 1.7011},
      {true, 19, 19, 0.1, 0.1, 0.75, 0.28, 1.7011},
      {true, 1.56, 1.6, 0.08, 0.06, 0.5, 0.12, 0.0291},
      {false, 75, 70, 0.05, 0.1, 0.5, 0.35, 4.087},
      {true, 90, 100, 0.1, 0.1, 0.1, 0.15, 0.0205},
      {true, 100, 100, 0.1, 0.1, 0.1, 0.15, 1.8734},
      {true, 110, 100, 0.1, 0.1, 0.1, 0.15, 9.9413},
      {true, 90, 100, 0.1, 0.1, 0.1, 0.25, 0.315},
      {true, 100, 100, 0.1, 0.1, 0.1, 0.25, 3.1217},
      {true, 110, 100, 0.1, 0.1, 0.1, 0.25, 10.3556},
      {true, 90, 100, 0.1, 0.1, 0.1, 0.35, 0.9474},
      {true, 100, 100, 0.1, 0.1, 0.1, 0.35, 4.3693},
      {true, 110, 100, 0.1, 0.1, 0.1, 0.35, 11.1381},
      {true, 90, 100, 0.1, 0.1, 0.5, 0.15, 0.8069},
      {true, 100, 100, 0.1, 0.1, 0.5, 0.15, 4.0232},
      {true, 110, 100, 0.1, 0.1, 0.5, 0.15, 10.5769},
      {true, 90, 100, 0.1, 0.1, 0.5, 0.25, 2.7026},
      {true, 100, 100, 0.1, 0.1, 0.5, 0.25, 6.6997},
      {true, 110, 100, 0.1, 0.1, 0.5, 0.25, 12.7857},
      {true, 90, 100, 0.1, 0.1, 0.5, 0.35, 4.9329},
      {true, 100, 100, 0.1, 0.1, 0.5, 0.35, 9.3679},
      {true, 110, 100, 0.1, 0.1, 0.5, 0.35, 15.3086},
      {false, 90, 100, 0.1, 0.1, 0.1, 0.15, 9.921},
      {false, 100, 100, 0.1, 0.1, 0.1, 0.15, 1.8734},
      {false, 110, 100, 0.1, 0.1, 0.1, 0.15, 0.0408},
      {false, 90, 100, 0.1, 0.1, 0.1, 0.25, 10.2155},
      {false, 100, 100, 0.1, 0.1, 0.1, 0.25, 3.1217},
      {false, 110, 100, 0.1, 0.1, 0.1, 0.25, 0.4551},
      {false, 90, 100, 0.1, 0.1, 0.1, 0.35, 10.8479},
      {false, 100, 100, 0.1, 0.1, 0.1, 0.35, 4.3693},
      {false, 110, 100, 0.1, 0.1, 0.1, 0.35, 1.2376},
      {false, 90, 100, 0.1, 0.1, 0.5, 0.15, 10.3192},
      {false, 100, 100, 0.1, 0.1, 0.5, 0.15, 4.0232},
      {false, 110, 100, 0.1, 0.1, 0.5, 0.15, 1.0646},
      {false, 90, 100, 0.1, 0.1, 0.5, 0.25, 12.2149},
      {false, 100, 100, 0.1, 0.1, 0.5, 0.25, 6.6997},
      {false, 110, 100, 0.1, 0.1, 0.5, 0.25, 3.2734},
      {false, 90, 100, 0.1, 0.1, 0.5, 0.35, 14.4452},
      {false, 100, 100, 0.1, 0.1, 0.5, 0.35, 9.3679},
      {false, 110, 100, 0.1, 0.1, 0.5, 0.35, 5.7963},
      {true, 42, 40, 0.08, 0.04, 0.75, 0.35, 5.0975},
  };
  for (const Row& row : rows) {
    const double forward = row.spot * std::exp((row.rate - row.yield) * row.years);
    const Contract c = option(row.call, row.strike, forward, row.volatility * std::sqrt(row.years));
    const double value =
        std::exp(-row.rate * row.years) * leg_value(c, forward, forward, 1.0, c.sigma_sqrt_t);
    EXPECT_NEAR(value, row.printed, 1e-4) << row.strike << " " << row.spot;
  }
}

// Haug's delta (same source): e^{−qt}·Φ(±d1) of a future, S = 105, K = 100, q = r = 10 %, half a
// year.
TEST(Contract, DeltaAgreesWithHaug) {
  const double sigma = 0.36 * std::sqrt(0.5);
  const double discount = std::exp(-0.1 * 0.5);
  const Contract call = option(true, 100, 105, sigma);
  const Contract put = option(false, 100, 105, sigma);
  EXPECT_NEAR(discount * coins_delta(call, 105, 105, 1, sigma), 0.5946, 5e-5);
  EXPECT_NEAR(discount * coins_delta(put, 105, 105, 1, sigma), -0.3566, 5e-5);
}

TEST(Contract, LegsAtMark) {
  const TestMarket m;
  // Linear: m·F·X = 0.001 · 60,120 USDT · 0.999.
  EXPECT_NEAR(lot_value(m.registry, m.epoch, m.perpetual, 60'000), 60.05988, 1e-12);
  // Inverse: −m·S/F = −100 · 60,000/60,030.
  EXPECT_NEAR(lot_value(m.registry, m.epoch, m.inverse, 60'000), -100 * 60'000 / 60'030.0, 1e-12);
  // In proportion to spot: linear moves with it, the inverse leg does not.
  EXPECT_NEAR(lot_value(m.registry, m.epoch, m.perpetual, 30'000), 60.05988 / 2, 1e-12);
  EXPECT_NEAR(lot_value(m.registry, m.epoch, m.inverse, 30'000), -100 * 60'000 / 60'030.0, 1e-12);
}

// The whole inverse position (D3.2): q·m·(1/F0 − 1/F)·S is the settlement leg in coins plus the
// leg.
TEST(Contract, SplitAddsUpToTheProfitFormula) {
  const TestMarket m;
  const market::Instrument& inverse = m.registry[m.inverse];
  const double entry = 50'000;
  const double coins = settlement_per_lot(inverse, entry);
  EXPECT_DOUBLE_EQ(coins, 100 / entry);
  const double split = coins * 60'000 + lot_value(m.registry, m.epoch, m.inverse, 60'000);
  EXPECT_NEAR(split, 100 * (1 / entry - 1 / 60'030.0) * 60'000, 1e-9);

  const market::Instrument& linear = m.registry[m.perpetual];
  const double paid = settlement_per_lot(linear, entry);
  const double linear_split = paid * 0.999 + lot_value(m.registry, m.epoch, m.perpetual, 60'000);
  EXPECT_NEAR(linear_split, 0.001 * (60'120 - entry) * 0.999, 1e-9);
}

TEST(Contract, OptionStrikeIsInSettlementUnits) {
  const TestMarket m;
  Contract c = make_contract(m.registry, m.epoch, m.call);
  // Far above any volatility: m·(F − K·X).
  EXPECT_NEAR(leg_value(c, 1e9, 1e9, 0.9, 1e-9), 0.1 * (1e9 - 65'000 * 0.9), 1e-3);
  EXPECT_NEAR(settlement_value(c, 70'000, 0.9), 0.1 * (70'000 - 65'000 * 0.9), 1e-9);
  EXPECT_EQ(settlement_value(c, 50'000, 0.9), 0);
  c = make_contract(m.registry, m.epoch, m.inverse_put);
  EXPECT_NEAR(settlement_value(c, 50'000, 50'000), 0.1 * 5'000, 1e-9);
}

TEST(Contract, PutAtAZeroPriceIsWorthItsStrike) {
  const TestMarket m;
  // Inverse: m·(P/F)·S with S/F kept.
  EXPECT_NEAR(lot_value(m.registry, m.epoch, m.inverse_put, 0), 0.1 * 55'000 * (60'000 / 60'900.0),
              1e-9);
  EXPECT_EQ(lot_value(m.registry, m.epoch, m.call, 0), 0);
}

}  // namespace
}  // namespace bulkhead::pricing
