// Parsing and writing of instrument names.
#include "bulkhead/market/names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace bulkhead::market {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr Duration kExpiryHour = hours(8);  // UTC, of the day named

std::unexpected<Error> bad(std::string_view part, std::string_view text, std::string_view detail) {
  return fail(ErrorCode::bad_name, part, text, detail);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_asset(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
  });
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 4) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// 08:00 UTC of a day of the 21st century, if there is such a day.
std::optional<Timestamp> expiry_of(std::optional<int> year, std::optional<int> month,
                                   std::optional<int> day) {
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) {
    return std::nullopt;
  }
  const CivilDate date{2000 + *year, *month, *day};
  const Timestamp midnight = from_civil(date);
  if (civil_date(midnight) != date) return std::nullopt;
  return midnight + kExpiryHour;
}

std::optional<Timestamp> unified_date(std::string_view text) {  // YYMMDD
  if (text.size() != 6) return std::nullopt;
  return expiry_of(digits(text.substr(0, 2)), digits(text.substr(2, 2)), digits(text.substr(4, 2)));
}

std::optional<Timestamp> deribit_date(std::string_view text) {  // 7MAR26, 27MAR26
  if (text.size() != 6 && text.size() != 7) return std::nullopt;
  const std::size_t day_length = text.size() - 5;
  if (text[0] == '0') return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(day_length, 3));
  if (month == kMonths.end()) return std::nullopt;
  return expiry_of(digits(text.substr(day_length + 3)),
                   static_cast<int>(month - kMonths.begin()) + 1,
                   digits(text.substr(0, day_length)));
}

// Date, strike and C or P behind the pair; `decimal_point` is '.' or Deribit's 'd'.
Status parse_tail(std::span<const std::string_view> tail, std::string_view text,
                  std::optional<Timestamp> (*parse_date)(std::string_view), char decimal_point,
                  InstrumentName& name) {
  if (tail.empty()) return {};
  const std::optional<Timestamp> expiry = parse_date(tail[0]);
  if (!expiry) return bad("name.expiry", tail[0], "a date as in 260327 or 27MAR26");
  name.expiry = *expiry;
  name.kind = InstrumentKind::future;
  if (tail.size() == 1) return {};
  if (tail.size() != 3) return bad("name", text, "a date, or a date, a strike and C or P");
  std::string strike(tail[1]);
  std::replace(strike.begin(), strike.end(), decimal_point, '.');
  const Result<Decimal> parsed = parse_decimal(strike);
  if (!parsed || parsed->mantissa <= 0) return bad("name.strike", tail[1], "a number above 0");
  name.strike = *parsed;
  if (tail[2] != "C" && tail[2] != "P") return bad("name.type", tail[2], "C or P");
  name.kind = tail[2] == "C" ? InstrumentKind::call : InstrumentKind::put;
  return {};
}

Result<InstrumentName> parse_unified(std::string_view text) {
  InstrumentName name;
  const std::size_t slash = text.find('/');
  const std::size_t colon = text.find(':', slash);
  if (colon == std::string_view::npos) return bad("name", text, "BASE/QUOTE:SETTLEMENT[-…]");
  const std::vector<std::string_view> parts = split(text.substr(colon + 1), '-');
  name.underlying = text.substr(0, slash);
  name.quote = text.substr(slash + 1, colon - slash - 1);
  name.settlement = parts[0];
  for (const std::string& asset : {name.underlying, name.quote, name.settlement}) {
    if (!is_asset(asset)) return bad("name.asset", asset, "letters, digits and dots");
  }
  name.inverse = name.settlement == name.underlying;
  const std::span<const std::string_view> tail(parts.data() + 1, parts.size() - 1);
  BULKHEAD_TRY_STATUS(parse_tail(tail, text, unified_date, '.', name));
  return name;
}

Result<InstrumentName> parse_deribit(std::string_view text) {
  InstrumentName name;
  const std::vector<std::string_view> parts = split(text, '-');
  if (parts.size() < 2) return bad("name", text, "BASE/QUOTE:SETTLEMENT[-…] or BASE-…");
  const std::vector<std::string_view> pair = split(parts[0], '_');
  if (pair.size() > 2 || !is_asset(pair[0]) || !is_asset(pair.back())) {
    return bad("name.asset", parts[0], "BASE or BASE_QUOTE");
  }
  name.underlying = pair[0];
  name.inverse = pair.size() == 1;
  name.quote = name.inverse ? "USD" : std::string(pair[1]);
  name.settlement = name.inverse ? name.underlying : name.quote;
  if (parts.size() == 2 && parts[1] == "PERPETUAL") return name;
  const std::span<const std::string_view> tail(parts.data() + 1, parts.size() - 1);
  BULKHEAD_TRY_STATUS(parse_tail(tail, text, deribit_date, 'd', name));
  return name;
}

std::string two(int value) {
  std::string text = std::to_string(value % 100);
  return text.size() == 1 ? "0" + text : text;
}

std::string option_tail(const InstrumentName& name, char decimal_point) {
  if (name.kind != InstrumentKind::call && name.kind != InstrumentKind::put) return "";
  std::string strike = to_string(name.strike);
  std::replace(strike.begin(), strike.end(), '.', decimal_point);
  return "-" + strike + (name.kind == InstrumentKind::call ? "-C" : "-P");
}

}  // namespace

Result<InstrumentName> parse_instrument_name(std::string_view text) {
  return text.find('/') == std::string_view::npos ? parse_deribit(text) : parse_unified(text);
}

std::string format_unified(const InstrumentName& name) {
  std::string text = name.underlying + "/" + name.quote + ":" + name.settlement;
  if (name.kind == InstrumentKind::perpetual) return text;
  const CivilDate date = civil_date(name.expiry);
  return text + "-" + two(date.year) + two(date.month) + two(date.day) + option_tail(name, '.');
}

Result<std::string> format_deribit(const InstrumentName& name) {
  if (name.inverse ? name.quote != "USD" : name.quote != name.settlement) {
    return bad("name", format_unified(name), "inverse in USD, or linear settled in its quote");
  }
  const std::string pair = name.inverse ? name.underlying : name.underlying + "_" + name.quote;
  if (name.kind == InstrumentKind::perpetual) return pair + "-PERPETUAL";
  const CivilDate date = civil_date(name.expiry);
  const std::string_view month = kMonths[static_cast<std::size_t>(date.month - 1)];
  return pair + "-" + std::to_string(date.day) + std::string(month) + two(date.year) +
         option_tail(name, 'd');
}

}  // namespace bulkhead::market
