// Calendar and text of Timestamp and Duration; the proleptic Gregorian calendar by day counts of
// 400-year eras (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
#include "bulkhead/base/time.h"

#include <array>
#include <limits>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/int128.h"

namespace bulkhead {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr Int128 kNsMax = std::numeric_limits<std::int64_t>::max();
constexpr Int128 kNsMin = std::numeric_limits<std::int64_t>::min();

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::int64_t days_from_civil(CivilDate date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t shifted_month = (date.month + 9) % 12;  // March = 0
  const std::int64_t day_of_year = (153 * shifted_month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

CivilDate civil_from_days(std::int64_t days) {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_divide(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const auto month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  const auto year = static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
  return {year, month, day};
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out.append(digits);
}

// Takes exactly `width` digits off the front.
bool take_digits(std::string_view& text, std::size_t width, std::int64_t& value) {
  if (text.size() < width) return false;
  value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return true;
}

bool take_char(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, CivilDate& date) {
  std::int64_t year = 0;
  std::int64_t month = 0;
  std::int64_t day = 0;
  if (!take_digits(text, 4, year) || !take_char(text, '-') || !take_digits(text, 2, month) ||
      !take_char(text, '-') || !take_digits(text, 2, day)) {
    return false;
  }
  date = {static_cast<int>(year), static_cast<int>(month), static_cast<int>(day)};
  // A day that the month does not have comes back as another date.
  return month >= 1 && month <= 12 && day >= 1 && civil_from_days(days_from_civil(date)) == date;
}

// "T10:45Z", "T10:45:00Z", "T10:45:00.123Z" as nanoseconds of the day.
bool take_time_of_day(std::string_view& text, std::int64_t& ns) {
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t fraction = 0;
  if (!take_char(text, 'T') || !take_digits(text, 2, hour) || !take_char(text, ':') ||
      !take_digits(text, 2, minute)) {
    return false;
  }
  if (take_char(text, ':')) {
    if (!take_digits(text, 2, second)) return false;
    if (take_char(text, '.')) {
      std::size_t places = 0;
      while (places < text.size() && text[places] >= '0' && text[places] <= '9') ++places;
      if (places < 1 || places > 9 || !take_digits(text, places, fraction)) return false;
      for (; places < 9; ++places) fraction *= 10;
    }
  }
  ns = ((hour * 60 + minute) * 60 + second) * kSecond + fraction;
  return hour < 24 && minute < 60 && second < 60 && take_char(text, 'Z');
}

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
constexpr std::array<Unit, 7> kUnits = {{{"d", kDay},
                                         {"h", 3'600 * kSecond},
                                         {"m", 60 * kSecond},
                                         {"s", kSecond},
                                         {"ms", 1'000'000},
                                         {"us", 1'000},
                                         {"ns", 1}}};

}  // namespace

CivilDate civil_date(Timestamp t) { return civil_from_days(floor_divide(t.ns, kDay)); }

Timestamp from_civil(CivilDate date) {
  const Int128 ns = static_cast<Int128>(days_from_civil(date)) * kDay;
  BULKHEAD_ASSERT(ns >= kNsMin && ns <= kNsMax);
  return {static_cast<std::int64_t>(ns)};
}

Timestamp start_of_day(Timestamp t) {
  const Int128 ns = static_cast<Int128>(floor_divide(t.ns, kDay)) * kDay;
  BULKHEAD_ASSERT(ns >= kNsMin);
  return {static_cast<std::int64_t>(ns)};
}

std::string to_string(Timestamp t) {
  const std::int64_t day = floor_divide(t.ns, kDay);
  const auto of_day = static_cast<std::int64_t>(t.ns - static_cast<Int128>(day) * kDay);
  const CivilDate date = civil_from_days(day);
  std::string text;
  append_padded(text, date.year, 4);
  append_padded(text.append("-"), date.month, 2);
  append_padded(text.append("-"), date.day, 2);
  append_padded(text.append("T"), of_day / (3'600 * kSecond), 2);
  append_padded(text.append(":"), of_day / (60 * kSecond) % 60, 2);
  append_padded(text.append(":"), of_day / kSecond % 60, 2);
  const std::int64_t fraction = of_day % kSecond;
  if (fraction != 0) {
    text.append(".");
    if (fraction % 1'000'000 == 0) {
      append_padded(text, fraction / 1'000'000, 3);
    } else if (fraction % 1'000 == 0) {
      append_padded(text, fraction / 1'000, 6);
    } else {
      append_padded(text, fraction, 9);
    }
  }
  return text.append("Z");
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  std::string_view rest = text;
  CivilDate date;
  std::int64_t of_day = 0;
  if (!take_date(rest, date) || (!rest.empty() && !take_time_of_day(rest, of_day)) ||
      !rest.empty()) {
    return fail(ErrorCode::malformed, "", text.substr(0, 48),
                "a UTC time such as 2020-03-12T10:45:00Z");
  }
  const Int128 ns = static_cast<Int128>(days_from_civil(date)) * kDay + of_day;
  if (ns < kNsMin || ns > kNsMax) {
    return fail(ErrorCode::out_of_range, "", text, "a time between 1677-09-21 and 2262-04-11");
  }
  return Timestamp{static_cast<std::int64_t>(ns)};
}

std::string to_string(Duration d) {
  if (d.ns == 0) return "0s";
  std::string text;
  if (d.ns < 0) text.push_back('-');
  auto rest = d.ns < 0 ? -static_cast<std::uint64_t>(d.ns) : static_cast<std::uint64_t>(d.ns);
  for (const Unit& unit : kUnits) {
    const auto size = static_cast<std::uint64_t>(unit.ns);
    if (rest >= size) text.append(std::to_string(rest / size)).append(unit.name);
    rest %= size;
  }
  return text;
}

Result<Duration> parse_duration(std::string_view text) {
  const auto refuse = [&](ErrorCode code, std::string_view detail) {
    return fail(code, "", text.substr(0, 48), detail);
  };
  constexpr std::string_view kForm = "a duration such as 8h, 1d2h or 250ms";
  const bool negative = text.starts_with('-');
  std::string_view rest = text.substr(negative ? 1 : 0);
  if (rest.empty()) return refuse(ErrorCode::malformed, kForm);
  Int128 total = 0;
  std::size_t next_unit = 0;  // units stand from the largest to the smallest, each once
  while (!rest.empty()) {
    std::size_t digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
    std::int64_t count = 0;
    if (digits == 0) return refuse(ErrorCode::malformed, kForm);
    if (digits > 18) return refuse(ErrorCode::out_of_range, "at most 292 years");
    take_digits(rest, digits, count);
    const std::string_view name = rest.substr(0, rest.find_first_of("0123456789"));
    while (next_unit < kUnits.size() && kUnits[next_unit].name != name) ++next_unit;
    if (next_unit == kUnits.size()) return refuse(ErrorCode::malformed, kForm);
    rest.remove_prefix(name.size());
    total += static_cast<Int128>(count) * kUnits[next_unit++].ns;
  }
  if (negative) total = -total;
  if (total < kNsMin || total > kNsMax) {
    return refuse(ErrorCode::out_of_range, "at most 292 years");
  }
  return Duration{static_cast<std::int64_t>(total)};
}

}  // namespace bulkhead
