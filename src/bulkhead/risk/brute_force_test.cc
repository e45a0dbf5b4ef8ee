// The complete requirement of random books against a naive computation in doubles: own sums, own
// sorting, numerical integration; nothing shared with the code under test but the rows.
#include <cmath>
#include <map>

#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

using pricing::Block;
using Vector = std::vector<double>;

struct Naive {
  double equity = 0, core_joint = 0, core_own = 0, initial = 0, initial_own = 0, stressed = 0;
  double liquidity = 0, short_minimum = 0, collateral_liquidity = 0, breach = 0;
};

class BruteForce : public RiskTest {
 protected:
  Vector row(const pricing::RowView& view, double lots) const {
    Vector out;
    for (const std::int32_t tick : view.ticks)
      out.push_back(std::ldexp(tick, view.exponent) * lots);
    return out;
  }

  static void add(Vector& to, const Vector& from) {
    to.resize(from.size(), 0.0);
    for (std::size_t s = 0; s < from.size(); ++s) to[s] += from[s];
  }

  double shortfall(const Vector& pnl, Block block) const {
    const auto range = risk_->rows().ranges()[static_cast<std::size_t>(block)];
    const auto weights = prepared_->weights(block);
    std::vector<std::pair<double, double>> sorted;
    for (std::size_t s = 0; s < range.size; ++s) {
      sorted.push_back({pnl[range.begin + s], weights[s] / 1073741824.0});
    }
    std::sort(sorted.begin(), sorted.end());
    double left = 0.025;
    double sum = 0;
    for (const auto& [value, weight] : sorted) {
      const double mass = std::min(left, weight);
      sum -= mass * value;
      left -= mass;
    }
    return sum / 0.025;
  }

  double worst(const Vector& pnl) const {
    const auto range = risk_->rows().ranges()[3];
    double loss = 0;
    for (std::size_t s = 0; s < range.size; ++s) loss = std::max(loss, -pnl[range.begin + s]);
    return loss;
  }

  double core(const Vector& pnl, double omega) const {
    if (pnl.empty()) return 0;
    const double c = shortfall(pnl, Block::filtered);
    const double s = shortfall(pnl, Block::stressed);
    return std::max(
        {0.0, c, (1 - omega) * c + omega * s, shortfall(pnl, Block::long_run), 0.6 * worst(pnl)});
  }

  using Groups = std::map<std::uint32_t, Vector>;

  double capped_core(const Groups& groups, double omega) const {
    Vector all;
    double apart = 0;
    for (const auto& [underlying, pnl] : groups) {
      add(all, pnl);
      apart += core(pnl, omega);
    }
    const double together = core(all, omega);
    return std::max(together, apart - 0.8 * std::max(0.0, apart - together));
  }

  // ∫ of the bounded marginal charge by the midpoint rule.
  static double integrate(double notional, double spread, double adv, double sigma, double bound) {
    const int steps = 20'000;
    double sum = 0;
    for (int k = 0; k < steps; ++k) {
      const double x = notional * (k + 0.5) / steps;
      sum += std::min(spread + std::min(1.5 * sigma * std::sqrt(x / adv), 0.5), bound);
    }
    return sum * notional / steps;
  }

  double units(const AssetAmount& entry) const {
    const market::Asset& asset = m_.registry[entry.asset];
    return static_cast<double>(entry.amount.units) * std::pow(10.0, -double(asset.decimals));
  }
  double mid(AssetIndex i) const { return m_.epoch.assets[i.value].mid; }
  double lots(const AssetAmount& entry) const {
    return units(entry) * mid(entry.asset) / risk_->rows().asset(entry.asset).base;
  }

  void add_on(const Portfolio& book, Naive& out, double& gross) const {
    std::map<std::uint32_t, Vector> deltas;
    std::map<std::uint32_t, std::pair<double, double>> shorts;
    for (const PositionLots& p : book.positions) {
      const auto underlying = m_.registry.underlying(p.instrument);
      Vector unit(risk_->rows().deltas(p.instrument).begin(),
                  risk_->rows().deltas(p.instrument).end());
      for (double& d : unit) d *= static_cast<double>(p.lots);
      add(deltas[underlying.value], unit);
      const market::Instrument& i = m_.registry[p.instrument];
      const double coins =
          i.is_option() ? i.lot_size.to_double()
          : i.inverse   ? i.lot_size.to_double() / m_.epoch.instruments[p.instrument.value].price
                        : i.lot_size.to_double() * m_.epoch.instruments[p.instrument.value].price *
                            0.999 / mid(underlying);
      const double notional = std::abs(static_cast<double>(p.lots)) * coins * mid(underlying);
      gross += notional;
      out.liquidity += 0.0002 * notional;
      if (p.lots < 0 && i.kind == market::InstrumentKind::call)
        shorts[underlying.value].first += notional;
      if (p.lots < 0 && i.kind == market::InstrumentKind::put)
        shorts[underlying.value].second += notional;
    }
    for (const AssetAmount& debt : book.debts) {
      add(deltas[debt.asset.value], Vector(1 + risk_->rows().spot_point_count(), -units(debt)));
      gross += units(debt) * mid(debt.asset);
    }
    for (const auto& [underlying, values] : deltas) {
      double most = 0;
      for (const double d : values) most = std::max(most, std::abs(d));
      out.liquidity += integrate(most * mid(AssetIndex(underlying)), 0.0005, 1e9, 0.035, 1e9);
    }
    for (const auto& [underlying, s] : shorts)
      out.short_minimum += 0.01 * std::max(s.first, s.second);
  }

  Naive naive(const Portfolio& book) const {
    Naive out;
    Groups own;
    double values = 0, debts = 0, gross = 0;
    for (const PositionLots& p : book.positions) {
      const pricing::RowView view = risk_->rows().instrument(p.instrument);
      add(own[m_.registry.underlying(p.instrument).value], row(view, static_cast<double>(p.lots)));
      values += view.base * static_cast<double>(p.lots);
    }
    for (const AssetAmount& entry : book.settlement) {
      add(own[entry.asset.value], row(risk_->rows().asset(entry.asset), lots(entry)));
      values += units(entry) * mid(entry.asset);
    }
    for (const AssetAmount& entry : book.debts) {
      add(own[entry.asset.value], row(risk_->rows().asset(entry.asset), -lots(entry)));
      debts += units(entry) * mid(entry.asset);
    }
    Groups joint = own;
    double collateral = 0, sellable = 0;
    for (const AssetAmount& entry : book.collateral) {
      add(joint[entry.asset.value], row(risk_->rows().asset(entry.asset), lots(entry)));
      collateral += units(entry) * mid(entry.asset);
      if (!m_.registry[entry.asset].numeraire) sellable += units(entry) * mid(entry.asset);
    }
    out.equity = collateral + values - debts;
    add_on(book, out, gross);
    const double floor = std::max(0.005 * gross, 10.0);
    out.core_own = capped_core(own, 0.25);
    out.core_joint = capped_core(joint, 0.25);
    out.initial_own = std::max(std::max(out.core_own, out.short_minimum) + out.liquidity, floor);
    const double needed = std::max(0.0, debts - values + out.initial_own);
    for (const AssetAmount& entry : book.collateral) {
      if (m_.registry[entry.asset].numeraire) continue;
      const double value = units(entry) * mid(entry.asset);
      const double unit = core(row(risk_->rows().asset(entry.asset), lots(entry)), 0.25) / value;
      out.collateral_liquidity +=
          integrate(value * std::min(1.0, needed / sellable), 0.0005, 1e9, 0.035, 1 - unit);
    }
    const double rest = out.liquidity + out.collateral_liquidity;
    out.initial = std::max(std::max(out.core_joint, out.short_minimum) + rest, floor);
    out.stressed = std::max(std::max(capped_core(joint, 1.0), out.short_minimum) + rest, floor);
    Vector all;
    for (const auto& [underlying, pnl] : joint) add(all, pnl);
    for (std::size_t s = 0; s < set_.filtered.size() && !all.empty(); ++s) {
      const bool breached = out.equity + all[s] * std::sqrt(1.0 / 24) < 0.7 * out.initial;
      out.breach += breached ? set_.filtered.weights[s] : 0;
    }
    return out;
  }

  void compare(const Portfolio& book) {
    const Naive expected = naive(book);
    const Requirement r = of(book);
    const auto near = [](Usd actual, double wanted, const char* what) {
      const double value = static_cast<double>(actual.micros) * 1e-6;
      EXPECT_NEAR(value, wanted, 2e-6 * std::abs(wanted) + 0.01) << what;
    };
    near(r.equity_mid, expected.equity, "equity");
    near(r.obligations.core, expected.core_own, "obligations core");
    near(r.parts.core, expected.core_joint, "core");
    near(r.parts.liquidity, expected.liquidity, "liquidity");
    near(r.parts.short_option_minimum, expected.short_minimum, "short option minimum");
    near(r.parts.collateral_liquidity, expected.collateral_liquidity, "collateral liquidity");
    near(r.initial, expected.initial, "initial");
    near(r.obligations_initial, expected.initial_own, "obligations initial");
    near(r.initial_stressed, expected.stressed, "initial stressed");
    EXPECT_NEAR(r.breach_weight, expected.breach, 1);
    EXPECT_EQ(r.equity_mid.micros, r.collateral.micros + r.positions.micros - r.debts.micros);
    EXPECT_EQ(r.equity_mid, r.equity_least);
    EXPECT_EQ(r.equity_mid, r.equity_greatest);
    EXPECT_EQ(r.maintenance, scale_up(r.initial, 7, 10));
  }
};

TEST_F(BruteForce, RandomBooks) {
  RandomStream random(99, 0);
  int with_obligations = 0;
  for (int n = 0; n < 150 && !HasFailure(); ++n) {
    const Portfolio book = random_portfolio(random);
    if (!book.has_obligations()) continue;
    ++with_obligations;
    compare(book);
  }
  EXPECT_GT(with_obligations, 100);
}

// Lots so large that 64 bits do not hold the sums.
TEST_F(BruteForce, WideBooks) {
  RandomStream random(7, 0);
  for (int n = 0; n < 12 && !HasFailure(); ++n) {
    Portfolio book = random_portfolio(random);
    if (book.positions.empty()) continue;
    for (PositionLots& p : book.positions) p.lots *= 1'000'000;
    for (AssetAmount& a : book.settlement) a.amount.units *= 1'000'000;
    const Naive expected = naive(book);
    const Requirement r = of(book);
    EXPECT_NEAR(static_cast<double>(r.parts.core.micros) * 1e-6, expected.core_joint,
                1e-6 * expected.core_joint + 1e3);
  }
}

}  // namespace
}  // namespace bulkhead::risk
