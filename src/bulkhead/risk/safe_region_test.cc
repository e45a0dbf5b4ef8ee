// Safe regions against full evaluation: random books, random markets, every assumption of
// docs/safe-regions.md by itself and together.
#include "bulkhead/risk/safe_region.h"

#include <cmath>
#include <map>

#include "bulkhead/risk/charges.h"
#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

constexpr double kMicro = 1e-6;
constexpr RestLevel kRest{.level = 1.05, .scale = 0.2};

double whole(Usd value) { return static_cast<double>(value.micros) * kMicro; }

class SafeRegions : public RiskTest {
 protected:
  void SetUp() override {
    build(200);
    start_ = m_.epoch;
  }

  void back() {
    m_.epoch = start_;
    rebuild();
  }

  // Prices of assets by a factor, and all else with them.
  void move_asset(AssetIndex asset, double factor) {
    for (double* price : {&m_.epoch.assets[asset.value].mid, &m_.epoch.assets[asset.value].low,
                          &m_.epoch.assets[asset.value].high}) {
      *price *= factor;
    }
    for (std::size_t i = 0; i < m_.epoch.instruments.size(); ++i) {
      const InstrumentIndex index(i);
      market::InstrumentMark& mark = m_.epoch.instruments[i];
      const bool in_settlement = !m_.registry[index].is_option() && !m_.registry[index].inverse;
      if (m_.registry.underlying(index) == asset) mark.price *= factor;
      if (in_settlement && m_.registry.settlement(index) == asset) mark.price /= factor;
    }
  }

  struct Sizes {
    double price = 0, peg = 0, basis = 0, volatility = 0, estimator = 0;
    Duration time = {};
  };

  void move(const Sizes& sizes, RandomStream& random) {
    move_asset(m_.btc, std::exp(sizes.price * random.normal()));
    move_asset(m_.eth, std::exp(sizes.price * random.normal()));
    move_asset(m_.usdt, std::exp(sizes.peg * random.normal()));
    for (market::InstrumentMark& mark : m_.epoch.instruments) {
      mark.price *= std::exp(sizes.basis * random.normal());
      mark.volatility *= std::exp(sizes.volatility * random.normal());
    }
    for (market::Underlying& u : m_.epoch.underlyings) {
      u.volatility_fast *= std::exp(sizes.estimator * random.normal());
      u.volatility_slow *= std::exp(0.2 * sizes.estimator * random.normal());
    }
    m_.epoch.time =
        m_.epoch.time +
        Duration{static_cast<std::int64_t>(static_cast<double>(sizes.time.ns) * random.uniform())};
    rebuild();
  }

  // D6.3 values as the engine's: a floor, and a cost that grows with size and estimator.
  std::vector<HaircutValue> haircuts(const Portfolio& book) const {
    std::vector<HaircutValue> values;
    if (book.mode != MarginMode::haircut) return values;
    for (const AssetAmount& held : book.collateral) {
      const market::Asset& asset = m_.registry[held.asset];
      const double mid = m_.epoch.assets[held.asset.value].mid;
      const double value = static_cast<double>(held.amount.units) *
                           std::pow(10.0, -static_cast<double>(asset.decimals)) * mid;
      const market::Underlying& u = m_.epoch.underlyings[held.asset.value];
      const double cost = asset.adv > 0 ? std::max(u.volatility_fast, u.volatility_slow) *
                                              std::sqrt(value / asset.adv)
                                        : 0;
      const double keep = asset.numeraire ? 1 : 1 - 0.05 - asset.half_spread - cost;
      values.push_back({held.asset, usd_down(value * std::max(0.0, keep))});
    }
    return values;
  }

  double tail_of_collateral(const Portfolio& book) const {
    if (book.mode != MarginMode::haircut) return 0;
    double tail = 0;
    for (const AssetAmount& held : book.collateral) {
      if (m_.registry[held.asset].numeraire) continue;
      const double value =
          static_cast<double>(pricing::holding_value(m_.registry[held.asset], held.amount,
                                                     m_.epoch.assets[held.asset.value].mid)
                                  .micros) *
          kMicro;
      tail += kRest.scale * value * risk_->haircut_core(held.asset);
    }
    return tail;
  }

  // E − θ·IM at the market as it is.
  double excess(const Portfolio& book) {
    const Requirement now = of(book, haircuts(book));
    return static_cast<double>(now.equity_mid.micros) * kMicro -
           kRest.level * static_cast<double>(now.initial.micros) * kMicro -
           tail_of_collateral(book);
  }

  std::optional<SafeRegion> region_of(const Portfolio& book, const Portfolio& affiliate = {}) {
    const Edge rest{.level = kRest.level, .scale = kRest.scale};
    return region_within(book, affiliate, {&rest, 1});
  }

  std::optional<SafeRegion> region_within(const Portfolio& book, const Portfolio& affiliate,
                                          std::span<const Edge> edges) {
    GrossCoins coins;
    add_gross_coins(*risk_, book, coins);
    add_gross_coins(*risk_, affiliate, coins);
    const ShockBounds bounds = shock_bounds(*risk_);
    return safe_region(*risk_, bounds, book, of(book, haircuts(book)), haircuts(book), coins, edges,
                       minutes(30));
  }

  // A level close under the book and one close above it; after random moves that leave the region
  // it may be at any side, while inside it is still between them. Returns how often inside.
  int hold_between(const Portfolio& book, const Sizes& sizes, RandomStream& random, int times) {
    back();
    const double equity = whole(of(book, haircuts(book)).equity_mid);
    const double initial = whole(of(book, haircuts(book)).initial);
    if (!(equity > 0) || !(initial > 0)) return 0;
    const double offset = random.chance(0.5) ? 0.02 * initial * random.uniform() : 0;
    const double level = equity / initial;
    const auto near = [&random] { return 0.15 * std::pow(random.uniform(), 3); };
    const std::vector<Edge> edges{{.level = level * (1 - near())},
                                  {.level = level * (1 - near()), .offset = offset},
                                  {.level = level * (1 + near()), .above = false}};
    const auto region = region_within(book, {}, edges);
    if (!region) return 0;
    const MarketPoint from = market_point(*risk_);
    int inside = 0;
    for (int i = 0; i < times; ++i) {
      m_.epoch = start_;
      move(sizes, random);
      std::vector<Moves> moves;
      moves_between(*risk_, shock_bounds(*risk_), from, market_point(*risk_), moves);
      if (!is_safe(*region, moves)) continue;
      ++inside;
      const Requirement now = of(book, haircuts(book));
      for (const Edge& edge : edges) {
        const double excess = whole(now.equity_mid) - edge.level * whole(now.initial) + edge.offset;
        EXPECT_EQ(excess >= 0, edge.above) << excess << " at " << edge.level << " of " << level;
      }
    }
    return inside;
  }

  // Moves the market many times from the start; the bound may never be above the truth.
  // Returns how often the bound said safe.
  int hold(const Portfolio& book, const Sizes& sizes, RandomStream& random, int times) {
    back();
    const auto region = region_of(book);
    if (!region) return 0;
    EXPECT_LE(region->slack, excess(book) + 1e-3);
    const MarketPoint from = market_point(*risk_);
    int safe = 0;
    for (int i = 0; i < times; ++i) {
      m_.epoch = start_;
      move(sizes, random);
      std::vector<Moves> moves;
      moves_between(*risk_, shock_bounds(*risk_), from, market_point(*risk_), moves);
      const double truth = excess(book);
      double loss = 0;
      bool inside = true;
      for (const RegionTerm& term : region->terms) {
        const Moves& m = moves[term.asset.value];
        inside = inside && m.up <= kBox && m.down <= kBox && m.basis <= kBox && m.option <= kBox &&
                 m.volatility <= kVolatilityBox;
        EXPECT_EQ(term.calm, 0);
        loss += term.up * m.up + term.down * m.down + term.basis * m.basis +
                term.option * m.option + term.volatility * m.volatility;
      }
      if (!inside) {
        EXPECT_FALSE(is_safe(*region, moves));
        continue;
      }
      EXPECT_GE(truth, region->slack - loss - 1e-3) << "excess " << truth;
      if (largest_move(moves) < region->radius) {
        EXPECT_TRUE(is_safe(*region, moves));
      }
      if (!is_safe(*region, moves)) continue;
      ++safe;
      EXPECT_GE(truth, 0);
      // D9.1's look-ahead: of an account that rests it says nothing.
      const Requirement now = evaluate(*risk_, book, haircuts(book), scratch_,
                                       {.look_ahead = minutes(57)});  // √(57 / 1440) < 0.2
      EXPECT_LE(2.0 * now.breach_weight, 0.05 * 1073741824.0);
    }
    return safe;
  }

  Portfolio funded(RandomStream& random) {
    Portfolio book = random_portfolio(random);
    const std::int64_t more = 10'000 + static_cast<std::int64_t>(random.below(3'000'000));
    for (AssetAmount& held : book.collateral) {
      if (held.asset == m_.usd) held.amount = held.amount + usd_amount(more);
    }
    if (book.collateral.empty() || book.collateral[0].asset != m_.usd) {
      book.collateral.insert(book.collateral.begin(), {m_.usd, usd_amount(more)});
    }
    return book;
  }

  int hold_random(const Sizes& sizes, std::uint64_t seed, MarginMode mode = MarginMode::joint) {
    RandomStream random(seed, 0);
    int safe = 0;
    for (int i = 0; i < 60; ++i) {
      Portfolio book = funded(random);
      book.mode = mode;
      safe += hold(book, sizes, random, 6);
    }
    return safe;
  }

  market::Epoch start_;
};

TEST_F(SafeRegions, HoldWherePricesMove) {
  EXPECT_GT(hold_random({.price = 0.02, .peg = 0.0005}, 1), 30);
  hold_random({.price = 0.08, .peg = 0.02}, 2);
}

TEST_F(SafeRegions, HoldWhereBasisMoves) {
  EXPECT_GT(hold_random({.price = 0.005, .basis = 0.003}, 3), 20);
}

TEST_F(SafeRegions, HoldWhereVolatilityMovesAndTimePasses) {
  EXPECT_GT(
      hold_random({.price = 0.01, .volatility = 0.1, .estimator = 0.3, .time = minutes(30)}, 4),
      20);
}

// Of who waits between two levels: neither is passed, whichever way the market goes.
TEST_F(SafeRegions, HoldBetweenTwoLevels) {
  const std::vector<Sizes> all{
      {.price = 0.01, .peg = 0.0005},
      {.price = 0.03, .peg = 0.01},
      {.price = 0.003, .basis = 0.002},
      {.price = 0.005, .volatility = 0.03, .estimator = 0.3, .time = minutes(30)}};
  for (const MarginMode mode : {MarginMode::joint, MarginMode::haircut}) {
    RandomStream random(9, mode == MarginMode::joint ? 0 : 1);
    int inside = 0;
    for (int i = 0; i < 900; ++i) {
      Portfolio book = funded(random);
      book.mode = mode;
      inside += hold_between(book, all[static_cast<std::size_t>(i) % all.size()], random, 6);
    }
    EXPECT_GT(inside, 100);
  }
}

// An estimator that falls: margin falls with it, so that the account comes to the
// level above without any price having moved.
TEST_F(SafeRegions, SeeMarginFall) {
  parameters_.impact = 20;
  rebuild();
  start_ = m_.epoch;
  Portfolio book;
  book.collateral = {{m_.usd, usd_amount(2'000'000)}};
  book.positions = {{m_.perpetual, 20'000}};
  book.settlement = {{m_.usdt, usdt_amount(-1'200'000)}};
  const Requirement before = of(book, {});
  const double level = whole(before.equity_mid) / whole(before.initial);
  const Edge edge{.level = level * 1.02, .above = false};
  const auto region = region_within(book, {}, {&edge, 1});
  ASSERT_TRUE(region.has_value());
  const MarketPoint from = market_point(*risk_);
  for (market::Underlying& u : m_.epoch.underlyings) {
    u.volatility_fast *= 0.5;
    u.volatility_slow *= 0.5;
  }
  rebuild();
  std::vector<Moves> moves;
  moves_between(*risk_, shock_bounds(*risk_), from, market_point(*risk_), moves);
  const Requirement now = of(book, {});
  ASSERT_GT(whole(now.equity_mid), edge.level * whole(now.initial));  // it did pass the level
  EXPECT_FALSE(is_safe(*region, moves));
}

// Equity rises faster than margin where little of it is left: the level above is reached by the
// price alone, whichever way the book gains.
TEST_F(SafeRegions, SeeEquityRise) {
  for (const int side : {1, -1}) {
    back();
    Portfolio book;
    book.collateral = {{m_.usd, usd_amount(9'000)}};
    book.positions = {{m_.perpetual, side * 1'000}};
    book.settlement = {{m_.usdt, usdt_amount(side * -60'000)}};
    const Requirement before = of(book, {});
    const double level = whole(before.equity_mid) / whole(before.initial);
    ASSERT_GT(level, 0.3);
    ASSERT_LT(level, 3);
    const Edge edge{.level = level * 1.02, .above = false};
    const auto region = region_within(book, {}, {&edge, 1});
    ASSERT_TRUE(region.has_value());
    const MarketPoint from = market_point(*risk_);
    move_asset(m_.btc, 1 + side * 0.03);
    rebuild();
    std::vector<Moves> moves;
    moves_between(*risk_, shock_bounds(*risk_), from, market_point(*risk_), moves);
    const Requirement now = of(book, {});
    ASSERT_GT(whole(now.equity_mid), edge.level * whole(now.initial));  // it did pass the level
    EXPECT_FALSE(is_safe(*region, moves)) << side;
  }
}

TEST_F(SafeRegions, HoldInHaircutMode) {
  const Sizes sizes{.price = 0.02, .peg = 0.001, .basis = 0.001, .estimator = 0.2};
  EXPECT_GT(hold_random(sizes, 5, MarginMode::haircut), 20);
}

TEST_F(SafeRegions, HoldWhereAddOnsAreLarge) {
  parameters_.impact = 20;
  parameters_.concentration_share = 1e-4;
  parameters_.floor_rate = 900;
  parameters_.short_option = 2'000;
  rebuild();
  EXPECT_GT(hold_random({.price = 0.01, .volatility = 0.05, .estimator = 0.3}, 6), 10);
}

TEST_F(SafeRegions, HoldWithOpenOrders) {
  RandomStream random(7, 0);
  int safe = 0;
  for (int i = 0; i < 60; ++i) {
    Portfolio book = funded(random);
    const auto lots = [&random](int most) {
      return static_cast<std::int64_t>(1 + random.below(static_cast<std::uint64_t>(most)));
    };
    book.orders = {{m_.perpetual, lots(500), 59'000 + 2'000 * random.uniform()},
                   {m_.perpetual, -lots(500), 59'000 + 2'000 * random.uniform()},
                   {m_.inverse, lots(100), 60'000},
                   {m_.call, -lots(20), 3'000},
                   {m_.inverse_put, lots(20), 0.05}};
    safe +=
        hold(book, {.price = 0.01, .peg = 0.001, .basis = 0.001, .volatility = 0.02}, random, 6);
  }
  EXPECT_GT(safe, 20);
}

// Affiliates' totals (D5.5) move with the market and not only by it: the bound has room for all
// that the group's options could come to.
TEST_F(SafeRegions, HoldWithTheTotalsOfAGroup) {
  parameters_.impact = 20;
  rebuild();
  RandomStream random(8, 0);
  int safe = 0;
  for (int i = 0; i < 60; ++i) {
    back();
    Portfolio book = funded(random);
    const Portfolio affiliate = random_portfolio(random);
    const auto totals = [&] {
      std::map<AssetIndex, GroupDelta> sums;
      for (const Portfolio* member : {static_cast<const Portfolio*>(&book), &affiliate}) {
        for (const Exposure& e : exposures_of(*risk_, *member)) {
          GroupDelta& sum = sums[e.underlying];
          sum.underlying = e.underlying;
          (e.worst_delta >= 0 ? sum.long_total : sum.short_total) += std::abs(e.worst_delta);
        }
      }
      std::vector<GroupDelta> group;
      for (const auto& [asset, sum] : sums) group.push_back(sum);
      return group;
    };
    book.group = totals();
    const auto region = region_of(book, affiliate);
    if (!region) continue;
    const MarketPoint from = market_point(*risk_);
    for (int k = 0; k < 6; ++k) {
      m_.epoch = start_;
      move({.price = 0.02, .basis = 0.001, .volatility = 0.1, .estimator = 0.2}, random);
      book.group = totals();
      std::vector<Moves> moves;
      moves_between(*risk_, shock_bounds(*risk_), from, market_point(*risk_), moves);
      if (!is_safe(*region, moves)) continue;
      ++safe;
      EXPECT_GE(excess(book), 0);
    }
  }
  EXPECT_GT(safe, 20);
}

// What hangs on time alone, or on more than the market, keeps an account awake.
TEST_F(SafeRegions, AreRefusedWhereSomethingMovesByItself) {
  Portfolio book;
  book.collateral = {{m_.usd, usd_amount(1'000'000)}};
  book.positions = {{m_.perpetual, 100}};
  EXPECT_TRUE(region_of(book).has_value());
  book.own_tokens = {m_.eth};
  EXPECT_FALSE(region_of(book).has_value());
  book.own_tokens.clear();
  book.positions = {{m_.perpetual, 100}, {m_.expiring_call, 1}};
  EXPECT_FALSE(region_of(book).has_value());
  book.positions = {{m_.perpetual, 100}};
  book.orders = {{m_.expiring_future, 1, 60'000}};
  EXPECT_FALSE(region_of(book).has_value());
  book.orders.clear();
  book.settlement = {{m_.usdt, usdt_amount(-6'000)}};
  EXPECT_TRUE(region_of(book).has_value());
  book.collateral = {{m_.usd, usd_amount(100)}};  // below its margin
  EXPECT_FALSE(region_of(book).has_value());
}

// A hedge in another coin that shrinks: E falls with it and margin rises. A call so deep in the
// money that it moves as its coin does, sold. The parts that random books hardly need.
TEST_F(SafeRegions, HoldWhereMarginRisesWithTheLoss) {
  const InstrumentIndex deep =
      m_.contract("BTC-DEEP", market::InstrumentKind::call, "BTC", "USDT", false, {1, -1},
                  pricing::TestMarket::kNow + days(45), {20'000, 0}, 60'100.0, 0.5);
  parameters_.impact = 0;  // its room for deltas would hide the rest
  rebuild();
  start_ = m_.epoch;
  const auto holds = [&](const Portfolio& book, AssetIndex asset, double factor) {
    back();
    const auto region = region_of(book);
    ASSERT_TRUE(region.has_value());
    const double before = excess(book);
    const MarketPoint from = market_point(*risk_);
    move_asset(asset, factor);
    rebuild();
    std::vector<Moves> moves;
    moves_between(*risk_, shock_bounds(*risk_), from, market_point(*risk_), moves);
    const double truth = before - excess(book);
    const double bound = largest_loss(region->terms, moves);
    EXPECT_GE(bound, truth);
    EXPECT_LT(bound, 3 * truth);
  };
  Portfolio hedged;
  hedged.collateral = {{m_.usd, usd_amount(200'000)}};
  hedged.positions = {{m_.perpetual, 1'000}, {m_.eth_perpetual, -8'000}};
  hedged.settlement = {{m_.usdt, usdt_amount(180'000)}};
  holds(hedged, m_.btc, 0.95);
  Portfolio sold;
  sold.collateral = {{m_.usd, usd_amount(800'000)}};
  sold.positions = {{deep, -100}};
  holds(sold, m_.btc, 1.05);
}

// The bound of a plain position is near the truth: it would be no use otherwise.
TEST_F(SafeRegions, AreNearlyExactForAPerpetual) {
  Portfolio book;
  book.collateral = {{m_.usd, usd_amount(20'000)}};
  book.positions = {{m_.perpetual, 1'000}};
  book.settlement = {{m_.usdt, usdt_amount(-60'000)}};
  const auto region = region_of(book);
  ASSERT_TRUE(region.has_value());
  const double before = excess(book);
  const MarketPoint from = market_point(*risk_);
  move_asset(m_.btc, 0.95);
  rebuild();
  std::vector<Moves> moves;
  moves_between(*risk_, shock_bounds(*risk_), from, market_point(*risk_), moves);
  double loss = 0;
  for (const RegionTerm& term : region->terms) loss += term.down * moves[term.asset.value].down;
  const double truth = before - excess(book);
  EXPECT_GT(loss, truth);
  EXPECT_LT(loss, 1.35 * truth);
}

// A probability of less mass than the tail of ES is not bounded by it.
TEST_F(SafeRegions, NeedATailNoHeavierThanTheTrigger) {
  EXPECT_TRUE(rest_level(*risk_, 10'000, 500, hours(1)).has_value());
  EXPECT_FALSE(rest_level(*risk_, 10'000, 499, hours(1)).has_value());
  const auto long_ahead = rest_level(*risk_, 10'000, 500, hours(6));
  ASSERT_TRUE(long_ahead.has_value());
  EXPECT_NEAR(long_ahead->level, 0.7 + 0.5, 1e-6);
}

}  // namespace
}  // namespace bulkhead::risk
