// Reads records by index, checking each again.
#include "bulkhead/journal/record_index.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "bulkhead/base/assert.h"
#include "bulkhead/journal/file_window.h"
#include "bulkhead/journal/little_endian.h"

namespace bulkhead::journal {

namespace {

constexpr std::size_t kRecordsPerWaypoint = 64;
constexpr std::size_t kLegsAtOnce = 1'024;

}  // namespace

void RecordIndex::add_segment(std::shared_ptr<const File> file) {
  const std::unique_lock lock(mutex_);
  files_.push_back(std::move(file));
}

void RecordIndex::add_frame(std::uint64_t offset, std::span<const RecordView> records,
                            const Head& head) {
  const std::unique_lock lock(mutex_);
  BULKHEAD_ASSERT(!files_.empty() && !records.empty());
  BULKHEAD_ASSERT(records.front().index == head_.size && head.size == head_.size + records.size());
  for (std::size_t i = 0; i < records.size(); i += kRecordsPerWaypoint) {
    waypoints_.push_back({records[i].index, offset + kFrameHeaderBytes + records[i].offset,
                          static_cast<std::uint32_t>(files_.size() - 1)});
  }
  head_ = head;
}

void RecordIndex::set_epoch(std::uint64_t epoch) {
  const std::unique_lock lock(mutex_);
  head_.epoch = epoch;
}

Head RecordIndex::head() const {
  const std::shared_lock lock(mutex_);
  return head_;
}

std::vector<RecordIndex::Leg> RecordIndex::legs(std::uint64_t index, std::size_t count) const {
  const std::shared_lock lock(mutex_);
  BULKHEAD_ASSERT(index < head_.size);
  const auto after = std::upper_bound(
      waypoints_.begin(), waypoints_.end(), index,
      [](std::uint64_t wanted, const Waypoint& waypoint) { return wanted < waypoint.index; });
  BULKHEAD_ASSERT(after != waypoints_.begin());
  std::vector<Leg> result;
  for (auto it = after - 1; it != waypoints_.end() && result.size() < count; ++it) {
    const std::uint64_t end = it + 1 == waypoints_.end() ? head_.size : (it + 1)->index;
    result.push_back({*it, end, files_[it->segment]});
  }
  return result;
}

Result<Bytes> RecordIndex::read(std::uint64_t index) const {
  if (index >= head().size) {
    return record_error(ErrorCode::out_of_range, index, "beyond the end of the log");
  }
  const Leg leg = legs(index, 1).front();
  std::uint64_t offset = leg.from.offset;
  std::uint8_t record_head[kRecordHeaderBytes];
  for (std::uint64_t at = leg.from.index;; ++at) {
    BULKHEAD_TRY(const std::size_t count, leg.file->read(offset, record_head));
    const std::uint64_t length = count == kRecordHeaderBytes ? get_u32(record_head, 0) : 0;
    if (count < kRecordHeaderBytes || length > kMaxRecordBytes) {
      return record_error(ErrorCode::corrupt, at, "changed since the log was opened");
    }
    if (at < index) {
      offset += kRecordHeaderBytes + length;
      continue;
    }
    Bytes bytes(kRecordHeaderBytes + static_cast<std::size_t>(length));
    BULKHEAD_TRY(const std::size_t read, leg.file->read(offset, bytes));
    bytes.resize(read);
    BULKHEAD_TRY(const RecordView record, decode_record(bytes, 0, index));
    return Bytes(record.bytes.begin(), record.bytes.end());
  }
}

Status RecordIndex::scan(std::uint64_t first, std::uint64_t end, const RecordVisitor& visit) const {
  if (end > head().size) {
    return record_error(ErrorCode::out_of_range, end, "beyond the end of the log");
  }
  std::shared_ptr<const File> file;
  std::optional<FileWindow> window;
  for (std::uint64_t next = first; next < end;) {
    for (const Leg& leg : legs(next, kLegsAtOnce)) {
      if (next >= end) break;
      if (leg.file != file) {
        file = leg.file;
        BULKHEAD_TRY(const std::uint64_t file_bytes, file->size());
        window.emplace(*file, file_bytes);
      }
      std::uint64_t offset = leg.from.offset;
      for (std::uint64_t at = leg.from.index; at < std::min(leg.end, end); ++at) {
        BULKHEAD_TRY(const ByteSpan bytes,
                     window->get(offset, kRecordHeaderBytes + kMaxRecordBytes));
        BULKHEAD_TRY(const RecordView record, decode_record(bytes, 0, at));
        offset += kRecordHeaderBytes + record.bytes.size();
        if (at < next) continue;
        BULKHEAD_TRY_STATUS(visit(at, record.bytes));
        next = at + 1;
      }
    }
  }
  return {};
}

}  // namespace bulkhead::journal
