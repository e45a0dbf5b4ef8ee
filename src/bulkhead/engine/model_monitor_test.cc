// The watch over the model of risk, on prices made for it (D12.2).
#include "bulkhead/engine/model_monitor.h"

#include "bulkhead/engine/world_support.h"

namespace bulkhead::engine {
namespace {

const MonitorRecord& monitor(const World& world, const std::string& asset) {
  const AssetIndex i = world.state().registry().find_asset(asset);
  return world.state().monitors().at({MonitoredKind::asset, i.value});
}

std::vector<ModelMonitored> said_of(const World& world, const std::string& subject,
                                    MonitorSide side) {
  std::vector<ModelMonitored> found;
  for (const auto& said : world.said<ModelMonitored>()) {
    if (said.body.subject == subject && said.body.side == side) found.push_back(said.body);
  }
  return found;
}

// A day later, at a price so many times the core of one BTC away; the world stays quiet otherwise.
void day(World& world, double cores) {
  const UnitForecast& forecast = *monitor(world, "BTC").forecast;
  const double core = cores < 0 ? forecast.held : forecast.owed;
  world.price("BTC", forecast.value + cores * core).tick(days(1));
}

class ModelMonitorWorld : public testing::Test {
 protected:
  ModelMonitorWorld() { world_.tick(); }
  World world_;
};

TEST_F(ModelMonitorWorld, ForecastsOneCoinByTheCoreThatMarginsIt) {
  const risk::EpochRisk& market = (*world_.engine().figures())->whole_risk();
  const AssetIndex btc = world_.state().registry().find_asset("BTC");
  const UnitForecast& forecast = *monitor(world_, "BTC").forecast;
  EXPECT_EQ(forecast.value, 60'000);
  EXPECT_EQ(forecast.made, world_.now());
  EXPECT_EQ(forecast.due, world_.now() + days(1));
  EXPECT_EQ(forecast.held, market.core(btc, true) / market.coins_per_lot(btc));
  EXPECT_GT(forecast.owed, forecast.held * 0.5);
  EXPECT_EQ(forecast.cuts.size(), risk::kForecastCuts.size());
  EXPECT_LT(forecast.cuts.front(), 0);
  EXPECT_GT(forecast.cuts.back(), 0);
  EXPECT_LT(-forecast.cuts.front(), forecast.held * 1.5);
  // The numeraire and options are not watched; perpetuals are, by the lot.
  for (const auto& [key, record] : world_.state().monitors()) {
    if (key.first == MonitoredKind::asset) {
      EXPECT_FALSE(world_.state().registry()[AssetIndex(key.second)].numeraire);
    } else {
      EXPECT_FALSE(world_.state().registry()[InstrumentIndex(key.second)].is_option());
    }
  }
  const InstrumentIndex swap = world_.state().registry().find_instrument("BTC/USDT:USDT");
  const MonitorRecord& lot = world_.state().monitors().at({MonitoredKind::instrument, swap.value});
  EXPECT_EQ(lot.forecast->held, market.core(swap, true));
  EXPECT_NEAR(lot.forecast->value, 60, 1e-6);
}

TEST_F(ModelMonitorWorld, CountsALossBeyondTheForecastAndNoOther) {
  day(world_, -0.999);
  EXPECT_EQ(monitor(world_, "BTC").results, 1U);
  EXPECT_TRUE(said_of(world_, "BTC", MonitorSide::held).empty());
  const UnitForecast forecast = *monitor(world_, "BTC").forecast;
  day(world_, -1.001);
  ASSERT_EQ(said_of(world_, "BTC", MonitorSide::held).size(), 1U);
  const ModelMonitored said = said_of(world_, "BTC", MonitorSide::held)[0];
  EXPECT_TRUE(said.exceeded);
  EXPECT_EQ(said.made, forecast.made);
  EXPECT_EQ(said.forecast, forecast.held);
  EXPECT_NEAR(said.loss, 1.001 * forecast.held, 1e-5);
  EXPECT_EQ(said.exceptions, 1U);
  EXPECT_EQ(said.results, 2U);
  EXPECT_TRUE(said_of(world_, "BTC", MonitorSide::owed).empty());
  EXPECT_EQ(said_of(world_, "BTC/USDT:USDT", MonitorSide::held).size(), 1U);
  day(world_, 1.001);
  EXPECT_EQ(said_of(world_, "BTC", MonitorSide::held).size(), 1U);
  EXPECT_EQ(said_of(world_, "BTC", MonitorSide::owed).size(), 1U);
}

TEST_F(ModelMonitorWorld, TurnsYellowAtTheFifthRedAtTheTenthAndGreenAgain) {
  const auto zone = [&] { return monitor(world_, "BTC").held.zone; };
  for (int i = 1; i <= 10; ++i) {
    day(world_, -1.01);
    day(world_, 0.5);  // so that the price comes back
    const risk::ModelZone expected = i < 5    ? risk::ModelZone::green
                                     : i < 10 ? risk::ModelZone::yellow
                                              : risk::ModelZone::red;
    ASSERT_EQ(zone(), expected) << i;
  }
  const auto first_results = said_of(world_, "BTC", MonitorSide::held);
  ASSERT_EQ(first_results.size(), 10U);
  EXPECT_EQ(first_results[4].from, risk::ModelZone::green);
  EXPECT_EQ(first_results[4].to, risk::ModelZone::yellow);
  EXPECT_EQ(first_results[9].from, risk::ModelZone::yellow);
  EXPECT_EQ(first_results[9].to, risk::ModelZone::red);
  // The first exception was result 1: it leaves with result 251.
  while (monitor(world_, "BTC").results < 250) day(world_, 0);
  EXPECT_EQ(zone(), risk::ModelZone::red);
  day(world_, 0);
  EXPECT_EQ(zone(), risk::ModelZone::yellow);
  EXPECT_EQ(monitor(world_, "BTC").held.exceptions.size(), 9U);
  const ModelMonitored last = said_of(world_, "BTC", MonitorSide::held).back();
  EXPECT_FALSE(last.exceeded);
  EXPECT_EQ(last.from, risk::ModelZone::red);
  EXPECT_EQ(last.results, 250U);
  // Four are left when the sixth, result 11, leaves with result 261.
  while (monitor(world_, "BTC").results < 260) day(world_, 0);
  EXPECT_EQ(zone(), risk::ModelZone::yellow);
  day(world_, 0);
  EXPECT_EQ(zone(), risk::ModelZone::green);
}

TEST_F(ModelMonitorWorld, WaitsForAGoodPriceAndForTheHorizon) {
  const UnitForecast forecast = *monitor(world_, "BTC").forecast;
  world_.price("BTC", 40'000).tick(hours(23));
  EXPECT_EQ(monitor(world_, "BTC").results, 0U);
  // Wide at the horizon: no result, and none of what it says then.
  world_.price("BTC", 30'000, 0.2).tick(hours(1));
  ASSERT_NE(world_.state().market.epoch().assets[1].quality, market::Quality::good);
  EXPECT_EQ(monitor(world_, "BTC").results, 0U);
  EXPECT_EQ(monitor(world_, "BTC").forecast->made, forecast.made);
  EXPECT_TRUE(world_.said<ModelMonitored>().empty());
  EXPECT_EQ(monitor(world_, "ETH").results, 1U);
  // Silent: nothing either.
  world_.silence("BTC").tick(hours(1));
  EXPECT_EQ(monitor(world_, "BTC").results, 0U);
  // Two days after the forecast: what may be lost has grown with the root of time.
  const double loss = 1.3 * forecast.held;
  world_.price("BTC", forecast.value - loss).tick(hours(23));
  EXPECT_EQ(monitor(world_, "BTC").results, 1U);
  EXPECT_TRUE(said_of(world_, "BTC", MonitorSide::held).empty());
  EXPECT_EQ(monitor(world_, "BTC").forecast->made, world_.now());
}

TEST(ModelMonitorTime, AForecastKnowsNothingOfWhatComes) {
  World calm, wild;
  calm.tick();
  wild.tick();
  calm.price("BTC", 60'000).tick(hours(12));
  wild.price("BTC", 20'000).tick(hours(12));
  EXPECT_EQ(encode(*monitor(calm, "BTC").forecast), encode(*monitor(wild, "BTC").forecast));
}

TEST_F(ModelMonitorWorld, AlarmsWhenMovesBecomeWider) {
  for (int i = 0; i < 2; ++i) day(world_, i % 2 == 0 ? -1.5 : 1.5);
  EXPECT_TRUE(world_.said<ModelDrifted>().empty());
  day(world_, -1.5);
  std::vector<ModelDrifted> said;
  for (const auto& event : world_.said<ModelDrifted>()) {
    if (event.body.subject == "BTC") said.push_back(event.body);
  }
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].drift, risk::Drift::wider);
  EXPECT_EQ(said[0].results, 3U);
  EXPECT_EQ(said[0].alarms, 1U);
  EXPECT_EQ(monitor(world_, "BTC").drift, risk::DriftSums{});
  EXPECT_EQ(monitor(world_, "BTC").last_drift, world_.now());
}

TEST_F(ModelMonitorWorld, AnExpiredInstrumentIsNotWatchedAnyMore) {
  const InstrumentIndex future = world_.state().registry().find_instrument("BTC/USDT:USDT-231115");
  EXPECT_TRUE(world_.state().monitors().contains({MonitoredKind::instrument, future.value}));
  world_.tick(hours(3));
  EXPECT_FALSE(world_.state().monitors().contains({MonitoredKind::instrument, future.value}));
}

// Restored before the horizon, with results behind it, the engine goes on as if it had not been.
TEST_F(ModelMonitorWorld, GoesOnAfterARestart) {
  for (int i = 0; i < 4; ++i) day(world_, -1.01);
  world_.tick(hours(5));
  SerialExecutor serial;
  Engine second([this](const Hash& hash) -> Result<Bytes> { return world_.content().at(hash); },
                serial);
  ASSERT_TRUE(second.restore(world_.records()).has_value());
  const std::size_t before = world_.log().size();
  const auto said = world_.said<ModelMonitored>().size();
  day(world_, -1.01);
  day(world_, -1.01);
  EXPECT_GT(world_.said<ModelMonitored>().size(), said);
  EXPECT_EQ(monitor(world_, "BTC").held.zone, risk::ModelZone::yellow);
  for (std::size_t i = before; i < world_.log().size(); ++i) {
    ASSERT_EQ(answer_bytes(second.apply(world_.log()[i])), answer_bytes(world_.answers()[i])) << i;
  }
  EXPECT_EQ(second.state_root(), world_.engine().state_root());
}

}  // namespace
}  // namespace bulkhead::engine
