// What a segment file begins with: its header and two marks of what was acknowledged
// (docs/journal-format.md). DO NOT CHANGE the layout: it stands on disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/journal/journal.h"

namespace bulkhead::journal {

inline constexpr std::uint64_t kSegmentStartBytes = 4'096;  // frames begin here
inline constexpr std::uint64_t kMarkSlotBytes = 512;        // one sector each, the first at 512
inline constexpr std::size_t kMarkBytes = 80;
inline constexpr int kMarkSlots = 2;

struct SegmentHeader {
  std::uint64_t first_index = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t epoch = 0;
  Hash previous{};  // of the last frame of the segment before
};

// Everything below end_index and end_offset was acknowledged when this was written. `sealed`: the
// log goes on in another segment.
struct Mark {
  std::uint64_t end_index = 0;
  std::uint64_t end_offset = kSegmentStartBytes;
  std::uint64_t epoch = 0;
  Hash hash{};
  bool sealed = false;

  friend bool operator==(const Mark&, const Mark&) = default;
};

// The first 4,096 bytes of a new segment, with both marks.
Bytes encode_segment_start(const SegmentHeader& header);
Bytes encode_mark(const Mark& mark);
constexpr std::uint64_t mark_offset(int slot) {
  return kMarkSlotBytes * static_cast<std::uint64_t>(1 + slot);
}

std::optional<SegmentHeader> decode_segment_header(ByteSpan start);
struct FoundMark {
  Mark mark;
  int slot = 0;
};
// The newest mark that checks; nullopt if none does.
std::optional<FoundMark> newest_mark(ByteSpan start);

// "00000000000000000042.segment" of the first record's index.
std::string segment_name(std::uint64_t first_index);
std::optional<std::uint64_t> parse_segment_name(std::string_view name);

}  // namespace bulkhead::journal
