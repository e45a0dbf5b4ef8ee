// Exact decimal and binary fractions, and products of them rounded once.
#include "bulkhead/base/decimal.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/wide_int.h"

namespace bulkhead {
namespace {

using internal::WideInt;

Uint128 magnitude_of(Int128 value) {
  return value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

Uint128 power_of_ten(int exponent) {
  Uint128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// 2^exponent within the normal range.
double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

std::uint64_t power_of_five(int exponent) {  // exponent <= 27
  std::uint64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 5;
  return power;
}

// The exponents are split in two because 5^27 is the largest power of five below 2^64.
constexpr int kFivesPerStep = 27;
constexpr int kMaxExponent10 = 36;

void multiply_by_fives(WideInt& value, int exponent) {
  value.multiply(power_of_five(std::min(exponent, kFivesPerStep)));
  value.multiply(power_of_five(std::max(exponent - kFivesPerStep, 0)));
}

bool divide_by_fives(WideInt& value, int exponent) {
  const bool first = value.divide(power_of_five(std::min(exponent, kFivesPerStep)));
  const bool second = value.divide(power_of_five(std::max(exponent - kFivesPerStep, 0)));
  return first || second;
}

// round(±numerator · 2^exponent2 · 10^exponent10 / divisor).
std::optional<Int128> round_fraction(WideInt numerator, bool negative, int exponent2,
                                     int exponent10, std::uint64_t divisor, Rounding rounding) {
  BULKHEAD_ASSERT(exponent10 >= -kMaxExponent10 && exponent10 <= kMaxExponent10);
  if (numerator.bit_length() == 0) return Int128{0};
  if (exponent10 > 0) multiply_by_fives(numerator, exponent10);
  // One bit below the unit is kept, so that floor divisions tell which side of a half we are on.
  const int shift = exponent2 + exponent10 + 1;
  if (shift > 0) {
    if (numerator.bit_length() + shift > WideInt::kBits) return std::nullopt;
    numerator.shift_left(shift);
  }
  bool inexact = numerator.divide(divisor);
  if (exponent10 < 0) inexact = divide_by_fives(numerator, -exponent10) || inexact;
  if (shift < 0) inexact = numerator.shift_right(-shift) || inexact;
  const bool half = numerator.shift_right(1);
  if (numerator.bit_length() > 127 + (negative ? 1 : 0)) return std::nullopt;
  Uint128 magnitude = numerator.low128();
  bool away = false;
  switch (rounding) {
    case Rounding::down:
      away = negative && (half || inexact);
      break;
    case Rounding::up:
      away = !negative && (half || inexact);
      break;
    case Rounding::half_even:
      away = half && (inexact || (magnitude & 1) != 0);
      break;
  }
  if (away) ++magnitude;
  const Uint128 limit = static_cast<Uint128>(kInt128Max) + (negative ? 1 : 0);
  if (magnitude > limit) return std::nullopt;
  return static_cast<Int128>(negative ? -magnitude : magnitude);
}

}  // namespace

Decimal Decimal::normal_form() const {
  Decimal normal = *this;
  if (mantissa == 0) return Decimal{};
  while (normal.mantissa % 10 == 0 && normal.exponent < 18) {
    normal.mantissa /= 10;
    ++normal.exponent;
  }
  return normal;
}

double Decimal::to_double() const {
  BULKHEAD_ASSERT(in_range());
  if (mantissa == 0) return 0.0;
  const Uint128 magnitude = magnitude_of(mantissa);
  double value = 0.0;
  if (exponent >= 0) {
    value = static_cast<double>(magnitude * power_of_ten(exponent));  // below 2^124
  } else {
    // At least 65 bits of quotient with the remainder folded into the last: rounded once.
    const auto high = static_cast<std::uint64_t>(magnitude);
    const int shift = 126 - static_cast<int>(std::bit_width(high));
    const Uint128 divisor = power_of_ten(-exponent);
    const Uint128 shifted = magnitude << shift;
    const Uint128 quotient = shifted / divisor | (shifted % divisor != 0 ? 1 : 0);
    value = static_cast<double>(quotient) * power_of_two(-shift);
  }
  return mantissa < 0 ? -value : value;
}

std::string to_string(const Decimal& value) {
  const Decimal normal = value.normal_form();
  std::string digits = to_string(static_cast<Int128>(normal.mantissa));
  if (normal.exponent >= 0) {
    return digits.append(normal.mantissa == 0 ? 0U : static_cast<std::size_t>(normal.exponent),
                         '0');
  }
  const std::size_t sign = normal.mantissa < 0 ? 1 : 0;
  const auto places = static_cast<std::size_t>(-static_cast<std::int64_t>(normal.exponent));
  if (digits.size() - sign <= places) digits.insert(sign, places + 1 - (digits.size() - sign), '0');
  digits.insert(digits.size() - places, 1, '.');
  return digits;
}

Result<Decimal> parse_decimal(std::string_view text) {
  const auto refuse = [&](ErrorCode code, std::string_view detail) {
    return fail(code, "", text.substr(0, 48), detail);
  };
  const bool negative = text.starts_with('-');
  const std::string_view body = text.substr(negative ? 1 : 0);
  const std::size_t point = std::min(body.find('.'), body.size());
  const std::string_view whole = body.substr(0, point);
  std::string_view fraction = body.substr(std::min(point + 1, body.size()));
  const auto all_digits = [](std::string_view digits) {
    return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!all_digits(whole) || (whole.size() > 1 && whole[0] == '0') ||
      (point < body.size() && !all_digits(fraction))) {
    return refuse(ErrorCode::malformed, "a decimal number such as 0.001");
  }
  fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  std::string digits(whole);
  digits.append(fraction);
  int exponent = 0;
  if (fraction.empty()) {
    const std::size_t kept = std::max<std::size_t>(digits.find_last_not_of('0') + 1, 1);
    exponent = static_cast<int>(std::min<std::size_t>(digits.size() - kept, 18));
    digits.resize(digits.size() - static_cast<std::size_t>(exponent));
  } else if (fraction.size() <= 18) {
    exponent = -static_cast<int>(fraction.size());
  } else {
    return refuse(ErrorCode::out_of_range, "at most 18 digits after the point");
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  if (negative && digits != "0") digits.insert(0, 1, '-');
  const auto mantissa = parse_int128(digits);
  if (!mantissa || *mantissa > std::numeric_limits<std::int64_t>::max() ||
      *mantissa < std::numeric_limits<std::int64_t>::min()) {
    return refuse(ErrorCode::out_of_range, "at most 18 significant digits");
  }
  return Decimal{static_cast<std::int64_t>(*mantissa), exponent}.normal_form();
}

BinaryFraction to_fraction(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const int field = static_cast<int>((bits >> 52) & 0x7ff);
  BULKHEAD_ASSERT(field != 0x7ff);
  const std::uint64_t stored = bits & ((1ULL << 52) - 1);
  const auto magnitude = static_cast<std::int64_t>(field == 0 ? stored : stored | (1ULL << 52));
  return {(bits >> 63) != 0 ? -magnitude : magnitude, field == 0 ? -1074 : field - 1075};
}

std::optional<Int128> multiply_round(Int128 count, double a, double b, int exponent10,
                                     Rounding rounding) {
  const BinaryFraction fa = to_fraction(a);
  const BinaryFraction fb = to_fraction(b);
  WideInt product(magnitude_of(count));
  product.multiply(static_cast<std::uint64_t>(magnitude_of(fa.mantissa)));
  product.multiply(static_cast<std::uint64_t>(magnitude_of(fb.mantissa)));
  const bool negative = (count < 0) != ((fa.mantissa < 0) != (fb.mantissa < 0));
  return round_fraction(product, negative, fa.exponent + fb.exponent, exponent10, 1, rounding);
}

std::optional<Int128> divide_round(Int128 count, double a, double b, int exponent10,
                                   Rounding rounding) {
  const BinaryFraction fa = to_fraction(a);
  const BinaryFraction fb = to_fraction(b);
  BULKHEAD_ASSERT(fb.mantissa != 0);
  WideInt product(magnitude_of(count));
  product.multiply(static_cast<std::uint64_t>(magnitude_of(fa.mantissa)));
  const bool negative = (count < 0) != ((fa.mantissa < 0) != (fb.mantissa < 0));
  return round_fraction(product, negative, fa.exponent - fb.exponent, exponent10,
                        static_cast<std::uint64_t>(magnitude_of(fb.mantissa)), rounding);
}

}  // namespace bulkhead
