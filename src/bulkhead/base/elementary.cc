// exp, log, pow and rounding from fma, sqrt and floor alone. Series are plain Taylor coefficients
// after an argument reduction, so that each constant can be checked by hand.
#include "bulkhead/base/elementary.h"

#include <bit>
#include <cstdint>
#include <limits>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary_parts.h"
#include "bulkhead/base/elementary_tables.h"

namespace bulkhead {
namespace internal {
namespace {

// The same without its first term, and the first term to 106 bits.
constexpr double kLogTail[] = {0x1.999999999999ap-2, 0x1.2492492492492p-2, 0x1.c71c71c71c71cp-3,
                               0x1.745d1745d1746p-3, 0x1.3b13b13b13b14p-3, 0x1.1111111111111p-3,
                               0x1.e1e1e1e1e1e1ep-4, 0x1.af286bca1af28p-4, 0x1.8618618618618p-4,
                               0x1.642c8590b2164p-4, 0x1.47ae147ae147bp-4};
constexpr double kTwoThirdsHigh = 0x1.5555555555555p-1;
constexpr double kTwoThirdsLow = 0x1.5555555555555p-55;

double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// x = 2^exponent · (1 + f) with 1 + f in (sqrt(1/2), sqrt(2)].
struct Reduced {
  double exponent;
  double f;
};

Reduced reduce(double x) {
  int shift = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    shift = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023 + shift;
  double m = std::bit_cast<double>((bits & ((1ULL << 52) - 1)) | (1023ULL << 52));
  if (m > kSqrt2) {
    m *= 0.5;
    ++exponent;
  }
  return {static_cast<double>(exponent), m - 1.0};
}

// log x to about 100 bits.
Pair log_pair(double x) {
  const auto [e, f] = reduce(x);
  // s = f / (2 + f), with the remainders of the sum and of the quotient kept.
  const Pair divisor = two_sum(2.0, f);
  const double s = f / divisor.high;
  const double remainder = fused(-s, divisor.low, fused(-s, divisor.high, f));
  const double s_low = remainder / divisor.high;
  const Pair square = two_product(s, s);
  const double square_low = fused(2.0 * s, s_low, square.low);
  const Pair cube = two_product(square.high, s);
  const double cube_low = fused(square.high, s_low, fused(square_low, s, cube.low));
  const Pair third = two_product(kTwoThirdsHigh, cube.high);
  const double third_low =
      fused(kTwoThirdsHigh, cube_low, fused(kTwoThirdsLow, cube.high, third.low));
  const double tail = cube.high * square.high * polynomial(kLogTail, square.high);
  const Pair first = two_sum(e * kLn2High, 2.0 * s);
  const Pair second = two_sum(first.high, third.high);
  const double rest = ((tail + third_low) + fused(2.0, s_low, e * kLn2Low)) + first.low;
  return two_sum(second.high, second.low + rest);
}

}  // namespace

double exp_of_sum(double high, double low) {
  if (high > 709.79) return std::numeric_limits<double>::infinity();
  if (high < -745.14) return 0.0;
  const double k = __builtin_floor(fused(high, kLog2E, 0.5));
  const Pair r = two_sum(fused(-k, kLn2High, high), fused(-k, kLn2Low, low));
  // exp(r) = 1 + r + r²·series(r), the sum 1 + r kept exactly.
  const double quadratic = fused(r.high * r.high, polynomial(kExpSeries, r.high), r.low);
  const Pair one_plus = two_sum(1.0, r.high);
  const double value = one_plus.high + (one_plus.low + quadratic);
  // In two steps, because 2^k alone may leave the normal range where the result does not.
  const int exponent = static_cast<int>(k);
  const int half = exponent / 2;
  return value * power_of_two(half) * power_of_two(exponent - half);
}

}  // namespace internal

double exp_fixed(double x) {
  BULKHEAD_ASSERT(x == x);
  return internal::exp_of_sum(x, 0.0);
}

double log_fixed(double x) {
  BULKHEAD_ASSERT(x > 0.0 && x <= std::numeric_limits<double>::max());
  const auto [e, f] = internal::reduce(x);
  // log(1 + f) = f - f²/2 + s·(f²/2 + R), s = f/(2 + f): the small terms are summed first.
  const double s = f / (2.0 + f);
  const double square = s * s;
  const double series = square * internal::polynomial(internal::kLogSeries, square);
  const double half_square = 0.5 * f * f;
  const double correction = internal::fused(s, half_square + series, e * internal::kLn2Low);
  return internal::fused(e, internal::kLn2High, f - (half_square - correction));
}

double pow_fixed(double x, double y) {
  BULKHEAD_ASSERT(x > 0.0 && x <= std::numeric_limits<double>::max());
  BULKHEAD_ASSERT(y - y == 0.0);
  const internal::Pair log = internal::log_pair(x);
  const double product = y * log.high;
  if (product > 800.0) return std::numeric_limits<double>::infinity();
  if (product < -800.0) return 0.0;
  const double low = internal::fused(y, log.low, internal::fused(y, log.high, -product));
  return internal::exp_of_sum(product, low);
}

double sqrt_fixed(double x) {
  BULKHEAD_ASSERT(x >= 0.0);
  return __builtin_sqrt(x);
}

double floor_fixed(double x) { return __builtin_floor(x); }

double round_half_even(double x) {
  // Adding 2^52 leaves no bit for a fraction, and the addition itself rounds half to even.
  constexpr double kIntegersOnly = 0x1p52;
  if (x >= kIntegersOnly || x <= -kIntegersOnly) return x;
  return x < 0.0 ? (x - kIntegersOnly) + kIntegersOnly : (x + kIntegersOnly) - kIntegersOnly;
}

}  // namespace bulkhead
