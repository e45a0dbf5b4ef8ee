// Plans against brute force over every whole number of lots, against the core's own plan, and
// against the core that judges them.
#include "bulkhead/planner/liquidation_planner.h"

#include <gtest/gtest.h>

#include "bulkhead/base/random.h"
#include "bulkhead/engine/world_support.h"
#include "bulkhead/planner/closing_problem.h"
#include "bulkhead/planner/closing_program.h"

namespace bulkhead::planner {
namespace {

using engine::World;

constexpr const char* kBtc = "BTC/USDT:USDT";
constexpr const char* kEth = "ETH/USDT:USDT";

engine::Books books(World& world) {
  const Result<engine::Valuer*> figures = world.engine().figures();
  EXPECT_TRUE(figures.has_value());
  return {world.state(), **figures};
}

// Ticks until the account is in default; false if it does not come to it.
bool in_default(World& world, const std::string& name) {
  for (int i = 0; i < 10; ++i) {
    world.tick();
    if (world.account(name).ladder.default_ == policy::Default::declared) return true;
  }
  return false;
}

void grant(World& world) {
  world.must(
      "operator",
      engine::Grant{engine::GrantKind::planner, "operator", "", {}, 1, world.now() + days(1)});
}

// Long BTC and some of ETH, either side, in default.
bool bring_down(World& world, std::int64_t btc, std::int64_t eth, const std::string& pledged,
                double fall) {
  world.open("alice-1", "alice").fund("alice-1", "USDT", pledged, pledged);
  world.trade("alice-1", kBtc, btc, "60000");
  if (eth != 0) world.trade("alice-1", kEth, eth, "3000");
  world.tick();
  grant(world);
  world.price("BTC", 60'000 * (1 - fall)).price("ETH", 3'000 * (1 - fall));
  return in_default(world, "alice-1");
}

// The least cost of any set of whole lots that reaches the exit level.
std::optional<Usd> least_cost(World& world, AccountIndex account) {
  const engine::Books all = books(world);
  const auto lines = closable_lines(all, account);
  engine::LotsClosed closed(lines.size(), 0);
  std::optional<Usd> least;
  while (true) {
    const engine::ValuedClosing valued = value_closing(all, account, lines, closed);
    if (reaches_exit(all, valued.figures) && (!least || valued.cost < *least)) least = valued.cost;
    std::size_t i = 0;
    while (i < lines.size() && closed[i] == lines[i].item.lots) closed[i++] = 0;
    if (i == lines.size()) return least;
    ++closed[i];
  }
}

TEST(LiquidationPlanner, IsAsCheapAsTheBestOfAllWholeLots) {
  RandomStream random(11, 1);
  int programs = 0;
  int compared = 0;
  for (int trial = 0; trial < 25; ++trial) {
    World world;
    const auto btc = static_cast<std::int64_t>(8 + random.below(25));
    const auto eth = static_cast<std::int64_t>(random.below(60)) - 30;
    const std::string pledged = std::to_string(100 + random.below(200));
    if (!bring_down(world, btc, eth, pledged, 0.06 + 0.01 * static_cast<double>(trial % 6))) {
      continue;
    }
    const AccountIndex account = world.state().find_account("alice-1");
    const std::optional<Usd> least = least_cost(world, account);
    const Result<Proposal> proposal = plan_liquidation(books(world), account);
    SCOPED_TRACE("trial " + std::to_string(trial));
    ASSERT_EQ(proposal.has_value(), least.has_value());
    if (!least) continue;
    ++compared;
    EXPECT_GE(proposal->cost, *least);
    // Lots are coarse here: what one lot costs may be between.
    const auto lines = closable_lines(books(world), account);
    Usd lot;
    for (const auto& line : lines) lot = max(lot, closing_cost(line, 1));
    EXPECT_LE(proposal->cost, *least + lot);
    if (proposal->plain_cost > Usd{}) {
      EXPECT_LE(proposal->cost, proposal->plain_cost);
    }
    programs += proposal->origin == PlanOrigin::program ? 1 : 0;
  }
  EXPECT_GE(compared, 8);
  EXPECT_GE(programs, 5);
}

TEST(LiquidationPlanner, TheCoreFollowsWhatItProposes) {
  World world;
  ASSERT_TRUE(bring_down(world, 300, -150, "1600", 0.11));
  const AccountIndex account = world.state().find_account("alice-1");
  const Result<Proposal> proposal = plan_liquidation(books(world), account);
  ASSERT_TRUE(proposal.has_value()) << to_string(proposal.error());
  world.must("operator", command_of(*proposal, "alice-1", 1, world.now() + hours(1)));
  const auto accepted = world.said<engine::PlanAccepted>();
  ASSERT_EQ(accepted.size(), 1U);
  EXPECT_EQ(accepted[0].body.expected_cost, proposal->cost);
  EXPECT_EQ(accepted[0].body.plain_cost, proposal->plain_cost);
  for (int i = 0; i < 10; ++i) world.tick().pass(seconds(1)).venue_fills();
  EXPECT_EQ(world.account("alice-1").ladder.default_, policy::Default::none);
}

TEST(LiquidationPlanner, LookingLeavesNoTrace) {
  World world;
  ASSERT_TRUE(bring_down(world, 300, -150, "1600", 0.11));
  const Hash before = world.engine().state_root();
  const AccountIndex account = world.state().find_account("alice-1");
  ASSERT_TRUE(plan_liquidation(books(world), account).has_value());
  EXPECT_EQ(world.engine().state_root(), before);
  const Result<Proposal> again = plan_liquidation(books(world), account);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->lines, plan_liquidation(books(world), account)->lines);
}

TEST(LiquidationPlanner, AnAccountThatIsNotInDefaultHasNoPlan) {
  World world;
  world.open("alice-1", "alice").fund("alice-1", "USDT", "2000", "2000").tick();
  const Result<Proposal> none =
      plan_liquidation(books(world), world.state().find_account("alice-1"));
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::stage_forbids);
}

TEST(LiquidationPlanner, WhereNothingReachesTheExitItSaysSo) {
  World world;
  ASSERT_TRUE(bring_down(world, 300, 0, "2000", 0.25));
  const Result<Proposal> none =
      plan_liquidation(books(world), world.state().find_account("alice-1"));
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::plan_misses_exit);
}

// The P&L vector of the planner gives the core's own Expected Shortfall.
TEST(ClosingProblem, ItsVectorHasTheTailOfTheRequirement) {
  World world;
  ASSERT_TRUE(bring_down(world, 300, -150, "1600", 0.11));
  const engine::Books all = books(world);
  const AccountIndex account = world.state().find_account("alice-1");
  const ClosingProblem problem = closing_problem(all, account, closable_lines(all, account));
  const LossBlock& filtered = problem.blocks[0];
  std::vector<std::pair<double, double>> losses;
  for (std::size_t s = 0; s < filtered.weights.size(); ++s) {
    losses.emplace_back(-problem.pnl[filtered.begin + s], filtered.weights[s]);
  }
  std::ranges::sort(losses, std::greater{});
  double left = problem.tail;
  double sum = 0;
  for (const auto& [loss, weight] : losses) {
    const double mass = std::min(left, weight);
    sum += mass * loss;
    left -= mass;
  }
  const risk::Requirement needed = all.valuer.requirement(account);
  EXPECT_NEAR(sum / problem.tail, static_cast<double>(needed.parts.es_filtered.micros) / 1e6, 1e-4);
}

// Of two lines that offset each other and cost the same, closing both is what the program finds;
// of a line that is dear it closes none if the cheap one suffices.
TEST(ClosingProgram, PrefersTheCheapLine) {
  ClosingProblem problem;
  problem.equity = 50;
  problem.exit = 1;
  problem.tail = 0.5;
  problem.pnl = {-100, 100, -100, 100, -100, 100};
  for (std::size_t b = 0; b < 3; ++b) problem.blocks[b] = {2 * b, {0.5, 0.5}};
  problem.grid_begin = problem.grid_end = 6;
  const std::vector<double> half = {50, -50, 50, -50, 50, -50};
  for (const double price : {1.0, 5.0}) {
    ClosingLine line{0, {}, half};
    line.cost = {{0.5, price / 2}, {1, price}};
    problem.lines.push_back(line);
  }
  ClosingProgram program(problem);
  const auto answer = program.solve();
  ASSERT_TRUE(answer.has_value());
  // 50 − x >= 100 − 50·x: x = 50/49 of the cheap line is more than there is of it.
  EXPECT_NEAR(answer->shares[0], 1, 1e-6);
  EXPECT_NEAR(50 - answer->cost, answer->margin, 1e-6);
  EXPECT_NEAR(answer->shares[1], 1.0 / 45, 1e-6);
}

}  // namespace
}  // namespace bulkhead::planner
