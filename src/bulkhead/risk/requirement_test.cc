// Properties of the requirement that D5 promises, and its special cases.
#include "bulkhead/risk/requirement.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

class RequirementTest : public RiskTest {
 protected:
  static std::int64_t excess(const Requirement& r) {
    return r.equity_mid.micros - r.initial.micros;
  }
  Portfolio short_perpetual(std::int64_t lots) const {
    Portfolio book;
    book.positions = {{m_.perpetual, -lots}};
    book.settlement = {{m_.usdt, usdt_amount(lots * 60)}};
    return book;
  }
};

TEST_F(RequirementTest, NothingOwedNothingRequired) {
  Portfolio book;
  book.collateral = {{m_.btc, btc_amount(5'000)}};
  const Requirement r = of(book);
  EXPECT_EQ(r.equity_mid, usd(300'000));
  EXPECT_EQ(r.initial, Usd{});
  EXPECT_EQ(r.maintenance, Usd{});
  EXPECT_EQ(of(Portfolio{}).equity_mid, Usd{});
}

// D5.7: in both modes; also where the numéraire is the first or the only collateral.
TEST_F(RequirementTest, NumeraireRaisesTheExcessByExactlyItsAmount) {
  RandomStream random(5, 0);
  for (int n = 0; n < 100; ++n) {
    Portfolio book = random_portfolio(random);
    if (!book.has_obligations()) continue;
    std::erase_if(book.collateral, [&](const AssetAmount& a) { return a.asset == m_.usd; });
    const Requirement before = of(book);
    const Amount added{static_cast<Int128>(random.below(1'000'000'000'000))};
    book.collateral.insert(book.collateral.begin(), {m_.usd, added});
    const Requirement after = of(book);
    EXPECT_TRUE(excess(after) - excess(before) == added.units);
    EXPECT_EQ(after.initial, before.initial);
  }
}

// D5.7, to the micro-USD of the few figures that are rounded.
TEST_F(RequirementTest, AddingAnAssetNeverLowersTheExcess) {
  RandomStream random(6, 0);
  for (int n = 0; n < 200; ++n) {
    Portfolio book = random_portfolio(random);
    if (!book.has_obligations()) continue;
    const AssetIndex assets[] = {m_.usdt, m_.btc, m_.eth};
    const AssetIndex asset = assets[random.below(3)];
    const std::int64_t before = excess(of(book));
    const Amount added = asset == m_.usdt  ? usdt_amount(50'000)
                         : asset == m_.btc ? btc_amount(700)
                                           : eth_amount(9'000);
    const auto at = std::find_if(book.collateral.begin(), book.collateral.end(),
                                 [&](const AssetAmount& a) { return a.asset >= asset; });
    if (at != book.collateral.end() && at->asset == asset) {
      at->amount = at->amount + added;
    } else {
      book.collateral.insert(at, {asset, added});
    }
    EXPECT_GE(excess(of(book)), before - 20) << n;
  }
}

TEST_F(RequirementTest, HedgeIsCreditedWrongWayIsCharged) {
  // Short 60,000 USD of the inverse contract: minus one coin and plus dollars.
  Portfolio hedged;
  hedged.positions = {{m_.inverse, -600}};
  hedged.settlement = {{m_.btc, btc_amount(-1'000)}};
  hedged.collateral = {{m_.btc, btc_amount(1'000)}};
  Portfolio wrong_way;
  wrong_way.positions = {{m_.perpetual, 1'000}};
  wrong_way.settlement = {{m_.usdt, usdt_amount(-60'000)}};
  wrong_way.collateral = {{m_.btc, btc_amount(1'000)}};
  const Requirement hedge = of(hedged);
  const Requirement wrong = of(wrong_way);
  EXPECT_LT(hedge.parts.core.micros, hedge.obligations.core.micros / 20);
  EXPECT_GT(wrong.parts.core.micros, wrong.obligations.core.micros * 19 / 10);
}

// Core only: add-ons are not homogeneous, nor meant to be.
TEST_F(RequirementTest, CoreIsHomogeneousAndSubAdditive) {
  RandomStream random(8, 0);
  for (int n = 0; n < 60; ++n) {
    Portfolio a = random_portfolio(random);
    Portfolio b = random_portfolio(random);
    a.debts.clear();
    b.debts.clear();
    if (a.positions.empty() || b.positions.empty()) continue;
    Portfolio twice = a;
    for (PositionLots& p : twice.positions) p.lots *= 3;
    for (auto* list : {&twice.settlement, &twice.collateral}) {
      for (AssetAmount& entry : *list) entry.amount.units *= 3;
    }
    const std::int64_t core = of(a).parts.core.micros;
    EXPECT_NEAR(static_cast<double>(of(twice).parts.core.micros), 3.0 * static_cast<double>(core),
                40);

    Portfolio sum = a;
    for (const PositionLots& p : b.positions) {
      const auto at =
          std::find_if(sum.positions.begin(), sum.positions.end(),
                       [&](const PositionLots& x) { return x.instrument >= p.instrument; });
      if (at != sum.positions.end() && at->instrument == p.instrument) {
        at->lots += p.lots;
      } else {
        sum.positions.insert(at, p);
      }
    }
    std::erase_if(sum.positions, [](const PositionLots& p) { return p.lots == 0; });
    for (auto [to, from] :
         {std::pair(&sum.settlement, &b.settlement), std::pair(&sum.collateral, &b.collateral)}) {
      for (const AssetAmount& entry : *from) {
        const auto at = std::find_if(to->begin(), to->end(),
                                     [&](const AssetAmount& x) { return x.asset >= entry.asset; });
        if (at != to->end() && at->asset == entry.asset) {
          at->amount = at->amount + entry.amount;
        } else {
          to->insert(at, entry);
        }
      }
    }
    if (sum.positions.empty()) continue;
    EXPECT_LE(of(sum).parts.core.micros, core + of(b).parts.core.micros + 40);
  }
}

TEST_F(RequirementTest, ScratchLeavesNoTrace) {
  RandomStream random(10, 0);
  std::vector<Portfolio> books;
  std::vector<Requirement> first;
  for (int n = 0; n < 40; ++n) books.push_back(random_portfolio(random));
  for (const Portfolio& book : books) {
    Scratch fresh;
    first.push_back(evaluate(*risk_, book, {}, fresh));
  }
  for (std::size_t n = books.size(); n-- > 0;) {
    const Requirement again = of(books[n]);
    EXPECT_EQ(again.initial, first[n].initial);
    EXPECT_EQ(again.parts.core, first[n].parts.core);
    EXPECT_EQ(again.obligations_initial, first[n].obligations_initial);
    EXPECT_EQ(again.breach_weight, first[n].breach_weight);
  }
}

// Rows and unit figures do not depend on how the executor cuts and orders the work.
TEST_F(RequirementTest, ExecutorOrderDoesNotMatter) {
  struct Backwards final : Executor {
    void parallel_for(std::size_t count, std::size_t grain,
                      const std::function<void(std::size_t, std::size_t)>& body) override {
      for (std::size_t end = count; end > 0;) {
        const std::size_t begin = end > grain ? end - grain : 0;
        body(begin, end);
        end = begin;
      }
    }
  } backwards;
  const auto other = EpochRisk::build(m_.registry, m_.epoch, *prepared_, parameters_,
                                      pricing::NeededSet::everything(m_.registry), backwards);
  ASSERT_TRUE(other.has_value());
  RandomStream random(12, 0);
  for (int n = 0; n < 30; ++n) {
    const Portfolio book = random_portfolio(random);
    Scratch scratch;
    EXPECT_EQ(evaluate(*other, book, {}, scratch).initial, of(book).initial);
  }
}

TEST_F(RequirementTest, HaircutMode) {
  Portfolio book = short_perpetual(1'000);
  book.mode = MarginMode::haircut;
  book.collateral = {{m_.usd, usd_amount(1'000)}, {m_.btc, btc_amount(1'000)}};
  const HaircutValue haircuts[] = {{m_.usd, usd(1'000)}, {m_.btc, usd(45'000)}};
  const Requirement r = of(book, haircuts);
  EXPECT_EQ(r.parts.haircut, usd(15'000));
  EXPECT_EQ(r.initial, r.obligations_initial + usd(15'000));
  EXPECT_EQ(r.equity_mid.micros, r.collateral.micros + r.positions.micros);
  // An asset without a haircut value counts nothing.
  EXPECT_EQ(of(book).parts.haircut, usd(61'000));
}

TEST_F(RequirementTest, FloorOfAnyObligation) {
  Portfolio dust;
  dust.debts = {{m_.usd, Amount{1}}};
  EXPECT_EQ(of(dust).initial, usd(10));
  Portfolio borrower;
  borrower.debts = {{m_.usd, usd_amount(100'000)}};
  EXPECT_EQ(of(borrower).initial, usd(500));
  EXPECT_EQ(of(borrower).parts.core, Usd{});
}

// D5.8: the larger side, at unit core plus what the limit loses against mark.
TEST_F(RequirementTest, OpenOrders) {
  Portfolio book;
  book.orders = {{m_.perpetual, 100, 60'120}};
  const Usd at_mark = of(book).parts.open_orders;
  EXPECT_GT(at_mark, usd(100));
  book.orders = {{m_.perpetual, 100, 61'120}};
  // 100 lots · 0.001 BTC · 1,000 USDT · 0.999.
  EXPECT_NEAR(static_cast<double>((of(book).parts.open_orders - at_mark).micros), 99.9e6, 2);
  book.orders = {{m_.perpetual, 100, 59'000}};
  EXPECT_EQ(of(book).parts.open_orders, at_mark);
  book.orders = {{m_.perpetual, 100, 60'120}, {m_.perpetual, -30, 60'120}};
  EXPECT_EQ(of(book).parts.open_orders, at_mark);
  book.orders = {{m_.inverse, -10, 50'000}};
  const Usd sold_low = of(book).parts.open_orders;
  book.orders = {{m_.inverse, -10, 60'030}};
  EXPECT_NEAR(static_cast<double>((sold_low - of(book).parts.open_orders).micros),
              10 * 100 * (60'000 / 50'000.0 - 60'000 / 60'030.0) * 1e6, 2);
}

// The bound of D5.8: filling an order never raises the core by more than its charge.
TEST_F(RequirementTest, UnitCoreBoundsTheCoreOfAFill) {
  RandomStream random(14, 0);
  const InstrumentIndex contracts[] = {m_.perpetual, m_.inverse, m_.future, m_.call,
                                       m_.inverse_put};
  for (int n = 0; n < 80; ++n) {
    Portfolio book = random_portfolio(random);
    book.debts.clear();
    if (book.positions.empty()) continue;
    const std::int64_t before = of(book).parts.core.micros;
    const InstrumentIndex i = contracts[random.below(5)];
    const std::int64_t lots = random.chance(0.5) ? 500 : -500;
    const auto at = std::find_if(book.positions.begin(), book.positions.end(),
                                 [&](const PositionLots& p) { return p.instrument >= i; });
    if (at != book.positions.end() && at->instrument == i) {
      at->lots += lots;
    } else {
      book.positions.insert(at, {i, lots});
    }
    std::erase_if(book.positions, [](const PositionLots& p) { return p.lots == 0; });
    const AssetIndex cash = m_.registry.settlement(i);
    const double units = -risk_->lot_value(i, pricing::PricePoint::mid) /
                         m_.epoch.assets[cash.value].mid * static_cast<double>(lots);
    for (AssetAmount& leg : book.settlement) {
      const double minor = cash == m_.usdt ? 1e6 : 1e8;
      if (leg.asset == cash) leg.amount.units += static_cast<Int128>(units * minor);
    }
    const double charge =
        500 * risk_->unit_core(i, lots > 0 ? OrderSide::buy : OrderSide::sell) * 1e6;
    EXPECT_LE(static_cast<double>(of(book).parts.core.micros),
              static_cast<double>(before) + charge * (1 + 1e-6) + 1e6);
  }
}

TEST_F(RequirementTest, SplittingAGroupGainsNothing) {
  Portfolio alone = short_perpetual(200'000);
  const Usd whole = of(alone).parts.liquidity;
  Portfolio half = short_perpetual(100'000);
  const double coins = 100'000 * risk_->rows().deltas(m_.perpetual)[0];
  half.group = {{m_.btc, 0, 2 * coins}};
  const Usd shared = of(half).parts.liquidity;
  EXPECT_NEAR(static_cast<double>(2 * shared.micros), static_cast<double>(whole.micros), 4);
  half.group.clear();
  EXPECT_LT(of(half).parts.liquidity, shared);
}

TEST_F(RequirementTest, ConcentrationAboveAShareOfVolume) {
  // 2,000 BTC short = 120 M USD against 10 % of 1 bn.
  const Requirement r = of(short_perpetual(2'000'000));
  const double notional = 2'000'000 * risk_->rows().deltas(m_.perpetual)[0] * 60'000;
  EXPECT_NEAR(static_cast<double>(r.parts.concentration.micros) * 1e-6, 0.1 * (notional - 1e8),
              1e-3);
  EXPECT_EQ(of(short_perpetual(1'000'000)).parts.concentration, Usd{});
}

TEST_F(RequirementTest, OwnTokensCountNothingAndChargeTheirNotional) {
  Portfolio book = short_perpetual(10);
  book.positions = {{m_.eth_perpetual, 100}};
  book.collateral = {{m_.eth, eth_amount(1'000)}};
  const Requirement before = of(book);
  book.own_tokens = {m_.eth};
  const Requirement after = of(book);
  EXPECT_EQ(before.collateral, usd(3'000));
  EXPECT_EQ(after.collateral, Usd{});
  const double notional = 100 * risk_->rows().deltas(m_.eth_perpetual)[0] * 3'000;
  EXPECT_NEAR(static_cast<double>(after.parts.own_token.micros) * 1e-6, notional, 1e-3);
  book.positions = {{m_.eth_perpetual, -100}};
  EXPECT_EQ(of(book).parts.own_token, Usd{});
}

TEST_F(RequirementTest, BasisIsChargedOnlyWhereItIsNotSimulated) {
  Portfolio book = short_perpetual(1'000);
  EXPECT_EQ(of(book).parts.basis, Usd{});
  set_.factors[1].asset = "XYZ";  // the BTC perpetual's basis, under another name
  std::swap(set_.factors[1], set_.factors.back());
  set_.factors.pop_back();
  for (auto* block : {&set_.filtered, &set_.stressed, &set_.long_run}) {
    block->moves.resize(block->size() * set_.factors.size());
  }
  std::sort(set_.factors.begin(), set_.factors.end(), [](const auto& a, const auto& b) {
    return std::tie(a.asset, a.kind) < std::tie(b.asset, b.kind);
  });
  Result<pricing::PreparedSet> prepared = pricing::PreparedSet::make(set_);
  ASSERT_TRUE(prepared.has_value()) << to_string(prepared.error());
  *prepared_ = std::move(*prepared);
  rebuild();
  const double notional = 1'000 * risk_->rows().deltas(m_.perpetual)[0] * 60'000;
  EXPECT_NEAR(static_cast<double>(of(book).parts.basis.micros) * 1e-6, 0.01 * notional, 1e-3);
}

// D3.5: a hedge that expires inside the horizon does not lower the requirement.
TEST_F(RequirementTest, AnExpiringHedgeIsNoHedge) {
  Portfolio naked;
  naked.positions = {{m_.future, -100}};
  naked.settlement = {{m_.usdt, usdt_amount(61'000)}};
  Portfolio hedged = naked;
  hedged.positions = {{m_.future, -100}, {m_.expiring_future, 100}};
  hedged.settlement = {{m_.usdt, usdt_amount(920)}};  // long leg paid at 60,080
  const Requirement without = of(naked);
  const Requirement with = of(hedged);
  EXPECT_GE(with.parts.core.micros, without.parts.core.micros - 1'000'000);
  EXPECT_GE(with.initial_stressed.micros, without.initial_stressed.micros - 1'000'000);
  EXPECT_GE(with.obligations.core.micros, without.obligations.core.micros - 1'000'000);
}

TEST_F(RequirementTest, UnpricedObligationsAreFlagged) {
  m_.epoch.assets[m_.eth.value].mid = 0;
  rebuild();
  Portfolio book;
  book.debts = {{m_.eth, eth_amount(1)}};
  EXPECT_TRUE(of(book).unpriced);
  book.debts.clear();
  book.positions = {{m_.eth_perpetual, 1}};
  EXPECT_TRUE(of(book).unpriced);
  book = short_perpetual(1);
  book.collateral = {{m_.eth, eth_amount(1)}};
  EXPECT_FALSE(of(book).unpriced);
  EXPECT_EQ(of(book).collateral, Usd{});
  EXPECT_EQ(of(book).quality, market::Quality::good);
}

TEST_F(RequirementTest, BreachWeightGrowsWithTheLookAhead) {
  Portfolio book = short_perpetual(1'000);
  book.collateral = {{m_.usd, {Int128{of(book).maintenance.micros} * 21 / 20}}};
  const Requirement hour = evaluate(*risk_, book, {}, scratch_, {hours(1)});
  const Requirement day = evaluate(*risk_, book, {}, scratch_, {hours(24)});
  EXPECT_GT(day.breach_weight, hour.breach_weight);
  book.collateral = {{m_.usd, usd_amount(10'000'000)}};
  EXPECT_EQ(of(book).breach_weight, 0U);
  book.collateral.clear();
  book.settlement = {{m_.usdt, usdt_amount(-1'000'000)}};
  EXPECT_EQ(of(book).breach_weight, 1U << 30);
}

}  // namespace
}  // namespace bulkhead::risk
