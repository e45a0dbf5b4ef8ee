// CRC-32C (Castagnoli, RFC 3720 B.4) of stored bytes.
#pragma once

#include <cstdint>
#include <span>

namespace bulkhead::journal {

// crc of `bytes` appended to what `crc` was computed of; start with 0. Check: "123456789" gives
// 0xE3069283.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t crc = 0);
// The same by table, one byte at a time: the reference.
std::uint32_t crc32c_plain(std::span<const std::uint8_t> bytes, std::uint32_t crc = 0);

}  // namespace bulkhead::journal
