// The vector kernels against the plain loops, integer for integer, on every target of this machine.
#include "bulkhead/risk/tail_kernels.h"

#include <algorithm>
#include <cmath>

#include "bulkhead/risk/pnl.h"
#include "bulkhead/risk/scenario_grid.h"
#include "bulkhead/risk/test_support.h"

namespace bulkhead::risk {
namespace {

constexpr std::uint32_t kOne = 1U << 30;

std::vector<KernelTarget> vector_targets() {
  std::vector<KernelTarget> targets = kernel_targets();
  targets.erase(targets.begin());
  return targets;
}

std::vector<std::uint32_t> random_weights(RandomStream& random, std::size_t size) {
  std::vector<std::uint32_t> weights(size, 0);
  const std::uint64_t uneven = 1 + random.below(40);  // most of the mass on few where large
  std::uint64_t left = kOne;
  for (std::size_t s = 0; s < size; ++s) {
    const std::uint64_t share = random.below(uneven * kOne / size + 1);
    const std::uint64_t weight = s + 1 == size ? left : std::min(left, share);
    weights[s] = static_cast<std::uint32_t>(weight);
    left -= weight;
  }
  for (std::size_t s = size; s > 1; --s) std::swap(weights[s - 1], weights[random.below(s)]);
  return weights;
}

// Ranges from all equal to the edge of what the form allows.
std::vector<std::int64_t> random_pnl(RandomStream& random, std::size_t size) {
  const std::uint64_t range = std::uint64_t{1} << random.below(63);
  std::vector<std::int64_t> pnl(size);
  for (std::int64_t& value : pnl) {
    value = static_cast<std::int64_t>(random.below(range)) - static_cast<std::int64_t>(range / 2);
  }
  if (random.below(12) == 0) pnl.assign(size, (std::int64_t{1} << 62) - 1);
  if (random.below(12) == 0) pnl.assign(size, 1 - (std::int64_t{1} << 62));
  if (random.below(12) == 0) std::sort(pnl.begin(), pnl.end());
  return pnl;
}

TEST(TailKernels, TailsAreThoseOfThePlainLoop) {
  constexpr std::size_t kSizes[] = {1, 2, 31, 32, 33, 64, 255, 1'000, 1'024, 1'037};
  for (const KernelTarget target : vector_targets()) {
    RandomStream random(41, static_cast<std::uint64_t>(target));
    TailScratch<std::int64_t> scratch;
    for (int turn = 0; turn < 3'000; ++turn) {
      const std::size_t size = turn % 3 == 0 ? 1 + random.below(1'300) : kSizes[random.below(10)];
      const std::vector<std::int64_t> pnl = random_pnl(random, size);
      const std::vector<std::uint32_t> weights = random_weights(random, size);
      const auto denominator = static_cast<std::uint32_t>(1 + random.below(10'000));
      Level level{static_cast<std::uint32_t>(random.below(denominator)), denominator};
      if (turn % 2 == 0) level = Level{};
      const Int128 fast = risk_kernels(target).tail_loss(pnl, weights, level, scratch);
      const Int128 plain = tail_loss(std::span<const std::int64_t>(pnl), weights, level, scratch);
      ASSERT_TRUE(fast == plain) << to_string(target) << ", turn " << turn << ", size " << size;
    }
  }
}

TEST(TailKernels, SumsAreThoseOfThePlainLoop) {
  for (const KernelTarget target : vector_targets()) {
    RandomStream random(43, static_cast<std::uint64_t>(target));
    for (int turn = 0; turn < 1'000; ++turn) {
      const std::size_t size = random.below(200);
      const std::size_t count = random.below(9);
      std::vector<std::vector<std::int32_t>> ticks(count, std::vector<std::int32_t>(size));
      std::vector<ScaledRow> rows;
      for (std::vector<std::int32_t>& row : ticks) {
        for (std::int32_t& tick : row) {
          tick = static_cast<std::int32_t>(random.below(1U << 27)) - (1 << 26);
        }
        const std::uint64_t range = std::uint64_t{1} << (1 + random.below(32));
        rows.push_back({row.data(), static_cast<std::int64_t>(random.below(range)) -
                                        static_cast<std::int64_t>(range / 2)});
      }
      std::vector<std::int64_t> fast(size, 5), plain(size, 5);
      risk_kernels(target).add_rows(rows, fast);
      risk_kernels(KernelTarget::plain).add_rows(rows, plain);
      ASSERT_EQ(fast, plain) << to_string(target);
    }
  }
}

// Bit for bit, up to the most lots whose products are exact.
TEST(TailKernels, GridsAreThoseOfThePlainLoop) {
  for (const KernelTarget target : vector_targets()) {
    RandomStream random(45, static_cast<std::uint64_t>(target));
    for (int turn = 0; turn < 1'000; ++turn) {
      const std::size_t size = turn % 4 == 0 ? 48 : random.below(120);
      std::vector<std::vector<std::int32_t>> ticks(random.below(14),
                                                   std::vector<std::int32_t>(size));
      std::vector<GridRow> rows;
      for (std::vector<std::int32_t>& row : ticks) {
        for (std::int32_t& tick : row) {
          tick = static_cast<std::int32_t>(static_cast<std::int64_t>(random.below(1ULL << 32)) -
                                           (std::int64_t{1} << 31));
        }
        std::int64_t lots = kGridLotsMost;
        if (random.chance(0.8)) lots = static_cast<std::int64_t>(random.below(1U << 22));
        if (random.chance(0.5)) lots = -lots;
        const int exponent = static_cast<int>(random.below(40)) - 30;
        rows.push_back({row.data(), std::ldexp(static_cast<double>(lots), exponent)});
      }
      std::vector<double> fast(size, 0.1), plain(size, 0.1);
      risk_kernels(target).add_grid(rows, fast);
      risk_kernels(KernelTarget::plain).add_grid(rows, plain);
      ASSERT_EQ(fast, plain) << to_string(target);
    }
  }
}

class KernelRiskTest : public RiskTest {};

// A whole requirement; scenarios that no vector divides.
TEST_F(KernelRiskTest, RequirementsDoNotDependOnTheTarget) {
  for (const std::size_t scenarios : {std::size_t{2}, std::size_t{37}, std::size_t{331}}) {
    build(scenarios);
    const auto plain = EpochRisk::build(m_.registry, m_.epoch, *prepared_, parameters_,
                                        pricing::NeededSet::everything(m_.registry), executor_,
                                        KernelTarget::plain);
    ASSERT_TRUE(plain.has_value());
    RandomStream random(47, scenarios);
    std::vector<Portfolio> books = {Portfolio{}};
    for (int n = 0; n < 60; ++n) books.push_back(random_portfolio(random));
    // Beyond what 64 bits hold: the 128-bit form.
    books.push_back(Portfolio{});
    books.back().positions.push_back({m_.perpetual, std::int64_t{1} << 40});
    books.back().positions.push_back({m_.call, -(std::int64_t{1} << 38)});
    for (const KernelTarget target : vector_targets()) {
      const auto fast =
          EpochRisk::build(m_.registry, m_.epoch, *prepared_, parameters_,
                           pricing::NeededSet::everything(m_.registry), executor_, target);
      ASSERT_TRUE(fast.has_value());
      for (const Portfolio& book : books) {
        const Requirement a = evaluate(*fast, book, {}, scratch_);
        const Requirement b = evaluate(*plain, book, {}, scratch_);
        ASSERT_EQ(encode(a), encode(b)) << to_string(target);
        const ScenarioGrid model;
        ASSERT_EQ(encode(evaluate(model, *fast, book, {}, scratch_)),
                  encode(evaluate(model, *plain, book, {}, scratch_)))
            << to_string(target);
      }
    }
  }
}

}  // namespace
}  // namespace bulkhead::risk
