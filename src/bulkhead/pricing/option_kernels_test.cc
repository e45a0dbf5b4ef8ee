// The vector kernels against the plain loops, bit for bit, on every target of this machine.
#include "bulkhead/pricing/option_kernels.h"

#include <gtest/gtest.h>

#include <bit>

#include "bulkhead/base/elementary.h"
#include "bulkhead/pricing/rows.h"
#include "bulkhead/pricing/test_support.h"

namespace bulkhead::pricing {
namespace {

std::vector<KernelTarget> vector_targets() {
  std::vector<KernelTarget> targets = kernel_targets();
  targets.erase(targets.begin());
  return targets;
}

double between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

void expect_same_bits(const std::vector<double>& fast, const std::vector<double>& plain,
                      std::string_view what) {
  ASSERT_EQ(fast.size(), plain.size());
  for (std::size_t s = 0; s < fast.size(); ++s) {
    ASSERT_EQ(std::bit_cast<std::uint64_t>(fast[s]), std::bit_cast<std::uint64_t>(plain[s]))
        << what << ", element " << s << ": " << fast[s] << " against " << plain[s];
  }
}

struct Shocks {
  std::vector<double> spot, basis, settlement, volatility;
};

// An empty row stands for multipliers of 1 everywhere.
std::vector<double> multipliers(RandomStream& random, std::size_t size, double spread) {
  std::vector<double> row;
  if (random.below(4) == 0) return row;
  for (std::size_t s = 0; s < size; ++s) {
    row.push_back(exp_fixed(between(random, -spread, spread)));
  }
  return row;
}

Contract random_option(RandomStream& random) {
  constexpr double kStrange[] = {0.0, 5e-324, 1e-300, 1e-12, 0.004, 30.0, 80.0, 1e12, 1e300};
  Contract c;
  c.priced = c.option = true;
  c.call = random.below(2) == 0;
  c.inverse = random.below(2) == 0;
  c.size = between(random, 0.001, 10);
  c.spot = between(random, 1, 100'000);
  c.forward = c.spot * between(random, 0.9, 1.1);
  c.settlement_price = between(random, 0.5, 2);
  c.strike = c.spot * exp_fixed(between(random, -1.0, 1.0));
  c.sigma_sqrt_t = exp_fixed(between(random, -5.0, 1.0));
  if (random.below(4) == 0) c.sigma_sqrt_t = kStrange[random.below(9)];
  if (random.below(8) == 0) {
    c.strike = c.spot * exp_fixed(between(random, -300.0, 300.0));
  } else if (random.below(16) == 0) {
    c.forward = 1e-306;  // its ratio to the strike is no normal number
  }
  return c;
}

// Of `size` scenarios; now and then one that no vector form takes, all alike, or none that moves.
Shocks random_shocks(RandomStream& random, std::size_t size) {
  Shocks shocks{multipliers(random, size, 1.0), multipliers(random, size, 0.1),
                multipliers(random, size, 0.1), multipliers(random, size, 1.5)};
  if (size == 0) return shocks;
  if (random.below(8) == 0 && !shocks.spot.empty()) shocks.spot[random.below(size)] = 0;
  if (random.below(8) == 0 && !shocks.volatility.empty()) {
    shocks.volatility[random.below(size)] = random.below(2) == 0 ? 1e-200 : 1e3;
  }
  if (random.below(8) == 0 && !shocks.spot.empty()) shocks.spot.assign(size, shocks.spot[0]);
  return shocks;
}

void expect_same_shocks(const OptionShocks& fast, const OptionShocks& plain) {
  expect_same_bits(fast.forward, plain.forward, "forward");
  expect_same_bits(fast.log_ratio, plain.log_ratio, "log_ratio");
  expect_same_bits(fast.strike, plain.strike, "strike");
  expect_same_bits(fast.volatility, plain.volatility, "volatility");
  expect_same_bits(fast.inverse_volatility, plain.inverse_volatility, "inverse_volatility");
  expect_same_bits(fast.spot_to_forward, plain.spot_to_forward, "spot_to_forward");
  EXPECT_EQ(fast.forward_least, plain.forward_least);
  EXPECT_EQ(fast.volatility_least, plain.volatility_least);
  EXPECT_EQ(fast.volatility_most, plain.volatility_most);
  EXPECT_EQ(fast.log_ratio_most, plain.log_ratio_most);
}

TEST(OptionKernels, RowsOfOptionsGiveTheBitsOfThePlainLoop) {
  for (const KernelTarget target : vector_targets()) {
    RandomStream random(23, static_cast<std::uint64_t>(target));
    for (int turn = 0; turn < 6'000; ++turn) {
      const Contract contract = random_option(random);
      const std::size_t size = random.below(turn % 8 == 0 ? 400 : 70);
      Shocks shocks = random_shocks(random, size);
      if (contract.inverse) shocks.settlement.clear();
      OptionShocks fast_shocks, plain_shocks;
      row_kernels(target).option_shocks(shocks.spot, shocks.basis, shocks.settlement,
                                        shocks.volatility, size, fast_shocks);
      option_shocks(shocks.spot, shocks.basis, shocks.settlement, shocks.volatility, size,
                    plain_shocks);
      expect_same_shocks(fast_shocks, plain_shocks);
      const double base = between(random, 0, 1000);
      const std::size_t begin = size == 0 ? 0 : random.below(size);
      std::vector<double> fast(size - begin), plain(size - begin);
      row_kernels(target).option_row(contract, base, fast_shocks, begin, fast);
      option_row(contract, base, plain_shocks, begin, plain);
      expect_same_bits(fast, plain, to_string(target));
    }
  }
}

// The row's own way from market to price against the formula of one price.
TEST(OptionKernels, ARowIsTheFormulaAtTheShockedMarket) {
  RandomStream random(37, 0);
  for (int turn = 0; turn < 2'000; ++turn) {
    const Contract c = random_option(random);
    if (c.sigma_sqrt_t > 30 || c.forward < 1) continue;
    constexpr std::size_t kSize = 48;
    Shocks shocks{multipliers(random, kSize, 1.0), multipliers(random, kSize, 0.1),
                  multipliers(random, kSize, 0.1), multipliers(random, kSize, 1.5)};
    if (c.inverse) shocks.settlement.clear();
    OptionShocks all;
    option_shocks(shocks.spot, shocks.basis, shocks.settlement, shocks.volatility, kSize, all);
    std::vector<double> pnl(kSize);
    option_row(c, 0, all, 0, pnl);
    const auto at = [](const std::vector<double>& row, std::size_t s) {
      return row.empty() ? 1.0 : row[s];
    };
    for (std::size_t s = 0; s < kSize; ++s) {
      const double spot = c.spot * at(shocks.spot, s);
      const double forward = c.forward * at(shocks.spot, s) * at(shocks.basis, s);
      const double price = c.settlement_price * at(shocks.settlement, s);
      const double leg =
          leg_value(c, spot, forward, price, c.sigma_sqrt_t * at(shocks.volatility, s));
      const double strike = c.inverse ? c.strike : c.strike * price;
      const double scale = c.size * (c.inverse ? 2 : 1) * (forward > strike ? forward : strike);
      ASSERT_NEAR(pnl[s], leg, 4e-15 * scale) << turn << " " << s;
    }
  }
}

TEST(OptionKernels, AnUnmovedScenarioIsWorthNothing) {
  RandomStream random(39, 0);
  for (const KernelTarget target : kernel_targets()) {
    for (int turn = 0; turn < 500; ++turn) {
      const Contract c = random_option(random);
      const double base = leg_value(c, c.spot, c.forward, c.settlement_price, c.sigma_sqrt_t);
      if (base - base != 0) continue;  // S/F beyond double
      OptionShocks none;
      row_kernels(target).option_shocks({}, {}, {}, {}, 32, none);
      std::vector<double> pnl(32);
      row_kernels(target).option_row(c, base, none, 0, pnl);
      for (const double value : pnl) ASSERT_EQ(value, 0) << to_string(target);
    }
  }
}

// Where an option is worth less than its rounding errors it still is worth no less than nothing.
TEST(OptionKernels, NextToNoVolatilityAtTheMoney) {
  RandomStream random(45, 0);
  for (int turn = 0; turn < 2'000; ++turn) {
    Contract c = random_option(random);
    c.inverse = false;
    c.size = c.settlement_price = 1;
    c.forward = c.spot;
    c.sigma_sqrt_t = exp_fixed(between(random, -80.0, -5.0));
    c.strike = c.forward * exp_fixed(c.sigma_sqrt_t * between(random, -2.0, 2.0));
    OptionShocks shocks;
    option_shocks({}, {}, {}, multipliers(random, 32, 1.5), 32, shocks);
    std::vector<double> plain(32);
    option_row(c, 0, shocks, 0, plain);
    const double gain = c.call ? c.forward - c.strike : c.strike - c.forward;
    for (const double value : plain) ASSERT_GE(value, gain > 0 ? gain : 0);
    for (const KernelTarget target : vector_targets()) {
      std::vector<double> fast(32);
      row_kernels(target).option_row(c, 0, shocks, 0, fast);
      expect_same_bits(fast, plain, to_string(target));
    }
  }
}

TEST(OptionKernels, BentCurvesGiveTheBitsOfThePlainLoop) {
  const Parameters parameters;
  for (const KernelTarget target : vector_targets()) {
    RandomStream random(29, static_cast<std::uint64_t>(target));
    for (int turn = 0; turn < 2'000; ++turn) {
      const std::size_t size = random.below(70);
      const double wide = random.below(8) == 0 ? 800 : 3;
      std::vector<double> moves(size), fast(size), plain(size);
      for (double& move : moves) move = between(random, -wide, wide);
      const double years = random.below(8) == 0 ? 0 : between(random, 0, 2);
      row_kernels(target).dated_basis(moves, years, fast);
      dated_basis(moves, years, plain);
      expect_same_bits(fast, plain, "basis");
      const double days = between(random, 0, 400);
      row_kernels(target).volatility_factors(moves, days, parameters, fast);
      volatility_factors(moves, days, parameters, plain);
      expect_same_bits(fast, plain, "volatility");
    }
  }
}

TEST(OptionKernels, TicksAreThoseOfThePlainLoop) {
  for (const KernelTarget target : vector_targets()) {
    RandomStream random(31, static_cast<std::uint64_t>(target));
    for (int turn = 0; turn < 2'000; ++turn) {
      const std::size_t size = random.below(100);
      const double scale = exp_fixed(between(random, -600, 600));
      std::vector<double> pnl(size);
      for (double& value : pnl) value = scale * between(random, -1, 1);
      if (size > 0 && random.below(3) == 0) pnl[random.below(size)] = scale;
      if (random.below(10) == 0) pnl.assign(size, 0.0);
      if (random.below(10) == 0) pnl.assign(size, -0.0);
      const RowKernels& kernels = row_kernels(target);
      const int exponent = tick_exponent(pnl, kTickBits);
      ASSERT_EQ(kernels.tick_exponent(pnl, kTickBits), exponent) << to_string(target);
      std::vector<std::int32_t> fast(size), plain(size);
      ASSERT_EQ(kernels.to_ticks(pnl, exponent, fast), to_ticks(pnl, exponent, plain));
      ASSERT_EQ(fast, plain) << to_string(target);
    }
  }
}

TEST(OptionKernels, AMarketsRowsDoNotDependOnTheTarget) {
  TestMarket market;
  const Result<PreparedSet> set = PreparedSet::make(random_set(197, 3));
  ASSERT_TRUE(set.has_value());
  SerialExecutor serial;
  const NeededSet all = NeededSet::everything(market.registry);
  const auto plain = build_rows(market.registry, market.epoch, *set, Parameters{}, all, serial,
                                KernelTarget::plain);
  ASSERT_TRUE(plain.has_value());
  for (const KernelTarget target : vector_targets()) {
    const auto fast =
        build_rows(market.registry, market.epoch, *set, Parameters{}, all, serial, target);
    ASSERT_TRUE(fast.has_value());
    for (std::size_t i = 0; i < market.registry.instruments().size(); ++i) {
      const RowView a = fast->instrument(InstrumentIndex(i));
      const RowView b = plain->instrument(InstrumentIndex(i));
      EXPECT_EQ(a.exponent, b.exponent);
      EXPECT_EQ(a.max_abs, b.max_abs);
      EXPECT_EQ(a.base, b.base);
      EXPECT_TRUE(std::ranges::equal(a.ticks, b.ticks)) << to_string(target) << ", row " << i;
    }
  }
}

}  // namespace
}  // namespace bulkhead::pricing
