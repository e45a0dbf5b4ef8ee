// Integers as they stand in the journal's files: little-endian, whatever the machine.
#pragma once

#include <cstdint>
#include <cstring>

#include "bulkhead/base/assert.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::journal {

inline void put_u32(std::uint8_t* out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
}
inline void put_u64(std::uint8_t* out, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
}
inline std::uint32_t get_u32(ByteSpan bytes, std::size_t offset) {
  BULKHEAD_ASSERT(offset + 4 <= bytes.size());
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | bytes[offset + i];
  return value;
}
inline std::uint64_t get_u64(ByteSpan bytes, std::size_t offset) {
  return static_cast<std::uint64_t>(get_u32(bytes, offset + 4)) << 32 | get_u32(bytes, offset);
}
inline Hash get_hash(ByteSpan bytes, std::size_t offset) {
  Hash hash{};
  BULKHEAD_ASSERT(offset + hash.size() <= bytes.size());
  std::memcpy(hash.data(), bytes.data() + offset, hash.size());
  return hash;
}

}  // namespace bulkhead::journal
