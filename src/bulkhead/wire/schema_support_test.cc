// Reading the schema for the tests of this room, and the golden listing of all its fields.
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "bulkhead/wire/schema_test_support.h"

namespace bulkhead::wire::test {

namespace pb = google::protobuf;

Schema::Schema() {
  std::ifstream file(BULKHEAD_SCHEMA_DESCRIPTORS, std::ios::binary);
  pb::FileDescriptorSet files;
  EXPECT_TRUE(files.ParseFromIstream(&file));
  for (const pb::FileDescriptorProto& proto : files.file()) {
    EXPECT_NE(pool_.BuildFile(proto), nullptr) << proto.name();
  }
}

const pb::Descriptor* Schema::message(const std::string& name) const {
  return pool_.FindMessageTypeByName("bulkhead.v1." + name);
}

namespace {

std::string type_name(const pb::FieldDescriptor& field) {
  std::string name = field.type_name();
  if (field.message_type() != nullptr) name = field.message_type()->name();
  if (field.enum_type() != nullptr) name = field.enum_type()->name();
  if (field.is_repeated()) return "repeated " + name;
  if (field.has_optional_keyword()) return "optional " + name;
  if (field.real_containing_oneof() != nullptr) {
    return name + " in oneof " + field.real_containing_oneof()->name();
  }
  return name;
}

void collect(const pb::Descriptor& message, std::set<std::string>& lines,
             std::set<std::string>& seen) {
  if (!seen.insert(message.name()).second) return;
  lines.insert("message " + message.name());
  for (int i = 0; i < message.field_count(); ++i) {
    const pb::FieldDescriptor& field = *message.field(i);
    lines.insert(message.name() + "." + field.name() + " = " + std::to_string(field.number()) +
                 " " + type_name(field));
    if (field.message_type() != nullptr) collect(*field.message_type(), lines, seen);
    if (field.enum_type() == nullptr) continue;
    const pb::EnumDescriptor& values = *field.enum_type();
    for (int v = 0; v < values.value_count(); ++v) {
      lines.insert("enum " + values.name() + "." + values.value(v)->name() + " = " +
                   std::to_string(values.value(v)->number()));
    }
  }
}

}  // namespace

std::string listing(const pb::Descriptor& root) {
  std::set<std::string> lines;
  std::set<std::string> seen;
  collect(root, lines, seen);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string read_or_update(const std::string& path, const std::string& actual) {
  if (std::getenv("BULKHEAD_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << actual;
  }
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream left(expected);
  std::istringstream right(actual);
  std::string a;
  std::string b;
  for (;;) {
    const bool more_left = static_cast<bool>(std::getline(left, a));
    const bool more_right = static_cast<bool>(std::getline(right, b));
    if (!more_left && !more_right) return "";
    if (more_left && more_right && a == b) continue;
    return "expected \"" + (more_left ? a : "(end)") + "\", got \"" + (more_right ? b : "(end)") +
           "\"";
  }
}

TEST(Schema, IsValidAndHasItsGoldenFields) {
  const Schema schema;
  const pb::Descriptor* record = schema.message("LogRecord");
  ASSERT_NE(record, nullptr);
  const std::string actual = listing(*record);
  // Numbers and types of fields stand in logs: what is there stays, what is new is added by running
  // this test with BULKHEAD_UPDATE_GOLDEN=1.
  EXPECT_EQ(first_difference(read_or_update("testdata/schema/v1.txt", actual), actual), "");
}

}  // namespace bulkhead::wire::test
