// The journal on a local disk: preallocated segment files of commit frames, one fdatasync for each
// group (docs/journal-format.md).
//
// What was acknowledged is never dropped: an incomplete last frame that was not acknowledged is
// discarded at open; everything else that does not check is refused with the first bad record's
// index.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bulkhead/journal/file_system.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::journal {

struct SegmentOptions {
  std::uint64_t segment_bytes = 64U << 20;  // at least 8 KiB; a larger frame gets a larger segment
  // Records known from elsewhere (a signed checkpoint) to have been acknowledged: fewer is
  // data_loss.
  std::uint64_t expected_size = 0;
};

// Outcome of reading a journal's directory from its first byte.
struct SegmentReport {
  Head head;  // after the last good frame
  std::uint64_t frames = 0;
  std::uint64_t segments = 0;
  std::uint64_t torn_bytes = 0;    // of an unacknowledged frame after the last good one
  std::optional<Error> first_bad;  // corrupt, fork or data_loss; names the record
};

// Reads and checks everything without writing or locking; calls visit (if any) for each good record
// in order. The result is an error only for io_error or an error of visit.
Result<SegmentReport> check_segments(FileSystem& files, const std::string& directory,
                                     const SegmentOptions& options, const RecordVisitor& visit);

class SegmentJournal final : public Journal {
 public:
  // For writing; creates the directory if it is missing. locked if another writer has it.
  static Result<std::unique_ptr<SegmentJournal>> open(FileSystem& files,
                                                      const std::string& directory,
                                                      const SegmentOptions& options);
  // For reading only: append is refused, nothing on disk changes, no lock.
  static Result<std::unique_ptr<SegmentJournal>> open_read_only(FileSystem& files,
                                                                const std::string& directory,
                                                                const SegmentOptions& options);
  ~SegmentJournal() override;

  Result<std::uint64_t> append(std::span<const ByteSpan> records) override;
  Status begin_epoch(std::uint64_t epoch) override;
  Head head() const override;
  Result<Bytes> read(std::uint64_t index) const override;
  Status scan(std::uint64_t first, std::uint64_t end, const RecordVisitor& visit) const override;

 private:
  struct Impl;
  explicit SegmentJournal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::journal
