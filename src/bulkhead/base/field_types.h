// Which C++ type takes which protobuf form (fields.h lists them); shared by every codec.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead {

template <class T>
concept SignedScalar = std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t> ||
                       std::same_as<T, Usd> || std::same_as<T, Duration>;
template <class T>
concept VarintScalar = SignedScalar<T> || NamedEnum<T> || std::same_as<T, bool> ||
                       std::same_as<T, std::uint32_t> || std::same_as<T, std::uint64_t>;
template <class T>
concept Fixed64Scalar = std::same_as<T, double> || std::same_as<T, Timestamp>;
template <class T>
concept ScalarField = VarintScalar<T> || Fixed64Scalar<T>;

namespace internal {
template <class T>
inline constexpr bool is_byte_array = false;
template <std::size_t N>
inline constexpr bool is_byte_array<std::array<std::uint8_t, N>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
}  // namespace internal

template <class T>
concept ByteArray = internal::is_byte_array<T>;
// Length-delimited but no message. Bytes are std::vector<uint8_t>, hence no RepeatedField.
template <class T>
concept PayloadField = std::same_as<T, std::string> || std::same_as<T, Bytes> ||
                       std::same_as<T, Amount> || ByteArray<T>;
template <class T>
concept SingleField = ScalarField<T> || PayloadField<T> || Record<T>;
template <class T>
concept OptionalField = internal::is_optional<T> && SingleField<typename T::value_type>;
template <class T>
concept RepeatedField =
    internal::is_vector<T> && !std::same_as<T, Bytes> && SingleField<typename T::value_type>;

// A record with several spellings of one value (Decimal) offers normal_form(), which codecs write.
template <class T>
concept HasNormalForm = requires(const T& t) {
  { t.normal_form() } -> std::same_as<T>;
};

// A record whose members have limits of their own; decoders refuse what is outside.
template <class T>
concept HasRange = requires(const T& t) {
  { t.in_range() } -> std::same_as<bool>;
};

}  // namespace bulkhead
