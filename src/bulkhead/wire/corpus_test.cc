// testdata/corpus/v1: bytes and JSON of one record of each kind, as written when the schema's first
// version was made. Both must be read for ever, and mean the same.
#include <gtest/gtest.h>

#include <string>

#include "bulkhead/base/random_record.h"
#include "bulkhead/wire/command_json.h"
#include "bulkhead/wire/json_codec.h"
#include "bulkhead/wire/record.h"
#include "bulkhead/wire/schema_test_support.h"

namespace bulkhead::wire {
namespace {

const std::string kFolder = "testdata/corpus/v1/";

// A random record with that alternative: what the corpus was made of.
template <class Wrapper, class Alternative>
engine::LogRecord sample() {
  RandomStream random(1, static_cast<std::uint64_t>(Alternative::kTag));
  auto wrapper = bulkhead::test::random_record<Wrapper>(random);
  auto alternative = bulkhead::test::random_record<Alternative>(random);
  if constexpr (std::same_as<Wrapper, engine::CommandRecord>) {
    wrapper.command.body = std::move(alternative);
  } else {
    wrapper.event.body = std::move(alternative);
  }
  return engine::LogRecord{std::move(wrapper)};
}

template <class Wrapper, class Alternative>
void check_kind() {
  const std::string path =
      kFolder + std::string(Wrapper::kName) + "." + std::string(Alternative::kName);
  const Bytes sample_bytes = encode_record(sample<Wrapper, Alternative>()).value();
  const std::string stored =
      test::read_or_update(path + ".bin", std::string(sample_bytes.begin(), sample_bytes.end()));
  const Bytes bytes(stored.begin(), stored.end());
  const auto record = decode_record(bytes);
  ASSERT_TRUE(record.has_value()) << path << ": " << to_string(record.error());
  EXPECT_EQ(encode_record(*record), bytes) << path;
  const std::string text = to_json_text(*record) + "\n";
  EXPECT_TRUE(test::read_or_update(path + ".json", text) == text)
      << path << ".json says something else; a field that is new is added to it by running this "
      << "test with BULKHEAD_UPDATE_GOLDEN=1";
  const auto from_text = from_json<engine::LogRecord>(text);
  ASSERT_TRUE(from_text.has_value()) << path << ": " << to_string(from_text.error());
  EXPECT_EQ(encode_record(*from_text), bytes) << path;
}

template <class Wrapper, class... A>
void check_kinds(const std::variant<std::monostate, A...>*) {
  (check_kind<Wrapper, A>(), ...);
}

TEST(Corpus, EveryKindOfCommandIsStillRead) {
  check_kinds<engine::CommandRecord>(static_cast<const engine::CommandBody*>(nullptr));
}

TEST(Corpus, EveryKindOfEventIsStillRead) {
  check_kinds<engine::EventRecord>(static_cast<const engine::EventBody*>(nullptr));
}

TEST(CommandLines, ErrorsNameTheLine) {
  const std::string good =
      R"({"time":"2020-03-12T10:45:00Z","actor":"ann","id":"00000000000000000000000000000001",)"
      R"("deposit":{"account":"a1","asset":"BTC","place":"internal","amount":"125000000"}})";
  const auto two = parse_command_lines(good + "\n\n" + good);
  ASSERT_TRUE(two.has_value()) << to_string(two.error());
  ASSERT_EQ(two->size(), 2U);
  EXPECT_EQ(std::get<engine::Deposit>((*two)[1].body).amount, Amount{125'000'000});
  EXPECT_EQ((*two)[1].id[15], 1);

  const auto bad = parse_command_lines(good + "\n\n" + R"({"deposit":{"amount":5}})" + "\n");
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().field, "line 3: deposit.amount");
  EXPECT_EQ(parse_command_lines("{}").error().code, ErrorCode::missing_field);
  EXPECT_EQ(parse_command_lines(good + "\n{\"actor\":").error().field, "line 2");
  EXPECT_EQ(parse_command_lines(R"({"tick":{},"deposit":{}})").error().code,
            ErrorCode::duplicate_field);
  EXPECT_TRUE(parse_command_lines(" \n\n").value().empty());
}

TEST(CommandJson, RandomEventsComeBack) {
  RandomStream random(9, 3);
  for (int i = 0; i < 500; ++i) {
    const auto event = bulkhead::test::random_record<engine::Event>(random);
    const auto back = event_from_json(to_json_text(event));
    ASSERT_TRUE(back.has_value()) << to_string(back.error());
    ASSERT_EQ(encode(*back), encode(event));
  }
}

}  // namespace
}  // namespace bulkhead::wire
