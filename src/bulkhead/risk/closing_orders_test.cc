// Orders that only close raise no margin, orders that drop a hedge do, and never more than by their
// bound (D5.8, D7.5).
#include "bulkhead/risk/closing_orders.h"

#include "bulkhead/risk/charges.h"
#include "bulkhead/risk/models.h"
#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

class ClosingOrders : public RiskTest {
 protected:
  Requirement at(const Portfolio& book) {
    return evaluate(ScenarioEs{}, *risk_, book, {}, scratch_);
  }
  // E − IM if some of the orders were filled, the worst over every subset of instruments.
  std::int64_t worst_excess(const Portfolio& book) {
    const SplitOrders split = split_orders(*risk_, book);
    std::int64_t worst = 0;
    for (std::uint32_t filled = 0; filled < 1U << split.exact.size(); ++filled) {
      Portfolio then = book;
      then.orders.clear();
      for (std::size_t i = 0; i < split.exact.size(); ++i) {
        if ((filled >> i & 1U) != 0) apply_fill(then, split.exact[i]);
      }
      const Requirement r = at(then);
      const std::int64_t excess = r.equity_mid.micros - r.initial.micros;
      if (filled == 0 || excess < worst) worst = excess;
    }
    return worst;
  }
  Portfolio long_perpetual(std::int64_t lots) const {
    Portfolio book;
    book.positions = {{m_.perpetual, lots}};
    book.settlement = {{m_.usdt, usdt_amount(-lots * 60)}};
    book.collateral = {{m_.usd, usd_amount(50'000)}};
    return book;
  }
};

TEST_F(ClosingOrders, AnOrderThatOnlyClosesIsFree) {
  Portfolio book = long_perpetual(1'000);
  const Usd without = at(book).initial;
  book.orders = {{m_.perpetual, -600, 60'120}, {m_.perpetual, -400, 60'200}};
  EXPECT_EQ(at(book).initial, without);
  EXPECT_GT(of(book).initial, without);  // its bound
}

TEST_F(ClosingOrders, BeyondThePositionItIsCharged) {
  Portfolio book = long_perpetual(1'000);
  const Usd without = at(book).initial;
  book.orders = {{m_.perpetual, -1'500, 60'120}};
  Portfolio rest = book;
  rest.orders = {{m_.perpetual, -500, 60'120}};
  rest.positions.clear();
  rest.settlement.clear();
  EXPECT_GT(at(book).initial, without);
  EXPECT_EQ(at(book).initial, without + at(rest).parts.open_orders);
}

TEST_F(ClosingOrders, AFarLimitCostsWhatItWouldLose) {
  Portfolio book = long_perpetual(10);
  book.orders = {{m_.perpetual, -10, 30'000}};
  const std::int64_t worst = worst_excess(book);
  const Requirement charged = at(book);
  EXPECT_EQ(charged.equity_mid.micros - charged.initial.micros, worst);
}

// What is charged covers every set of fills, and is never more than the bound.
TEST_F(ClosingOrders, CoverEveryFillOfRandomBooks) {
  RandomStream random(5, 0);
  int lowered = 0;
  for (int n = 0; n < 60; ++n) {
    Portfolio book = random_portfolio(random);
    for (const PositionLots& held : book.positions) {
      if (!random.chance(0.6)) continue;
      const auto size = static_cast<std::int64_t>(random.below(1'500)) + 1;
      book.orders.push_back({held.instrument, held.lots > 0 ? -size : size, 60'000});
    }
    const Requirement charged = at(book);
    const Requirement bound = of(book);
    ASSERT_LE(charged.initial, bound.initial) << n;
    ASSERT_EQ(charged.maintenance, scale_up(charged.initial, parameters_.maintenance, 10'000));
    ASSERT_LE(charged.obligations_initial, bound.obligations_initial) << n;
    Portfolio bare = book;
    bare.collateral.clear();
    ASSERT_EQ(at(bare).obligations_initial, charged.obligations_initial) << n;
    if (charged.initial < bound.initial) {
      ++lowered;
      Portfolio closing = book;
      EXPECT_LE(charged.equity_mid.micros - charged.initial.micros, worst_excess(closing)) << n;
    }
  }
  EXPECT_GT(lowered, 10);
}

class Packages : public ClosingOrders {
 protected:
  // E − IM with so many fourths of each package filled, the worst over all of them.
  std::int64_t worst_in_ratio(const Portfolio& book) {
    std::int64_t worst = 0;
    std::vector<std::int64_t> fourths(book.packages.size(), 0);
    for (bool first = true;; first = false) {
      Portfolio then = book;
      then.packages.clear();
      for (std::size_t i = 0; i < fourths.size(); ++i) {
        Portfolio part;
        part.packages = {book.packages[i]};
        part.packages[0].count = book.packages[i].count * fourths[i] / 4;
        for (const OrderFill& fill : split_orders(*risk_, part).exact) apply_fill(then, fill);
      }
      const Requirement r = at(then);
      const std::int64_t excess = r.equity_mid.micros - r.initial.micros;
      if (first || excess < worst) worst = excess;
      std::size_t next = 0;
      while (next < fourths.size() && ++fourths[next] > 4) fourths[next++] = 0;
      if (next == fourths.size()) return worst;
    }
  }
  Usd bound(std::vector<PackageLots> packages) {
    Portfolio book;
    book.packages = std::move(packages);
    return open_order_charge(*risk_, book);
  }
};

// A lot of the future is ten of the perpetual.
TEST_F(Packages, ThatCloseBothLegsAreFreeThoughOneAloneIsNot) {
  Portfolio book = long_perpetual(1'000);
  book.positions = {{m_.perpetual, 1'000}, {m_.future, -100}};
  const Requirement bare = at(book);
  PackageLots package{{{m_.perpetual, -10}, {m_.future, 1}}, 100, 0};
  package.limit = *package_cost(*risk_, package);
  book.packages = {package};
  EXPECT_EQ(at(book).initial, bare.initial);
  EXPECT_GT(of(book).initial, bare.initial);  // its bound
  // A limit beyond the marks costs what it would lose, all packages of it, but for what is freed.
  book.packages[0].limit += 100;
  Portfolio filled = book;
  filled.packages[0].count = 0;  // short of its last lot, collateral is still margined
  apply_fill(filled, split_orders(*risk_, book).exact[0]);
  const Requirement then = at(filled);
  EXPECT_NEAR(static_cast<double>((bare.equity_mid - then.equity_mid).micros), 10'000e6, 20e6);
  EXPECT_EQ(at(book).initial, then.initial + bare.equity_mid - then.equity_mid);
  book.packages.clear();
  book.orders = {{m_.future, 100, 60'000}};
  EXPECT_GT(at(book).initial, bare.initial);
}

// Beyond three kinds a package is at the margin that it would need alone.
TEST_F(Packages, AreBoundedByTheirOwnMarginAndAddUp) {
  const PackageLots spread{{{m_.perpetual, 10}, {m_.future, -1}}, 50, 0};
  const PackageLots other{{{m_.perpetual, -70}, {m_.call, 3}}, 20, 0};
  Portfolio legs;
  legs.packages = {spread};
  const Usd loss = open_order_loss(*risk_, legs);
  legs.packages.clear();
  legs.orders = {{m_.perpetual, 500, 0}, {m_.future, -50, 0}};
  EXPECT_LT(bound({spread}) - loss, scale_down(open_order_charge(*risk_, legs), 1, 2));
  EXPECT_GT(bound({spread}), loss);
  // But for the rounding of each row.
  EXPECT_LE(bound({spread, other}), bound({spread}) + bound({other}) + Usd{1'000});
  PackageLots twice = spread;
  twice.count = 100;
  EXPECT_LE(bound({twice}), bound({spread}) + bound({spread}) + Usd{1'000});
}

// In full, not, or in ratio: what is charged is the worst of it.
TEST_F(Packages, CoverEveryFillInTheirRatio) {
  RandomStream random(5, 1);
  int charged_for = 0;
  for (int n = 0; n < 100; ++n) {
    Portfolio book = random_portfolio(random);
    for (int k = 0; k < 2; ++k) {
      PackageLots package;
      for (const PositionLots& held : book.positions) {
        if (risk_->registry().settlement(held.instrument) != m_.usdt) continue;
        const std::int64_t lots = -held.lots * static_cast<std::int64_t>(random.below(5)) / 32 +
                                  static_cast<std::int64_t>(random.below(3)) - 1;
        if (lots != 0) package.legs.push_back({held.instrument, lots});
      }
      if (package.legs.size() < 2) continue;
      package.count = 4;
      const std::optional<double> cost = package_cost(*risk_, package);
      if (!cost) continue;  // an option that is worth nothing has no mark
      package.limit = *cost + random.uniform() * 2'000 - 1'000;
      book.packages.push_back(package);
    }
    Portfolio bare = book;
    bare.packages.clear();
    const Requirement charged = at(book);
    if (charged.initial > at(bare).initial) ++charged_for;
    // The settlement leg is rounded to a minor unit at each fill.
    EXPECT_LE(charged.equity_mid.micros - charged.initial.micros, worst_in_ratio(book) + 10) << n;
  }
  EXPECT_GT(charged_for, 10);
}

TEST_F(Packages, OneKindMoreThanIsExactStaysAtItsBound) {
  Portfolio book = long_perpetual(1'000);
  for (std::int64_t k = 1; k <= 4; ++k) {
    book.packages.push_back({{{m_.perpetual, 10}, {m_.future, -k}}, 10, 0});
  }
  const SplitOrders split = split_orders(*risk_, book);
  ASSERT_EQ(split.exact.size(), kExactFillsMax);
  EXPECT_EQ(split.packages[2].count, 0);
  EXPECT_EQ(split.packages[3].count, 10);
  // Orders that close come first, and leave the packages to their bound only where that is less.
  book.orders = {{m_.perpetual, -1'000, 60'000}};
  EXPECT_EQ(closing_instruments(*risk_, book), 1U);
  EXPECT_EQ(split_orders(*risk_, book).packages[2].count, 10);
  EXPECT_EQ(split_packages(*risk_, book).packages[2].count, 0);
  book.orders.clear();
  // The same legs again are of the first kind.
  book.packages[3].legs = book.packages[0].legs;
  EXPECT_EQ(split_packages(*risk_, book).packages[3].count, 0);
  EXPECT_EQ(split_orders(*risk_, book).exact[0].legs[0].lots, 200);
}

}  // namespace
}  // namespace bulkhead::risk
