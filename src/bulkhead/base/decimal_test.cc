// Decimals and products rounded once, against quotients computed in other ways.
#include "bulkhead/base/decimal.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

#include "bulkhead/base/random.h"

namespace bulkhead {
namespace {

TEST(Decimal, TextInNormalForm) {
  EXPECT_EQ(*parse_decimal("0.001"), (Decimal{1, -3}));
  EXPECT_EQ(*parse_decimal("0.0010"), (Decimal{1, -3}));
  EXPECT_EQ(*parse_decimal("1200"), (Decimal{12, 2}));
  EXPECT_EQ(*parse_decimal("-0.0"), (Decimal{0, 0}));
  EXPECT_EQ(*parse_decimal("10000000000000000000"), (Decimal{10, 18}));
  EXPECT_EQ(to_string(Decimal{10, 18}), "10000000000000000000");
  EXPECT_EQ(to_string(Decimal{-5, -3}), "-0.005");
  EXPECT_EQ(to_string(Decimal{-12345, -3}), "-12.345");
  EXPECT_EQ(to_string(Decimal{0, 5}), "0");
  EXPECT_EQ(to_string(*parse_decimal("-9223372036854775808")), "-9223372036854775808");
  for (const char* text : {"", "-", ".5", "5.", "01", "1e5", "+1", "0.0000000000000000001",
                           "9223372036854775809", "1..2", "1-", "nan"}) {
    EXPECT_FALSE(parse_decimal(text).has_value()) << text;
  }
}

TEST(Decimal, ToDoubleIsCorrectlyRounded) {
  RandomStream random(3, 1);
  for (int i = 0; i < 20'000; ++i) {
    Decimal value;
    value.mantissa = static_cast<std::int64_t>(random.next_u64()) >> random.below(64);
    value.exponent = static_cast<int>(random.below(37)) - 18;
    // strtod of glibc rounds correctly.
    const double expected = std::strtod(to_string(value).c_str(), nullptr);
    ASSERT_EQ(value.to_double(), expected + 0.0) << to_string(value);
  }
}

TEST(BinaryFraction, IsExact) {
  EXPECT_EQ(to_fraction(0.0).mantissa, 0);
  const auto third = to_fraction(1.0 / 3.0);
  EXPECT_EQ(third.mantissa, 0x15555555555555LL);
  EXPECT_EQ(third.exponent, -54);
  const auto least = to_fraction(-5e-324);
  EXPECT_EQ(least.mantissa, -1);
  EXPECT_EQ(least.exponent, -1074);
  EXPECT_EQ(to_fraction(std::numeric_limits<double>::max()).exponent, 971);
  EXPECT_DEATH(to_fraction(std::numeric_limits<double>::infinity()), "assertion failed");
}

TEST(MultiplyRound, SidesAndTies) {
  const auto round = [](Int128 count, double a, int exponent10, Rounding rounding) {
    return static_cast<std::int64_t>(*multiply_round(count, a, 1.0, exponent10, rounding));
  };
  EXPECT_EQ(round(5, 0.5, 0, Rounding::half_even), 2);
  EXPECT_EQ(round(7, 0.5, 0, Rounding::half_even), 4);
  EXPECT_EQ(round(-5, 0.5, 0, Rounding::half_even), -2);
  EXPECT_EQ(round(-5, 0.5, 0, Rounding::down), -3);
  EXPECT_EQ(round(-5, 0.5, 0, Rounding::up), -2);
  EXPECT_EQ(round(5, -0.5, 0, Rounding::up), -2);
  EXPECT_EQ(round(25, 1.0, -1, Rounding::half_even), 2);
  EXPECT_EQ(round(35, 1.0, -1, Rounding::half_even), 4);
  EXPECT_EQ(round(1, 1e-300, 0, Rounding::up), 1);
  EXPECT_EQ(round(-1, 1e-300, 0, Rounding::down), -1);
  EXPECT_EQ(round(0, 5e300, 36, Rounding::up), 0);
  // 0.1 is a little above a tenth: the exact product says so.
  EXPECT_EQ(round(10, 0.1, 0, Rounding::up), 2);
  EXPECT_EQ(round(10, 0.1, 0, Rounding::down), 1);
}

TEST(MultiplyRound, LeavesNoRangeSilently) {
  EXPECT_TRUE(*multiply_round(kInt128Max, 1.0, 1.0, 0, Rounding::up) == kInt128Max);
  EXPECT_TRUE(*multiply_round(kInt128Min, 1.0, 1.0, 0, Rounding::up) == kInt128Min);
  EXPECT_FALSE(multiply_round(kInt128Min, -1.0, 1.0, 0, Rounding::up).has_value());
  EXPECT_FALSE(multiply_round(1, 1e300, 1e300, 36, Rounding::up).has_value());
  EXPECT_FALSE(multiply_round(1, 2.0, 1e38, 0, Rounding::up).has_value());
  EXPECT_TRUE(*multiply_round(kInt128Max, 0x1p-120, 0x1p100, 0, Rounding::down) ==
              kInt128Max >> 20);
  EXPECT_TRUE(*multiply_round(kInt128Max, 1e-36, 1.0, 36, Rounding::down) < kInt128Max);
}

// Small cases against integer division: count·ma·mb·10^e with tiny mantissas and e >= -6.
TEST(MultiplyRound, AgreesWithIntegerDivision) {
  RandomStream random(3, 2);
  const auto small = [&] { return static_cast<std::int64_t>(random.below(2'000)) - 1'000; };
  for (int i = 0; i < 50'000; ++i) {
    const std::int64_t count = small();
    const std::int64_t a = small();
    const std::int64_t b = small();
    const int e = -static_cast<int>(random.below(7));
    std::int64_t divisor = 8;  // a/2 · b/4
    for (int k = 0; k < -e; ++k) divisor *= 10;
    const std::int64_t product = count * a * b;
    std::int64_t floor = product / divisor;
    std::int64_t rest = product % divisor;
    if (rest < 0) {
      rest += divisor;
      --floor;
    }
    const double half_a = static_cast<double>(a) / 2;
    const double quarter_b = static_cast<double>(b) / 4;
    ASSERT_TRUE(*multiply_round(count, half_a, quarter_b, e, Rounding::down) == floor);
    ASSERT_TRUE(*multiply_round(count, half_a, quarter_b, e, Rounding::up) ==
                floor + (rest != 0 ? 1 : 0));
    const bool above = 2 * rest > divisor || (2 * rest == divisor && floor % 2 != 0);
    ASSERT_TRUE(*multiply_round(count, half_a, quarter_b, e, Rounding::half_even) ==
                floor + (above ? 1 : 0));
  }
}

TEST(DivideRound, AgreesWithIntegerDivision) {
  RandomStream random(3, 3);
  for (int i = 0; i < 50'000; ++i) {
    const auto count = static_cast<std::int64_t>(random.below(2'000'000)) - 1'000'000;
    const auto a = static_cast<std::int64_t>(random.below(2'000)) - 1'000;
    const auto b = static_cast<std::int64_t>(random.below(2'000)) + 1;
    const std::int64_t product = count * a * 100;
    const std::int64_t floor = product / b - (product % b < 0 ? 1 : 0);
    const auto down =
        divide_round(count, static_cast<double>(a), static_cast<double>(b), 2, Rounding::down);
    const auto up =
        divide_round(-count, static_cast<double>(a), static_cast<double>(b), 2, Rounding::up);
    ASSERT_TRUE(*down == floor);
    ASSERT_TRUE(*up == -floor);  // symmetry
  }
  EXPECT_DEATH(divide_round(1, 1.0, 0.0, 0, Rounding::up), "assertion failed");
  // An inverse contract: 10'000 contracts of 1 USD at 41'234.5 in satoshi.
  EXPECT_TRUE(*divide_round(10'000, 1.0, 41'234.5, 8, Rounding::up) == 24'251'537);
}

}  // namespace
}  // namespace bulkhead
