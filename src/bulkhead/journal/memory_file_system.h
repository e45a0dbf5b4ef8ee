// Files in memory that can fail like a disk: what was not synced may be lost or torn at a crash,
// any operation can be made to fail. For tests and the fault simulator.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "bulkhead/base/random.h"
#include "bulkhead/journal/file_system.h"

namespace bulkhead::journal {

class MemoryFileSystem final : public FileSystem {
 public:
  struct Node;  // contents of one file
  struct State;

  MemoryFileSystem();
  ~MemoryFileSystem() override;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Status make_directories(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
  Result<std::vector<std::string>> list_directories(const std::string& path) override;
  bool exists(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

  // Power loss: of every file, each 512-byte sector written since its last sync keeps its new
  // content, its old one, or (for the last write) a part of the new, by the stream's choice; names
  // not synced in their directory likewise come or go. Locks are gone; open files are stale.
  void crash(RandomStream& random);

  // The operation with this number from now (0 = next) and all later ones fail with io_error; a
  // write that fails may have happened in part. Negative: none fails.
  void fail_from(std::int64_t operations);
  std::int64_t operations() const;  // mutating operations done so far

  // Direct access for tests that damage a file.
  Bytes contents(const std::string& path) const;
  void set_contents(const std::string& path, Bytes bytes);
  // An independent copy of everything, all of it synced.
  std::unique_ptr<MemoryFileSystem> clone() const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace bulkhead::journal
