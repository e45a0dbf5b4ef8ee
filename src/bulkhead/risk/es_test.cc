// Weighted VaR and ES against published numbers, closed forms and a naive rational computation.
#include "bulkhead/risk/es.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bulkhead/base/elementary.h"
#include "bulkhead/base/random.h"

namespace bulkhead::risk {
namespace {

constexpr std::uint32_t kOne = 1U << 30;
using Pnl = std::vector<std::int64_t>;
using Weights = std::vector<std::uint32_t>;

double es(const Pnl& pnl, const Weights& weights, Level level) {
  TailScratch<std::int64_t> scratch;
  const Int128 loss = tail_loss(std::span<const std::int64_t>(pnl), weights, level, scratch);
  return static_cast<double>(loss) / static_cast<double>(tail_mass(level));
}

std::int64_t var(const Pnl& pnl, const Weights& weights, Level level) {
  TailScratch<std::int64_t> scratch;
  return value_at_risk(std::span<const std::int64_t>(pnl), weights, level, scratch);
}

// Equal weights that sum to 2^30, the remainder on the first.
Weights equal_weights(std::size_t n) {
  Weights weights(n, static_cast<std::uint32_t>(kOne / n));
  weights[0] += static_cast<std::uint32_t>(kOne - kOne / n * n);
  return weights;
}

// Hull, Options, Futures, and Other Derivatives (10e), Table 22.4: 500 equally likely scenarios,
// the ten worst losses; VaR 99 % = the fifth worst 253,385, ES 99 % = mean of the five worst
// 327,181.
const std::pair<std::size_t, std::int64_t> kHull[] = {
    {494, 477'841}, {339, 345'435}, {349, 282'204}, {329, 277'041}, {487, 253'385},
    {227, 217'974}, {131, 202'256}, {238, 201'389}, {473, 191'269}, {306, 191'050}};

Pnl hull_pnl() {
  Pnl pnl(500, 0);
  for (const auto& [scenario, loss] : kHull) pnl[scenario - 1] = -loss;
  return pnl;
}

TEST(ExpectedShortfall, HullEqualWeights) {
  Weights weights(500, kOne / 500);
  std::uint32_t left = kOne - kOne / 500 * 500;
  for (const auto& [scenario, loss] : kHull) {
    if (left == 0) break;
    ++weights[scenario - 1];  // what does not divide goes to the worst ones
    --left;
  }
  for (std::size_t s = 0; left > 0; ++s) {
    if (weights[s] != kOne / 500) continue;
    ++weights[s];
    --left;
  }
  EXPECT_EQ(var(hull_pnl(), weights, {99, 100}), 253'385);
  EXPECT_NEAR(es(hull_pnl(), weights, {99, 100}), 327'181.2, 0.1);
}

// The same losses with the weights of Boudoukh, Richardson and Whitelaw, λ = 0.995 (Hull, Table
// 22.5): VaR 99 % = 282,204, ES 99 % = 400,914.
TEST(ExpectedShortfall, HullExponentialWeights) {
  Weights weights(500);
  std::uint64_t sum = 0;
  for (std::size_t i = 1; i <= 500; ++i) {
    const double weight =
        std::pow(0.995, 500.0 - static_cast<double>(i)) * 0.005 / (1 - std::pow(0.995, 500.0));
    weights[i - 1] = static_cast<std::uint32_t>(std::lround(weight * kOne));
    sum += weights[i - 1];
  }
  weights[0] = static_cast<std::uint32_t>(weights[0] + kOne - sum);
  EXPECT_EQ(var(hull_pnl(), weights, {99, 100}), 282'204);
  EXPECT_NEAR(es(hull_pnl(), weights, {99, 100}), 400'914, 0.7);
}

// McNeil, Frey, Embrechts, Quantitative Risk Management, Example 2.14: V = 10,000, 20 % a year, 250
// days; VaR and ES of a normal loss.
TEST(ExpectedShortfall, NormalClosedForm) {
  constexpr std::size_t kCount = 16'384;
  const double sigma = 10'000 * 0.2 / std::sqrt(250.0);
  Pnl pnl;
  for (std::size_t i = 0; i < kCount; ++i) {
    const double p = (static_cast<double>(i) + 0.5) / kCount;
    pnl.push_back(std::llround(-sigma * inverse_norm_cdf(p) * 1e6));
  }
  const Weights weights(kCount, kOne / kCount);
  struct Row {
    Level level;
    double var, es;
  };
  const Row rows[] = {{{9, 10}, 162.1, 222.0},
                      {{19, 20}, 208.1, 260.9},
                      {{39, 40}, 247.9, 295.7},
                      {{99, 100}, 294.3, 337.1},
                      {{199, 200}, 325.8, 365.8}};
  for (const Row& row : rows) {
    EXPECT_NEAR(static_cast<double>(var(pnl, weights, row.level)) * 1e-6, row.var, 0.5);
    EXPECT_NEAR(es(pnl, weights, row.level) * 1e-6, row.es, 0.5);
  }
}

// Student-t with 4 degrees of freedom, α = 97.5 %: VaR 2.7764451, ES 3.9935570 (closed form).
TEST(ExpectedShortfall, StudentClosedForm) {
  constexpr std::size_t kCount = 16'384;
  Pnl pnl;
  for (std::size_t i = 0; i < kCount; ++i) {
    const double p = (static_cast<double>(i) + 0.5) / kCount;
    // Quantile of t with ν = 4 in closed form (Shaw 2006).
    const double a = std::sqrt(4 * p * (1 - p));
    const double q = std::cos(std::acos(a) / 3) / a;
    const double t = (p < 0.5 ? -1 : 1) * 2 * std::sqrt(q - 1);
    pnl.push_back(std::llround(-t * 1e9));
  }
  const Weights weights(kCount, kOne / kCount);
  EXPECT_NEAR(static_cast<double>(var(pnl, weights, {39, 40})) * 1e-9, 2.7764451, 0.01);
  EXPECT_NEAR(es(pnl, weights, {39, 40}) * 1e-9, 3.9935570, 0.02);
}

// The definition, sorted in full, in 128-bit integers.
Int128 naive_tail(const Pnl& pnl, const Weights& weights, Level level) {
  std::vector<std::size_t> order(pnl.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return pnl[a] != pnl[b] ? pnl[a] < pnl[b] : a < b;
  });
  Int128 left = static_cast<Int128>(kOne) * (level.denominator - level.numerator);
  Int128 sum = 0;
  for (const std::size_t s : order) {
    const Int128 mass = std::min<Int128>(left, static_cast<Int128>(weights[s]) * level.denominator);
    sum -= mass * pnl[s];
    left -= mass;
  }
  return sum;
}

TEST(ExpectedShortfall, EqualsTheNaiveDefinition) {
  RandomStream random(3, 0);
  for (int n = 0; n < 400; ++n) {
    const std::size_t size = 1 + random.below(1'500);
    Pnl pnl;
    Weights weights(size, 0);
    std::uint64_t left = kOne;
    for (std::size_t s = 0; s < size; ++s) {
      const std::uint64_t range = n % 3 == 0 ? 7 : std::uint64_t{1} << (10 + n % 50);
      pnl.push_back(static_cast<std::int64_t>(random.below(range)) -
                    static_cast<std::int64_t>(range / 2));
      const std::uint64_t weight =
          s + 1 == size ? left : std::min(left, random.below(2 * kOne / size + 1));
      weights[s] = static_cast<std::uint32_t>(weight);
      left -= weight;
    }
    const auto denominator = static_cast<std::uint32_t>(1 + random.below(10'000));
    const Level level{static_cast<std::uint32_t>(random.below(denominator)), denominator};
    TailScratch<std::int64_t> scratch;
    const std::span<const std::int64_t> view(pnl);
    const Int128 expected = naive_tail(pnl, weights, level);
    ASSERT_TRUE(tail_loss(view, weights, level, scratch) == expected);

    const std::vector<Int128> wide(pnl.begin(), pnl.end());
    TailScratch<Int128> wide_scratch;
    ASSERT_TRUE(tail_loss(std::span<const Int128>(wide), weights, level, wide_scratch) == expected);
    // Beyond 64 bits; ties of the keys are not ties of the P&L.
    std::vector<Int128> scaled = wide;
    for (Int128& value : scaled) value = value << (n % 18);
    ASSERT_TRUE(tail_loss(std::span<const Int128>(scaled), weights, level, wide_scratch) ==
                expected << (n % 18));

    Int128 from_parts = 0;
    std::uint64_t mass = 0;
    for (const TailPart& part : tail_parts(view, weights, level, scratch)) {
      from_parts -= static_cast<Int128>(part.mass) * pnl[part.scenario];
      mass += part.mass;
    }
    ASSERT_TRUE(from_parts == expected);
    ASSERT_EQ(mass, tail_mass(level));
  }
}

TEST(ExpectedShortfall, Corners) {
  EXPECT_EQ(es({-5}, {kOne}, {39, 40}), 5);  // S = 1
  EXPECT_EQ(var({-5}, {kOne}, {39, 40}), 5);
  const Pnl same(300, -7);
  EXPECT_EQ(es(same, equal_weights(300), {39, 40}), 7);  // all equal
  EXPECT_EQ(var(same, equal_weights(300), {39, 40}), 7);
  // α = 0: the mean loss.
  EXPECT_EQ(es({-4, -2, 0, 2}, equal_weights(4), {0, 1}), 1);
  // A gain everywhere has a negative ES.
  EXPECT_EQ(es({3, 5}, equal_weights(2), {1, 2}), -3);
  // Scenarios of weight 0 never count.
  EXPECT_EQ(es({-1'000, -1, -1}, {0, kOne / 2, kOne / 2}, {39, 40}), 1);
  // The boundary scenario counts fractionally: tail 0.5 of {10 at 0.25, 2 at 0.75}.
  EXPECT_EQ(es({-10, -2}, {kOne / 4, kOne / 4 * 3}, {1, 2}), 6);
}

// inf{x : P(L <= x) >= α}: with equality the smaller loss is taken.
TEST(ValueAtRisk, TakesTheInfimum) {
  EXPECT_EQ(var({-4, -3, -2, -1}, equal_weights(4), {3, 4}), 3);
  EXPECT_EQ(var({-4, -3, -2, -1}, equal_weights(4), {4, 5}), 4);
  EXPECT_EQ(var({-4, -4, -2, -1}, equal_weights(4), {3, 4}), 4);
}

TEST(RoundUpToUsd, RoundsAgainstTheAccount) {
  EXPECT_EQ(round_up_to_usd(1, 0, 3).micros, 333'334);
  EXPECT_EQ(round_up_to_usd(-1, 0, 3).micros, -333'333);
  EXPECT_EQ(round_up_to_usd(3, -1, 1).micros, 1'500'000);
  EXPECT_EQ(round_up_to_usd(1, -60, 1).micros, 1);
  EXPECT_EQ(round_up_to_usd(0, -900, 7).micros, 0);
  EXPECT_EQ(round_up_to_usd(5, 3, 2).micros, 20'000'000);
  // Beyond 128 bits of work the wide path gives the same.
  const Int128 large = Int128{1} << 110;
  EXPECT_EQ(round_up_to_usd(large, -90, std::uint64_t{1} << 20).micros, 1'000'000);
  EXPECT_EQ(round_up_to_usd(large + 1, -90, std::uint64_t{1} << 20).micros, 1'000'001);
}

}  // namespace
}  // namespace bulkhead::risk
