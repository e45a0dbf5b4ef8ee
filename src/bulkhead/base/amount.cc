// Checked arithmetic and text of Amount and Usd.
#include "bulkhead/base/amount.h"

#include <algorithm>
#include <limits>

#include "bulkhead/base/assert.h"

namespace bulkhead {
namespace {

constexpr std::int64_t kMicrosMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMicrosMin = std::numeric_limits<std::int64_t>::min();

// Hostile texts may be long; errors quote their beginning.
std::string_view quoted(std::string_view text) { return text.substr(0, 48); }

Usd usd_from(Int128 micros) {
  BULKHEAD_ASSERT(micros >= kMicrosMin && micros <= kMicrosMax);
  return Usd{static_cast<std::int64_t>(micros)};
}

// "-1.25" with `decimals` places as an integer of the last place: "-125" for 2.
Result<Int128> parse_fixed(std::string_view text, int decimals) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction;
  if (point < text.size()) {
    fraction = text.substr(point + 1);
    if (fraction.empty()) {
      return fail(ErrorCode::malformed, "", quoted(text), "digits after the point");
    }
  }
  if (fraction.size() > static_cast<std::size_t>(decimals)) {
    return fail(ErrorCode::malformed, "", quoted(text),
                "at most " + std::to_string(decimals) + " digits after the point");
  }
  const bool negative = whole.starts_with('-');
  const std::string_view digits = whole.substr(negative ? 1 : 0);
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) {
    return fail(ErrorCode::malformed, "", quoted(text), "a decimal number such as -12.5");
  }
  std::string all(digits);
  all.append(fraction).append(static_cast<std::size_t>(decimals) - fraction.size(), '0');
  all.erase(0, std::min(all.find_first_not_of('0'), all.size() - 1));
  if (negative && all != "0") all.insert(0, 1, '-');
  const auto value = parse_int128(all);
  if (value) return *value;
  const bool overflow = value.error() == "more than 128 bits";
  return fail(overflow ? ErrorCode::amount_overflow : ErrorCode::malformed, "", quoted(text),
              overflow ? value.error() : "a decimal number such as -12.5");
}

std::string fixed_text(Int128 value, int decimals) {
  std::string digits = to_string(value);
  const std::size_t sign = value < 0 ? 1 : 0;
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() - sign <= places) digits.insert(sign, places + 1 - (digits.size() - sign), '0');
  if (decimals > 0) digits.insert(digits.size() - places, 1, '.');
  return digits;
}

}  // namespace

Result<Amount> add(Amount a, Amount b) {
  Amount sum;
  if (__builtin_add_overflow(a.units, b.units, &sum.units)) {
    return fail(ErrorCode::amount_overflow, "", to_string(a) + " + " + to_string(b),
                "a sum within 128 bits");
  }
  return sum;
}

Result<Amount> subtract(Amount a, Amount b) {
  Amount difference;
  if (__builtin_sub_overflow(a.units, b.units, &difference.units)) {
    return fail(ErrorCode::amount_overflow, "", to_string(a) + " - " + to_string(b),
                "a difference within 128 bits");
  }
  return difference;
}

Amount operator+(Amount a, Amount b) {
  Amount sum;
  BULKHEAD_ASSERT(!__builtin_add_overflow(a.units, b.units, &sum.units));
  return sum;
}

Amount operator-(Amount a, Amount b) {
  Amount difference;
  BULKHEAD_ASSERT(!__builtin_sub_overflow(a.units, b.units, &difference.units));
  return difference;
}

Amount operator-(Amount a) { return Amount{} - a; }

std::string to_string(Amount amount) { return to_string(amount.units); }

Result<Amount> parse_amount(std::string_view text) {
  const auto units = parse_int128(text);
  if (units) return Amount{*units};
  const bool overflow = units.error() == "more than 128 bits";
  return fail(overflow ? ErrorCode::amount_overflow : ErrorCode::malformed, "", quoted(text),
              overflow ? units.error() : "an integer of minor units");
}

Result<Amount> parse_decimal_amount(std::string_view text, int decimals) {
  BULKHEAD_ASSERT(decimals >= 0 && decimals <= 38);
  BULKHEAD_TRY(const Int128 units, parse_fixed(text, decimals));
  return Amount{units};
}

std::string to_decimal(Amount amount, int decimals) {
  BULKHEAD_ASSERT(decimals >= 0 && decimals <= 38);
  std::string text = fixed_text(amount.units, decimals);
  if (decimals == 0) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

Usd operator+(Usd a, Usd b) {
  Usd sum;
  BULKHEAD_ASSERT(!__builtin_add_overflow(a.micros, b.micros, &sum.micros));
  return sum;
}

Usd operator-(Usd a, Usd b) {
  Usd difference;
  BULKHEAD_ASSERT(!__builtin_sub_overflow(a.micros, b.micros, &difference.micros));
  return difference;
}

Usd operator-(Usd a) { return Usd{} - a; }

Usd saturate_usd(Int128 micros) {
  return usd_from(std::clamp<Int128>(micros, kMicrosMin, kMicrosMax));
}

std::string to_string(Usd value) { return fixed_text(value.micros, 6); }

Result<Usd> parse_usd(std::string_view text) {
  BULKHEAD_TRY(const Int128 micros, parse_fixed(text, 6));
  if (micros < kMicrosMin || micros > kMicrosMax) {
    return fail(ErrorCode::out_of_range, "", quoted(text), "a value below 9.2e12 in magnitude");
  }
  return Usd{static_cast<std::int64_t>(micros)};
}

Usd scale_down(Usd a, std::int64_t numerator, std::int64_t denominator) {
  BULKHEAD_ASSERT(denominator > 0);
  const Int128 product = static_cast<Int128>(a.micros) * numerator;
  const Int128 quotient = product / denominator;
  return usd_from(quotient - (product % denominator < 0 ? 1 : 0));
}

Usd scale_up(Usd a, std::int64_t numerator, std::int64_t denominator) {
  BULKHEAD_ASSERT(denominator > 0);
  const Int128 product = static_cast<Int128>(a.micros) * numerator;
  const Int128 quotient = product / denominator;
  return usd_from(quotient + (product % denominator > 0 ? 1 : 0));
}

bool at_least_bp(Usd left, BasisPoints bp, Usd right) {
  return static_cast<Int128>(left.micros) * 10'000 >= static_cast<Int128>(right.micros) * bp;
}

}  // namespace bulkhead
