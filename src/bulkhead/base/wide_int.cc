// Schoolbook arithmetic on eight limbs.
#include "bulkhead/base/wide_int.h"

#include <bit>
#include <cstddef>

#include "bulkhead/base/assert.h"

namespace bulkhead::internal {

int WideInt::bit_length() const {
  for (int i = kLimbs - 1; i >= 0; --i) {
    const std::uint64_t limb = limbs_[static_cast<std::size_t>(i)];
    if (limb != 0) return 64 * i + static_cast<int>(std::bit_width(limb));
  }
  return 0;
}

void WideInt::multiply(std::uint64_t factor) {
  std::uint64_t carry = 0;
  for (std::uint64_t& limb : limbs_) {
    const Uint128 product = static_cast<Uint128>(limb) * factor + carry;
    limb = static_cast<std::uint64_t>(product);
    carry = static_cast<std::uint64_t>(product >> 64);
  }
  BULKHEAD_ASSERT(carry == 0);
}

void WideInt::shift_left(int bits) {
  BULKHEAD_ASSERT(bits >= 0 && bit_length() + bits <= kBits);
  const int whole = bits / 64;
  const int part = bits % 64;
  for (int i = kLimbs - 1; i >= 0; --i) {
    const int from = i - whole;
    std::uint64_t limb = from >= 0 ? limbs_[static_cast<std::size_t>(from)] << part : 0;
    if (part != 0 && from >= 1) limb |= limbs_[static_cast<std::size_t>(from - 1)] >> (64 - part);
    limbs_[static_cast<std::size_t>(i)] = limb;
  }
}

bool WideInt::shift_right(int bits) {
  BULKHEAD_ASSERT(bits >= 0);
  if (bits >= kBits) {
    const bool lost = bit_length() > 0;
    limbs_.fill(0);
    return lost;
  }
  const int whole = bits / 64;
  const int part = bits % 64;
  bool lost = false;
  for (int i = 0; i < whole; ++i) lost = lost || limbs_[static_cast<std::size_t>(i)] != 0;
  if (part != 0) lost = lost || (limbs_[static_cast<std::size_t>(whole)] << (64 - part)) != 0;
  for (int i = 0; i < kLimbs; ++i) {
    const int from = i + whole;
    std::uint64_t limb = from < kLimbs ? limbs_[static_cast<std::size_t>(from)] >> part : 0;
    if (part != 0 && from + 1 < kLimbs) {
      limb |= limbs_[static_cast<std::size_t>(from + 1)] << (64 - part);
    }
    limbs_[static_cast<std::size_t>(i)] = limb;
  }
  return lost;
}

bool WideInt::divide(std::uint64_t divisor) {
  BULKHEAD_ASSERT(divisor != 0);
  std::uint64_t remainder = 0;
  for (int i = kLimbs - 1; i >= 0; --i) {
    std::uint64_t& limb = limbs_[static_cast<std::size_t>(i)];
    const Uint128 part = (static_cast<Uint128>(remainder) << 64) | limb;
    limb = static_cast<std::uint64_t>(part / divisor);
    remainder = static_cast<std::uint64_t>(part % divisor);
  }
  return remainder != 0;
}

Uint128 WideInt::low128() const {
  BULKHEAD_ASSERT(bit_length() <= 128);
  return (static_cast<Uint128>(limbs_[1]) << 64) | limbs_[0];
}

}  // namespace bulkhead::internal
