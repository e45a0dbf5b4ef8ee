// Lines of a text file, plain or zstd-compressed, read as a stream. The one user of libzstd.
#pragma once

#include <memory>
#include <string>

#include "bulkhead/base/result.h"

namespace bulkhead::feeds {

class TextFile {
 public:
  // Opens a file; one that ends in ".zst" is decompressed. feed_unreadable if it cannot be opened.
  static Result<TextFile> open(const std::string& path);

  TextFile(TextFile&&) noexcept;
  TextFile& operator=(TextFile&&) noexcept;
  ~TextFile();

  // Reads the next line without its "\n" or "\r\n"; false at the end of the file. A last line
  // without line end is an error (feed_truncated), as are a compressed frame that ends too early
  // (feed_truncated) or does not match its checksum or format (feed_corrupt), a line over 1 MiB and
  // a NUL byte (feed_malformed). Errors name "path:line".
  Result<bool> next_line(std::string& line);

  const std::string& path() const;
  std::uint64_t line_number() const;  // of the line last read, from 1

 private:
  struct Impl;
  explicit TextFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::feeds
