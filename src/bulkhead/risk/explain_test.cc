// Explanations: the same numbers as evaluate(), and parts that add up exactly (D5.3).
#include "bulkhead/risk/explain.h"

#include <map>
#include <set>

#include "bulkhead/risk/attribution.h"
#include "bulkhead/risk/models.h"
#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

class ExplainTest : public RiskTest {
 protected:
  RequirementDetail detail(const Portfolio& portfolio) {
    return explain(*risk_, portfolio, {}, scratch_);
  }

  // What membership of regimes asks, without tails and contributions.
  void expect_same_cores(const Portfolio& portfolio, const RequirementDetail& whole) {
    const Model model = ScenarioEs{};
    const StandaloneCores cores = standalone_cores(model, *risk_, portfolio, {}, scratch_);
    const RequirementDetail d = explain(model, *risk_, portfolio, {}, scratch_);
    EXPECT_EQ(cores.obligations_initial, d.requirement.obligations_initial);
    std::map<std::string, Usd> by_name;
    for (const UnderlyingCharge& part : cores.underlyings) {
      by_name[risk_->registry()[part.underlying].name] = part.amount;
    }
    for (const UnderlyingDetail& u : whole.underlyings) {
      EXPECT_EQ(by_name[u.underlying], u.standalone_core) << u.underlying;
    }
  }
};

Int128 sum_of(const std::vector<Contribution>& contributions) {
  Int128 sum = 0;
  for (const Contribution& c : contributions) sum += c.core.micros;
  return sum;
}

TEST_F(ExplainTest, ContributionsSumToTheCore) {
  RandomStream random(31, 0);
  std::set<CoreDriver> drivers;
  for (int n = 0; n < 300; ++n) {
    parameters_.grid_weight = n % 2 == 0 ? 6'000 : 1'000;
    parameters_.offset_cap = n % 3 == 0 ? 10'000 : 8'000;
    parameters_.stress_weight = n % 5 == 0 ? 0 : 2'500;
    if (n % 10 == 0) rebuild();
    Portfolio book = random_portfolio(random);
    if (n % 4 == 0) book.mode = MarginMode::haircut;
    if (!book.has_obligations()) continue;
    const RequirementDetail d = detail(book);
    const Requirement r = of(book);
    ASSERT_EQ(d.requirement.initial, r.initial);
    ASSERT_TRUE(sum_of(d.contributions) == r.parts.core.micros) << n;
    drivers.insert(d.driver);
    Int128 liquidity = 0;
    Int128 standalone = 0;
    Int128 mid = 0;
    for (const UnderlyingDetail& u : d.underlyings) {
      liquidity += u.liquidity.micros;
      standalone += u.standalone_core.micros;
      mid += u.value_mid.micros;
    }
    EXPECT_TRUE(liquidity == r.parts.liquidity.micros);
    EXPECT_TRUE(standalone == r.parts.standalone.micros);
    expect_same_cores(book, d);
    EXPECT_TRUE(mid == r.equity_mid.micros);
  }
  EXPECT_GE(drivers.size(), 3U);
}

TEST_F(ExplainTest, TailsAreNamedAndComplete) {
  Portfolio book;
  book.positions = {{m_.perpetual, 1'000}};
  const RequirementDetail d = detail(book);
  ASSERT_FALSE(d.filtered_tail.empty());
  double mass = 0;
  double mean = 0;
  for (const TailScenario& t : d.filtered_tail) {
    EXPECT_EQ(t.date, set_.filtered.dates[t.scenario]);
    mass += t.probability_mass;
    mean += t.probability_mass * static_cast<double>(t.loss.micros);
  }
  EXPECT_NEAR(mass, 1.0, 1e-12);
  EXPECT_NEAR(mean, static_cast<double>(d.requirement.parts.es_filtered.micros), 2);
  for (std::size_t i = 1; i < d.filtered_tail.size(); ++i) {
    EXPECT_GE(d.filtered_tail[i - 1].loss, d.filtered_tail[i].loss);
  }
  EXPECT_EQ(d.grid_worst, "spot -20 %, volatility -30 % (log)");
}

// A hedge lowers the core: its contribution is negative.
TEST_F(ExplainTest, HedgesContributeNegatively) {
  Portfolio book;
  book.positions = {{m_.perpetual, 1'000}, {m_.future, -50}};
  const RequirementDetail d = detail(book);
  ASSERT_EQ(d.contributions.size(), 2U);
  EXPECT_EQ(d.contributions[0].name, "BTC-PERP");
  EXPECT_GT(d.contributions[0].core, Usd{});
  EXPECT_LT(d.contributions[1].core, Usd{});
  EXPECT_EQ(d.contributions[1].quantity, "-50");
}

TEST_F(ExplainTest, NothingOwedNothingToExplain) {
  Portfolio book;
  book.collateral = {{m_.btc, btc_amount(1)}};
  EXPECT_TRUE(detail(book).contributions.empty());
}

TEST(LargestRemainder, SumsExactly) {
  const double parts[] = {1.6, 2.6, 3.7, -1.2};
  const auto near = largest_remainder(parts, Usd{7});
  // Floors 1, 2, 3, −2 leave 3 for the remainders 0.8, 0.7 and the first 0.6.
  EXPECT_EQ(near[0], Usd{2});
  EXPECT_EQ(near[1], Usd{2});
  EXPECT_EQ(near[2], Usd{4});
  EXPECT_EQ(near[3], Usd{-1});
  for (const std::int64_t total : {-9, -1, 0, 3, 4, 100}) {
    Int128 sum = 0;
    for (const Usd part : largest_remainder(parts, Usd{total})) sum += part.micros;
    EXPECT_TRUE(sum == total);
  }
}

}  // namespace
}  // namespace bulkhead::risk
