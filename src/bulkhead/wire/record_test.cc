// Records as bytes: libprotobuf reads them by the schema and writes the same bytes back.
#include "bulkhead/wire/record.h"

#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bulkhead/base/random_record.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/wire/schema_test_support.h"

namespace bulkhead::wire {
namespace {

namespace pb = google::protobuf;

bool has_unknown_fields(const pb::Message& message) {
  const pb::Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return true;
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (has_unknown_fields(reflection.GetMessage(message, field))) return true;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (has_unknown_fields(reflection.GetRepeatedMessage(message, field, i))) return true;
    }
  }
  return false;
}

std::string serialise(const pb::Message& message) {
  std::string text;
  pb::io::StringOutputStream stream(&text);
  pb::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  EXPECT_TRUE(message.SerializeToCodedStream(&coded));
  coded.Trim();
  return text;
}

TEST(Record, LibprotobufReadsItAndWritesTheSameBytes) {
  const test::Schema schema;
  ASSERT_NE(schema.message("LogRecord"), nullptr);
  pb::DynamicMessageFactory factory;
  const std::unique_ptr<pb::Message> message(
      factory.GetPrototype(schema.message("LogRecord"))->New());
  RandomStream random(9, 1);
  std::set<std::size_t> commands;
  std::set<std::size_t> events;
  for (int i = 0; i < 4'000; ++i) {
    const auto record = bulkhead::test::random_record<engine::LogRecord>(random);
    if (const auto* c = std::get_if<engine::CommandRecord>(&record.content)) {
      commands.insert(c->command.body.index());
    } else if (const auto* e = std::get_if<engine::EventRecord>(&record.content)) {
      events.insert(e->event.body.index());
    }
    const Bytes bytes = encode(record);
    const std::string text(bytes.begin(), bytes.end());
    ASSERT_TRUE(message->ParseFromString(text)) << to_hex(bytes);
    ASSERT_FALSE(has_unknown_fields(*message)) << message->DebugString();
    ASSERT_EQ(serialise(*message), text) << message->DebugString();
  }
  EXPECT_EQ(commands.size(), std::variant_size_v<engine::CommandBody>);
  EXPECT_EQ(events.size(), std::variant_size_v<engine::EventBody>);
}

TEST(Record, ComesBackAndIsStrict) {
  RandomStream random(9, 2);
  for (int i = 0; i < 1'000; ++i) {
    const auto record = bulkhead::test::random_record<engine::LogRecord>(random);
    const auto bytes = encode_record(record);
    if (!bytes) {
      ASSERT_EQ(bytes.error().code, ErrorCode::missing_field);
      ASSERT_FALSE(decode_record(encode(record)).has_value());
      continue;
    }
    const auto back = decode_record(*bytes);
    ASSERT_TRUE(back.has_value()) << to_string(back.error());
    ASSERT_EQ(encode_record(*back), *bytes);
    Bytes longer = *bytes;
    longer.push_back(0);
    ASSERT_FALSE(decode_record(longer).has_value());
  }
}

TEST(Record, SizeIsLimited) {
  engine::Command command;
  command.actor = "feed";
  engine::Observations observations;
  observations.items.resize(3'000);
  for (auto& item : observations.items) {
    item.source = "kraken:BTC/USD";
    item.price = 1.5;
  }
  command.body = observations;
  const auto bytes = encode_record(command);
  ASSERT_FALSE(bytes.has_value());
  EXPECT_EQ(bytes.error().code, ErrorCode::too_large);
  observations.items.resize(2'000);
  command.body = observations;
  const auto smaller = encode_record(command);
  ASSERT_TRUE(smaller.has_value());
  EXPECT_LE(smaller->size(), kRecordSizeMax);
}

TEST(Record, SignatureDoesNotCoverItself) {
  engine::Command command;
  command.actor = "ann";
  command.body = engine::Approve{"p1"};
  const Bytes before = signed_bytes(command);
  command.signature = Bytes(64, 7);
  EXPECT_EQ(signed_bytes(command), before);
  command.body = engine::Approve{"p2"};
  EXPECT_NE(signed_bytes(command), before);
}

}  // namespace
}  // namespace bulkhead::wire
