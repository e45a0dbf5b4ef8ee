// Fills any Record with random values: the generator of the codecs' property tests.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "bulkhead/base/canonical.h"
#include "bulkhead/base/random.h"

namespace bulkhead::test {

// A visitor. One field in three stays at zero, so that defaults are met often; extremes are too.
class RandomFiller {
 public:
  explicit RandomFiller(RandomStream& random) : random_(random) {}

  template <class T>
  void operator()(int, std::string_view, T& value) {
    if constexpr (OptionalField<T>) {
      value.reset();
      if (random_.below(2) == 0) fill(value.emplace());
    } else if constexpr (RepeatedField<T>) {
      value.clear();
      const std::uint64_t count = random_.below(4);
      for (std::uint64_t i = 0; i < count; ++i) {
        typename T::value_type item{};
        fill(item);
        value.push_back(std::move(item));
      }
    } else {
      value = T{};
      if (random_.below(3) != 0) fill(value);
    }
  }

  template <class... A>
  void oneof(std::string_view, std::variant<std::monostate, A...>& value) {
    const std::uint64_t chosen = random_.below(sizeof...(A) + 1);
    value = std::monostate{};
    std::uint64_t index = 0;
    ((++index == chosen ? fill(value.template emplace<A>()) : void()), ...);
  }

  template <Record T>
  void fill(T& value) {
    if constexpr (HasNormalForm<T>) {
      T::fields(value, *this);
      while (!value.in_range()) T::fields(value, *this);
      value = value.normal_form();
    } else {
      T::fields(value, *this);
    }
  }

 private:
  std::int64_t any_integer() {
    const auto bits = static_cast<std::int64_t>(random_.next_u64());
    return bits >> random_.below(64);  // every magnitude is equally likely
  }

  template <class T>
  void fill(T& value)
    requires(!Record<T>)
  {
    const std::int64_t integer = any_integer();
    if constexpr (std::same_as<T, Usd>) {
      value.micros = integer;
    } else if constexpr (std::same_as<T, Duration> || std::same_as<T, Timestamp>) {
      value.ns = integer;
    } else if constexpr (std::same_as<T, Amount>) {
      value.units = static_cast<Int128>(integer) * any_integer();
    } else if constexpr (std::same_as<T, double>) {
      value = static_cast<double>(integer) * (random_.below(2) == 0 ? 1.0 : 0x1p-40);
    } else if constexpr (NamedEnum<T>) {
      value = static_cast<T>(random_.below(enum_names(T{}).size()));
    } else if constexpr (std::same_as<T, std::string>) {
      constexpr std::string_view kPieces[] = {"a", "BTC", "\"", "\\", "\n", "é", "\x01", "😀", "/"};
      value.clear();
      for (std::uint64_t n = random_.below(12); n > 0; --n) value += kPieces[random_.below(9)];
    } else if constexpr (std::same_as<T, Bytes>) {
      value.resize(random_.below(200));
      for (std::uint8_t& byte : value) byte = static_cast<std::uint8_t>(random_.next_u64());
    } else if constexpr (ByteArray<T>) {
      for (std::uint8_t& byte : value) byte = static_cast<std::uint8_t>(random_.next_u64());
    } else {
      // Small members such as an exponent are drawn small half of the time.
      value = static_cast<T>(random_.below(2) == 0 ? integer % 20 : integer);
    }
  }

  RandomStream& random_;
};

template <Record T>
T random_record(RandomStream& random) {
  T value{};
  RandomFiller(random).fill(value);
  return value;
}

}  // namespace bulkhead::test
