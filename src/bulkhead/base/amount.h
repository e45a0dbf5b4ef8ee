// Amount: a quantity of one asset in its minor unit. Usd: a value in micro units of the numéraire.
// Both are integers (D2.1, D2.2); sums that leave the type are errors, never wraps.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/int128.h"
#include "bulkhead/base/result.h"

namespace bulkhead {

// 128-bit signed integer of minor units. Serialised as a decimal string.
struct Amount {
  Int128 units = 0;

  friend constexpr bool operator==(Amount, Amount) = default;
  friend constexpr auto operator<=>(Amount, Amount) = default;
  constexpr bool is_zero() const { return units == 0; }
  constexpr bool is_negative() const { return units < 0; }
  constexpr bool is_positive() const { return units > 0; }
};

Result<Amount> add(Amount a, Amount b);
Result<Amount> subtract(Amount a, Amount b);
// For sums whose bounds were checked before: asserts instead of returning an error.
Amount operator+(Amount a, Amount b);
Amount operator-(Amount a, Amount b);
Amount operator-(Amount a);
constexpr Amount min(Amount a, Amount b) { return a < b ? a : b; }
constexpr Amount max(Amount a, Amount b) { return a < b ? b : a; }

std::string to_string(Amount amount);
// Minor units, -?(0|[1-9][0-9]*).
Result<Amount> parse_amount(std::string_view text);
// "1.25" of an asset with 8 decimals -> 125000000; more digits than `decimals` is an error.
Result<Amount> parse_decimal_amount(std::string_view text, int decimals);
// The inverse, without trailing zeros.
std::string to_decimal(Amount amount, int decimals);

// Micro units of the numéraire (10^-6 USD unless a book says otherwise); |value| < 2^63.
struct Usd {
  std::int64_t micros = 0;

  friend constexpr bool operator==(Usd, Usd) = default;
  friend constexpr auto operator<=>(Usd, Usd) = default;
};

// Asserts on overflow: values above 9.2e12 USD are refused where they enter.
Usd operator+(Usd a, Usd b);
Usd operator-(Usd a, Usd b);
Usd operator-(Usd a);
inline Usd& operator+=(Usd& a, Usd b) { return a = a + b; }
inline Usd& operator-=(Usd& a, Usd b) { return a = a - b; }
constexpr Usd min(Usd a, Usd b) { return a < b ? a : b; }
constexpr Usd max(Usd a, Usd b) { return a < b ? b : a; }
constexpr Usd usd(std::int64_t whole) { return Usd{whole * 1'000'000}; }
// Saturates at the ends of the type (for display and sizing of hostile inputs).
Usd saturate_usd(Int128 micros);

std::string to_string(Usd value);  // "1234.560000"
// -?digits(.digits)? with at most six decimals.
Result<Usd> parse_usd(std::string_view text);

// Ceiling and floor of a·numerator/denominator, denominator > 0, exact in 128 bits; asserts that
// the result fits.
Usd scale_up(Usd a, std::int64_t numerator, std::int64_t denominator);
Usd scale_down(Usd a, std::int64_t numerator, std::int64_t denominator);

// Basis points of one: 10'000 = 1.
using BasisPoints = std::int32_t;

// Exact comparison 10^4·left >= bp·right (D1).
bool at_least_bp(Usd left, BasisPoints bp, Usd right);

}  // namespace bulkhead
