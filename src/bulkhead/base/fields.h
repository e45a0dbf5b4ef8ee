// How a record type lists its fields, once, for every codec (canonical bytes, JSON, checksums).
//
//   struct Deposit {
//     std::string account;
//     Amount amount;
//     template <class Self, class Visitor>
//     static void fields(Self& self, Visitor&& visit) {
//       visit(1, "account", self.account);
//       visit(2, "amount", self.amount);
//     }
//   };
//
// Numbers are protobuf field numbers of the schema in api/, ascending; they stand in logs and are
// never reused. Field types and their protobuf form (proto3; a value equal to the default is not
// written):
//   bool, std::uint32_t, std::uint64_t      varint (bool, uint32, uint64)
//   std::int32_t, std::int64_t              zigzag varint (sint32, sint64)
//   double                                  fixed64 (double), finite, -0 as 0
//   std::string                             string, valid UTF-8
//   Bytes, Hash (std::array<uint8_t, N>)    bytes (an array: exactly N bytes, all-zero = default)
//   Amount                                  string, decimal minor units
//   Usd                                     sint64, micro units
//   Timestamp                               sfixed64, nanoseconds; Duration: sint64, nanoseconds
//   enum class E                            enum; names by enum_names(E) found by ADL, value 0
//   first a struct with fields()                  message std::optional<T> proto3 `optional`
//   (presence) std::vector<T>                          repeated (packed for scalars)
//   std::variant<std::monostate, A, B...>   oneof; the type gives each alternative's number and
//                                           name by A::kTag and A::kName, declared in one visit:
//                                           visit.oneof("body", self.body)
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead {

using Bytes = std::vector<std::uint8_t>;
using Hash = std::array<std::uint8_t, 32>;

namespace internal {
struct AnyVisitor {
  template <class T>
  void operator()(int, std::string_view, T&) {}
  template <class T>
  void oneof(std::string_view, T&) {}
};
}  // namespace internal

template <class T>
concept Record = requires(T& t, internal::AnyVisitor v) { T::fields(t, v); };

// Names of a dense enum that starts at 0; index = value.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) {
  { enum_names(e) } -> std::convertible_to<std::span<const std::string_view>>;
};

template <NamedEnum E>
std::string_view to_string(E e) {
  return enum_names(e)[static_cast<std::size_t>(e)];
}

}  // namespace bulkhead

// Inside namespace of the enum: BULKHEAD_ENUM_NAMES(Side, "buy", "sell").
#define BULKHEAD_ENUM_NAMES(E, ...)                             \
  inline std::span<const std::string_view> enum_names(E) {      \
    static constexpr std::string_view kNames[] = {__VA_ARGS__}; \
    return kNames;                                              \
  }
