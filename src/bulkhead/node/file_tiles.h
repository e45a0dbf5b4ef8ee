// Static files of a log in a directory. Writing one is atomic; full tiles are not synced, because
// they can be rebuilt from the records.
#pragma once

#include <set>
#include <string>

#include "bulkhead/audit/tiles.h"
#include "bulkhead/journal/file_system.h"

namespace bulkhead::node {

class FileTiles final : public audit::TileSink, public audit::TileSource {
 public:
  FileTiles(journal::FileSystem& files, std::string root) : files_(files), root_(std::move(root)) {}

  // Does nothing if the file has these bytes already.
  Status put(const std::string& path, std::span<const std::uint8_t> bytes) override;
  Result<Bytes> get(const std::string& path) const override;

 private:
  journal::FileSystem& files_;
  std::string root_;
  std::set<std::string> made_;  // directories
};

}  // namespace bulkhead::node
