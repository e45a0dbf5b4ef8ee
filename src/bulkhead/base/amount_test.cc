// Integers of money: limits, signs and text.
#include "bulkhead/base/amount.h"

#include <gtest/gtest.h>

#include <limits>

#include "bulkhead/base/random.h"

namespace bulkhead {
namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

TEST(Int128, TextRoundTripsAtTheEnds) {
  for (const Int128 value : {Int128{0}, Int128{-1}, Int128{10}, kInt128Max, kInt128Min}) {
    const auto back = parse_int128(to_string(value));
    ASSERT_TRUE(back.has_value());
    EXPECT_TRUE(*back == value);
  }
  EXPECT_EQ(to_string(kInt128Max), "170141183460469231731687303715884105727");
  EXPECT_EQ(to_string(kInt128Min), "-170141183460469231731687303715884105728");
}

TEST(Int128, RefusesEveryOtherForm) {
  for (const char* text : {"", "-", "+1", "01", "-0", "1 ", " 1", "1.0", "1e3", "0x10", "--1"}) {
    EXPECT_EQ(parse_int128(text).error(), "not an integer") << text;
  }
  EXPECT_EQ(parse_int128("170141183460469231731687303715884105728").error(), "more than 128 bits");
  EXPECT_EQ(parse_int128("-170141183460469231731687303715884105729").error(), "more than 128 bits");
  EXPECT_EQ(parse_int128(std::string(100, '9')).error(), "more than 128 bits");
}

TEST(Amount, OverflowIsAnErrorThatShowsTheValues) {
  const auto sum = add(Amount{kInt128Max}, Amount{1});
  ASSERT_FALSE(sum.has_value());
  EXPECT_EQ(to_string(sum.error()),
            "D2.1 amount_overflow: 170141183460469231731687303715884105727 + 1: "
            "a sum within 128 bits");
  EXPECT_FALSE(subtract(Amount{kInt128Min}, Amount{1}).has_value());
  EXPECT_DEATH(Amount{kInt128Max} + Amount{1}, "assertion failed");
  EXPECT_DEATH(-Amount{kInt128Min}, "assertion failed");
}

TEST(Amount, DecimalText) {
  EXPECT_EQ(parse_decimal_amount("1.25", 8)->units, 125'000'000);
  EXPECT_EQ(parse_decimal_amount("-0.00000001", 8)->units, -1);
  EXPECT_EQ(parse_decimal_amount("0.0", 1)->units, 0);
  EXPECT_EQ(parse_decimal_amount("-0.0", 1)->units, 0);
  for (const char* text : {"0.123456789", "1.", ".5", "-.5", "01", "1.2.3", "1,5", "", "1e2"}) {
    EXPECT_FALSE(parse_decimal_amount(text, 8).has_value()) << text;
  }
  EXPECT_EQ(to_decimal(Amount{125'000'000}, 8), "1.25");
  EXPECT_EQ(to_decimal(Amount{-1}, 8), "-0.00000001");
  EXPECT_EQ(to_decimal(Amount{100}, 2), "1");
  EXPECT_EQ(to_decimal(Amount{100}, 0), "100");
  EXPECT_EQ(to_decimal(Amount{}, 18), "0");
}

TEST(Amount, DecimalTextComesBack) {
  RandomStream random(7, 1);
  for (int i = 0; i < 2'000; ++i) {
    const auto bits = static_cast<std::int64_t>(random.next_u64()) >> random.below(64);
    const Amount amount{static_cast<Int128>(bits) * 1'000'003};
    const int decimals = static_cast<int>(random.below(39));
    EXPECT_EQ(parse_decimal_amount(to_decimal(amount, decimals), decimals), amount);
    EXPECT_EQ(parse_amount(to_string(amount)), amount);
  }
}

TEST(Usd, Text) {
  EXPECT_EQ(to_string(Usd{1'234'560'000}), "1234.560000");
  EXPECT_EQ(to_string(Usd{-500'000}), "-0.500000");
  EXPECT_EQ(to_string(Usd{std::numeric_limits<std::int64_t>::min()}), "-9223372036854.775808");
  EXPECT_EQ(parse_usd("-9223372036854.775808")->micros, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_usd("12.34"), Usd{12'340'000});
  EXPECT_FALSE(parse_usd("9223372036854.775808").has_value());
  EXPECT_FALSE(parse_usd("0.0000001").has_value());
}

TEST(Usd, ScalingRoundsTowardsTheNamedSide) {
  EXPECT_EQ(scale_up(Usd{7}, 1, 2), Usd{4});
  EXPECT_EQ(scale_down(Usd{7}, 1, 2), Usd{3});
  EXPECT_EQ(scale_up(Usd{-7}, 1, 2), Usd{-3});
  EXPECT_EQ(scale_down(Usd{-7}, 1, 2), Usd{-4});
  EXPECT_EQ(scale_down(Usd{6}, -1, 2), Usd{-3});
  EXPECT_EQ(scale_up(Usd{kMax}, kMax, kMax), Usd{kMax});
  EXPECT_DEATH(scale_up(Usd{kMax}, 2, 1), "assertion failed");
  EXPECT_DEATH(Usd{kMax} + Usd{1}, "assertion failed");
  EXPECT_EQ(saturate_usd(kInt128Max), Usd{kMax});
}

TEST(Usd, LevelsAreComparedExactly) {
  EXPECT_TRUE(at_least_bp(Usd{90}, 9'000, Usd{100}));
  EXPECT_FALSE(at_least_bp(Usd{89}, 9'000, Usd{100}));
  EXPECT_TRUE(at_least_bp(Usd{kMax}, 10'000, Usd{kMax}));
  EXPECT_FALSE(at_least_bp(Usd{kMax - 1}, 10'000, Usd{kMax}));
}

}  // namespace
}  // namespace bulkhead
