// Elementary functions: distance to long double references, and the exact bits.
#include "bulkhead/base/elementary.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "bulkhead/base/random.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

// |value - reference| in units of the last place of the reference.
double ulps(double value, long double reference) {
  const double rounded = std::fabs(static_cast<double>(reference));
  const double unit = std::nextafter(rounded, kInfinity) - rounded;
  return static_cast<double>(std::fabs(static_cast<long double>(value) - reference) / unit);
}

double relative(double value, long double reference) {
  return static_cast<double>(std::fabs((static_cast<long double>(value) - reference) / reference));
}

TEST(Elementary, ExpWithinOneUlp) {
  RandomStream random(11, 1);
  for (int i = 0; i < 100'000; ++i) {
    const double wide = between(random, -745, 709.7);
    ASSERT_LE(ulps(exp_fixed(wide), expl(wide)), 1.0) << wide;
    const double narrow = between(random, -1, 1);
    ASSERT_LE(ulps(exp_fixed(narrow), expl(narrow)), 0.7) << narrow;
  }
  EXPECT_EQ(exp_fixed(0), 1);
  EXPECT_EQ(exp_fixed(-0.0), 1);
  EXPECT_EQ(exp_fixed(5e-324), 1);
  EXPECT_EQ(exp_fixed(709.782712893384), std::exp(709.782712893384));
  EXPECT_EQ(exp_fixed(709.7827128933841), kInfinity);
  EXPECT_EQ(exp_fixed(710), kInfinity);
  EXPECT_EQ(exp_fixed(kInfinity), kInfinity);
  EXPECT_EQ(exp_fixed(-745.1), 5e-324);
  EXPECT_EQ(exp_fixed(-745.2), 0);
  EXPECT_EQ(exp_fixed(-kInfinity), 0);
}

TEST(Elementary, LogWithinOneUlp) {
  RandomStream random(11, 2);
  for (int i = 0; i < 100'000; ++i) {
    const double near = between(random, 0.5, 2);
    ASSERT_LE(ulps(log_fixed(near), logl(near)), 1.0) << near;
    const double nearer = between(random, 0.999, 1.001);
    ASSERT_LE(ulps(log_fixed(nearer), logl(nearer)), 1.0) << nearer;
    const double wide = exp_fixed(between(random, -744, 709));
    ASSERT_LE(ulps(log_fixed(wide), logl(wide)), 1.0) << wide;
  }
  EXPECT_EQ(log_fixed(1), 0);
  EXPECT_EQ(log_fixed(5e-324), std::log(5e-324));
  EXPECT_EQ(log_fixed(std::numeric_limits<double>::max()),
            std::log(std::numeric_limits<double>::max()));
  EXPECT_DEATH(log_fixed(0), "assertion failed");
  EXPECT_DEATH(log_fixed(-1), "assertion failed");
  EXPECT_DEATH(log_fixed(kInfinity), "assertion failed");
}

TEST(Elementary, PowIsRelativelyAccurate) {
  RandomStream random(11, 3);
  for (int i = 0; i < 100'000; ++i) {
    const double x = exp_fixed(between(random, -10, 10));
    const double y = between(random, -60, 60);
    ASSERT_LE(relative(pow_fixed(x, y), powl(x, y)), 2e-15) << x << " " << y;
  }
  EXPECT_EQ(pow_fixed(3, 0), 1);
  EXPECT_EQ(pow_fixed(1, 1e300), 1);
  EXPECT_EQ(pow_fixed(2, 10), 1024);
  EXPECT_EQ(pow_fixed(9, 0.5), 3);
  EXPECT_EQ(pow_fixed(10, 308), 1e308);
  EXPECT_EQ(pow_fixed(10, 400), kInfinity);
  EXPECT_EQ(pow_fixed(10, -400), 0);
}

TEST(Elementary, NormalDistribution) {
  RandomStream random(11, 4);
  const long double root2 = std::sqrt(2.0L);
  const long double root2pi = 2.50662827463100050241576528481104525L;
  for (int i = 0; i < 100'000; ++i) {
    const double tail = between(random, -37, 0);
    ASSERT_LE(relative(norm_cdf(tail), erfcl(-tail / root2) / 2), 1e-13) << tail;
    const double body = between(random, -9, 9);
    ASSERT_NEAR(static_cast<double>(norm_cdf(body) - erfcl(-body / root2) / 2), 0, 1e-15) << body;
    const long double wide = tail;
    ASSERT_LE(relative(norm_pdf(tail), expl(-wide * wide / 2) / root2pi), 1e-15) << tail;
  }
  EXPECT_EQ(norm_cdf(0), 0.5);
  EXPECT_EQ(norm_cdf(40), 1);
  EXPECT_EQ(norm_cdf(-40), 0);
  EXPECT_EQ(norm_cdf(kInfinity), 1);
  EXPECT_EQ(norm_cdf(-kInfinity), 0);
  EXPECT_EQ(norm_pdf(kInfinity), 0);
}

TEST(Elementary, InverseOfTheNormalDistribution) {
  // Values of the inverse printed in Wichura (1988), section "test values".
  EXPECT_NEAR(inverse_norm_cdf(0.25), -0.6744897501960817, 1e-15);
  EXPECT_NEAR(inverse_norm_cdf(0.001), -3.090232306167814, 4e-15);
  EXPECT_NEAR(inverse_norm_cdf(1e-20), -9.262340089798408, 1e-14);
  EXPECT_EQ(inverse_norm_cdf(0.5), 0);
  RandomStream random(11, 5);
  for (int i = 0; i < 50'000; ++i) {
    const double p = exp_fixed(between(random, -690, -0.7));
    const double x = inverse_norm_cdf(p);
    // dp = φ(x)·dx: an error of 1e-15·|x| in x is x²·1e-15 relative in p.
    ASSERT_LE(relative(norm_cdf(x), p), 2e-15 * (1 + x * x)) << p;
    const double q = between(random, 0.001, 0.999);
    ASSERT_NEAR(norm_cdf(inverse_norm_cdf(q)), q, 4e-16);
  }
  EXPECT_DEATH(inverse_norm_cdf(0), "assertion failed");
  EXPECT_DEATH(inverse_norm_cdf(1), "assertion failed");
}

TEST(Elementary, RoundHalfEven) {
  for (const double x : {0.0, 0.4, 0.5, 0.6, 1.5, 2.5, 1e15 + 0.5, 4503599627370495.5, 1e300}) {
    EXPECT_EQ(round_half_even(x), std::nearbyint(x)) << x;
    EXPECT_EQ(round_half_even(-x), std::nearbyint(-x)) << x;
  }
  EXPECT_EQ(floor_fixed(-0.5), -1);
  EXPECT_EQ(sqrt_fixed(2), std::sqrt(2.0));
}

// Monotone where others rely on it: a higher price never has a lower logarithm.
TEST(Elementary, NeighboursKeepTheirOrder) {
  RandomStream random(11, 6);
  for (int i = 0; i < 50'000; ++i) {
    const double x = between(random, 0.01, 100);
    const double next = std::nextafter(x, kInfinity);
    ASSERT_LE(log_fixed(x), log_fixed(next)) << x;
    const double y = between(random, -20, 20);
    ASSERT_LE(exp_fixed(y), exp_fixed(std::nextafter(y, kInfinity))) << y;
  }
}

// SHA-256 over the bits of f at 65,536 inputs. A changed hash means changed logs: a new behaviour
// version (DESIGN 10), never a new golden value.
template <class F>
std::string bits_of(std::uint64_t stream, double low, double high, F f) {
  RandomStream random(2'024, stream);
  Sha256 hasher;
  for (int i = 0; i < 65'536; ++i) {
    const auto bits =
        std::bit_cast<std::uint64_t>(static_cast<double>(f(between(random, low, high))));
    for (int k = 0; k < 8; ++k) hasher.update_byte(static_cast<std::uint8_t>(bits >> (8 * k)));
  }
  return to_hex(hasher.finish()).substr(0, 32);
}

TEST(Elementary, GoldenBits) {
  EXPECT_EQ(bits_of(1, -750, 715, exp_fixed), "f37e1045fe75b0b99f0ae779e6b62dfd");
  EXPECT_EQ(bits_of(2, -2, 2, exp_fixed), "8071264bce885758fc80c9df4a024d76");
  EXPECT_EQ(bits_of(3, 1e-9, 100, log_fixed), "ff41ee6b646193d55517dec7e9217126");
  EXPECT_EQ(bits_of(4, 0.7, 1.5, log_fixed), "8f616fb8c23f7ce4419e439b8d98e991");
  EXPECT_EQ(bits_of(5, 0.01, 50, [](double x) { return pow_fixed(x, 7.5 - x); }),
            "77ec07bb4a107a7befa7bfd78db821ca");
  EXPECT_EQ(bits_of(6, -39, 9, norm_cdf), "596b2cb6a7d05979236b5c7c1a86e18f");
  EXPECT_EQ(bits_of(7, -6, 6, norm_cdf), "10bfb9224e3ec48111fec9932321f993");
  EXPECT_EQ(bits_of(8, -39, 39, norm_pdf), "e882d57ada11e15ff40638b9bdbe87f6");
  EXPECT_EQ(bits_of(9, 1e-12, 1, inverse_norm_cdf), "f4b1a733479833aff80969e68c497f1e");
}

}  // namespace
}  // namespace bulkhead
