// Protobuf wire primitives beneath the canonical codec, out of line so that the templates stay
// thin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "bulkhead/base/fields.h"

namespace bulkhead::internal {

enum class WireType : std::uint32_t { varint = 0, fixed64 = 1, bytes = 2 };

void put_varint(Bytes& out, std::uint64_t value);
void put_fixed64(Bytes& out, std::uint64_t value);  // little endian
void put_tag(Bytes& out, int number, WireType type);
// Tag, length and payload.
void put_payload(Bytes& out, int number, const void* data, std::size_t size);
void put_payload(Bytes& out, int number, std::string_view text);

// A length-delimited field under construction: the length is filled in when the body is known.
struct MessageMark {
  std::size_t tag_start = 0;
  std::size_t body_start = 0;
};
MessageMark begin_message(Bytes& out, int number);
// With keep_empty false a body of no bytes takes its tag back out.
void end_message(Bytes& out, MessageMark mark, bool keep_empty);

// Reads from a span with bounds checks; each read returns false at malformed bytes.
class WireReader {
 public:
  explicit WireReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  bool at_end() const { return position_ == bytes_.size(); }
  // Reads the next tag; only 0 < number < 2^29 and the three wire types pass.
  bool read_tag(int& number, WireType& type);
  bool read_varint(std::uint64_t& value);
  bool read_fixed64(std::uint64_t& value);
  bool read_payload(std::span<const std::uint8_t>& payload);

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
};

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

// Finite, with -0 as 0; asserts on NaN and infinities.
std::uint64_t double_bits(double value);
// False for NaN and infinities.
bool double_from_bits(std::uint64_t bits, double& value);

// The first four bytes of SHA-256 of the bytes, big endian.
std::uint32_t checksum(std::span<const std::uint8_t> bytes);

}  // namespace bulkhead::internal

namespace bulkhead {

// Well-formed UTF-8 without surrogates, overlong forms or values above U+10FFFF.
bool valid_utf8(std::string_view text);

}  // namespace bulkhead
