// Where records stand: a waypoint for the first record of each frame and every 64th after it. From
// one waypoint to the next the records of one frame follow one another without a gap.
#pragma once

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <vector>

#include "bulkhead/journal/file_system.h"
#include "bulkhead/journal/frame.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::journal {

// Any thread reads, one adds.
class RecordIndex {
 public:
  void add_segment(std::shared_ptr<const File> file);
  // A frame at `offset` of the segment added last, and the head after it; record offsets count from
  // the frame's body.
  void add_frame(std::uint64_t offset, std::span<const RecordView> records, const Head& head);
  // For an epoch that no frame carries yet.
  void set_epoch(std::uint64_t epoch);

  Head head() const;
  Result<Bytes> read(std::uint64_t index) const;
  Status scan(std::uint64_t first, std::uint64_t end, const RecordVisitor& visit) const;

 private:
  struct Waypoint {
    std::uint64_t index = 0;
    std::uint64_t offset = 0;  // of the record's head in its file
    std::uint32_t segment = 0;
  };
  struct Leg {  // a waypoint with what is needed to walk from it
    Waypoint from;
    std::uint64_t end = 0;  // index of the next waypoint
    std::shared_ptr<const File> file;
  };
  // The legs from the one that holds `index`, at most `count`.
  std::vector<Leg> legs(std::uint64_t index, std::size_t count) const;

  mutable std::shared_mutex mutex_;
  std::vector<std::shared_ptr<const File>> files_;
  std::vector<Waypoint> waypoints_;
  Head head_;
};

}  // namespace bulkhead::journal
