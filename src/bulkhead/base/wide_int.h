// A 512-bit unsigned integer: just what exact products of a count and two doubles need.
#pragma once

#include <array>
#include <cstdint>

#include "bulkhead/base/int128.h"

namespace bulkhead::internal {

class WideInt {
 public:
  static constexpr int kLimbs = 8;
  static constexpr int kBits = 64 * kLimbs;

  explicit WideInt(Uint128 value)
      : limbs_{static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(value >> 64)} {}

  int bit_length() const;
  // Asserts that no bit is lost.
  void multiply(std::uint64_t factor);
  void shift_left(int bits);
  // Both floor, and say whether anything was cut off.
  bool shift_right(int bits);
  bool divide(std::uint64_t divisor);
  // Asserts bit_length() <= 128.
  Uint128 low128() const;

 private:
  std::array<std::uint64_t, kLimbs> limbs_{};  // least significant first
};

}  // namespace bulkhead::internal
