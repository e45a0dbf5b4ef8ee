#include "bulkhead/story/scope.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace bulkhead::story {
namespace {

constexpr Duration kDurationMax = days(3'650);

std::vector<std::string_view> parts_of(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(between);
    if (const std::string_view part = text.substr(0, end); !part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool whole(std::string_view text, std::int64_t& value) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && !text.empty();
}

std::optional<Duration> clock(std::string_view text) {
  const std::vector<std::string_view> parts = parts_of(text, ':');
  std::int64_t h = 0;
  std::int64_t m = 0;
  std::int64_t s = 0;
  if (parts.size() < 2 || parts.size() > 3 || !whole(parts[0], h) || !whole(parts[1], m) ||
      (parts.size() == 3 && !whole(parts[2], s)) || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 ||
      s > 59) {
    return std::nullopt;
  }
  return hours(h) + minutes(m) + seconds(s);
}

std::unexpected<Error> no_time(std::string_view text) {
  return fail(ErrorCode::malformed, "time", text,
              "a time: 10:30, 10:30:05, day 2 10:30, +8h or 2024-01-02T10:30:00Z");
}

// Nanoseconds of one unit by its word; 0: no such unit.
std::int64_t unit_ns(std::string_view word) {
  struct Unit {
    std::string_view word;
    Duration length;
  };
  static constexpr Unit kUnits[] = {
      {"s", seconds(1)},   {"second", seconds(1)},  {"seconds", seconds(1)}, {"m", minutes(1)},
      {"min", minutes(1)}, {"minute", minutes(1)},  {"minutes", minutes(1)}, {"h", hours(1)},
      {"hour", hours(1)},  {"hours", hours(1)},     {"d", days(1)},          {"day", days(1)},
      {"days", days(1)},   {"ms", milliseconds(1)}, {"ns", nanoseconds(1)}};
  for (const Unit& unit : kUnits) {
    if (unit.word == word) return unit.length.ns;
  }
  return 0;
}

}  // namespace

std::optional<int> Scope::decimals(std::string_view asset) const {
  if (registry == nullptr) return std::nullopt;
  const AssetIndex index = registry->find_asset(asset);
  if (!index.valid()) return std::nullopt;
  return static_cast<int>((*registry)[index].decimals);
}

const market::Instrument* Scope::instrument(std::string_view name) const {
  if (registry == nullptr) return nullptr;
  const InstrumentIndex index = registry->find_instrument(name);
  return index.valid() ? &(*registry)[index] : nullptr;
}

Result<Timestamp> read_time(std::string_view text, const Scope& scope) {
  if (text.starts_with('+')) {
    const Result<Duration> later = read_duration(text.substr(1));
    if (!later) return no_time(text);
    return scope.now + *later;
  }
  if (text.starts_with("day ")) {
    const std::vector<std::string_view> parts = parts_of(text, ' ');
    std::int64_t day = 0;
    const auto at = parts.size() == 3 ? clock(parts[2]) : std::nullopt;
    if (!at || !whole(parts[1], day) || day < 1 || day > 10'000) return no_time(text);
    return start_of_day(scope.start) + days(day - 1) + *at;
  }
  if (const auto at = clock(text)) return start_of_day(scope.now) + *at;
  const Result<Timestamp> full = parse_timestamp(text);
  if (!full) return no_time(text);
  return *full;
}

std::string show_time(Timestamp time, const Scope& scope) {
  if (time == Timestamp{}) return "never";  // in records: not set
  const Timestamp midnight = start_of_day(time);
  const std::int64_t day = (midnight - start_of_day(scope.start)).ns / days(1).ns + 1;
  const std::int64_t ns = (time - midnight).ns;
  const std::int64_t s = ns / 1'000'000'000;
  const auto two = [](std::int64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  std::string text = day == 1 ? "" : "day " + std::to_string(day) + " ";
  text += two(s / 3600) + ":" + two(s / 60 % 60);
  const std::int64_t rest = ns % 1'000'000'000;
  if (s % 60 != 0 || rest != 0) text += ":" + two(s % 60);
  if (rest != 0) text += " and " + std::to_string(rest) + " ns";
  return text;
}

Result<Duration> read_duration(std::string_view text) {
  Duration sum;
  std::string_view rest = text;
  bool any = false;
  while (!rest.empty()) {
    if (rest.front() == ' ') {
      rest.remove_prefix(1);
      continue;
    }
    std::int64_t count = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (read.ec != std::errc{} || count < 0 || count > 1'000'000'000) break;
    rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    std::size_t length = 0;
    while (length < rest.size() && rest[length] >= 'a' && rest[length] <= 'z') ++length;
    const std::int64_t unit = unit_ns(rest.substr(0, length));
    if (unit == 0 || count > kDurationMax.ns / unit) break;
    sum = sum + Duration{unit * count};
    if (sum > kDurationMax) break;
    rest.remove_prefix(length);
    any = true;
  }
  if (any && rest.empty()) return sum;
  return fail(ErrorCode::malformed, "duration", text, "a duration: 30 s, 5 min, 8 h, 1 day, 1h30m");
}

std::string show_duration(Duration duration) { return to_string(duration); }

std::string without_commas(std::string_view text) {
  std::string plain(text);
  std::erase(plain, ',');
  return plain;
}

Result<double> read_number(std::string_view text) {
  std::string plain = without_commas(text);
  const bool percent = plain.ends_with('%');
  if (percent) plain.pop_back();
  std::string_view digits = plain;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() ||
      !std::isfinite(value)) {
    return fail(ErrorCode::malformed, "number", text, "a number: 60000, 1,000.5 or 2%");
  }
  return percent ? value / 100 : value;
}

Result<std::int64_t> read_lots(std::string_view text, const market::Instrument& instrument) {
  const std::string wanted = "a multiple of the lot, " + to_string(instrument.lot_size);
  const Result<Decimal> asked = parse_decimal(without_commas(text));
  if (!asked) return fail(ErrorCode::malformed, "quantity", text, wanted);
  // Both as mantissas of one exponent, exact: at most 10^18 · 10^19 on either side.
  constexpr std::int32_t kShiftMax = 19;
  const std::int32_t shift = asked->exponent - instrument.lot_size.exponent;
  if (shift > kShiftMax || shift < -kShiftMax) {
    return fail(ErrorCode::out_of_range, "quantity", text, wanted);
  }
  Int128 top = asked->mantissa;
  Int128 bottom = instrument.lot_size.mantissa;
  for (std::int32_t e = shift; e > 0; --e) top *= 10;
  for (std::int32_t e = shift; e < 0; ++e) bottom *= 10;
  const bool whole = bottom != 0 && top % bottom == 0;
  if (!whole || top / bottom > INT64_MAX || top / bottom < INT64_MIN) {
    return fail(ErrorCode::out_of_range, "quantity", text, wanted);
  }
  return static_cast<std::int64_t>(top / bottom);
}

std::string show_lots(std::int64_t lots, const market::Instrument& instrument) {
  const Decimal quantity{lots * instrument.lot_size.mantissa, instrument.lot_size.exponent};
  return to_string(quantity.normal_form());
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

}  // namespace bulkhead::story
