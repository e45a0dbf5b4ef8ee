// Hostile JSON: what the strict reader refuses, and with which line and path.
#include "bulkhead/wire/json_value.h"

#include <gtest/gtest.h>

namespace bulkhead::wire {
namespace {

Error error_of(std::string_view text) {
  const auto value = parse_json(text);
  return value ? Error{} : value.error();
}

TEST(JsonValue, KeepsKindsAndLines) {
  const auto value = parse_json(
      "{\"a\": 1,\n\n \"b\" : [true, null,\n\"x\\\"]\", -2.5e1],"
      "\"c\":{}, \"d\": 18446744073709551615}\n");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->line, 1U);
  EXPECT_EQ(value->find("a")->integer, 1);
  const JsonValue& b = *value->find("b");
  ASSERT_EQ(b.items.size(), 4U);
  EXPECT_EQ(b.line, 3U);
  EXPECT_TRUE(b.items[0].boolean);
  EXPECT_EQ(b.items[1].kind, JsonKind::null);
  EXPECT_EQ(b.items[2].string, "x\"]");
  EXPECT_EQ(b.items[2].line, 4U);
  EXPECT_EQ(b.items[3].real, -25);
  EXPECT_EQ(value->find("c")->kind, JsonKind::object);
  EXPECT_EQ(value->find("d")->kind, JsonKind::unsigned_integer);
  EXPECT_EQ(value->find("d")->line, 4U);
  EXPECT_EQ(value->find("e"), nullptr);
}

TEST(JsonValue, RefusesWhatIsNoJson) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "[1 2]",
                           "[1,]",
                           "[,1]",
                           "{\"a\":1,}",
                           "{\"a\" 1}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":}",
                           "{\"a\":1}}",
                           "{\"a\":1} {}",
                           "{} x",
                           "1 2",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "[NaN]",
                           "+1",
                           "01",
                           "1.",
                           ".5",
                           "1e",
                           "0x1",
                           "1e400",
                           "-1e400",
                           "18446744073709551616",
                           "-9223372036854775809",
                           "tru",
                           "nul",
                           "nulx",
                           "[nullx]",
                           "True",
                           "\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\n\"",
                           "\"\t\"",
                           "// c\n1",
                           "/* c */1",
                           "[1",
                           "\"\\ud800\"",
                           "\"\\udc00\"",
                           "\"\\ud800\\u0041\"",
                           "\xEF\xBB\xBF",
                           "\xEF\xBB\xBF{",
                           "[\"\xFF\"]",
                           "\"\xC0\x80\"",
                           "\"\xED\xA0\x80\"",
                           "{\"a\":1\x01}"}) {
    EXPECT_FALSE(parse_json(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_json(std::string_view("[1]\0", 4)).has_value());
  EXPECT_FALSE(parse_json(std::string_view("[1]\0x", 5)).has_value());
}

TEST(JsonValue, NamesTheLineOfTheFault) {
  EXPECT_EQ(error_of("{\"a\": 1,\n\"b\": tru,\n\"c\": 2}").field, "line 2");
  EXPECT_EQ(error_of("{\"a\": 1,\n\n\"b\" 3}").field, "line 3");
  EXPECT_EQ(error_of("[1,\n2,\n3").field, "line 3");
  EXPECT_EQ(error_of("{\"a\": 1e999}").detail, "a JSON number within 64-bit integers or doubles");
  EXPECT_EQ(error_of("\"\xFF\"").detail, "valid UTF-8");
}

TEST(JsonValue, DuplicateKeysNamePathAndLine) {
  const Error error = error_of("{\"a\": [{\"x\": 1,\n\"y\": 2,\n\"x\": 3}]}");
  EXPECT_EQ(error.code, ErrorCode::duplicate_field);
  EXPECT_EQ(error.field, "line 3: a[0].x");
  // One key in two spellings is still one key.
  EXPECT_EQ(error_of("{\"a\": 1, \"\\u0061\": 2}").code, ErrorCode::duplicate_field);
  EXPECT_TRUE(parse_json("{\"a\": {\"b\": 1}, \"b\": 2}").has_value());
}

TEST(JsonValue, DepthIsLimited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse_json(nested(64)).has_value());
  EXPECT_EQ(error_of(nested(65)).code, ErrorCode::too_large);
  EXPECT_EQ(error_of(nested(100'000)).code, ErrorCode::too_large);
  EXPECT_FALSE(parse_json(std::string(100'000, '[')).has_value());
  std::string keys;
  for (int i = 0; i < 100'000; ++i) keys += "{\"a\":";
  EXPECT_FALSE(parse_json(keys).has_value());
}

TEST(JsonParser, IsReusableAndCountsFromTheGivenLine) {
  JsonParser parser;
  EXPECT_FALSE(parser.parse("{", 7).has_value());
  const auto value = parser.parse("{\"a\":\n1}", 7);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->find("a")->line, 8U);
  const auto large = parser.parse("\"" + std::string(100'000, 'x') + "\"");
  ASSERT_TRUE(large.has_value());
  EXPECT_EQ(large->string.size(), 100'000U);
}

TEST(JsonValue, IsDescribedShortly) {
  EXPECT_EQ(describe(*parse_json("[1]")), "an array");
  EXPECT_EQ(describe(*parse_json("2.50")), "2.5");
  const std::string shown = describe(*parse_json("\"" + std::string(59, 'x') + "éé\""));
  EXPECT_EQ(shown, "\"" + std::string(59, 'x') + "…\"");
}

}  // namespace
}  // namespace bulkhead::wire
