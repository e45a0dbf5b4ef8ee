// JSON of any Record (base/fields.h), in both directions, from its list of fields.
//
// Writing is deterministic: one line, all fields in their order; an optional that is empty is left
// out. Forms: enums by name; Amount, Usd, Decimal, Timestamp, Duration as strings; bytes as
// lowercase hexadecimal; 64-bit integers beyond 2^53 as strings; a oneof as one key, the
// alternative's name. Reading refuses unknown keys and values of another type, and names line,
// path, value and what is accepted; a field that is missing keeps its member's initialiser.
//
//   std::string text = to_json(deposit);
//   Result<Deposit> same = from_json<Deposit>(text);
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "bulkhead/base/field_types.h"
#include "bulkhead/wire/json_text.h"
#include "bulkhead/wire/json_value.h"

namespace bulkhead::wire {

namespace internal {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  template <class T>
  void operator()(int, std::string_view name, const T& value) {
    if constexpr (OptionalField<T>) {
      if (!value) return;
      key(name);
      write(*value);
    } else if constexpr (RepeatedField<T>) {
      key(name);
      out_.push_back('[');
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (i != 0) out_.push_back(',');
        const typename T::value_type& item = value[i];
        write(item);
      }
      out_.push_back(']');
    } else {
      static_assert(SingleField<T>, "not a field type of fields.h");
      key(name);
      write(value);
    }
  }

  template <class... A>
  void oneof(std::string_view, const std::variant<std::monostate, A...>& value) {
    (write_alternative<A>(value), ...);
  }

  template <class T>
  void write(const T& value) {
    if constexpr (std::same_as<T, Amount> || std::same_as<T, Usd> || std::same_as<T, Decimal> ||
                  std::same_as<T, Timestamp> || std::same_as<T, Duration>) {
      append_json(out_, std::string_view(to_string(value)));
    } else if constexpr (NamedEnum<T>) {
      append_json(out_, to_string(value));
    } else if constexpr (std::same_as<T, Bytes> || ByteArray<T>) {
      append_hex_json(out_, value);
    } else if constexpr (std::same_as<T, std::string>) {
      append_json(out_, std::string_view(value));
    } else if constexpr (std::same_as<T, std::int32_t>) {
      append_json(out_, std::int64_t{value});
    } else if constexpr (std::same_as<T, std::uint32_t>) {
      append_json(out_, std::uint64_t{value});
    } else if constexpr (Record<T>) {
      out_.push_back('{');
      JsonWriter inner(out_);
      T::fields(value, inner);
      out_.push_back('}');
    } else {
      append_json(out_, value);
    }
  }

 private:
  void key(std::string_view name) {
    if (!first_) out_.push_back(',');
    first_ = false;
    append_json(out_, name);
    out_.push_back(':');
  }

  template <class A, class V>
  void write_alternative(const V& variant) {
    const A* value = std::get_if<A>(&variant);
    if (value == nullptr) return;
    key(A::kName);
    write(*value);
  }

  std::string& out_;
  bool first_ = true;
};

// Where and why reading failed; the path grows from the inside out.
struct JsonFault {
  ErrorCode code = ErrorCode::kNone;
  std::uint32_t line = 0;
  std::string path;
  std::string value;
  std::string detail;
  bool failed() const { return code != ErrorCode::kNone; }
  void within(std::string_view outer);
  void set(ErrorCode error, const JsonValue& json, std::string_view wanted);
};

class JsonReader {
 public:
  JsonReader(const JsonValue& json, JsonFault& fault);

  template <class T>
  void operator()(int, std::string_view name, T& value) {
    const JsonValue* json = take(name);
    if (json == nullptr) return;
    if constexpr (OptionalField<T>) {
      read(*json, value.emplace(), fault_);
    } else if constexpr (RepeatedField<T>) {
      read_items(*json, value);
    } else {
      static_assert(SingleField<T>, "not a field type of fields.h");
      read(*json, value, fault_);
    }
    if (fault_.failed()) fault_.within(name);
  }

  template <class... A>
  void oneof(std::string_view name, std::variant<std::monostate, A...>& value) {
    (read_alternative<A>(name, value), ...);
  }

  // To be called after the last field: keys that no field took are unknown.
  void finish();

  template <class T>
  static void read(const JsonValue& json, T& value, JsonFault& fault) {
    if constexpr (NamedEnum<T>) {
      const auto names = enum_names(T{});
      const int index = read_json_name(json, names);
      if (index < 0) return fault.set(ErrorCode::malformed, json, names_wanted(names));
      value = static_cast<T>(index);
    } else if constexpr (Record<T> && !std::same_as<T, Decimal>) {
      JsonReader reader(json, fault);
      if (fault.failed()) return;
      T::fields(value, reader);
      reader.finish();
    } else {
      const Wanted wanted = read_json(json, value);
      if (!wanted.empty()) fault.set(ErrorCode::malformed, json, wanted);
    }
  }

 private:
  // The member of that name, marked as known; nullptr if missing or after an error.
  const JsonValue* take(std::string_view name);

  template <class T>
  void read_items(const JsonValue& json, std::vector<T>& values) {
    if (json.kind != JsonKind::array) return fault_.set(ErrorCode::malformed, json, "an array");
    values.clear();
    for (std::size_t i = 0; i < json.items.size() && !fault_.failed(); ++i) {
      T item{};
      read(json.items[i], item, fault_);
      if (fault_.failed()) return fault_.within("[" + std::to_string(i) + "]");
      values.push_back(std::move(item));
    }
  }

  template <class A, class V>
  void read_alternative(std::string_view oneof_name, V& variant) {
    const JsonValue* json = take(A::kName);
    if (json == nullptr) return;
    if (!std::holds_alternative<std::monostate>(variant)) {
      fault_.set(ErrorCode::duplicate_field, *json,
                 "one alternative of " + std::string(oneof_name) + " only");
    } else {
      read(*json, variant.template emplace<A>(), fault_);
    }
    if (fault_.failed()) fault_.within(A::kName);
  }

  const JsonValue& json_;
  JsonFault& fault_;
  std::vector<bool> taken_;
  std::size_t next_ = 0;
};

Error to_error(const JsonFault& fault);

}  // namespace internal

template <Record T>
std::string to_json(const T& value) {
  std::string out;
  internal::JsonWriter(out).write(value);
  return out;
}

template <Record T>
Result<T> from_json(const JsonValue& json) {
  Result<T> value{T{}};
  internal::JsonFault fault;
  internal::JsonReader::read(json, *value, fault);
  if (fault.failed()) return std::unexpected(internal::to_error(fault));
  return value;
}

template <Record T>
Result<T> from_json(std::string_view text) {
  BULKHEAD_TRY(const JsonValue json, parse_json(text));
  return from_json<T>(json);
}

}  // namespace bulkhead::wire
