// Judgement over the bytes of segment files. The rules (docs/journal-format.md): below the newest
// mark every frame must be good; above it one torn frame may stand, in the last segment only and
// with no good frame behind it; everything else is damage and names the first record that is not
// there as it was.
#include "bulkhead/journal/segment_scan.h"

#include <algorithm>
#include <utility>

#include "bulkhead/base/sha256.h"
#include "bulkhead/journal/file_window.h"
#include "bulkhead/journal/little_endian.h"

namespace bulkhead::journal {

namespace {

constexpr std::size_t kSearchBytes = 64U << 10;

// The frame header at offset with the length of a frame whose body lies in the file; nullopt if
// none.
Result<std::optional<FrameHeader>> header_at(FileWindow& window, std::uint64_t offset) {
  BULKHEAD_TRY(const ByteSpan bytes, window.get(offset, kFrameHeaderBytes));
  return decode_frame_header(bytes);
}

// Whether a frame good in itself begins at offset.
Result<bool> good_frame_at(FileWindow& window, std::uint64_t offset) {
  BULKHEAD_TRY(const auto header, header_at(window, offset));
  if (!header) return false;
  BULKHEAD_TRY(const ByteSpan body, window.get(offset + kFrameHeaderBytes, header->body_bytes));
  std::vector<RecordView> records;
  return !decode_frame_body(*header, body, records);
}

// Whether a good frame begins anywhere from offset on.
Result<bool> good_frame_after(FileWindow& window, std::uint64_t offset) {
  std::uint8_t magic[4];
  put_u32(magic, kFrameMagic);
  while (offset < window.file_bytes()) {
    BULKHEAD_TRY(const ByteSpan bytes, window.get(offset, kSearchBytes));
    const auto found = std::search(bytes.begin(), bytes.end(), std::begin(magic), std::end(magic));
    if (found == bytes.end()) {
      if (bytes.size() < kSearchBytes) break;
      offset += bytes.size() - (sizeof magic - 1);
      continue;
    }
    offset += static_cast<std::uint64_t>(found - bytes.begin());
    BULKHEAD_TRY(const bool good, good_frame_at(window, offset));
    if (good) return true;
    ++offset;
  }
  return false;
}

// Bytes from offset to the last that is not zero.
Result<std::uint64_t> used_bytes_after(FileWindow& window, std::uint64_t offset) {
  std::uint64_t used = 0;
  for (std::uint64_t at = offset; at < window.file_bytes();) {
    BULKHEAD_TRY(const ByteSpan bytes, window.get(at, kSearchBytes));
    if (bytes.empty()) break;
    for (std::size_t i = bytes.size(); i-- > 0;) {
      if (bytes[i] == 0) continue;
      used = at + i + 1 - offset;
      break;
    }
    at += bytes.size();
  }
  return used;
}

class Scanner {
 public:
  Scanner(FileSystem& files, const std::string& directory, const FrameVisitor& visit)
      : files_(files), directory_(directory), visit_(visit) {}

  Result<SegmentScan> run(const SegmentOptions& options) {
    BULKHEAD_TRY(const std::vector<std::string> names, files_.list(directory_));
    std::vector<std::uint64_t> firsts;
    for (const std::string& name : names) {
      if (const auto first = parse_segment_name(name)) firsts.push_back(*first);
    }
    std::sort(firsts.begin(), firsts.end());
    for (std::size_t i = 0; i < firsts.size() && !bad(); ++i) {
      if (firsts[i] != head().size) {
        set_bad(ErrorCode::data_loss, head().size, "the segment that holds it is missing");
        break;
      }
      BULKHEAD_TRY_STATUS(scan_segment(firsts[i], i + 1 == firsts.size()));
    }
    if (!bad() && !scan_.segments.empty() && scan_.segments.back().mark.sealed) {
      set_bad(ErrorCode::data_loss, head().size, "the segment that holds it is missing");
    }
    if (!bad() && head().size < options.expected_size) {
      set_bad(ErrorCode::data_loss, head().size,
              "the log is known to have had " + std::to_string(options.expected_size) + " records");
    }
    return std::move(scan_);
  }

 private:
  Head& head() { return scan_.report.head; }
  bool bad() const { return scan_.report.first_bad.has_value(); }
  void set_bad(ErrorCode code, std::uint64_t index, std::string_view detail) {
    scan_.report.first_bad = record_error(code, index, detail).error();
  }

  Status scan_segment(std::uint64_t first_index, bool last) {
    ScannedSegment segment;
    segment.path = directory_ + "/" + segment_name(first_index);
    segment.first_index = first_index;
    BULKHEAD_TRY(const auto file, files_.open(segment.path, OpenMode::read));
    BULKHEAD_TRY(segment.file_bytes, file->size());
    FileWindow window(*file, segment.file_bytes);
    BULKHEAD_TRY(const ByteSpan start, window.get(0, kSegmentStartBytes));
    if (!check_start(start, segment)) return {};
    scan_.segments.push_back(segment);
    ++scan_.report.segments;
    ScannedSegment& current = scan_.segments.back();
    while (!bad()) {
      if (current.mark.sealed && head().size == current.mark.end_index) return {};
      BULKHEAD_TRY(const bool more, scan_frame(window, current, last));
      if (!more) break;
    }
    return {};
  }

  // Header and marks of a segment; false if they are bad.
  bool check_start(ByteSpan start, ScannedSegment& segment) {
    const std::uint64_t index = head().size;
    const auto header = decode_segment_header(start);
    const auto found = newest_mark(start);
    if (!header || start.size() < kSegmentStartBytes) {
      set_bad(ErrorCode::corrupt, index, "the header of its segment is damaged");
    } else if (!found || found->mark.end_index < index) {
      set_bad(ErrorCode::corrupt, index, "the marks of its segment are damaged");
    } else if (header->first_index != index || header->previous != head().hash ||
               header->epoch < head().epoch) {
      set_bad(ErrorCode::fork, index, "its segment does not continue the one before");
    } else {
      head().epoch = header->epoch;
      segment.mark = found->mark;
      segment.slot = found->slot;
      segment.end = {index, kSegmentStartBytes, header->epoch, header->previous, false};
      return true;
    }
    return false;
  }

  // The next frame of the segment; false at the end of the segment or at damage.
  Result<bool> scan_frame(FileWindow& window, ScannedSegment& segment, bool last) {
    const std::uint64_t offset = segment.end.end_offset;
    BULKHEAD_TRY(const auto header, header_at(window, offset));
    if (!header) {
      BULKHEAD_TRY_STATUS(judge_rest(window, segment, last, offset + 1));
      return false;
    }
    if (judge_frame(head(), *header) != FrameVerdict::accept) {
      set_bad(ErrorCode::fork, head().size,
              "the frame in its place does not follow the one before");
      return false;
    }
    const std::size_t total = kFrameHeaderBytes + header->body_bytes;
    BULKHEAD_TRY(const ByteSpan frame, window.get(offset, total));
    records_.clear();
    const auto damage = decode_frame_body(*header, frame.subspan(kFrameHeaderBytes), records_);
    if (damage && head().size >= segment.mark.end_index) {
      BULKHEAD_TRY_STATUS(judge_rest(window, segment, last, offset + total));
      if (!bad()) return false;
      scan_.report.first_bad = damage;  // nearer than the frame's first record
      return false;
    }
    const Hash hash = sha256(frame);
    const Head after{header->first_index + header->count, header->epoch, hash};
    BULKHEAD_TRY_STATUS(
        visit_({scan_.segments.size() - 1, offset, records_, !damage.has_value(), after}));
    if (damage) {
      scan_.report.first_bad = damage;
      return false;
    }
    accept(*header, after, total, segment);
    return !bad();
  }

  void accept(const FrameHeader& header, const Head& after, std::size_t total,
              ScannedSegment& segment) {
    const Mark& mark = segment.mark;
    const Mark end{after.size, segment.end.end_offset + total, after.epoch, after.hash, false};
    const bool at_mark = end.end_index == mark.end_index;
    if ((at_mark && (end.hash != mark.hash || end.end_offset != mark.end_offset)) ||
        (header.first_index < mark.end_index && end.end_index > mark.end_index)) {
      set_bad(ErrorCode::fork, header.first_index,
              "its frame is not the one that was acknowledged");
      return;
    }
    segment.end = end;
    head() = after;
    ++scan_.report.frames;
  }

  // No good frame at the end of the good ones: the end of the log, a torn frame, or damage. A good
  // frame that still stands at or after `search` proves damage.
  Status judge_rest(FileWindow& window, const ScannedSegment& segment, bool last,
                    std::uint64_t search) {
    const std::uint64_t index = head().size;
    if (index < segment.mark.end_index) {
      const bool cut = segment.end.end_offset + kFrameHeaderBytes > segment.file_bytes;
      set_bad(cut ? ErrorCode::data_loss : ErrorCode::corrupt, index,
              cut ? "its segment ends before it" : "the header of its frame is damaged");
      return {};
    }
    BULKHEAD_TRY(const std::uint64_t used, used_bytes_after(window, segment.end.end_offset));
    if (used == 0) return {};
    BULKHEAD_TRY(const bool followed, good_frame_after(window, search));
    if (!last || followed) {
      set_bad(ErrorCode::corrupt, index, "its frame is damaged, and the log goes on behind it");
      return {};
    }
    scan_.report.torn_bytes = used;
    return {};
  }

  FileSystem& files_;
  const std::string& directory_;
  const FrameVisitor& visit_;
  SegmentScan scan_;
  std::vector<RecordView> records_;
};

}  // namespace

Result<SegmentScan> scan_segments(FileSystem& files, const std::string& directory,
                                  const SegmentOptions& options, const FrameVisitor& visit) {
  return Scanner(files, directory, visit).run(options);
}

Result<SegmentReport> check_segments(FileSystem& files, const std::string& directory,
                                     const SegmentOptions& options, const RecordVisitor& visit) {
  const FrameVisitor visit_frame = [&](const ScannedFrame& frame) -> Status {
    if (!visit) return {};
    for (const RecordView& record : frame.records) {
      BULKHEAD_TRY_STATUS(visit(record.index, record.bytes));
    }
    return {};
  };
  BULKHEAD_TRY(SegmentScan scan, scan_segments(files, directory, options, visit_frame));
  return std::move(scan.report);
}

}  // namespace bulkhead::journal
