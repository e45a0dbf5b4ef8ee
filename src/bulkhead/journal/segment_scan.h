// Reads a journal's directory from its first byte, frame by frame, and judges what it finds; the
// one place that tells a torn tail from a damaged log.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bulkhead/journal/frame.h"
#include "bulkhead/journal/segment_format.h"
#include "bulkhead/journal/segment_journal.h"

namespace bulkhead::journal {

struct ScannedSegment {
  std::string path;
  std::uint64_t first_index = 0;
  std::uint64_t file_bytes = 0;
  Mark mark;     // the newest in the file
  int slot = 0;  // where that stands
  Mark end;      // after its last good frame
};

struct SegmentScan {
  SegmentReport report;
  std::vector<ScannedSegment> segments;
};

struct ScannedFrame {
  std::size_t segment = 0;              // number in SegmentScan::segments
  std::uint64_t offset = 0;             // in its file
  std::span<const RecordView> records;  // before the first bad one, if it has one
  bool complete = true;
  Head head;  // after it, when complete
};
using FrameVisitor = std::function<Status(const ScannedFrame& frame)>;

// An error only for io_error, a missing directory or an error of visit.
Result<SegmentScan> scan_segments(FileSystem& files, const std::string& directory,
                                  const SegmentOptions& options, const FrameVisitor& visit);

}  // namespace bulkhead::journal
