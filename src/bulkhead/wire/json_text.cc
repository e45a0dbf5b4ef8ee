// JSON forms of scalars: exact numbers, decimal strings for money, RFC 3339 for times.
#include "bulkhead/wire/json_text.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::wire {
namespace {

constexpr std::int64_t kExact = std::int64_t{1} << 53;

// Reads a string by one of base's parsers, whose error says what is accepted.
template <class T, class Parse>
Wanted read_text(const JsonValue& json, T& value, Parse parse, Wanted wanted) {
  if (json.kind != JsonKind::string) return wanted;
  const Result<T> parsed = parse(json.string);
  if (!parsed) return wanted;
  value = *parsed;
  return {};
}

// Digits of a 64-bit integer in a string, in the one form that the writer uses.
bool parse_integer_text(std::string_view text, Int128 low, Int128 high, Int128& value) {
  const auto parsed = parse_int128(text);
  if (!parsed || *parsed < low || *parsed > high) return false;
  value = *parsed;
  return true;
}

bool integer_of(const JsonValue& json, Int128 low, Int128 high, Int128& value) {
  switch (json.kind) {
    case JsonKind::integer:
      value = json.integer;
      break;
    case JsonKind::unsigned_integer:
      value = json.unsigned_integer;
      break;
    case JsonKind::string:
      return parse_integer_text(json.string, low, high, value);
    default:
      return false;
  }
  return value >= low && value <= high;
}

template <class T>
Wanted read_integer(const JsonValue& json, T& value, Wanted wanted) {
  Int128 wide = 0;
  if (!integer_of(json, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), wide)) {
    return wanted;
  }
  value = static_cast<T>(wide);
  return {};
}

}  // namespace

void append_json(std::string& out, bool value) { out.append(value ? "true" : "false"); }

void append_json(std::string& out, std::int64_t value) {
  const std::string digits = std::to_string(value);
  if (value >= -kExact && value <= kExact) {
    out.append(digits);
  } else {
    out.append("\"").append(digits).append("\"");
  }
}

void append_json(std::string& out, std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(kExact)) {
    out.append(std::to_string(value));
  } else {
    out.append("\"").append(std::to_string(value)).append("\"");
  }
}

void append_json(std::string& out, double value) {
  BULKHEAD_ASSERT(value - value == 0.0);
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, value == 0.0 ? 0.0 : value);
  out.append(text, result.ptr);
}

void append_json(std::string& out, std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.push_back('"');
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (c == '\n') {
      out.append("\\n");
    } else if (byte < 0x20 || byte == 0x7f) {
      out.append("\\u00").append({kDigits[byte >> 4], kDigits[byte & 15]});
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_hex_json(std::string& out, std::span<const std::uint8_t> bytes) {
  out.append("\"").append(to_hex(bytes)).append("\"");
}

Wanted read_json(const JsonValue& json, bool& value) {
  if (json.kind != JsonKind::boolean) return "true or false";
  value = json.boolean;
  return {};
}

Wanted read_json(const JsonValue& json, std::int32_t& value) {
  constexpr Wanted kWanted = "an integer of 32 bits";
  return json.kind == JsonKind::string ? kWanted : read_integer(json, value, kWanted);
}

Wanted read_json(const JsonValue& json, std::uint32_t& value) {
  constexpr Wanted kWanted = "an integer from 0 to 4294967295";
  return json.kind == JsonKind::string ? kWanted : read_integer(json, value, kWanted);
}

Wanted read_json(const JsonValue& json, std::int64_t& value) {
  return read_integer(json, value, "an integer of 64 bits, as a number or a string");
}

Wanted read_json(const JsonValue& json, std::uint64_t& value) {
  return read_integer(json, value, "an integer from 0 to 2^64 - 1, as a number or a string");
}

Wanted read_json(const JsonValue& json, double& value) {
  switch (json.kind) {
    case JsonKind::integer:
      value = static_cast<double>(json.integer);
      return {};
    case JsonKind::unsigned_integer:
      value = static_cast<double>(json.unsigned_integer);
      return {};
    case JsonKind::real:
      value = json.real + 0.0;
      return {};  // -0 becomes 0
    default:
      return "a number";
  }
}

Wanted read_json(const JsonValue& json, std::string& value) {
  if (json.kind != JsonKind::string) return "a string";
  value = json.string;
  return {};
}

Wanted read_json(const JsonValue& json, Bytes& value) {
  constexpr Wanted kWanted = "a string of lowercase hexadecimal digits, two a byte";
  if (json.kind != JsonKind::string) return kWanted;
  auto bytes = from_hex(json.string);
  if (!bytes) return kWanted;
  value = std::move(*bytes);
  return {};
}

Wanted read_json(const JsonValue& json, std::span<std::uint8_t> value) {
  constexpr Wanted kWanted = "a string of lowercase hexadecimal digits of the field's length";
  if (json.kind != JsonKind::string || json.string.size() != 2 * value.size()) return kWanted;
  const auto bytes = from_hex(json.string);
  if (!bytes) return kWanted;
  std::ranges::copy(*bytes, value.begin());
  return {};
}

Wanted read_json(const JsonValue& json, Amount& value) {
  return read_text(json, value, parse_amount, "a string with an integer of minor units");
}

Wanted read_json(const JsonValue& json, Usd& value) {
  return read_text(json, value, parse_usd, "a string with a decimal of at most six places");
}

Wanted read_json(const JsonValue& json, Timestamp& value) {
  return read_text(json, value, parse_timestamp, "a UTC time such as \"2020-03-12T10:45:00Z\"");
}

Wanted read_json(const JsonValue& json, Duration& value) {
  return read_text(json, value, parse_duration, "a duration such as \"8h\", \"1d2h\" or \"250ms\"");
}

Wanted read_json(const JsonValue& json, Decimal& value) {
  return read_text(json, value, parse_decimal, "a string with a decimal such as \"0.001\"");
}

int read_json_name(const JsonValue& json, std::span<const std::string_view> names) {
  if (json.kind != JsonKind::string) return -1;
  const auto found = std::ranges::find(names, std::string_view(json.string));
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

std::string names_wanted(std::span<const std::string_view> names) {
  std::string text = "one of: ";
  for (const std::string_view name : names) {
    if (name != names.front()) text.append(", ");
    text.append(name);
  }
  return text;
}

std::string describe(const JsonValue& value) {
  std::string text;
  switch (value.kind) {
    case JsonKind::null:
      return "null";
    case JsonKind::boolean:
      append_json(text, value.boolean);
      return text;
    case JsonKind::integer:
      return std::to_string(value.integer);
    case JsonKind::unsigned_integer:
      return std::to_string(value.unsigned_integer);
    case JsonKind::real:
      append_json(text, value.real);
      return text;
    case JsonKind::array:
      return "an array";
    case JsonKind::object:
      return "an object";
    case JsonKind::string:
      break;
  }
  std::size_t shown = std::min<std::size_t>(value.string.size(), 60);
  while (shown < value.string.size() && shown > 0 &&
         (static_cast<unsigned char>(value.string[shown]) & 0xc0) == 0x80) {
    --shown;  // not in the middle of a character
  }
  append_json(text, std::string_view(value.string).substr(0, shown));
  if (shown < value.string.size()) text.insert(text.size() - 1, "…");
  return text;
}

}  // namespace bulkhead::wire
