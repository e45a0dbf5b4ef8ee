// Strict JSON as a tree that remembers where each value stood. Errors, with line and path: any
// breach of RFC 8259, a duplicate key, a number outside 64-bit integers and doubles, NaN and
// Infinity, text after the value, invalid UTF-8, nesting deeper than 64.
//
//   Result<JsonValue> value = parse_json(R"({"asset": "BTC", "amount": "125000000"})");
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::wire {

enum class JsonKind : std::uint8_t {
  null,
  boolean,
  integer,           // fits std::int64_t
  unsigned_integer,  // above it, fits std::uint64_t
  real,              // written with a fraction or an exponent
  string,
  array,
  object
};

struct JsonValue {
  JsonKind kind = JsonKind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  double real = 0;
  std::string string;
  std::vector<std::string> keys;  // of an object, in order, unique
  std::vector<JsonValue> items;   // of an array; of an object: the values of its keys
  std::uint32_t line = 0;         // where the value begins, from 1

  // Member of an object by key, nullptr if there is none.
  const JsonValue* find(std::string_view key) const;
};

// What an error message shows of a value: a scalar as written, "an object" or "an array".
std::string describe(const JsonValue& value);

// Error at a place of a JSON text; its field reads "line 3: fill.lots".
Error json_error(ErrorCode code, std::uint32_t line, std::string_view path, std::string_view value,
                 std::string_view detail);

// Keeps the parser's buffers between texts. For one thread.
class JsonParser {
 public:
  JsonParser();
  ~JsonParser();
  JsonParser(JsonParser&&) noexcept;
  JsonParser& operator=(JsonParser&&) noexcept;

  // first_line numbers the first line of the text.
  Result<JsonValue> parse(std::string_view text, std::uint32_t first_line = 1);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

Result<JsonValue> parse_json(std::string_view text);

}  // namespace bulkhead::wire
