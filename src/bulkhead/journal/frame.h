// The commit frame: what one group commit writes, on disk and in a stream alike
// (docs/journal-format.md). DO NOT CHANGE the layout: it stands in logs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bulkhead/journal/journal.h"

namespace bulkhead::journal {

inline constexpr std::uint32_t kFrameMagic = 0x31464842;  // "BHF1" in file order
inline constexpr std::size_t kFrameHeaderBytes = 64;
inline constexpr std::size_t kRecordHeaderBytes = 16;

struct FrameHeader {
  std::uint32_t body_bytes = 0;
  std::uint64_t epoch = 0;
  std::uint64_t first_index = 0;
  std::uint32_t count = 0;
  Hash previous{};  // SHA-256 of the frame before, zero for the first
};

// Total bytes of a frame of these records, or the limit that they break.
Result<std::size_t> frame_bytes(std::span<const ByteSpan> records);
// Appends the frame to `out`.
void encode_frame(std::uint64_t epoch, std::uint64_t first_index, const Hash& previous,
                  std::span<const ByteSpan> records, Bytes& out);

// nullopt if the magic or the checksum of the header is wrong or a limit is broken.
std::optional<FrameHeader> decode_frame_header(ByteSpan bytes);

struct RecordView {
  std::uint64_t index = 0;
  std::size_t offset = 0;  // of the record's header in the body
  ByteSpan bytes;
};

// The record at `offset` of a body; corrupt, naming `index`, unless it is exactly that record.
Result<RecordView> decode_record(ByteSpan body, std::size_t offset, std::uint64_t index);
// Appends the records of a body to `records` up to the first bad one, whose error is returned;
// nullopt if all are good and nothing stands after the last.
std::optional<Error> decode_frame_body(const FrameHeader& header, ByteSpan body,
                                       std::vector<RecordView>& records);

// What a reader does with a frame that arrives after `head` (reader rule): a zombie writer, a
// repeat or a torn write is skipped, for the reason given.
enum class FrameVerdict { accept, duplicate, stale_epoch, gap, fork };
FrameVerdict judge_frame(const Head& head, const FrameHeader& header);

}  // namespace bulkhead::journal
