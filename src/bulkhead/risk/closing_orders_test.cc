// Orders that only close raise no margin, orders that drop a hedge do, and never more than by their
// bound (D5.8, D7.5).
#include "bulkhead/risk/closing_orders.h"

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
    for (std::uint32_t filled = 0; filled < 1U << split.closing.size(); ++filled) {
      Portfolio then = book;
      then.orders.clear();
      for (std::size_t i = 0; i < split.closing.size(); ++i) {
        if ((filled >> i & 1U) != 0) apply_fill(then, split.closing[i]);
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

}  // namespace
}  // namespace bulkhead::risk
