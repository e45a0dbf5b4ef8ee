// The visitors behind canonical.h: one that writes a record's fields, one that reads them strictly.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/canonical_wire.h"
#include "bulkhead/base/field_types.h"

namespace bulkhead::internal {

inline constexpr int kMaxDepth = 32;

template <VarintScalar T>
std::uint64_t varint_of(T value) {
  if constexpr (std::same_as<T, Usd>) {
    return zigzag(value.micros);
  } else if constexpr (std::same_as<T, Duration>) {
    return zigzag(value.ns);
  } else if constexpr (SignedScalar<T>) {
    return zigzag(value);
  } else if constexpr (NamedEnum<T>) {
    BULKHEAD_ASSERT(static_cast<std::uint64_t>(value) < enum_names(value).size());
    return static_cast<std::uint64_t>(value);
  } else {
    return value;
  }
}

// False when the varint is no value of T.
template <VarintScalar T>
bool set_from_varint(std::uint64_t raw, T& value) {
  if constexpr (std::same_as<T, Usd>) {
    value.micros = unzigzag(raw);
  } else if constexpr (std::same_as<T, Duration>) {
    value.ns = unzigzag(raw);
  } else if constexpr (NamedEnum<T>) {
    if (raw >= enum_names(T{}).size()) return false;
    value = static_cast<T>(raw);
  } else if constexpr (std::same_as<T, bool>) {
    if (raw > 1) return false;
    value = raw == 1;
  } else {
    if (sizeof(T) == 4 && (raw >> 32) != 0) return false;
    if constexpr (SignedScalar<T>) {
      value = static_cast<T>(unzigzag(raw));
    } else {
      value = static_cast<T>(raw);
    }
  }
  return true;
}

template <Fixed64Scalar T>
std::uint64_t fixed64_of(T value) {
  if constexpr (std::same_as<T, double>) {
    return double_bits(value);
  } else {
    return static_cast<std::uint64_t>(value.ns);
  }
}

template <Fixed64Scalar T>
bool set_from_fixed64(std::uint64_t raw, T& value) {
  if constexpr (std::same_as<T, double>) {
    return double_from_bits(raw, value);
  } else {
    value.ns = static_cast<std::int64_t>(raw);
    return true;
  }
}

template <PayloadField T>
bool is_default_payload(const T& value) {
  if constexpr (ByteArray<T>) {
    return value == T{};
  } else if constexpr (std::same_as<T, Amount>) {
    return value.is_zero();
  } else {
    return value.empty();
  }
}

template <PayloadField T>
void put_payload_field(Bytes& out, int number, const T& value) {
  if constexpr (std::same_as<T, Amount>) {
    put_payload(out, number, to_string(value));
  } else {
    put_payload(out, number, value.data(), value.size());
  }
}

// Error text, or empty when `value` was set.
template <PayloadField T>
std::string_view set_from_payload(std::span<const std::uint8_t> payload, T& value) {
  if constexpr (std::same_as<T, Bytes>) {
    value.assign(payload.begin(), payload.end());
  } else if constexpr (ByteArray<T>) {
    if (payload.size() != value.size()) return "a byte string of the field's fixed length";
    std::memcpy(value.data(), payload.data(), payload.size());
  } else {
    const std::string_view text(reinterpret_cast<const char*>(payload.data()), payload.size());
    if constexpr (std::same_as<T, Amount>) {
      const Result<Amount> amount = parse_amount(text);
      if (!amount) return "an integer of minor units";
      value = *amount;
    } else {
      if (!valid_utf8(text)) return "valid UTF-8";
      value.assign(text);
    }
  }
  return {};
}

// Writes fields in the order of the calls.
class Encoder {
 public:
  Encoder(Bytes& out, int depth) : out_(out), depth_(depth) { BULKHEAD_ASSERT(depth <= kMaxDepth); }

  template <class T>
  void operator()(int number, std::string_view, const T& value) {
    if constexpr (OptionalField<T>) {
      if (value) put_single(number, *value, true);
    } else if constexpr (RepeatedField<T>) {
      put_repeated(number, value);
    } else {
      static_assert(SingleField<T>, "not a field type of fields.h");
      put_single(number, value, false);
    }
  }

  template <class... A>
  void oneof(std::string_view, const std::variant<std::monostate, A...>& value) {
    (put_alternative<A>(value), ...);
  }

  template <class T>
  void put_body(const T& value) {
    if constexpr (HasNormalForm<T>) {
      const T normal = value.normal_form();
      T::fields(normal, *this);
    } else {
      T::fields(value, *this);
    }
  }

 private:
  template <class T>
  void put_single(int number, const T& value, bool keep_default) {
    if constexpr (VarintScalar<T>) {
      const std::uint64_t raw = varint_of(value);
      if (raw == 0 && !keep_default) return;
      put_tag(out_, number, WireType::varint);
      put_varint(out_, raw);
    } else if constexpr (Fixed64Scalar<T>) {
      const std::uint64_t raw = fixed64_of(value);
      if (raw == 0 && !keep_default) return;
      put_tag(out_, number, WireType::fixed64);
      put_fixed64(out_, raw);
    } else if constexpr (PayloadField<T>) {
      if (keep_default || !is_default_payload(value)) put_payload_field(out_, number, value);
    } else {
      put_message(number, value, keep_default);
    }
  }

  template <class T>
  void put_message(int number, const T& value, bool keep_empty) {
    const MessageMark mark = begin_message(out_, number);
    Encoder(out_, depth_ + 1).put_body(value);
    end_message(out_, mark, keep_empty);
  }

  template <class T>
  void put_repeated(int number, const std::vector<T>& values) {
    if (values.empty()) return;
    if constexpr (ScalarField<T>) {
      const MessageMark mark = begin_message(out_, number);
      for (const T value : values) {
        if constexpr (VarintScalar<T>) {
          put_varint(out_, varint_of(value));
        } else {
          put_fixed64(out_, fixed64_of(value));
        }
      }
      end_message(out_, mark, true);
    } else {
      for (const T& value : values) put_single(number, value, true);
    }
  }

  template <class A, class V>
  void put_alternative(const V& variant) {
    if (const A* value = std::get_if<A>(&variant)) put_message(A::kTag, *value, true);
  }

  Bytes& out_;
  int depth_;
};

// Reads fields in the order of the calls; a field that is absent becomes zero whatever the member's
// initialiser says. Remembers the first error. What it lets pass beyond the canonical form
// (defaults written) is found by decode, which encodes again and compares.
class Decoder {
 public:
  Decoder(std::span<const std::uint8_t> bytes, int depth) : reader_(bytes), depth_(depth) {
    if (depth > kMaxDepth) set_error(ErrorCode::too_large, "", "nesting of at most 32 messages");
    next();
  }

  template <class T>
  void operator()(int number, std::string_view name, T& value) {
    if (failed_) return;
    if constexpr (OptionalField<T>) {
      value.reset();
      if (number_ == number) get_single(name, value.emplace());
    } else if constexpr (RepeatedField<T>) {
      value.clear();
      if constexpr (ScalarField<typename T::value_type>) {
        if (number_ == number) get_packed(name, value);
      } else {
        while (!failed_ && number_ == number) get_single(name, value.emplace_back());
      }
    } else {
      static_assert(SingleField<T>, "not a field type of fields.h");
      if (number_ == number) {
        get_single(name, value);
      } else if constexpr (Record<T>) {
        Decoder absent({}, depth_ + 1);
        T::fields(value, absent);
      } else {
        value = T{};
      }
    }
  }

  template <class... A>
  void oneof(std::string_view, std::variant<std::monostate, A...>& value) {
    value = std::monostate{};
    // At most one alternative: a second one is left over and refused as unknown or out of order.
    static_cast<void>((get_alternative<A>(value) || ...));
  }

  // To be called after the last field: what is left over is an error.
  void finish();
  bool failed() const { return failed_; }
  Error take_error() { return std::move(error_); }

 private:
  void next();
  void set_error(ErrorCode code, std::string_view field, std::string_view detail);
  bool expect(std::string_view name, WireType type);
  void nested_error(std::string_view name, Decoder& inner);

  template <class T>
  void get_single(std::string_view name, T& value) {
    if constexpr (VarintScalar<T>) {
      std::uint64_t raw = 0;
      if (!expect(name, WireType::varint)) return;
      if (!reader_.read_varint(raw)) return set_error(ErrorCode::malformed, name, "a varint");
      if (!set_from_varint(raw, value)) {
        return set_error(ErrorCode::out_of_range, name, "a value of the field's type");
      }
    } else if constexpr (Fixed64Scalar<T>) {
      std::uint64_t raw = 0;
      if (!expect(name, WireType::fixed64)) return;
      if (!reader_.read_fixed64(raw)) return set_error(ErrorCode::malformed, name, "eight bytes");
      if (!set_from_fixed64(raw, value)) {
        return set_error(ErrorCode::number_not_finite, name, "a finite number");
      }
    } else {
      std::span<const std::uint8_t> payload;
      if (!get_payload(name, payload)) return;
      if constexpr (PayloadField<T>) {
        const std::string_view wanted = set_from_payload(payload, value);
        if (!wanted.empty()) return set_error(ErrorCode::malformed, name, wanted);
      } else {
        get_message(name, payload, value);
        if (failed_) return;
      }
    }
    next();
  }

  template <class T>
  void get_message(std::string_view name, std::span<const std::uint8_t> payload, T& value) {
    Decoder inner(payload, depth_ + 1);
    T::fields(value, inner);
    inner.finish();
    if (inner.failed()) return nested_error(name, inner);
    if constexpr (HasRange<T>) {
      if (!value.in_range()) set_error(ErrorCode::out_of_range, name, "a value within its limits");
    }
  }

  template <class T>
  void get_packed(std::string_view name, std::vector<T>& values) {
    std::span<const std::uint8_t> payload;
    if (!get_payload(name, payload)) return;
    WireReader items(payload);
    while (!items.at_end()) {
      std::uint64_t raw = 0;
      T value{};
      bool good = false;
      if constexpr (VarintScalar<T>) {
        good = items.read_varint(raw) && set_from_varint(raw, value);
      } else {
        good = items.read_fixed64(raw) && set_from_fixed64(raw, value);
      }
      if (!good) return set_error(ErrorCode::malformed, name, "packed values of the field's type");
      values.push_back(value);
    }
    next();
  }

  template <class A, class V>
  bool get_alternative(V& variant) {
    if (failed_ || number_ != A::kTag) return false;
    get_single(A::kName, variant.template emplace<A>());
    return true;
  }

  bool get_payload(std::string_view name, std::span<const std::uint8_t>& payload);

  WireReader reader_;
  int depth_;
  int number_ = 0;  // of the tag read ahead, 0 at the end
  WireType type_ = WireType::varint;
  bool failed_ = false;
  Error error_;
};

// Error of decode when the bytes are not those that encode writes.
Error not_canonical_error(std::span<const std::uint8_t> given,
                          std::span<const std::uint8_t> canonical);

}  // namespace bulkhead::internal
