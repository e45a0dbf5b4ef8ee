// Decimal: mantissa·10^exponent, exact. Used for contract sizes, strikes and rates in commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/int128.h"
#include "bulkhead/base/result.h"

namespace bulkhead {

struct Decimal {
  std::int64_t mantissa = 0;
  std::int32_t exponent = 0;  // -18..18

  friend bool operator==(const Decimal&, const Decimal&) = default;
  double to_double() const;  // correctly rounded; requires in_range()
  bool in_range() const { return exponent >= -18 && exponent <= 18; }
  // The one spelling of the value: mantissa not a multiple of ten unless the exponent is 18, and 0
  // with exponent 0. Codecs write this form and decode nothing else.
  Decimal normal_form() const;

  // Message {sint64 mantissa = 1; sint32 exponent = 2}. In JSON a string, "0.001".
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "mantissa", self.mantissa);
    visit(2, "exponent", self.exponent);
  }
};

std::string to_string(const Decimal& value);
// -?digits(.digits)? in normal form.
Result<Decimal> parse_decimal(std::string_view text);

// A finite double as mantissa·2^exponent with |mantissa| < 2^53, exact (D2.3).
struct BinaryFraction {
  std::int64_t mantissa = 0;
  std::int32_t exponent = 0;
};
BinaryFraction to_fraction(double value);

enum class Rounding { down, up, half_even };  // down: to -infinity, up: to +infinity

// round(count · a · b · 10^exponent10) as an exact integer product rounded once; nullopt when the
// result does not fit 128 bits. Wide intermediates are exact (own wide arithmetic). a and b finite,
// |exponent10| <= 36.
std::optional<Int128> multiply_round(Int128 count, double a, double b, int exponent10,
                                     Rounding rounding);
// round(count · 10^exponent10 · a / b), b != 0, likewise.
std::optional<Int128> divide_round(Int128 count, double a, double b, int exponent10,
                                   Rounding rounding);

}  // namespace bulkhead
