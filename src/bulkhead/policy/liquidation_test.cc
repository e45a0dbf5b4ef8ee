// The plain plan on books whose margin is known in closed form, and the waterfall.
#include "bulkhead/policy/liquidation.h"

#include <gtest/gtest.h>

#include "bulkhead/base/random.h"

namespace bulkhead::policy {
namespace {

const Levels kLevels;

// Margin: a fifth of |Σ signed notional| per group, plus a hundredth of the gross.
struct Book {
  std::vector<ClosableItem> items;
  std::vector<std::int64_t> sides;  // +1 long, −1 short
  std::int64_t equity_micros = 0;

  HypotheticalFigures figures(std::span<const std::uint64_t> closed) const {
    std::int64_t gross = 0;
    std::int64_t net[4] = {0, 0, 0, 0};
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto left = static_cast<std::int64_t>(items[i].lots - closed[i]);
      const auto notional = left * static_cast<std::int64_t>(items[i].notional_per_lot * 1e6);
      gross += notional;
      net[items[i].group] += sides[i] * notional;
    }
    std::int64_t margin = gross / 100;
    for (const std::int64_t n : net) margin += (n < 0 ? -n : n) / 5;
    HypotheticalFigures f;
    f.equity = Usd{equity_micros};
    f.initial_margin = Usd{margin};
    f.maintenance_margin = scale_up(f.initial_margin, 7'000, 10'000);
    return f;
  }
  LiquidationPlan plan() const {
    return plan_liquidation(
        items, [this](std::span<const std::uint64_t> c) { return figures(c); }, kLevels);
  }
};

ClosableItem item(std::uint32_t group, std::uint64_t lots, double notional_per_lot) {
  ClosableItem i;
  i.group = group;
  i.lots = lots;
  i.capacity = lots;
  i.notional_per_lot = notional_per_lot;
  i.market = {0.001, 1.0, 0.05, 1e8};
  return i;
}

// The least lots of one position, by trying every number of them.
std::uint64_t least_by_scan(const Book& book) {
  for (std::uint64_t n = 0; n <= book.items[0].lots; ++n) {
    const std::uint64_t closed[] = {n};
    HypotheticalFigures f = book.figures(closed);
    const Usd size{
        static_cast<std::int64_t>(static_cast<double>(n) * book.items[0].notional_per_lot * 1e6)};
    f.equity -= n == 0 ? Usd{} : execution_cost(book.items[0].market, size);
    if (at_least_bp(f.equity, kLevels.target_bp, f.initial_margin)) return n;
  }
  return ~std::uint64_t{0};
}

TEST(Liquidation, ClosesTheFewestLotsOfOnePosition) {
  RandomStream random(8, 1);
  int reached = 0;
  for (int trial = 0; trial < 300; ++trial) {
    Book book{{item(0, 100 + random.below(900), 50)}, {1}, 0};
    const double notional = static_cast<double>(book.items[0].lots) * 50;
    book.equity_micros =
        static_cast<std::int64_t>(notional * (0.01 + 0.3 * random.uniform()) * 1e6);
    const LiquidationPlan plan = book.plan();
    const std::uint64_t least = least_by_scan(book);
    ASSERT_NE(least, ~std::uint64_t{0});
    ASSERT_EQ(plan.outcome, PlanOutcome::reaches_exit);
    const std::uint64_t lots = plan.slices.empty() ? 0 : plan.slices[0].lots;
    EXPECT_EQ(lots, least) << trial;
    reached += lots > 0 ? 1 : 0;
  }
  EXPECT_GT(reached, 100);
}

TEST(Liquidation, DoesNothingAtExit) {
  Book book{{item(0, 100, 100)}, {1}, 2'205'000'000};  // IM = 2,100: exit = 2,205
  const LiquidationPlan plan = book.plan();
  EXPECT_EQ(plan.outcome, PlanOutcome::reaches_exit);
  EXPECT_TRUE(plan.slices.empty());
  book.equity_micros -= 1;
  EXPECT_FALSE(book.plan().slices.empty());
}

TEST(Liquidation, ExitIsReachedWithEquality) {
  Book book{{item(0, 100, 100)}, {1}, 1'102'500'000};  // 50 lots left: IM = 1,050, exit = 1,102.5
  book.items[0].market = {0, 1, 0, 1};
  const LiquidationPlan plan = book.plan();
  ASSERT_EQ(plan.slices.size(), 1U);
  EXPECT_EQ(plan.slices[0].lots, 50U);
}

TEST(Liquidation, StopsAtCapacityAndSaysSo) {
  Book book{{item(0, 1'000, 100)}, {1}, 5'000'000'000};
  book.items[0].capacity = 60;
  const LiquidationPlan plan = book.plan();
  EXPECT_EQ(plan.outcome, PlanOutcome::continues);
  ASSERT_EQ(plan.slices.size(), 1U);
  EXPECT_EQ(plan.slices[0].lots, 60U);
  book.items[0].capacity = 0;
  EXPECT_EQ(book.plan().outcome, PlanOutcome::continues);
  EXPECT_TRUE(book.plan().slices.empty());
}

// Long and short of one underlying: either leg alone opens the position, both together close it.
TEST(Liquidation, ClosesAHedgedPairAsOnePackage) {
  Book book{{item(1, 800, 100), item(1, 800, 100)}, {1, -1}, 1'200'000'000};
  const LiquidationPlan plan = book.plan();
  EXPECT_EQ(plan.outcome, PlanOutcome::reaches_exit);
  ASSERT_EQ(plan.slices.size(), 2U);
  EXPECT_EQ(plan.slices[0].lots, plan.slices[1].lots);
}

TEST(Liquidation, LeavesTheHedgeAlone) {
  // 1,000 long against 600 short: the long side is what reduces.
  Book book{{item(0, 1'000, 100), item(0, 600, 100)}, {1, -1}, 6'000'000'000};
  const LiquidationPlan plan = book.plan();
  EXPECT_EQ(plan.outcome, PlanOutcome::reaches_exit);
  ASSERT_EQ(plan.slices.size(), 1U);
  EXPECT_EQ(plan.slices[0].item, 0U);
}

TEST(Liquidation, NeverLowersEquityLessMaintenance) {
  RandomStream random(8, 2);
  int outcomes[4] = {0, 0, 0, 0};
  for (int trial = 0; trial < 400; ++trial) {
    Book book;
    std::int64_t gross = 0;
    for (std::uint64_t i = 0, n = 1 + random.below(6); i < n; ++i) {
      ClosableItem it = item(static_cast<std::uint32_t>(random.below(4)), 1 + random.below(500),
                             static_cast<double>(1 + random.below(200)));
      it.capacity = random.chance(0.5) ? it.lots : random.below(it.lots + 1);
      it.market.half_spread = random.uniform() * 0.3;
      book.items.push_back(it);
      book.sides.push_back(random.chance(0.5) ? 1 : -1);
      gross += static_cast<std::int64_t>(it.lots) * static_cast<std::int64_t>(it.notional_per_lot);
    }
    book.equity_micros = gross * static_cast<std::int64_t>(random.below(200'000)) - gross * 20'000;
    const LiquidationPlan plan = book.plan();
    const std::vector<std::uint64_t> none(book.items.size(), 0);
    const HypotheticalFigures before = book.figures(none);
    EXPECT_GE(plan.after.equity - plan.after.maintenance_margin,
              before.equity - before.maintenance_margin);
    for (const Slice& slice : plan.slices) {
      EXPECT_LE(slice.lots, book.items[slice.item].capacity);
    }
    const bool at_exit =
        at_least_bp(plan.after.equity, kLevels.target_bp, plan.after.initial_margin);
    EXPECT_EQ(plan.outcome == PlanOutcome::reaches_exit, at_exit);
    ++outcomes[static_cast<int>(plan.outcome)];
  }
  for (const int count : outcomes) EXPECT_GT(count, 0);
}

TEST(ExecutionCost, IsHalfSpreadAndSquareRootImpact) {
  const MarketDepth market{0.0005, 1.0, 0.04, 1e9};
  EXPECT_DOUBLE_EQ(cost_fraction(market, 1e7), 0.0005 + 0.04 * 0.1);
  EXPECT_NEAR(static_cast<double>(execution_cost(market, usd(10'000'000)).micros), 45e9, 1);
  EXPECT_DOUBLE_EQ(expected_price(market, 100, 1e7, true), 100.45);
  EXPECT_DOUBLE_EQ(expected_price(market, 100, 1e7, false), 99.55);
  EXPECT_DOUBLE_EQ(cost_fraction({0, 1, 0.04, 0}, 1), 0.5);
}

// 2 % of ADV/1440, ten times: 1.44e9 a day are 1e6 a minute, 200,000 an interval.
TEST(ExecutionCost, CapacityAndClosingBand) {
  const DefaultParameters p;
  EXPECT_EQ(interval_capacity({0, 1, 0.04, 1.44e9}, p), usd(200'000));
  EXPECT_DOUBLE_EQ(closing_band({}, p), 0);
  EXPECT_DOUBLE_EQ(closing_band(minutes(15), p), 0.025);
  EXPECT_DOUBLE_EQ(closing_band(hours(5), p), 0.05);
}

TEST(Waterfall, ChargesInOrderAndLosesNothing) {
  const WaterfallFunds funds{usd(10), usd(20), usd(5), usd(7)};
  Waterfall w = charge_loss(usd(32), funds);
  EXPECT_EQ(w.own_sequestered, usd(10));
  EXPECT_EQ(w.own_pledged, usd(20));
  EXPECT_EQ(w.own_free, usd(2));
  EXPECT_EQ(w.insurance, Usd{});
  EXPECT_EQ(w.surplus, usd(3));
  w = charge_loss(usd(50), funds);
  EXPECT_EQ(w.insurance, usd(7));
  EXPECT_EQ(w.bad_debt, usd(8));
  EXPECT_EQ(charge_loss(Usd{}, funds).surplus, usd(35));
}

}  // namespace
}  // namespace bulkhead::policy
