// Bytes of a segment's start.
#include "bulkhead/journal/segment_format.h"

#include <charconv>

#include "bulkhead/journal/crc32c.h"
#include "bulkhead/journal/little_endian.h"

namespace bulkhead::journal {

namespace {

constexpr std::uint64_t kSegmentMagic = 0x31304d4745534842;  // "BHSEGM01" in file order
constexpr std::size_t kSegmentHeaderBytes = 68;
constexpr std::size_t kSegmentCrcAt = 64;
constexpr std::uint32_t kMarkMagic = 0x314d4842;  // "BHM1"
constexpr std::size_t kMarkCrcAt = 76;
constexpr std::string_view kSuffix = ".segment";
constexpr std::size_t kDigits = 20;

std::optional<Mark> decode_mark(ByteSpan bytes) {
  if (bytes.size() < kMarkBytes || get_u32(bytes, 0) != kMarkMagic) return std::nullopt;
  if (get_u32(bytes, kMarkCrcAt) != crc32c(bytes.first(kMarkCrcAt))) return std::nullopt;
  Mark mark;
  const std::uint32_t sealed = get_u32(bytes, 4);
  if (sealed > 1) return std::nullopt;
  mark.sealed = sealed == 1;
  mark.end_index = get_u64(bytes, 8);
  mark.end_offset = get_u64(bytes, 16);
  mark.epoch = get_u64(bytes, 24);
  mark.hash = get_hash(bytes, 32);
  return mark;
}

}  // namespace

Bytes encode_mark(const Mark& mark) {
  Bytes bytes(kMarkBytes);
  put_u32(bytes.data(), kMarkMagic);
  put_u32(bytes.data() + 4, mark.sealed ? 1 : 0);
  put_u64(bytes.data() + 8, mark.end_index);
  put_u64(bytes.data() + 16, mark.end_offset);
  put_u64(bytes.data() + 24, mark.epoch);
  std::memcpy(bytes.data() + 32, mark.hash.data(), mark.hash.size());
  put_u32(bytes.data() + kMarkCrcAt, crc32c(ByteSpan(bytes).first(kMarkCrcAt)));
  return bytes;
}

Bytes encode_segment_start(const SegmentHeader& header) {
  Bytes bytes(kSegmentStartBytes);
  put_u64(bytes.data(), kSegmentMagic);
  put_u64(bytes.data() + 8, header.first_index);
  put_u64(bytes.data() + 16, header.file_bytes);
  put_u64(bytes.data() + 24, header.epoch);
  std::memcpy(bytes.data() + 32, header.previous.data(), header.previous.size());
  put_u32(bytes.data() + kSegmentCrcAt, crc32c(ByteSpan(bytes).first(kSegmentCrcAt)));
  const Bytes mark =
      encode_mark({header.first_index, kSegmentStartBytes, header.epoch, header.previous, false});
  for (int slot = 0; slot < kMarkSlots; ++slot) {
    std::memcpy(bytes.data() + mark_offset(slot), mark.data(), mark.size());
  }
  return bytes;
}

std::optional<SegmentHeader> decode_segment_header(ByteSpan start) {
  if (start.size() < kSegmentHeaderBytes || get_u64(start, 0) != kSegmentMagic) {
    return std::nullopt;
  }
  if (get_u32(start, kSegmentCrcAt) != crc32c(start.first(kSegmentCrcAt))) return std::nullopt;
  return SegmentHeader{get_u64(start, 8), get_u64(start, 16), get_u64(start, 24),
                       get_hash(start, 32)};
}

std::optional<FoundMark> newest_mark(ByteSpan start) {
  std::optional<FoundMark> newest;
  for (int slot = 0; slot < kMarkSlots; ++slot) {
    const auto offset = static_cast<std::size_t>(mark_offset(slot));
    if (start.size() < offset + kMarkBytes) continue;
    const std::optional<Mark> mark = decode_mark(start.subspan(offset));
    if (!mark) continue;
    const bool newer = !newest || mark->end_index > newest->mark.end_index ||
                       (mark->end_index == newest->mark.end_index && mark->sealed);
    if (newer) newest = FoundMark{*mark, slot};
  }
  return newest;
}

std::string segment_name(std::uint64_t first_index) {
  const std::string digits = std::to_string(first_index);
  return std::string(kDigits - digits.size(), '0') + digits + std::string(kSuffix);
}

std::optional<std::uint64_t> parse_segment_name(std::string_view name) {
  if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  std::uint64_t index = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + kDigits, index);
  if (parsed.ec != std::errc{} || segment_name(index) != name) return std::nullopt;
  return index;
}

}  // namespace bulkhead::journal
