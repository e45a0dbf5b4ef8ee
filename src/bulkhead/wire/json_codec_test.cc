// JSON of records: the forms of each field type, what is refused, and identity both ways.
#include "bulkhead/wire/json_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "bulkhead/base/canonical.h"
#include "bulkhead/base/canonical_test_records.h"
#include "bulkhead/base/random_record.h"

namespace bulkhead::wire {
namespace {

using test::Everything;

std::string refusal(std::string_view text) {
  const auto value = from_json<Everything>(text);
  return value ? "accepted" : to_string(value.error());
}

TEST(JsonCodec, EachTypeHasOneForm) {
  Everything value;
  value.flag = true;
  value.large = (1ULL << 53) + 1;
  value.signed_large = -(1LL << 53);
  value.real = 0.1;
  value.text = "a\"\\\n\x01é/";
  value.bytes = {0, 255};
  value.amount = Amount{-12};
  value.value = Usd{12'340'000};
  value.time = from_unix_ms(1'584'009'900'000);
  value.span = hours(8);
  value.side = test::Side::sell;
  value.number = Decimal{1, -3};
  value.maybe_leaf = test::Leaf{};
  value.numbers = {1, 2};
  value.flags = {true, false};
  value.body = test::Two{-7};
  EXPECT_EQ(
      to_json(value),
      R"({"flag":true,"small":0,"large":"9007199254740993","signed_small":0,)"
      R"("signed_large":-9007199254740992,"real":0.1,"text":"a\"\\\n\u0001é/","bytes":"00ff",)"
      R"("hash":"0000000000000000000000000000000000000000000000000000000000000000",)"
      R"("amount":"-12","value":"12.340000","time":"2020-03-12T10:45:00Z","span":"8h",)"
      R"("side":"sell","number":"0.001","numbers":[1,2],"texts":[],"leaves":[],)"
      R"("maybe_leaf":{"name":""},"flags":[true,false],"two":{"count":-7},"times":[],"sides":[],)"
      R"("hashes":[],"reals":[],"amounts":[]})");
}

TEST(JsonCodec, MissingFieldsKeepTheirInitialisers) {
  const auto value = from_json<test::WithInitialiser>("{\"inner\": {}}");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->limit, 5);
  EXPECT_EQ(value->inner.limit, 9);
}

TEST(JsonCodec, ErrorsNameLinePathValueAndWhatIsAccepted) {
  EXPECT_EQ(refusal("{\"leaves\":\n[{}, {\"name\": 3}]}"),
            "DESIGN 4 malformed: line 2: leaves[1].name = 3: a string");
  EXPECT_EQ(refusal("{\"two\": {\"count\": 1.5}}"),
            "DESIGN 4 malformed: line 1: two.count = 1.5: an integer of 32 bits");
  EXPECT_EQ(refusal("{\"side\": \"hold\"}"),
            "DESIGN 4 malformed: line 1: side = \"hold\": one of: buy, sell");
  EXPECT_EQ(refusal("{\"two\": {}, \"one\": {}}"),
            "DESIGN 4 duplicate_field: line 1: two = an object: one alternative of body only");
  EXPECT_EQ(refusal("{\"maybe_leaf\": {\"nam\": 1}}"),
            "DESIGN 4 unknown_field: line 1: maybe_leaf.nam = 1: a key that this object has");
  EXPECT_EQ(refusal("[]"), "DESIGN 4 malformed: line 1 = an array: an object");
}

TEST(JsonCodec, RefusesOtherTypes) {
  for (const char* text : {R"({"flag": 1})",
                           R"({"flag": "true"})",
                           R"({"flag": null})",
                           R"({"small": -1})",
                           R"({"small": 4294967296})",
                           R"({"small": "1"})",
                           R"({"small": 1.0})",
                           R"({"large": -1})",
                           R"({"large": "01"})",
                           R"({"large": "18446744073709551616"})",
                           R"({"large": 1e3})",
                           R"({"signed_small": 2147483648})",
                           R"({"signed_large": "-0"})",
                           R"({"signed_large": 9223372036854775808})",
                           R"({"real": "1"})",
                           R"({"real": "NaN"})",
                           R"({"text": 1})",
                           R"({"bytes": "0"})",
                           R"({"bytes": "0G"})",
                           R"({"bytes": "FF"})",
                           R"({"hash": "00"})",
                           R"({"amount": 1})",
                           R"({"amount": "1.0"})",
                           R"({"amount": "+1"})",
                           R"({"amount": ""})",
                           R"({"value": 12.5})",
                           R"({"value": "12.3456789"})",
                           R"({"time": 0})",
                           R"({"time": "2020-03-12 10:45"})",
                           R"({"span": 8})",
                           R"({"span": "8"})",
                           R"({"side": 1})",
                           R"({"side": "Buy"})",
                           R"({"number": 0.1})",
                           R"({"number": "1e3"})",
                           R"({"maybe": null})",
                           R"({"numbers": 1})",
                           R"({"numbers": [1, "2"]})",
                           R"({"leaves": {}})",
                           R"({"two": null})",
                           R"({"body": {}})",
                           R"({"": 1})",
                           R"({"hashes": [""]})",
                           R"({"flags": [0]})"}) {
    EXPECT_NE(refusal(text), "accepted") << text;
  }
}

TEST(JsonCodec, AcceptsIntegersForDoublesAndStringsForLargeIntegers) {
  const auto value = from_json<Everything>(
      R"({"real": 3, "large": "7", "signed_large": -9223372036854775808, "reals": [-0.0, 1e-3]})");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->real, 3);
  EXPECT_EQ(value->large, 7U);
  EXPECT_EQ(value->reals, (std::vector<double>{0, 0.001}));
  EXPECT_NE(to_json(*value).find("\"reals\":[0,0.001]"), std::string::npos);
}

TEST(JsonCodec, RandomRecordsComeBackAndTextIsDeterministic) {
  EXPECT_TRUE(rc::check("from_json(to_json(r)) = r", [](std::uint64_t seed) {
    RandomStream random(seed, 1);
    const auto value = test::random_record<Everything>(random);
    const std::string text = to_json(value);
    const auto back = from_json<Everything>(text);
    RC_ASSERT(back.has_value());
    RC_ASSERT(encode(*back) == encode(value));
    RC_ASSERT(to_json(*back) == text);
  }));
}

TEST(JsonCodec, MutatedTextNeverBreaksTheReader) {
  EXPECT_TRUE(rc::check("what is accepted is written and read again", [](std::uint64_t seed) {
    RandomStream random(seed, 2);
    std::string text = to_json(test::random_record<Everything>(random));
    const std::uint64_t where = random.below(text.size());
    switch (random.below(3)) {
      case 0:
        text[where] = static_cast<char>(random.below(256));
        break;
      case 1:
        text.erase(where, 1 + random.below(5));
        break;
      default:
        text.insert(where, 1, "{}[]\",:0e-"[random.below(10)]);
    }
    const auto value = from_json<Everything>(text);
    if (!value) {
      RC_ASSERT(value.error().field.starts_with("line "));
      return;
    }
    RC_ASSERT(from_json<Everything>(to_json(*value)).has_value());
  }));
}

}  // namespace
}  // namespace bulkhead::wire
