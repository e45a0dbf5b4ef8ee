// JSON forms of the scalar field types, in both directions, without templates over records.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::wire {

void append_json(std::string& out, bool value);
// A JSON number up to 2^53 in magnitude, which every reader keeps exactly; a string beyond.
void append_json(std::string& out, std::int64_t value);
void append_json(std::string& out, std::uint64_t value);
// The shortest text that reads back as the same double; requires a finite value, -0 is written 0.
void append_json(std::string& out, double value);
// Quoted; only '"', '\' and control characters are escaped.
void append_json(std::string& out, std::string_view value);
void append_hex_json(std::string& out, std::span<const std::uint8_t> bytes);

// Reading. On failure returns what would have been accepted, and the field is left as it was; on
// success returns an empty text.
using Wanted = std::string_view;
Wanted read_json(const JsonValue& json, bool& value);
Wanted read_json(const JsonValue& json, std::int32_t& value);
Wanted read_json(const JsonValue& json, std::uint32_t& value);
Wanted read_json(const JsonValue& json, std::int64_t& value);   // a number or a string of digits
Wanted read_json(const JsonValue& json, std::uint64_t& value);  // likewise
Wanted read_json(const JsonValue& json, double& value);
Wanted read_json(const JsonValue& json, std::string& value);
Wanted read_json(const JsonValue& json, Bytes& value);  // lowercase hexadecimal
Wanted read_json(const JsonValue& json, Amount& value);
Wanted read_json(const JsonValue& json, Usd& value);
Wanted read_json(const JsonValue& json, Timestamp& value);
Wanted read_json(const JsonValue& json, Duration& value);
Wanted read_json(const JsonValue& json, Decimal& value);
// Exactly value.size() bytes.
Wanted read_json(const JsonValue& json, std::span<std::uint8_t> value);
// Index of a name; -1 if there is no such name.
int read_json_name(const JsonValue& json, std::span<const std::string_view> names);
// "one of: buy, sell".
std::string names_wanted(std::span<const std::string_view> names);

}  // namespace bulkhead::wire
