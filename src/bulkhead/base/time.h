// Timestamp: UTC nanoseconds since 1970; Duration: nanoseconds. Times enter as data (D2.4).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/result.h"

namespace bulkhead {

struct Duration {
  std::int64_t ns = 0;
  friend constexpr bool operator==(Duration, Duration) = default;
  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.ns * n}; }
  constexpr double seconds() const { return static_cast<double>(ns) * 1e-9; }
};

constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000'000}; }
constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
constexpr Duration hours(std::int64_t n) { return seconds(n * 3600); }
constexpr Duration days(std::int64_t n) { return seconds(n * 86'400); }

struct Timestamp {
  std::int64_t ns = 0;
  friend constexpr bool operator==(Timestamp, Timestamp) = default;
  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.ns + d.ns}; }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) { return {t.ns - d.ns}; }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) { return {a.ns - b.ns}; }
};

constexpr Timestamp from_unix_ms(std::int64_t ms) { return {ms * 1'000'000}; }

struct CivilDate {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
  friend constexpr auto operator<=>(const CivilDate&, const CivilDate&) = default;
};
CivilDate civil_date(Timestamp t);
Timestamp from_civil(CivilDate date);  // midnight UTC
Timestamp start_of_day(Timestamp t);   // midnight UTC at or before t

// RFC 3339 in UTC, with 0, 3, 6 or 9 digits of fraction as needed: "2020-03-12T10:45:00Z".
std::string to_string(Timestamp t);
// Accepts "2020-03-12", "2020-03-12T10:45Z", "2020-03-12T10:45:00[.fraction]Z".
Result<Timestamp> parse_timestamp(std::string_view text);

// Sum of the non-zero parts: "1d2h", "90s" is written "1m30s", "250ms"; zero is "0s".
std::string to_string(Duration d);
Result<Duration> parse_duration(std::string_view text);

}  // namespace bulkhead
