// Bytes of a commit frame.
#include "bulkhead/journal/frame.h"

#include <string>

#include "bulkhead/base/assert.h"
#include "bulkhead/journal/crc32c.h"
#include "bulkhead/journal/little_endian.h"

namespace bulkhead::journal {

namespace {

// Offsets in the header.
constexpr std::size_t kBodyBytesAt = 4;
constexpr std::size_t kEpochAt = 8;
constexpr std::size_t kFirstIndexAt = 16;
constexpr std::size_t kCountAt = 24;
constexpr std::size_t kHeaderCrcAt = 28;
constexpr std::size_t kPreviousAt = 32;
// Offsets in a record's head.
constexpr std::size_t kRecordCrcAt = 4;
constexpr std::size_t kRecordIndexAt = 8;

// All of the header but the checksum itself.
std::uint32_t header_crc(ByteSpan header) {
  return crc32c(header.subspan(kPreviousAt, 32), crc32c(header.first(kHeaderCrcAt)));
}

// Length, index and bytes.
std::uint32_t record_crc(ByteSpan head, ByteSpan bytes) {
  return crc32c(bytes, crc32c(head.subspan(kRecordIndexAt, 8), crc32c(head.first(kRecordCrcAt))));
}

}  // namespace

Result<std::size_t> frame_bytes(std::span<const ByteSpan> records) {
  if (records.empty()) return fail(ErrorCode::malformed, "records", "0", "at least one record");
  if (records.size() > kMaxFrameRecords) {
    return fail(ErrorCode::too_large, "records", std::to_string(records.size()),
                "at most 1,048,576 in one frame");
  }
  std::size_t body = 0;
  for (const ByteSpan record : records) {
    if (record.size() > kMaxRecordBytes) {
      return fail(ErrorCode::too_large, "record.bytes", std::to_string(record.size()),
                  "at most 65,535");
    }
    body += kRecordHeaderBytes + record.size();
    if (body > kMaxFrameBytes) {
      return fail(ErrorCode::too_large, "frame.bytes", std::to_string(body),
                  "at most 64 MiB in one frame");
    }
  }
  return kFrameHeaderBytes + body;
}

void encode_frame(std::uint64_t epoch, std::uint64_t first_index, const Hash& previous,
                  std::span<const ByteSpan> records, Bytes& out) {
  const auto total = frame_bytes(records);
  BULKHEAD_ASSERT(total.has_value());
  const std::size_t begin = out.size();
  out.resize(begin + *total);
  std::uint8_t* const header = out.data() + begin;
  put_u32(header, kFrameMagic);
  put_u32(header + kBodyBytesAt, static_cast<std::uint32_t>(*total - kFrameHeaderBytes));
  put_u64(header + kEpochAt, epoch);
  put_u64(header + kFirstIndexAt, first_index);
  put_u32(header + kCountAt, static_cast<std::uint32_t>(records.size()));
  std::memcpy(header + kPreviousAt, previous.data(), previous.size());
  put_u32(header + kHeaderCrcAt, header_crc({header, kFrameHeaderBytes}));

  std::uint8_t* at = header + kFrameHeaderBytes;
  for (std::uint64_t index = first_index; const ByteSpan record : records) {
    put_u32(at, static_cast<std::uint32_t>(record.size()));
    put_u64(at + kRecordIndexAt, index++);
    put_u32(at + kRecordCrcAt, record_crc({at, kRecordHeaderBytes}, record));
    at += kRecordHeaderBytes;
    if (!record.empty()) std::memcpy(at, record.data(), record.size());
    at += record.size();
  }
  BULKHEAD_ASSERT(at == out.data() + out.size());
}

std::optional<FrameHeader> decode_frame_header(ByteSpan bytes) {
  if (bytes.size() < kFrameHeaderBytes || get_u32(bytes, 0) != kFrameMagic) return std::nullopt;
  bytes = bytes.first(kFrameHeaderBytes);
  if (get_u32(bytes, kHeaderCrcAt) != header_crc(bytes)) return std::nullopt;
  FrameHeader header;
  header.body_bytes = get_u32(bytes, kBodyBytesAt);
  header.epoch = get_u64(bytes, kEpochAt);
  header.first_index = get_u64(bytes, kFirstIndexAt);
  header.count = get_u32(bytes, kCountAt);
  header.previous = get_hash(bytes, kPreviousAt);
  const bool possible = header.count > 0 && header.count <= kMaxFrameRecords &&
                        header.body_bytes <= kMaxFrameBytes &&
                        header.body_bytes >= header.count * kRecordHeaderBytes &&
                        header.first_index <= ~std::uint64_t{0} - header.count;
  if (!possible) return std::nullopt;
  return header;
}

Result<RecordView> decode_record(ByteSpan body, std::size_t offset, std::uint64_t index) {
  BULKHEAD_ASSERT(offset <= body.size());
  const ByteSpan rest = body.subspan(offset);
  if (rest.size() < kRecordHeaderBytes) {
    return record_error(ErrorCode::corrupt, index, "ends before its head");
  }
  const std::size_t length = get_u32(rest, 0);
  if (length > kMaxRecordBytes || length > rest.size() - kRecordHeaderBytes) {
    return record_error(ErrorCode::corrupt, index, "its length does not fit its frame");
  }
  const ByteSpan bytes = rest.subspan(kRecordHeaderBytes, length);
  if (get_u32(rest, kRecordCrcAt) != record_crc(rest.first(kRecordHeaderBytes), bytes)) {
    return record_error(ErrorCode::corrupt, index, "its bytes do not match their checksum");
  }
  if (get_u64(rest, kRecordIndexAt) != index) {
    return record_error(ErrorCode::corrupt, index, "another record's bytes stand in its place");
  }
  return RecordView{index, offset, bytes};
}

std::optional<Error> decode_frame_body(const FrameHeader& header, ByteSpan body,
                                       std::vector<RecordView>& records) {
  BULKHEAD_ASSERT(body.size() <= header.body_bytes);
  std::size_t offset = 0;
  for (std::uint32_t i = 0; i < header.count; ++i) {
    auto record = decode_record(body, offset, header.first_index + i);
    if (!record) return std::move(record).error();
    offset += kRecordHeaderBytes + record->bytes.size();
    records.push_back(*record);
  }
  if (offset == header.body_bytes) return std::nullopt;
  return record_error(ErrorCode::corrupt, header.first_index + header.count - 1,
                      "bytes stand after the last record of its frame")
      .error();
}

FrameVerdict judge_frame(const Head& head, const FrameHeader& header) {
  if (header.epoch < head.epoch) return FrameVerdict::stale_epoch;
  if (header.first_index < head.size) return FrameVerdict::duplicate;
  if (header.first_index > head.size) return FrameVerdict::gap;
  return header.previous == head.hash ? FrameVerdict::accept : FrameVerdict::fork;
}

}  // namespace bulkhead::journal
