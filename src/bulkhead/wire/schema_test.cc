// The schema of api/ and the lists of fields in C++ say the same, field by field; both directions.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <vector>

#include "bulkhead/base/field_types.h"
#include "bulkhead/engine/log_record.h"
#include "bulkhead/wire/schema_test_support.h"

namespace bulkhead::wire {
namespace {

namespace pb = google::protobuf;
using Type = pb::FieldDescriptor::Type;

template <class T>
constexpr Type type_of() {
  if constexpr (std::same_as<T, bool>) return pb::FieldDescriptor::TYPE_BOOL;
  if constexpr (std::same_as<T, std::uint32_t>) return pb::FieldDescriptor::TYPE_UINT32;
  if constexpr (std::same_as<T, std::uint64_t>) return pb::FieldDescriptor::TYPE_UINT64;
  if constexpr (std::same_as<T, std::int32_t>) return pb::FieldDescriptor::TYPE_SINT32;
  if constexpr (std::same_as<T, std::int64_t> || std::same_as<T, Usd> || std::same_as<T, Duration>)
    return pb::FieldDescriptor::TYPE_SINT64;
  if constexpr (std::same_as<T, double>) return pb::FieldDescriptor::TYPE_DOUBLE;
  if constexpr (std::same_as<T, Timestamp>) return pb::FieldDescriptor::TYPE_SFIXED64;
  if constexpr (std::same_as<T, std::string> || std::same_as<T, Amount>)
    return pb::FieldDescriptor::TYPE_STRING;
  if constexpr (std::same_as<T, Bytes> || ByteArray<T>) return pb::FieldDescriptor::TYPE_BYTES;
  if constexpr (NamedEnum<T>) return pb::FieldDescriptor::TYPE_ENUM;
  return pb::FieldDescriptor::TYPE_MESSAGE;
}

// "insurance_fund" of GrantKind -> "GRANT_KIND_INSURANCE_FUND".
std::string value_name(const std::string& enum_name, std::string_view name) {
  std::string text;
  for (const char c : enum_name) {
    if (c >= 'A' && c <= 'Z' && !text.empty()) text.push_back('_');
    text.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  text.push_back('_');
  for (const char c : name) {
    text.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  return text;
}

void check_enum(const pb::EnumDescriptor& descriptor, std::span<const std::string_view> names) {
  ASSERT_EQ(static_cast<std::size_t>(descriptor.value_count()), names.size())
      << descriptor.full_name();
  for (int i = 0; i < descriptor.value_count(); ++i) {
    EXPECT_EQ(descriptor.value(i)->number(), i) << descriptor.full_name();
    EXPECT_EQ(descriptor.value(i)->name(),
              value_name(descriptor.name(), names[static_cast<std::size_t>(i)]));
  }
}

// Visits one record type beside its message; recurses into nested records.
class Checker {
 public:
  Checker(const pb::Descriptor& message, std::set<std::string>& seen)
      : message_(message), seen_(seen) {}

  template <class T>
  void operator()(int number, std::string_view name, T& value) {
    const pb::FieldDescriptor* field = find(number, name);
    if (field == nullptr) return;
    EXPECT_EQ(field->real_containing_oneof(), nullptr) << field->full_name();
    if constexpr (OptionalField<T>) {
      EXPECT_TRUE(field->has_optional_keyword()) << field->full_name();
      check_type<typename T::value_type>(*field);
    } else if constexpr (RepeatedField<T>) {
      EXPECT_TRUE(field->is_repeated()) << field->full_name();
      EXPECT_EQ(field->is_packed(), ScalarField<typename T::value_type>) << field->full_name();
      check_type<typename T::value_type>(*field);
    } else {
      EXPECT_FALSE(field->is_repeated()) << field->full_name();
      EXPECT_FALSE(field->has_optional_keyword()) << field->full_name();
      check_type<T>(*field);
    }
    static_cast<void>(value);
  }

  template <class... A>
  void oneof(std::string_view name, std::variant<std::monostate, A...>&) {
    (check_alternative<A>(name), ...);
  }

  template <Record T>
  static void check(const pb::Descriptor& message, std::set<std::string>& seen) {
    if (!seen.insert(message.full_name()).second) return;
    T value{};
    Checker checker(message, seen);
    T::fields(value, checker);
    EXPECT_EQ(checker.fields_, message.field_count()) << message.full_name();
  }

 private:
  const pb::FieldDescriptor* find(int number, std::string_view name) {
    const pb::FieldDescriptor* field = message_.FindFieldByNumber(number);
    EXPECT_NE(field, nullptr) << message_.full_name() << " has no field " << number;
    EXPECT_GT(number, last_) << message_.full_name() << "." << name << " is out of order";
    last_ = number;
    if (field == nullptr) return nullptr;
    EXPECT_EQ(field->name(), name) << message_.full_name();
    ++fields_;
    return field;
  }

  template <class T>
  void check_type(const pb::FieldDescriptor& field) {
    ASSERT_EQ(field.type(), type_of<T>()) << field.full_name();
    if constexpr (NamedEnum<T>) check_enum(*field.enum_type(), enum_names(T{}));
    if constexpr (Record<T>) check<T>(*field.message_type(), seen_);
  }

  template <class A>
  void check_alternative(std::string_view oneof_name) {
    const pb::FieldDescriptor* field = find(A::kTag, A::kName);
    if (field == nullptr) return;
    ASSERT_NE(field->real_containing_oneof(), nullptr) << field->full_name();
    EXPECT_EQ(field->real_containing_oneof()->name(), oneof_name);
    check_type<A>(*field);
  }

  const pb::Descriptor& message_;
  std::set<std::string>& seen_;
  int last_ = 0;
  int fields_ = 0;
};

TEST(Schema, AgreesWithTheFieldsOfEveryRecord) {
  const test::Schema schema;
  ASSERT_NE(schema.message("LogRecord"), nullptr);
  std::set<std::string> seen;
  Checker::check<engine::LogRecord>(*schema.message("LogRecord"), seen);
  EXPECT_GT(seen.size(), 60U);
}

}  // namespace
}  // namespace bulkhead::wire
