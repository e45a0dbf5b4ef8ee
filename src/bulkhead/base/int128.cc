// Decimal text of 128-bit integers, which the standard library does not convert.
#include "bulkhead/base/int128.h"

#include <algorithm>

namespace bulkhead {

std::string to_string(Int128 value) {
  if (value == 0) return "0";
  Uint128 rest = value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
  std::string digits;
  for (; rest != 0; rest /= 10)
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  if (value < 0) digits.push_back('-');
  std::ranges::reverse(digits);
  return digits;
}

std::expected<Int128, std::string_view> parse_int128(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || !std::ranges::all_of(digits, is_digit) ||
      (digits[0] == '0' && (digits.size() > 1 || negative))) {
    return std::unexpected("not an integer");
  }

  const Uint128 limit = static_cast<Uint128>(kInt128Max) + (negative ? 1 : 0);
  if (digits.size() > 39) return std::unexpected("more than 128 bits");
  Uint128 magnitude = 0;
  for (const char c : digits) {
    const auto digit = static_cast<Uint128>(c - '0');
    if (magnitude > (limit - digit) / 10) return std::unexpected("more than 128 bits");
    magnitude = magnitude * 10 + digit;
  }
  return static_cast<Int128>(negative ? -magnitude : magnitude);
}

}  // namespace bulkhead
