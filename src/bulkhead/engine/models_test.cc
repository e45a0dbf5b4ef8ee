// Margin models of accounts (D5.10): published numbers of `flat` through the engine, and the ladder
// under each model.
#include <algorithm>

#include "bulkhead/base/random.h"
#include "bulkhead/engine/play_support.h"
#include "bulkhead/policy/defaults.h"

namespace bulkhead::engine {
namespace {

using policy::Coverage;
using risk::FlatAssetRate;
using risk::FlatInstrumentRate;

constexpr const char* kPerpetual = "BTC/USDT:USDT";

WorldOptions with_flat(risk::Flat flat) {
  WorldOptions options;
  options.parameters.models.flat = std::move(flat);
  return options;
}

void open(World& world, const std::string& account, const std::string& model) {
  world.must("venue", OpenAccount{account, "alice", "", risk::MarginMode::joint, model, {}});
}

risk::Flat mango_rates() {
  risk::Flat flat;
  flat.assets = {{"BTC", 0.5, 1.5}, {"ETH", 0.5, 1.5}, {"USDT", 0.8, 1.2}};
  flat.instruments = {{kPerpetual, 0.8, 1.2, 0.95}};
  return flat;
}

double health_of(World& world) {
  const Figures figures = world.figures("a");
  return static_cast<double>((figures.equity - figures.initial).micros) * 1e-6;
}

// blockworks-foundation/mango-v4, commit 1303a4a16228eb1e8e8d4f0eef724eaf63310c86,
// programs/mango-v4/src/health/cache.rs, test_health1: the cases that a fill at a positive price
// can bring about, 12 times as large: a lot of the contract (10 coins of price 5) is 10 lots of
// ours (0.001 BTC of price 60,000). risk/flat_test.cc has all 18 on plain numbers.
TEST(FlatAccount, HealthIsEquityLessMarginAsPublishedByMangoV4) {
  struct Case {
    const char* what;
    std::int64_t lots;
    const char* price;
    double health;
  };
  const Case cases[] = {
      {"2", -10, "120000", 30.4}, {"3", 10, "120000", -72.0}, {"5", 300, "4000", 836.0}};
  for (const Case& c : cases) {
    World world(with_flat(mango_rates()));
    open(world, "a", "flat");
    world.trade("a", kPerpetual, c.lots, c.price);
    EXPECT_NEAR(health_of(world), 12 * c.health, 2e-6) << c.what;
  }
}

// The published computation, token by token, is the oracle of books of coins, cash and a contract
// with open orders.
TEST(FlatAccount, HealthOfMixedBooksIsThatOfThePlainComputation) {
  RandomStream random(11, 0);
  for (int i = 0; i < 40; ++i) {
    World world(with_flat(mango_rates()));
    open(world, "a", "flat");
    const auto coins = [&random] { return std::to_string(1 + random.below(20)); };
    const std::string usdt = coins() + "0000";
    const std::string btc = coins();
    const std::string eth = coins();
    world.fund("a", "USDT", usdt, usdt).fund("a", "BTC", btc, btc).fund("a", "ETH", eth, eth);
    const auto lots = static_cast<std::int64_t>(random.below(4'001)) - 2'000;
    const auto price = static_cast<std::int64_t>(59'000 + random.below(2'001));
    if (lots != 0) world.trade("a", kPerpetual, lots, std::to_string(price));
    const auto bids = static_cast<std::int64_t>(1 + random.below(100));
    const auto asks = static_cast<std::int64_t>(1 + random.below(100));
    world.must("alice", PlaceOrder{"a", "b", kPerpetual, Side::buy, bids, {60'000, 0}});
    world.must("alice", PlaceOrder{"a", "s", kPerpetual, Side::sell, asks, {60'000, 0}});
    const risk::FlatToken tokens[] = {{std::stod(usdt), 1, 0.8, 1.2},
                                      {std::stod(btc), 60'000, 0.5, 1.5},
                                      {std::stod(eth), 3'000, 0.5, 1.5}};
    const auto base = [](std::int64_t count) { return static_cast<double>(count) * 0.001; };
    const risk::FlatContract contract{
        0,          base(lots), -base(lots) * static_cast<double>(price),
        base(bids), base(asks), 60'000,
        0.8,        1.2,        0.95};
    const double health = risk::flat_health(tokens, {}, std::span(&contract, 1));
    EXPECT_NEAR(health_of(world), health, 1e-5) << lots << " at " << price;
  }
}

// Synthetixio/synthetix-v3, commit 23585f73c, markets/perps-market/test/integration: Account/
// Margins.test.ts and Liquidation/Liquidation.margin.test.ts, the BTC and ETH parts. A fill is at
// index·(1 + size/2/skew scale); the rate of initial margin is |size|/skew scale·2 + 1 %, and each
// position has a minimum of its own. Its maintenance margin scales the rate but not that minimum,
// which is no fixed share of initial margin: the ladder's levels cannot say it.
class Synthetix : public testing::Test {
 protected:
  Synthetix() : world_(with_flat(rates())) {
    world_.price("BTC", 30'000).price("ETH", 2'000).tick();
    open(world_, "a", "flat");
  }

  static risk::Flat rates() {
    risk::Flat flat;
    flat.assets = {{"USDT", 1, 1}};
    flat.instruments = {{kPerpetual, 0.99, 1.01, 1, 2.0 / 100, 1'000},
                        {"ETH/USDT:USDT", 0.99, 1.01, 1, 2.0 / 1'000, 500}};
    return flat;
  }

  double equity_at(double btc, double eth) {
    world_.price("BTC", btc).price("ETH", eth).tick();
    return static_cast<double>(world_.figures("a").equity.micros) * 1e-6;
  }

  World world_;
};

TEST_F(Synthetix, InitialMarginAndAvailableMargin) {
  world_.fund("a", "USDT", "100000", "100000");
  world_.trade("a", kPerpetual, -2'000, "29700").trade("a", "ETH/USDT:USDT", 2'000, "2020");
  EXPECT_EQ(world_.figures("a").equity, usd(99'000));
  EXPECT_EQ(world_.figures("a").initial, usd(6'500));
}

TEST_F(Synthetix, AvailableMarginFollowsTheIndex) {
  world_.fund("a", "USDT", "20000", "20000");
  world_.trade("a", kPerpetual, -1'000, "29850").trade("a", "ETH/USDT:USDT", 2'000, "2020");
  EXPECT_NEAR(equity_at(30'000, 2'000), 20'000 - 150 - 400, 2e-6);
  EXPECT_NEAR(equity_at(28'000, 1'900), 20'000 + 1'850 - 2'400, 2e-6);
  EXPECT_NEAR(equity_at(31'000, 1'775), 20'000 - 1'150 - 4'900, 2e-6);
  EXPECT_NEAR(equity_at(31'000, 1'820), 20'000 - 1'150 - 4'000, 2e-6);
}

// 200 lots are 0.2 BTC; shipped rates: a tenth of the notional.
class FlatLadder : public testing::Test {
 protected:
  FlatLadder() {
    open(world_, "a", "flat");
    world_.fund("a", "USDT", "1800", "1800").trade("a", kPerpetual, 200, "60000").tick();
  }
  World world_;
};

TEST_F(FlatLadder, RequirementIsTheRateAndFollowsTheMark) {
  EXPECT_EQ(world_.figures("a").initial, usd(1'200));
  EXPECT_EQ(world_.figures("a").maintenance, usd(840));
  world_.price("BTC", 57'000).tick();
  EXPECT_EQ(world_.figures("a").initial, usd(1'140));
  EXPECT_EQ(world_.figures("a").equity, usd(1'200));
}

// E = 1,800 − 0.2·fall, IM = 0.02·price: 56,500 is E 1,100 against 1,130; 56,100 is 1,020 against
// 1,122, above the call level; 56,000 is 1,000 against 1,120, below it.
TEST_F(FlatLadder, EachLevelActsWhereTheRateSaysAndTheCallReachesTheTarget) {
  world_.price("BTC", 56'500).tick();
  EXPECT_EQ(world_.account("a").ladder.coverage, Coverage::watch);
  world_.price("BTC", 56'100).tick();
  EXPECT_EQ(world_.account("a").ladder.coverage, Coverage::watch);
  world_.price("BTC", 56'000).tick();
  EXPECT_EQ(world_.account("a").ladder.coverage, Coverage::called);
  const auto calls = world_.said_of<CallIssued>("a");
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].amount, usd(180));  // 1.05·1,120 − 1,000 = 176, up to the next ten
  world_.fund("a", "USDT", "180", "180");
  EXPECT_EQ(world_.said_of<CallChanged>("a").back().to, policy::CallStatus::met);
  world_.ticks(5);
  EXPECT_EQ(world_.account("a").ladder.coverage, Coverage::normal);
}

TEST_F(FlatLadder, DefaultIsBelowItsOwnMaintenanceAndLiquidationReachesExit) {
  world_.price("BTC", 54'000).ticks(4);  // E 600, MM 756
  const auto defaults = world_.said_of<DefaultChanged>("a");
  ASSERT_FALSE(defaults.empty());
  EXPECT_EQ(defaults[0].reason, policy::Reason::maintenance_breach);
  for (int i = 0; i < 30; ++i) {
    world_.tick();
    world_.places_answer().venue_fills();
  }
  EXPECT_EQ(world_.account("a").ladder.default_, policy::Default::none);
  const Figures figures = world_.figures("a");
  EXPECT_TRUE(at_least_bp(figures.equity, 10'500, figures.initial));
  EXPECT_GT(figures.initial, usd(0));
}

// D8.6 under flat: 1,800 − x >= 1.05·1,200. The stressed requirement is the requirement.
TEST_F(FlatLadder, WithdrawalIsJudgedAsIfDone) {
  const auto unpledge = [&](const char* amount) {
    return Unpledge{"a", "USDT", "internal", world_.amount("USDT", amount)};
  };
  world_.refuse("alice", unpledge("540.000001"), ErrorCode::below_target);
  world_.must("alice", unpledge("540"));
}

// Buys of 40 lots more add a tenth of their notional; at a limit above the mark also what they
// would lose there.
TEST_F(FlatLadder, OpenOrdersChargeNotionalAndTheirLoss) {
  const auto buy = [](std::string name, std::int64_t lots, std::int64_t limit) {
    return PlaceOrder{"a", std::move(name), kPerpetual, Side::buy, lots, {limit, 0}};
  };
  world_.must("alice", buy("o1", 40, 60'000));
  EXPECT_EQ(world_.figures("a").initial, usd(1'440));
  world_.must("alice", buy("o2", 10, 61'000));
  EXPECT_EQ(world_.figures("a").initial, usd(1'440 + 60 + 10));
  world_.refuse("alice", buy("o3", 49, 60'000), ErrorCode::margin_insufficient);
  // Asks that would only close are the other side: the worse one counts.
  world_.must("alice", PlaceOrder{"a", "o4", kPerpetual, Side::sell, 200, {60'000, 0}});
  EXPECT_EQ(world_.figures("a").initial, usd(1'510));
}

TEST_F(FlatLadder, CollateralCountsAtItsLoanToValue) {
  // One BTC of 60,000 counts 57,000; its price is no part of IM's look at the contract.
  world_.fund("a", "BTC", "1", "1");
  const Figures figures = world_.figures("a");
  EXPECT_EQ(figures.equity, usd(61'800));
  EXPECT_EQ(figures.initial, usd(1'200 + 3'000));
  const auto valuer = world_.engine().figures();
  ASSERT_TRUE(valuer.has_value());
  const auto detail = (*valuer)->explain(world_.state().find_account("a"));
  EXPECT_EQ(detail.requirement.initial, figures.initial);
  EXPECT_EQ(detail.requirement.initial_stressed, figures.initial);
  EXPECT_EQ(detail.requirement.obligations_initial, usd(1'200));
  EXPECT_EQ(detail.requirement.obligations_maintenance, usd(840));
  const auto btc =
      std::ranges::find(detail.underlyings, "BTC", &risk::UnderlyingDetail::underlying);
  ASSERT_NE(btc, detail.underlyings.end());
  EXPECT_EQ(btc->standalone_core, usd(1'200));
}

// D9.1: the probability of breach is of the book on the scenarios, against the model's MM.
TEST_F(FlatLadder, LookAheadIsAboutTheBook) {
  const auto weight = [&] {
    return (*world_.engine().figures())
        ->requirement(world_.state().find_account("a"))
        .breach_weight;
  };
  EXPECT_EQ(weight(), 0U);
  world_.price("BTC", 55'100).tick();  // E 820, MM 771
  EXPECT_GT(weight(), 0U);
  EXPECT_FALSE(world_.said_of<SequestrationOrdered>("a").empty());
}

TEST(GridAccount, WorstPointAndItsOwnStory) {
  World world;
  open(world, "a", "scenario_grid");
  open(world, "b", "scenario_es");
  for (const char* account : {"a", "b"}) {
    world.fund(account, "USDT", "3000", "3000").trade(account, kPerpetual, 200, "60000");
  }
  world.tick();
  // The worst spot point of the shipped grid, and a contingency of 1 % of 12,000.
  const auto& points = world.state().parameters().risk.revaluation.spot_points;
  const double worst = -*std::ranges::min_element(points) * 12'000 + 120;
  const Figures figures = world.figures("a");
  EXPECT_NEAR(static_cast<double>(figures.initial.micros) * 1e-6, worst, 0.01);
  EXPECT_EQ(figures.maintenance, scale_up(figures.initial, 7'000, 10'000));
  EXPECT_NE(world.figures("b").initial, figures.initial);
  const auto needed = (*world.engine().figures())->explain(world.state().find_account("a"));
  EXPECT_EQ(needed.requirement.initial, figures.initial);
  EXPECT_TRUE(needed.contributions.empty());
}

TEST(AccountModel, UnknownOnesAndAModeThatMeansNothingAreRefused) {
  World world;
  const auto of = [](std::string model, risk::MarginMode mode) {
    return OpenAccount{"a", "alice", "", mode, std::move(model), {}};
  };
  const Error unknown =
      world.refuse("venue", of("var", risk::MarginMode::joint), ErrorCode::out_of_range);
  EXPECT_EQ(unknown.field, "model");
  EXPECT_EQ(unknown.detail, "scenario_es, scenario_grid or flat");
  const Error mode =
      world.refuse("venue", of("flat", risk::MarginMode::haircut), ErrorCode::out_of_range);
  EXPECT_EQ(mode.field, "mode");
  world.must("venue", of("scenario_grid", risk::MarginMode::haircut));
}

// New rates are a new parameter set, and act from the tick in which it becomes effective.
TEST(AccountModel, RatesComeFromTheVersionThatIsInForce) {
  World world;
  open(world, "a", "flat");
  world.fund("a", "USDT", "1800", "1800").trade("a", kPerpetual, 200, "60000").tick();
  policy::ParameterSet next = world_parameters();
  next.version = 2;
  for (FlatInstrumentRate& rate : next.models.flat.instruments) {
    rate.base_asset_weight = 0.8;
    rate.base_liability_weight = 1.2;
  }
  const Timestamp at = world.now() + minutes(2);
  world.must("risk", Propose{"steeper", at + hours(1), ParameterChange{next, at}});
  world.must("approver-1", Approve{"steeper"}).must("approver-2", Approve{"steeper"});
  world.tick();
  EXPECT_EQ(world.figures("a").initial, usd(1'200));
  world.ticks(2);
  EXPECT_EQ(world.figures("a").initial, usd(2'400));
  EXPECT_EQ(world.account("a").ladder.coverage, Coverage::called);
}

TEST(AccountModel, RatesOutOfOrderAndAnotherRhoAreRefused) {
  policy::ParameterSet set = policy::default_parameters();
  set.models.flat.maintenance = 8'000;
  EXPECT_EQ(policy::validate(set).error().code, ErrorCode::parameters_disagree);
  EXPECT_EQ(policy::validate(set).error().field, "models.flat.maintenance");
  set = policy::default_parameters();
  set.models.scenario_grid.maintenance = 8'000;
  EXPECT_EQ(policy::validate(set).error().field, "models.scenario_grid.maintenance");
  set = policy::default_parameters();
  std::swap(set.models.flat.assets[0], set.models.flat.assets[1]);
  EXPECT_EQ(policy::validate(set).error().code, ErrorCode::not_canonical);
  set = policy::default_parameters();
  set.models.flat.assets[1] = set.models.flat.assets[0];
  EXPECT_EQ(policy::validate(set).error().code, ErrorCode::duplicate_field);
  set = policy::default_parameters();
  set.models.flat.assets[0].asset_weight = 1.5;
  EXPECT_EQ(policy::validate(set).error().field, "models.flat.assets.ADA");
  set = policy::default_parameters();
  set.models.flat.instruments[0].minimum = -1;
  EXPECT_EQ(policy::validate(set).error().code, ErrorCode::out_of_range);
}

}  // namespace
}  // namespace bulkhead::engine
