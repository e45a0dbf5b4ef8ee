// Protobuf wire primitives: varints, tags, lengths, and the checks on what is read.
#include "bulkhead/base/canonical_wire.h"

#include <bit>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::internal {
namespace {

constexpr std::uint64_t kExponentMask = 0x7ff0'0000'0000'0000ULL;

std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

}  // namespace

void put_varint(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put_fixed64(Bytes& out, std::uint64_t value) {
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put_tag(Bytes& out, int number, WireType type) {
  put_varint(out, (static_cast<std::uint64_t>(number) << 3) | static_cast<std::uint64_t>(type));
}

void put_payload(Bytes& out, int number, const void* data, std::size_t size) {
  put_tag(out, number, WireType::bytes);
  put_varint(out, size);
  const auto* first = static_cast<const std::uint8_t*>(data);
  if (size != 0) out.insert(out.end(), first, first + size);
}

void put_payload(Bytes& out, int number, std::string_view text) {
  put_payload(out, number, text.data(), text.size());
}

MessageMark begin_message(Bytes& out, int number) {
  const std::size_t tag_start = out.size();
  put_tag(out, number, WireType::bytes);
  out.push_back(0);
  return {tag_start, out.size()};
}

void end_message(Bytes& out, MessageMark mark, bool keep_empty) {
  std::uint64_t size = out.size() - mark.body_start;
  if (size == 0 && !keep_empty) {
    out.resize(mark.tag_start);
    return;
  }
  const std::size_t extra = varint_size(size) - 1;
  const auto body = out.begin() + static_cast<std::ptrdiff_t>(mark.body_start);
  if (extra != 0) out.insert(body, extra, 0);
  std::size_t at = mark.body_start - 1;
  for (; size >= 0x80; size >>= 7) out[at++] = static_cast<std::uint8_t>(size | 0x80);
  out[at] = static_cast<std::uint8_t>(size);
}

bool WireReader::read_varint(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_end()) return false;
    const std::uint64_t byte = bytes_[position_++];
    if (shift == 63 && byte > 1) return false;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return shift == 0 || byte != 0;  // a longer form than needed is refused
  }
  return false;
}

bool WireReader::read_tag(int& number, WireType& type) {
  std::uint64_t tag = 0;
  if (!read_varint(tag) || (tag >> 3) == 0 || (tag >> 3) >= (1U << 29) || (tag & 7) > 2) {
    return false;
  }
  number = static_cast<int>(tag >> 3);
  type = static_cast<WireType>(tag & 7);
  return true;
}

bool WireReader::read_fixed64(std::uint64_t& value) {
  if (bytes_.size() - position_ < 8) return false;
  value = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    value |= static_cast<std::uint64_t>(bytes_[position_ + i]) << (8 * i);
  }
  position_ += 8;
  return true;
}

bool WireReader::read_payload(std::span<const std::uint8_t>& payload) {
  std::uint64_t size = 0;
  if (!read_varint(size) || size > bytes_.size() - position_) return false;
  payload = bytes_.subspan(position_, static_cast<std::size_t>(size));
  position_ += static_cast<std::size_t>(size);
  return true;
}

std::uint64_t double_bits(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  BULKHEAD_ASSERT((bits & kExponentMask) != kExponentMask);
  return (bits << 1) == 0 ? 0 : bits;
}

bool double_from_bits(std::uint64_t bits, double& value) {
  value = std::bit_cast<double>(bits);
  return (bits & kExponentMask) != kExponentMask;
}

std::uint32_t checksum(std::span<const std::uint8_t> bytes) {
  const Hash hash = sha256(bytes);
  return (static_cast<std::uint32_t>(hash[0]) << 24) | (static_cast<std::uint32_t>(hash[1]) << 16) |
         (static_cast<std::uint32_t>(hash[2]) << 8) | static_cast<std::uint32_t>(hash[3]);
}

}  // namespace bulkhead::internal

namespace bulkhead {

bool valid_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = p + text.size();
  while (p != end) {
    const unsigned char lead = *p++;
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const int more = lead < 0xe0 ? 1 : (lead < 0xf0 ? 2 : 3);
    if (end - p < more) return false;
    // The second byte carries the limits against overlong forms, surrogates and U+110000.
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
    if (*p < low || *p > high) return false;
    for (int i = 1; i < more; ++i) {
      if ((p[i] & 0xc0) != 0x80) return false;
    }
    p += more;
  }
  return true;
}

}  // namespace bulkhead
