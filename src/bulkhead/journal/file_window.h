// Reads a file forwards in large pieces, so that small records do not cost a system call each.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bulkhead/journal/file_system.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::journal {

class FileWindow {
 public:
  FileWindow(const File& file, std::uint64_t file_bytes) : file_(file), file_bytes_(file_bytes) {}

  // Bytes [offset, offset + size), fewer only at the end of the file. Valid until the next call.
  Result<ByteSpan> get(std::uint64_t offset, std::size_t size) {
    if (offset >= file_bytes_) return ByteSpan();
    const std::uint64_t left = file_bytes_ - offset;
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, left));
    if (offset < begin_ || offset + size > begin_ + bytes_.size()) {
      bytes_.resize(static_cast<std::size_t>(
          std::min<std::uint64_t>(left, std::max<std::size_t>(size, kReadBytes))));
      begin_ = offset;
      BULKHEAD_TRY(const std::size_t count, file_.read(offset, bytes_));
      bytes_.resize(count);
      size = std::min(size, count);
    }
    return ByteSpan(bytes_).subspan(static_cast<std::size_t>(offset - begin_), size);
  }
  std::uint64_t file_bytes() const { return file_bytes_; }

 private:
  static constexpr std::size_t kReadBytes = 256U << 10;

  const File& file_;
  std::uint64_t file_bytes_;
  std::uint64_t begin_ = 0;
  Bytes bytes_;
};

}  // namespace bulkhead::journal
