// The canonical codec: known bytes, refusal of every other spelling, and identity both ways.
#include "bulkhead/base/canonical.h"

#include <gtest/gtest.h>

#include "bulkhead/base/canonical_test_records.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/keyed_state.h"
#include "bulkhead/base/random.h"
#include "bulkhead/base/random_record.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead {
namespace {

using test::Everything;
using test::Leaf;

Bytes hex(std::string_view text) { return from_hex(text).value(); }

ErrorCode refusal(std::string_view text) {
  const auto result = decode<Everything>(hex(text));
  return result ? ErrorCode::kNone : result.error().code;
}

TEST(Canonical, KnownBytes) {
  // Written by hand from the protobuf encoding guide: tag = number << 3 | wire type.
  EXPECT_EQ(to_hex(encode(Everything{})), "");
  Everything value;
  value.flag = true;              // 08 01
  value.small = 300;              // 10 ac02
  value.signed_small = -1;        // 20 01
  value.real = 1.5;               // 31 000000000000f83f
  value.text = "hé";              // 3a 03 68c3a9
  value.amount = Amount{-12};     // 52 03 2d3132
  value.value = Usd{-2};          // 58 03
  value.time = Timestamp{1};      // 61 0100000000000000
  value.side = test::Side::sell;  // 70 01
  value.number = Decimal{5, -1};  // 7a 04 080a 1001
  EXPECT_EQ(to_hex(encode(value)),
            "080110ac02200131000000000000f83f3a0368c3a952032d31325803610100000000000000"
            "70017a04080a1001");
}

TEST(Canonical, RepeatedOptionalAndOneof) {
  Everything value;
  value.maybe = 0;                     // 800100: presence is written even for the default
  value.numbers = {1, 300};            // 8a0103 01ac02
  value.texts = {"", "a"};             // 920100 920101 61
  value.leaves = {Leaf{}, Leaf{"x"}};  // 9a0100 9a0103 0a0178
  value.maybe_leaf = Leaf{};           // a20100
  value.body = test::Two{7};           // ba01 02 080e
  EXPECT_EQ(to_hex(encode(value)),
            "8001008a010301ac02920100920101619a01009a01030a0178a20100ba0102080e");
  const auto back = decode<Everything>(encode(value));
  ASSERT_TRUE(back.has_value());
  EXPECT_TRUE(back->maybe.has_value());
  EXPECT_EQ(std::get<test::Two>(back->body).count, 7);
}

TEST(Canonical, RefusesEveryOtherSpelling) {
  EXPECT_EQ(refusal("0801"), ErrorCode::kNone);
  EXPECT_EQ(refusal("0800"), ErrorCode::not_canonical);             // a default written
  EXPECT_EQ(refusal("088100"), ErrorCode::malformed);               // a longer varint
  EXPECT_EQ(refusal("0802"), ErrorCode::out_of_range);              // a bool of 2
  EXPECT_EQ(refusal("08010801"), ErrorCode::unknown_field);         // repeated
  EXPECT_EQ(refusal("10010801"), ErrorCode::not_canonical);         // descending
  EXPECT_EQ(refusal("f80701"), ErrorCode::unknown_field);           // number 127
  EXPECT_EQ(refusal("1080808080808001"), ErrorCode::out_of_range);  // uint32 of 2^42
  EXPECT_EQ(refusal("0a0101"), ErrorCode::malformed);               // wrong wire type
  EXPECT_EQ(refusal("3a0461"), ErrorCode::malformed);               // longer than the bytes
  EXPECT_EQ(refusal("3a01ff"), ErrorCode::malformed);               // no UTF-8
  EXPECT_EQ(refusal("31000000000000f07f"), ErrorCode::number_not_finite);
  EXPECT_EQ(refusal("310000000000000080"), ErrorCode::not_canonical);  // -0
  EXPECT_EQ(refusal("4a0101"), ErrorCode::malformed);                  // a hash of one byte
  EXPECT_EQ(refusal("52022d30"), ErrorCode::malformed);                // amount "-0"
  EXPECT_EQ(refusal("7002"), ErrorCode::out_of_range);                 // an unnamed enum value
  EXPECT_EQ(refusal("7a020814"), ErrorCode::not_canonical);            // 10·10^0 is 1·10^1
  EXPECT_EQ(refusal("7a0408021026"), ErrorCode::out_of_range);         // exponent 19
  EXPECT_EQ(refusal("7a00"), ErrorCode::not_canonical);                // an empty plain message
  EXPECT_EQ(refusal("8a0100"), ErrorCode::not_canonical);              // an empty packed list
  EXPECT_EQ(refusal("8801018801ac02"), ErrorCode::malformed);          // unpacked scalars
  EXPECT_EQ(refusal("b20100ba0100"), ErrorCode::unknown_field);        // both sides of a oneof
  EXPECT_EQ(refusal("08"), ErrorCode::malformed);
  EXPECT_EQ(refusal("00"), ErrorCode::malformed);
  EXPECT_EQ(refusal("0b"), ErrorCode::malformed);  // groups
}

TEST(Canonical, ErrorsNameTheField) {
  const auto result = decode<Everything>(hex("9a0100a201030a01ff"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().field, "maybe_leaf.name");
}

TEST(Canonical, AbsentMeansZeroWhateverTheInitialiser) {
  const auto result = decode<test::WithInitialiser>({});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->limit, 0);
  EXPECT_EQ(result->inner.limit, 0);
  EXPECT_EQ(encode(test::WithInitialiser{}).size(), 6U);
}

TEST(Canonical, NestingIsLimited) {
  test::Deep deep;
  for (int i = 0; i < 32; ++i) deep = test::Deep{{deep}};
  const Bytes bytes = encode(deep);
  EXPECT_TRUE(decode<test::Deep>(bytes).has_value());
  Bytes deeper;
  const auto mark = internal::begin_message(deeper, 1);
  deeper.insert(deeper.end(), bytes.begin(), bytes.end());
  internal::end_message(deeper, mark, true);
  const auto result = decode<test::Deep>(deeper);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::too_large);
}

TEST(Canonical, RandomValuesComeBack) {
  RandomStream random(1, 1);
  for (int i = 0; i < 2'000; ++i) {
    const Everything value = test::random_record<Everything>(random);
    const Bytes bytes = encode(value);
    const auto back = decode<Everything>(bytes);
    ASSERT_TRUE(back.has_value()) << to_string(back.error()) << " " << to_hex(bytes);
    ASSERT_EQ(encode(*back), bytes);
    ASSERT_EQ(back->amount, value.amount);
    ASSERT_EQ(back->numbers, value.numbers);
    ASSERT_EQ(back->text, value.text);
  }
}

TEST(Canonical, WhatIsAcceptedIsTheOneEncoding) {
  // Every mutation of valid bytes is either refused or is itself the encoding of its value.
  RandomStream random(1, 2);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = encode(test::random_record<Everything>(random));
    if (bytes.empty()) continue;
    const std::uint64_t where = random.below(bytes.size());
    switch (random.below(3)) {
      case 0:
        bytes[where] = static_cast<std::uint8_t>(random.below(256));
        break;
      case 1:
        bytes.resize(where);
        break;
      default:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(where),
                     static_cast<std::uint8_t>(random.below(256)));
    }
    const auto result = decode<Everything>(bytes);
    if (!result) continue;
    ++accepted;
    ASSERT_EQ(encode(*result), bytes);
  }
  EXPECT_GT(accepted, 100);
}

TEST(Canonical, ChecksumsTellWhichFieldDiffers) {
  Everything a;
  Everything b;
  b.real = 2;
  b.body = test::One{};
  const auto left = field_checksums(a);
  const auto right = field_checksums(b);
  ASSERT_EQ(left.size(), right.size());
  std::vector<std::string_view> different;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] != right[i]) different.push_back(left[i].name);
  }
  EXPECT_EQ(different, (std::vector<std::string_view>{"real", "body"}));
  EXPECT_EQ(left[0].checksum, 0xe3b0c442U);  // SHA-256 of nothing
}

TEST(ChangeSet, LastWriteWinsInKeyOrder) {
  ChangeSet changes;
  changes.put("b", Leaf{"old"});
  changes.put("b", Leaf{"new"});
  changes.put("a", Leaf{});
  changes.erase("a");
  ASSERT_EQ(changes.changes().size(), 2U);
  EXPECT_EQ(changes.changes().begin()->first, "a");
  EXPECT_FALSE(changes.changes().at("a").has_value());
  EXPECT_EQ(changes.changes().at("b"), encode(Leaf{"new"}));
}

TEST(Utf8, RefusesOverlongSurrogatesAndBeyond) {
  EXPECT_TRUE(valid_utf8("aé€\xF0\x9F\x98\x80"));
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80",
                          "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xC3(", "\xFF"}) {
    EXPECT_FALSE(valid_utf8(bad)) << to_hex(sha256(std::string_view(bad)));
  }
}

}  // namespace
}  // namespace bulkhead
