// The one seam to files: everything durable goes through here, so that faults can be injected.
// Errors are io_error (with the path and the system's words), not_found, or locked.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::journal {

// A file open for positioned reads and writes. Reads may run on any thread, beside one writer.
class File {
 public:
  virtual ~File() = default;
  // Reads up to out.size() bytes at offset; fewer only at the end of the file.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  virtual Status write(std::uint64_t offset, std::span<const std::uint8_t> bytes) = 0;
  // Grows the file to `size` with zeros, space reserved.
  virtual Status allocate(std::uint64_t size) = 0;
  virtual Status truncate(std::uint64_t size) = 0;
  virtual Status sync() = 0;  // data and size
  virtual Result<std::uint64_t> size() const = 0;
};

// Held while it lives.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode { read, write, create };  // create: must not exist

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  virtual Status make_directories(const std::string& path) = 0;
  virtual Status rename(const std::string& from, const std::string& to) = 0;  // replaces
  virtual Status remove(const std::string& path) = 0;
  virtual Status sync_directory(const std::string& path) = 0;
  // Names (not paths) of the regular files in a directory, ascending. not_found.
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  // Names of the directories in a directory, ascending.
  virtual Result<std::vector<std::string>> list_directories(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  // locked if another holder (process or object) has it.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

FileSystem& posix_file_system();

// Whole file; too_large above `limit`.
Result<Bytes> read_file(FileSystem& files, const std::string& path, std::uint64_t limit);
// Write to path + ".tmp", sync, rename, sync the directory: afterwards the path has the old bytes
// or the new ones, never a part, whatever fails.
Status write_file_durably(FileSystem& files, const std::string& path,
                          std::span<const std::uint8_t> bytes);

}  // namespace bulkhead::journal
