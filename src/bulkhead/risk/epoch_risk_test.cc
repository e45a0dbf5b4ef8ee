// Shared figures that move on from epoch to epoch are those of an epoch built anew, bit for bit,
// whatever was filled before and in whatever order.
#include <algorithm>

#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

class Renewed : public RiskTest {
 protected:
  void same_tails(const Tails& a, const Tails& b) {
    EXPECT_TRUE(a.filtered == b.filtered && a.stressed == b.stressed && a.long_run == b.long_run &&
                a.grid_worst == b.grid_worst && a.exponent == b.exponent);
  }

  void same_row(const pricing::RowView& a, const pricing::RowView& b) {
    ASSERT_EQ(a.present(), b.present());
    EXPECT_EQ(a.exponent, b.exponent);
    EXPECT_EQ(a.max_abs, b.max_abs);
    EXPECT_EQ(a.base, b.base);
    EXPECT_TRUE(std::ranges::equal(a.ticks, b.ticks));
  }

  // `kept` against risk_, which is new and whole.
  void compare(const EpochRisk& kept, std::span<const InstrumentIndex> filled) {
    for (std::size_t a = 0; a < m_.registry.assets().size(); ++a) {
      const AssetIndex i(a);
      same_row(kept.rows().asset(i), risk_->rows().asset(i));
      same_tails(kept.unit_tails(i, true), risk_->unit_tails(i, true));
      same_tails(kept.unit_tails(i, false), risk_->unit_tails(i, false));
      EXPECT_EQ(kept.haircut_core(i), risk_->haircut_core(i));
      EXPECT_EQ(kept.worst_stress_return(i), risk_->worst_stress_return(i));
      EXPECT_EQ(kept.liquidity(i).impact_scale, risk_->liquidity(i).impact_scale);
      EXPECT_EQ(kept.coins_per_lot(i), risk_->coins_per_lot(i));
    }
    for (std::size_t n = 0; n < m_.registry.instruments().size(); ++n) {
      const InstrumentIndex i(n);
      EXPECT_EQ(kept.rows().has(i), risk_->rows().has(i));
      EXPECT_EQ(kept.quality(i), risk_->quality(i));
      EXPECT_EQ(kept.coins_per_lot(i), risk_->coins_per_lot(i));
      for (const pricing::PricePoint p : pricing::kPricePoints) {
        EXPECT_EQ(kept.lot_value(i, p), risk_->lot_value(i, p));
      }
      EXPECT_TRUE(std::ranges::equal(kept.rows().deltas(i), risk_->rows().deltas(i)));
      EXPECT_EQ(kept.rows().expires_in_horizon(i), risk_->rows().expires_in_horizon(i));
      EXPECT_EQ(kept.rows().simulates_basis(i), risk_->rows().simulates_basis(i));
    }
    for (const InstrumentIndex i : filled) {
      same_row(kept.rows().instrument(i), risk_->rows().instrument(i));
      for (const bool held : {true, false}) {
        same_tails(kept.unit_tails(i, held), risk_->unit_tails(i, held));
        EXPECT_EQ(kept.core(i, held), risk_->core(i, held));
      }
      EXPECT_EQ(kept.unit_core(i, OrderSide::buy), risk_->unit_core(i, OrderSide::buy));
      EXPECT_EQ(kept.unit_core(i, OrderSide::sell), risk_->unit_core(i, OrderSide::sell));
    }
  }
};

TEST_F(Renewed, IsTheSameAsBuiltAnew) {
  Result<EpochRisk> kept = EpochRisk::plan(m_.registry, m_.epoch, *prepared_, parameters_,
                                           pricing::NeededSet::everything(m_.registry), executor_);
  ASSERT_TRUE(kept.has_value());
  RandomStream random(3, 0);
  for (int epoch = 0; epoch < 60; ++epoch) {
    // Some things move, most of the time not all of them.
    for (market::AssetPrice& price : m_.epoch.assets) {
      if (&price == &m_.epoch.assets[m_.usd.value] || !random.chance(0.4)) continue;
      const double factor = 1 + 0.01 * random.normal();
      price.mid *= factor;
      price.low = random.chance(0.8) ? price.mid : price.mid * 0.99;
      price.high = price.mid;
    }
    for (market::InstrumentMark& mark : m_.epoch.instruments) {
      if (random.chance(0.3)) mark.price *= 1 + 0.001 * random.normal();
      if (random.chance(0.2)) mark.volatility *= 1 + 0.01 * random.normal();
    }
    if (random.chance(0.5)) m_.epoch.underlyings[m_.btc.value].volatility_fast *= 1.01;
    if (random.chance(0.7)) m_.epoch.time = m_.epoch.time + minutes(20);  // some expire on the way
    EXPECT_TRUE(kept->renew(executor_));
    std::vector<InstrumentIndex> wanted;
    for (std::size_t i = 0; i < m_.registry.instruments().size(); ++i) {
      if (random.chance(0.5)) wanted.emplace_back(i);
    }
    if (random.chance(0.5)) std::ranges::reverse(wanted);
    kept->fill(wanted, executor_);
    rebuild();
    compare(*kept, wanted);
  }
}

// A first price is a new row: everything is planned anew, and said so.
TEST_F(Renewed, SaysWhenSomethingHasGotItsFirstPrice) {
  const double price = m_.epoch.instruments[m_.call.value].price;
  m_.epoch.instruments[m_.call.value].price = 0;
  Result<EpochRisk> kept = EpochRisk::plan(m_.registry, m_.epoch, *prepared_, parameters_,
                                           pricing::NeededSet::everything(m_.registry), executor_);
  ASSERT_TRUE(kept.has_value());
  EXPECT_FALSE(kept->rows().has(m_.call));
  EXPECT_TRUE(kept->renew(executor_));
  m_.epoch.instruments[m_.call.value].price = price;
  EXPECT_FALSE(kept->renew(executor_));
  rebuild();
  kept->fill_all(executor_);
  std::vector<InstrumentIndex> all;
  for (std::size_t i = 0; i < m_.registry.instruments().size(); ++i) all.emplace_back(i);
  compare(*kept, all);
}

}  // namespace
}  // namespace bulkhead::risk
