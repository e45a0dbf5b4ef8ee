// The writer of segments: one frame, one sync, one mark for each group.
#include "bulkhead/journal/segment_journal.h"

#include <algorithm>
#include <utility>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/journal/record_index.h"
#include "bulkhead/journal/segment_scan.h"

namespace bulkhead::journal {

namespace {

constexpr std::uint64_t kMinSegmentBytes = 8'192;
constexpr std::size_t kZeroBytes = 64U << 10;

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status write_zeros(File& file, std::uint64_t offset, std::uint64_t count) {
  const Bytes zeros(static_cast<std::size_t>(std::min<std::uint64_t>(count, kZeroBytes)));
  while (count > 0) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
    BULKHEAD_TRY_STATUS(file.write(offset, std::span(zeros).first(part)));
    offset += part;
    count -= part;
  }
  return {};
}

// Both slots, the newest mark's last, so that one good mark is durable at every moment. The newest
// itself may not have been synced yet.
Status write_both_marks(File& file, const Mark& mark, int newest_slot) {
  BULKHEAD_TRY_STATUS(file.sync());
  for (const int slot : {1 - newest_slot, newest_slot}) {
    BULKHEAD_TRY_STATUS(file.write(mark_offset(slot), encode_mark(mark)));
    BULKHEAD_TRY_STATUS(file.sync());
  }
  return {};
}

}  // namespace

struct SegmentJournal::Impl {
  FileSystem& files;
  std::string directory;
  SegmentOptions options;
  std::unique_ptr<FileLock> lock;  // null when open for reading only
  RecordIndex index;

  // Of the segment that is being written.
  std::shared_ptr<File> file;
  std::uint64_t file_bytes = 0;
  std::uint64_t end_offset = kSegmentStartBytes;
  int newest_slot = 0;  // where the last mark stands
  bool failed = false;
  Bytes buffer;

  Impl(FileSystem& f, const std::string& d, const SegmentOptions& o)
      : files(f), directory(d), options(o) {}

  Result<SegmentScan> load();
  Status recover(const SegmentScan& scan);
  Status create_segment(std::uint64_t frame_total);
  Status write_frame(std::span<const ByteSpan> records, std::size_t total);
  Mark end_mark() const {
    const Head head = index.head();
    return {head.size, end_offset, head.epoch, head.hash, false};
  }
};

// Reads everything once and builds the index; refuses a damaged log.
Result<SegmentScan> SegmentJournal::Impl::load() {
  std::size_t segments = 0;
  const FrameVisitor visit = [&](const ScannedFrame& frame) -> Status {
    if (!frame.complete) return {};
    if (frame.segment >= segments) {
      // The first frame of its segment, which is named by its first record.
      BULKHEAD_TRY(
          std::shared_ptr<const File> opened,
          files.open(directory + "/" + segment_name(frame.records.front().index), OpenMode::read));
      index.add_segment(std::move(opened));
      segments = frame.segment + 1;
    }
    index.add_frame(frame.offset, frame.records, frame.head);
    return {};
  };
  BULKHEAD_TRY(SegmentScan scan, scan_segments(files, directory, options, visit));
  if (scan.report.first_bad) return std::unexpected(*scan.report.first_bad);
  index.set_epoch(scan.report.head.epoch);
  BULKHEAD_ASSERT(index.head() == scan.report.head);
  return scan;
}

// Makes the directory as if its writer had closed it: torn bytes gone, marks at the end.
Status SegmentJournal::Impl::recover(const SegmentScan& scan) {
  if (scan.segments.empty()) return create_segment(0);
  if (scan.segments.size() > 1) {
    // The writer may have fallen between creating the last segment and sealing the one before.
    const ScannedSegment& before = scan.segments[scan.segments.size() - 2];
    if (!before.mark.sealed) {
      BULKHEAD_TRY(const auto old, files.open(before.path, OpenMode::write));
      Mark sealed = before.end;
      sealed.sealed = true;
      BULKHEAD_TRY_STATUS(write_both_marks(*old, sealed, before.slot));
    }
  }
  const ScannedSegment& current = scan.segments.back();
  BULKHEAD_TRY(file, files.open(current.path, OpenMode::write));
  end_offset = current.end.end_offset;
  file_bytes = current.file_bytes;
  // Zeros must be durable before anything new: old bytes behind a new frame would look like damage.
  BULKHEAD_TRY_STATUS(write_zeros(*file, end_offset, scan.report.torn_bytes));
  BULKHEAD_TRY_STATUS(write_both_marks(*file, end_mark(), current.slot));
  newest_slot = current.slot;
  if (current.end.end_index == current.first_index) index.add_segment(file);
  return {};
}

// Creates the segment that begins at the head, with room for a frame of `frame_total` bytes, and
// seals the one before.
Status SegmentJournal::Impl::create_segment(std::uint64_t frame_total) {
  const Head head = index.head();
  const std::string path = directory + "/" + segment_name(head.size);
  const std::string temporary = path + ".tmp";
  const std::uint64_t bytes =
      std::max({options.segment_bytes, kMinSegmentBytes, kSegmentStartBytes + frame_total});
  if (files.exists(temporary)) BULKHEAD_TRY_STATUS(files.remove(temporary));
  {
    BULKHEAD_TRY(const auto created, files.open(temporary, OpenMode::create));
    BULKHEAD_TRY_STATUS(created->allocate(bytes));
    BULKHEAD_TRY_STATUS(
        created->write(0, encode_segment_start({head.size, bytes, head.epoch, head.hash})));
    BULKHEAD_TRY_STATUS(created->sync());
  }
  BULKHEAD_TRY_STATUS(files.rename(temporary, path));
  BULKHEAD_TRY_STATUS(files.sync_directory(directory));
  BULKHEAD_TRY(std::shared_ptr<File> next, files.open(path, OpenMode::write));
  if (file != nullptr) {
    Mark sealed = end_mark();
    sealed.sealed = true;
    BULKHEAD_TRY_STATUS(write_both_marks(*file, sealed, newest_slot));
  }
  file = std::move(next);
  file_bytes = bytes;
  end_offset = kSegmentStartBytes;
  newest_slot = 0;
  index.add_segment(file);
  return {};
}

Status SegmentJournal::Impl::write_frame(std::span<const ByteSpan> records, std::size_t total) {
  if (end_offset + total > file_bytes) BULKHEAD_TRY_STATUS(create_segment(total));
  const Head head = index.head();
  buffer.clear();
  encode_frame(head.epoch, head.size, head.hash, records, buffer);
  BULKHEAD_ASSERT(buffer.size() == total && end_offset + total <= file_bytes);
  BULKHEAD_TRY_STATUS(file->write(end_offset, buffer));
  BULKHEAD_TRY_STATUS(file->sync());

  const Head after{head.size + records.size(), head.epoch, sha256(buffer)};
  const std::uint64_t offset = end_offset;
  // Not synced: the next frame's sync takes it along, and until then a power loss can at worst make
  // this frame's acknowledgement unknown, never the frame itself.
  const Mark mark{after.size, offset + total, after.epoch, after.hash, false};
  newest_slot = 1 - newest_slot;
  BULKHEAD_TRY_STATUS(file->write(mark_offset(newest_slot), encode_mark(mark)));
  end_offset += total;

  std::vector<RecordView> views;
  views.reserve(records.size());
  std::size_t at = 0;
  for (std::uint64_t i = head.size; const ByteSpan record : records) {
    views.push_back({i++, at, {}});
    at += kRecordHeaderBytes + record.size();
  }
  index.add_frame(offset, views, after);
  return {};
}

SegmentJournal::SegmentJournal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SegmentJournal::~SegmentJournal() {
  // The last mark; if this fails the log is as after a crash.
  if (impl_->file != nullptr && !impl_->failed) static_cast<void>(impl_->file->sync());
}

Result<std::unique_ptr<SegmentJournal>> SegmentJournal::open(FileSystem& files,
                                                             const std::string& directory,
                                                             const SegmentOptions& options) {
  auto impl = std::make_unique<Impl>(files, directory, options);
  BULKHEAD_TRY_STATUS(files.make_directories(directory));
  BULKHEAD_TRY_STATUS(files.sync_directory(parent_of(directory)));
  BULKHEAD_TRY(impl->lock, files.lock(directory + "/lock"));
  BULKHEAD_TRY(const SegmentScan scan, impl->load());
  BULKHEAD_TRY_STATUS(impl->recover(scan));
  return std::unique_ptr<SegmentJournal>(new SegmentJournal(std::move(impl)));
}

Result<std::unique_ptr<SegmentJournal>> SegmentJournal::open_read_only(
    FileSystem& files, const std::string& directory, const SegmentOptions& options) {
  auto impl = std::make_unique<Impl>(files, directory, options);
  BULKHEAD_TRY_STATUS(impl->load());
  return std::unique_ptr<SegmentJournal>(new SegmentJournal(std::move(impl)));
}

Result<std::uint64_t> SegmentJournal::append(std::span<const ByteSpan> records) {
  if (impl_->lock == nullptr) {
    return fail(ErrorCode::io_error, "journal", impl_->directory, "opened for reading only");
  }
  if (impl_->failed) {
    return fail(ErrorCode::io_error, "journal", impl_->directory,
                "an earlier write failed; open it again");
  }
  BULKHEAD_TRY(const std::size_t total, frame_bytes(records));
  const std::uint64_t first = impl_->index.head().size;
  const Status written = impl_->write_frame(records, total);
  if (!written) {
    impl_->failed = true;
    return std::unexpected(written.error());
  }
  return first;
}

Status SegmentJournal::begin_epoch(std::uint64_t epoch) {
  const std::uint64_t current = impl_->index.head().epoch;
  if (epoch < current) {
    return fail(ErrorCode::out_of_range, "epoch", std::to_string(epoch),
                "at least " + std::to_string(current));
  }
  impl_->index.set_epoch(epoch);
  return {};
}

Head SegmentJournal::head() const { return impl_->index.head(); }

Result<Bytes> SegmentJournal::read(std::uint64_t index) const { return impl_->index.read(index); }

Status SegmentJournal::scan(std::uint64_t first, std::uint64_t end,
                            const RecordVisitor& visit) const {
  return impl_->index.scan(first, end, visit);
}

}  // namespace bulkhead::journal
