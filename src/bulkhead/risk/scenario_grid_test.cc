// `scenario_grid`, the dispatch over models, and `flat` on portfolios, by hand-computed cases.
#include "bulkhead/risk/scenario_grid.h"

#include "bulkhead/risk/models.h"
#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

TEST(WorstOfGrid, BucketsAndOffsets) {
  // Two underlyings, three points.
  const double pnl[] = {-10, 0, 8,  //
                        6,   0, -9};
  const double ones[] = {1, 1, 1};
  EXPECT_DOUBLE_EQ(worst_of_grid(pnl, ones, 0), 19);  // 10 + 9
  EXPECT_DOUBLE_EQ(worst_of_grid(pnl, ones, 1), 4);   // max(4, 0, 1)
  EXPECT_DOUBLE_EQ(worst_of_grid(pnl, ones, 0.5), 11.5);
  const double damped[] = {0.5, 1, 1};
  EXPECT_DOUBLE_EQ(worst_of_grid(pnl, damped, 0), 14);  // 5 + 9
  const double gains[] = {1, 2, 3};
  EXPECT_DOUBLE_EQ(worst_of_grid(gains, ones, 0.5), 0);
  EXPECT_DOUBLE_EQ(worst_of_grid({}, ones, 0.5), 0);
}

class ModelsTest : public RiskTest {
 protected:
  // Long one coin against dollars.
  Portfolio long_perpetual() const {
    Portfolio book;
    book.positions = {{m_.perpetual, 1'000}};
    book.collateral = {{m_.usd, usd_amount(20'000)}};
    return book;
  }
};

TEST_F(ModelsTest, GridOfOneContract) {
  ScenarioGrid grid;
  grid.delta_charge = 100;
  const Requirement r = evaluate(Model{grid}, *risk_, long_perpetual(), {}, scratch_);
  const double notional = 60'120 * 0.999;
  EXPECT_NEAR(static_cast<double>(r.parts.grid_worst.micros) * 1e-6, 0.2 * notional, 0.01);
  EXPECT_NEAR(static_cast<double>(r.initial.micros) * 1e-6, 0.21 * notional, 0.01);
  EXPECT_EQ(r.maintenance, scale_up(r.initial, 8, 10));
  grid.tail_from = 0.15;
  grid.tail_weight = 3'000;  // 20 % · 0.3 < 10 %
  const Requirement damped = evaluate(Model{grid}, *risk_, long_perpetual(), {}, scratch_);
  EXPECT_NEAR(static_cast<double>(damped.initial.micros) * 1e-6, 0.11 * notional, 0.01);
}

TEST_F(ModelsTest, GridOffsetsBetweenUnderlyings) {
  Portfolio book = long_perpetual();
  book.positions.push_back({m_.eth_perpetual, -2'000});  // 20 ETH
  ScenarioGrid grid;
  grid.delta_charge = 0;
  const double btc = 60'120 * 0.999;
  const double eth = 20 * 3'004 * 0.999;
  for (const BasisPoints offset : {0, 5'000, 10'000}) {
    grid.offset = offset;
    const Requirement r = evaluate(Model{grid}, *risk_, book, {}, scratch_);
    const double apart = 0.2 * (btc + eth);
    const double netted = 0.2 * (eth > btc ? eth - btc : btc - eth);
    const double expected = apart - offset / 10'000.0 * (apart - netted);
    EXPECT_NEAR(static_cast<double>(r.parts.grid_worst.micros) * 1e-6, expected, 0.01);
  }
}

TEST_F(ModelsTest, FlatRates) {
  Flat flat;
  flat.assets = {{"BTC", 0.9, 1.1}};
  flat.instruments = {{"BTC-PERP", 0.95, 1.05, 0.9}};
  Portfolio book;
  book.positions = {{m_.perpetual, 1'000}};
  book.settlement = {{m_.usdt, usdt_amount(-60'000)}};
  book.collateral = {{m_.usd, usd_amount(1'000)}, {m_.btc, btc_amount(1'000)}};
  const Requirement r = evaluate(Model{flat}, *risk_, book, {}, scratch_);
  // Health = 1,000 + 0.9·60,000 + liability 2 · (0.95·n − 60,000·0.999); n = 60,120·0.999.
  const double notional = 60'120 * 0.999;
  const double contract = 0.95 * notional - 60'000 * 0.999;
  const double health = 1'000 + 54'000 + 2 * contract;
  EXPECT_NEAR(static_cast<double>(r.equity_mid.micros - r.initial.micros) * 1e-6, health, 0.01);
  EXPECT_EQ(r.maintenance, scale_up(r.initial, 7, 10));
  // All asks filled would leave a short of two coins.
  book.orders = {{m_.perpetual, -3'000, 60'120}};
  const Requirement more = evaluate(Model{flat}, *risk_, book, {}, scratch_);
  const double asks = notional - 0.05 * 2 * notional - 60'000 * 0.999;
  EXPECT_NEAR(static_cast<double>(more.equity_mid.micros - more.initial.micros) * 1e-6,
              55'000 + 2 * asks, 0.01);
}

TEST_F(ModelsTest, EveryModelKnowsEquityAndNames) {
  Portfolio holder;
  holder.collateral = {{m_.btc, btc_amount(1'000)}};
  for (const Model& model : {Model{ScenarioEs{}}, Model{ScenarioGrid{}}, Model{Flat{}}}) {
    const Requirement r = evaluate(model, *risk_, holder, {}, scratch_);
    EXPECT_EQ(r.equity_mid, usd(60'000)) << model_name(model);
    EXPECT_EQ(r.initial, Usd{});
    const Requirement owing = evaluate(model, *risk_, long_perpetual(), {}, scratch_);
    EXPECT_GT(owing.initial, usd(10));
    EXPECT_LE(owing.maintenance, owing.initial);
  }
  EXPECT_EQ(model_name(Model{Flat{}}), "flat");
}

TEST(ModelParameters, AreValidated) {
  Flat flat;
  flat.assets = {{"BTC", 1.1, 1.1}};
  EXPECT_EQ(validate(flat).error().field, "assets.BTC");
  flat.assets = {{"BTC", 0.9, 0.9}};
  EXPECT_FALSE(validate(flat).has_value());
  flat.assets = {{"BTC", 0.9, 1.1}};
  EXPECT_TRUE(validate(flat).has_value());
  flat.maintenance = 0;
  EXPECT_EQ(validate(flat).error().field, "maintenance");
  ScenarioGrid grid;
  EXPECT_TRUE(validate(grid).has_value());
  grid.offset = 10'001;
  EXPECT_EQ(validate(grid).error().field, "offset");

  Parameters parameters;
  EXPECT_TRUE(validate(parameters).has_value());
  parameters.level = {40, 40};
  EXPECT_EQ(validate(parameters).error().field, "level");
  parameters = {};
  parameters.maintenance = 0;
  EXPECT_EQ(validate(parameters).error().field, "maintenance");
  parameters = {};
  parameters.revaluation.spot_points = {0.1, 0.0};
  EXPECT_EQ(validate(parameters).error().field, "spot_points[1]");
}

}  // namespace
}  // namespace bulkhead::risk
