// The fast path against brute force: the same log applied by an engine that lets accounts at rest
// sleep and by one that evaluates every account at every tick gives the same events, byte for byte,
// on random books and random markets; and it does let them sleep.
#include <algorithm>
#include <cmath>
#include <functional>

#include "bulkhead/base/random.h"
#include "bulkhead/engine/play_support.h"

namespace bulkhead::engine {
namespace {

constexpr const char* kPerpetual = "BTC/USDT:USDT";
constexpr const char* kInverse = "BTC/USD:BTC";
constexpr const char* kEther = "ETH/USDT:USDT";
constexpr const char* kCall = "BTC/USDT:USDT-231229-70000-C";
constexpr const char* kPut = "BTC/USDT:USDT-231229-50000-P";

// What moves in one minute, and how often something odd happens.
struct Market {
  double step = 0.0005;
  double jump = 0.01;  // chance of one of up to a tenth
  double peg = 0.00002;
  double wide = 0.01;    // chance that confidence widens for a tick
  double silent = 0.01;  // chance that a price is not observed for some ticks
  double order = 0;      // chance that somebody places an order at random
};

class Sleeping : public testing::Test {
 protected:
  Sleeping() : random_(5, 0) {}

  static WorldOptions checked() {
    WorldOptions options;
    options.engine.check_every = 1;
    return options;
  }

  static std::string coins(double value) { return std::to_string(value); }

  // Books of every kind, from nearly safe to nearly called.
  void open_accounts(World& world, int count) {
    const char* members[] = {"alice", "bob", "carol", "dave"};
    for (int i = 0; i < count; ++i) {
      const std::string name = "a-" + std::to_string(i);
      const char* member = members[i % 4];
      const auto mode = i % 3 == 0 ? risk::MarginMode::haircut : risk::MarginMode::joint;
      const std::string group = i % 5 == 0 ? "group" : "alone-" + std::to_string(i);
      world.open(name, member, {}, mode, group);
      accounts_.push_back(name);
      const double equity = 3'000 * std::exp(1.5 * random_.uniform());
      world.fund(name, "USDT", coins(equity), coins(equity));
      if (random_.chance(0.4)) world.fund(name, "BTC", "0.05", "0.05");
      if (random_.chance(0.3)) world.fund(name, "ETH", "1", "1");
      if (random_.chance(0.3)) world.fund(name, "USDC", "900", "900");
      trade(world, name, equity);
    }
  }

  void trade(World& world, const std::string& name, double equity) {
    const double leverage = 1 + 6 * random_.uniform();
    const int sign = random_.chance(0.5) ? 1 : -1;
    const auto lots = [&](double notional, double per_lot) {
      return sign * std::max(1L, std::lround(notional / per_lot));
    };
    switch (random_.below(5)) {
      case 0:
        world.trade(name, kPerpetual, lots(leverage * equity, 60), coins(btc_));
        break;
      case 1:
        world.trade(name, kInverse, lots(leverage * equity / 3, 100), coins(btc_));
        break;
      case 2:
        world.trade(name, kEther, lots(leverage * equity, 30), coins(eth_));
        break;
      case 3:
        world.trade(name, kCall, -std::max(1L, std::lround(equity / 3'000)), "900");
        world.trade(name, kPerpetual, std::max(1L, std::lround(equity / 300)), coins(btc_));
        break;
      default:
        world.trade(name, kPut, -std::max(1L, std::lround(equity / 4'000)), "400");
    }
  }

  // Equity between 0.8 and 1.08 of the initial margin.
  void open_near_the_call(World& world, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string name = "w-" + std::to_string(i);
      const auto mode = i % 3 == 0 ? risk::MarginMode::haircut : risk::MarginMode::joint;
      world.open(name, i % 2 == 0 ? "alice" : "bob", {}, mode, "alone-" + std::to_string(i));
      accounts_.push_back(name);
      trade(world, name, 3'000 * std::exp(1.5 * random_.uniform()));
      const risk::Requirement& now =
          (*world.engine().figures())->requirement(world.state().find_account(name));
      const double level = 0.8 + 0.28 * random_.uniform();
      const double missing = level * static_cast<double>(now.initial.micros) -
                             static_cast<double>(now.equity_mid.micros);
      if (missing > 0) world.fund(name, "USDT", coins(missing / 1e6), coins(missing / 1e6));
    }
  }

  // A member pledges some of what is missing.
  void answer(World& world) {
    const std::string& name = accounts_[random_.below(accounts_.size())];
    const AccountState& state = world.account(name);
    if (state.open_calls == 0 || state.ladder.default_ != policy::Default::none) return;
    world.fund(name, "USDT", "150", "150");
  }

  void minute(World& world, const Market& market, bool busy = true) {
    const auto walk = [&](double& price) {
      double move = market.step * random_.normal();
      if (random_.chance(market.jump)) move += 0.2 * (random_.uniform() - 0.5);
      price *= std::exp(move);
    };
    walk(btc_);
    walk(eth_);
    usdc_ *= std::exp(market.peg * random_.normal());
    const auto width = [&] { return random_.chance(market.wide) ? 0.02 : 0.0; };
    world.price("BTC", btc_, width()).price("ETH", eth_, width()).price("USDC", usdc_, width());
    world.price("BTC:vol", 0.6 * std::exp(0.05 * random_.normal()));
    if (random_.chance(market.silent)) world.silence("ETH");
    if (market.order > 0 && random_.chance(market.order)) order(world);
    const Duration steps[] = {seconds(1), seconds(20), minutes(1), minutes(4)};
    world.tick(steps[random_.below(busy ? 4 : 2)]);
    world.places_answer();
    if (busy && random_.chance(0.5)) world.venue_fills();
    if (!busy || !random_.chance(0.1)) return;
    const std::string& name = accounts_[random_.below(accounts_.size())];
    if (world.account(name).ladder.default_ != policy::Default::none) return;
    // Any of these may be refused; both engines say so alike.
    switch (random_.below(4)) {
      case 0:
        world.trade(name, kPerpetual, random_.chance(0.5) ? 5 : -5, coins(btc_));
        break;
      case 1:
        world.give(
            world.member_of(name),
            PlaceOrder{
                name, "o" + std::to_string(++orders_), kPerpetual, Side::buy, 3, {59'000, 0}});
        break;
      case 2:
        world.fund(name, "USDT", "500", "500");
        break;
      default:
        world.give(world.member_of(name),
                   Unpledge{name, "USDT", "internal", world.amount("USDT", "200")});
    }
  }

  // True if it was taken.
  bool order(World& world) {
    const std::string& name = accounts_[random_.below(accounts_.size())];
    const char* contracts[] = {kPerpetual, kInverse, kEther, kCall, kPut};
    const double prices[] = {btc_, btc_, eth_, 900, 400};
    const std::size_t which = random_.below(5);
    const double limit = prices[which] * (0.97 + 0.06 * random_.uniform());
    const auto lots = static_cast<std::int64_t>(std::exp(6 * random_.uniform()));
    const Applied& applied =
        world.give(world.member_of(name), PlaceOrder{name,
                                                     "r" + std::to_string(++orders_),
                                                     contracts[which],
                                                     random_.chance(0.5) ? Side::buy : Side::sell,
                                                     lots,
                                                     {static_cast<std::int64_t>(limit), 0}});
    return !applied.refused.has_value();
  }

  // Two persons adopt what `change` makes of the parameters, at the next tick.
  static void adopt(World& world, const std::function<void(policy::ParameterSet&)>& change) {
    policy::ParameterSet next = world.state().parameters();
    change(next);
    next.version = world.state().parameters().version + 1;
    const std::string name = "policy-" + std::to_string(next.version);
    world.must("risk", Propose{name, world.now() + hours(1), ParameterChange{next, world.now()}});
    world.must("approver-1", Approve{name}).must("approver-2", Approve{name});
  }

  static collateral::AssetTerms& terms(policy::ParameterSet& set, const std::string& asset) {
    return *std::ranges::find(set.collateral.schedule, asset, &collateral::AssetTerms::asset);
  }

  static bool asleep(World& world, const std::string& account) {
    return (*world.engine().figures())->asleep(world.state().find_account(account));
  }

  // Applies the world's log by brute force.
  void expect_plain_agrees(World& world) {
    SerialExecutor serial;
    const ContentSource content = [&world](const Hash& hash) -> Result<Bytes> {
      const auto at = world.content().find(hash);
      if (at != world.content().end()) return at->second;
      return fail(ErrorCode::not_found, "hash", "", "");
    };
    Engine plain(content, serial, {.plain = true});
    for (std::size_t i = 0; i < world.log().size(); ++i) {
      const Applied applied = plain.apply(world.log()[i]);
      ASSERT_EQ(answer_bytes(applied), answer_bytes(world.answers()[i])) << "command " << i;
    }
    EXPECT_EQ(plain.state_root(), world.engine().state_root());
    const TickCounts& all = (*plain.figures())->counts();
    EXPECT_EQ(all.evaluated, all.accounts);
  }

  RandomStream random_;
  std::vector<std::string> accounts_;
  double btc_ = 60'000, eth_ = 3'000, usdc_ = 1;
  int orders_ = 0;
};

TEST_F(Sleeping, TheLogIsThatOfBruteForceInAQuietMarket) {
  World world(checked());
  open_accounts(world, 40);
  for (int i = 0; i < 150; ++i) minute(world, {.jump = 0});
  const TickCounts counts = (*world.engine().figures())->counts();
  EXPECT_EQ(counts.missed, 0U);
  EXPECT_GT(counts.checked, 1'000U);
  EXPECT_LT(counts.evaluated, counts.accounts / 2);
  expect_plain_agrees(world);
}

TEST_F(Sleeping, TheLogIsThatOfBruteForceInAWildMarket) {
  World world(checked());
  open_accounts(world, 40);
  for (int i = 0; i < 250; ++i) minute(world, {.step = 0.003, .jump = 0.03, .peg = 0.001});
  const TickCounts counts = (*world.engine().figures())->counts();
  EXPECT_EQ(counts.missed, 0U);
  EXPECT_GT(counts.checked, 100U);
  EXPECT_GT(world.said<CoverageChanged>().size(), 10U);
  expect_plain_agrees(world);
}

// Whether an order passes is the same with the bound that spares evaluations and without.
TEST_F(Sleeping, OrdersAreTakenAndRefusedAsByFullJudgement) {
  World world(checked());
  open_accounts(world, 30);
  int taken = 0;
  int refused = 0;
  for (int i = 0; i < 600; ++i) {
    if (i % 10 == 0) minute(world, {.step = 0.002, .jump = 0.01, .peg = 0.0005, .wide = 0.1});
    ++(order(world) ? taken : refused);
  }
  EXPECT_GT(taken, 100);
  EXPECT_GT(refused, 100);
  expect_plain_agrees(world);
}

// A log in which every command and every event occurs.
TEST_F(Sleeping, TheLogOfEverythingIsThatOfBruteForce) {
  World world(checked());
  play_everything(world);
  const TickCounts counts = (*world.engine().figures())->counts();
  EXPECT_EQ(counts.missed, 0U);
  EXPECT_GT(counts.checked, 100U);
  expect_plain_agrees(world);
}

// What counts of an account's collateral is a share of what it owes, fades out or ramps.
TEST_F(Sleeping, TheLogIsThatOfBruteForceWhereCollateralCountsInPart) {
  WorldOptions options = checked();
  terms(options.parameters, "BTC").account_limit_bp = 5'000;
  options.parameters.ladder.parameter_ramp = minutes(20);
  options.parameters.collateral.eligibility_grace = minutes(40);
  World world(options);
  open_accounts(world, 40);
  const Market market{.step = 0.002, .jump = 0.01, .peg = 0.0005, .wide = 0.05, .order = 1};
  for (int i = 0; i < 50; ++i) minute(world, market);
  adopt(world, [](policy::ParameterSet& set) {
    terms(set, "ETH").eligible = false;
    terms(set, "USDC").account_limit_bp = 2'000;
    set.ladder.levels.watch_bp += 100;
  });
  for (int i = 0; i < 60; ++i) minute(world, market);
  adopt(world, [](policy::ParameterSet& set) {
    terms(set, "ETH").eligible = true;
    terms(set, "BTC").account_limit_bp = 10'000;
    terms(set, "USDC").account_limit_bp = 10'000;
  });
  for (int i = 0; i < 60; ++i) minute(world, market);
  const TickCounts counts = (*world.engine().figures())->counts();
  EXPECT_EQ(counts.missed, 0U);
  EXPECT_GT(counts.checked, 100U);
  EXPECT_GE(world.said<ParametersAdopted>().size(), 4U);
  EXPECT_GE(world.said<EligibilityChanged>().size(), 2U);
  expect_plain_agrees(world);
}

// Nor does anybody sleep whose collateral changes though the market does not.
TEST_F(Sleeping, WhoseCollateralChangesByItselfIsAwake) {
  World world(checked());
  const std::pair<const char*, const char*> held[] = {
      {"limited", "BTC"}, {"fading", "ETH"}, {"other", "USDC"}};
  for (const auto& [name, asset] : held) {
    world.open(name, "alice", {}, risk::MarginMode::joint, name);
    world.fund(name, "USDT", "100000", "100000").fund(name, asset, "0.001", "0.001");
    world.trade(name, kPerpetual, 100, "60000");
  }
  world.ticks(3, seconds(1));
  EXPECT_TRUE(asleep(world, "limited") && asleep(world, "fading") && asleep(world, "other"));
  adopt(world, [](policy::ParameterSet& set) {
    set.ladder.parameter_ramp = seconds(3);
    set.collateral.eligibility_grace = minutes(20);
    terms(set, "BTC").account_limit_bp = 5'000;
    terms(set, "ETH").eligible = false;
  });
  world.tick(seconds(1));
  EXPECT_FALSE(asleep(world, "limited") || asleep(world, "fading") || asleep(world, "other"));
  world.ticks(5, seconds(1));
  EXPECT_TRUE(asleep(world, "other"));
  EXPECT_FALSE(asleep(world, "limited") || asleep(world, "fading"));
  world.ticks(25);
  EXPECT_TRUE(asleep(world, "fading"));  // it counts nothing any more
  EXPECT_FALSE(asleep(world, "limited"));
  EXPECT_EQ((*world.engine().figures())->counts().missed, 0U);
  expect_plain_agrees(world);
}

// Nobody is left asleep beyond a round, even if nothing moves.
// Who is under watch, called, or on the way out sleeps too, until a level, a dwell, a need that has
// grown or a change of quality or regime wakes it; and some do not sleep, as they are told to
// pledge by themselves.
TEST_F(Sleeping, WhoWaitsOnTheLadderIsWokenInTime) {
  for (const double step : {0.00003, 0.0001, 0.0002, 0.0003, 0.0004, 0.0005}) {
    btc_ = 60'000, eth_ = 3'000;
    World world(checked());
    accounts_.clear();
    adopt(world, [](policy::ParameterSet& set) {
      set.ladder.dwell = {minutes(30), minutes(30), minutes(30), minutes(30)};
      set.ladder.sequestration.look_ahead = {minutes(1), minutes(1), minutes(1), minutes(1)};
    });
    world.tick();
    open_near_the_call(world, 30);
    const Market market{.step = step, .jump = 0, .peg = 0, .wide = 0.002, .silent = 0.001};
    int waited = 0;
    for (int i = 0; i < 1'000; ++i) {
      minute(world, market, false);
      if (random_.chance(0.05)) answer(world);
      for (const std::string& name : accounts_) {
        waited +=
            asleep(world, name) && world.account(name).ladder.coverage != policy::Coverage::normal;
      }
    }
    EXPECT_EQ((*world.engine().figures())->counts().missed, 0U);
    EXPECT_GT(waited, 300) << step;
    printf("waited %d\n", waited);
    expect_plain_agrees(world);
  }
}

TEST_F(Sleeping, EveryoneIsEvaluatedWithinARound) {
  World world(checked());
  open_accounts(world, 20);
  world.ticks(5);
  const std::uint64_t before = (*world.engine().figures())->counts().evaluated;
  world.ticks(31);
  EXPECT_GE((*world.engine().figures())->counts().evaluated - before, 20U);
}

// A sleeper that a command touches is looked at, and so are its affiliates.
TEST_F(Sleeping, WhoeverACommandTouchesIsAwake) {
  World world(checked());
  world.open("one", "alice", {}, risk::MarginMode::joint, "group");
  world.open("two", "bob", {}, risk::MarginMode::joint, "group");
  world.open("other", "carol");
  for (const char* name : {"one", "two", "other"}) {
    world.fund(name, "USDT", "100000", "100000");
    world.trade(name, kPerpetual, 100, "60000");
  }
  world.ticks(3, seconds(1));
  Valuer& valuer = **world.engine().figures();
  const AccountIndex one = world.state().find_account("one");
  const AccountIndex two = world.state().find_account("two");
  const AccountIndex other = world.state().find_account("other");
  ASSERT_TRUE(valuer.asleep(one) && valuer.asleep(two) && valuer.asleep(other));
  world.trade("one", kPerpetual, 1, "60000");
  EXPECT_FALSE(valuer.asleep(one));
  EXPECT_FALSE(valuer.asleep(two));
  EXPECT_TRUE(valuer.asleep(other));
}

}  // namespace
}  // namespace bulkhead::engine
