// Tiles as files.
#include "bulkhead/node/file_tiles.h"

#include <algorithm>

namespace bulkhead::node {

namespace {
// The largest is a full entry bundle.
constexpr std::uint64_t kMaxTileBytes = audit::kTileWidth * (audit::kMaxEntryBytes + 2);
}  // namespace

Status FileTiles::put(const std::string& path, std::span<const std::uint8_t> bytes) {
  const std::string full = root_ + "/" + path;
  const std::string directory = full.substr(0, full.rfind('/'));
  if (made_.insert(directory).second) BULKHEAD_TRY_STATUS(files_.make_directories(directory));
  if (files_.exists(full)) {
    const auto old = journal::read_file(files_, full, kMaxTileBytes);
    if (old && std::ranges::equal(*old, bytes)) return {};
  }
  // A full tile is put again whenever the node opens the log; a partial one of a size long past is
  // not.
  if (path.find(".p/") != std::string::npos) {
    return journal::write_file_durably(files_, full, bytes);
  }
  const std::string temporary = full + ".tmp";
  if (files_.exists(temporary)) BULKHEAD_TRY_STATUS(files_.remove(temporary));
  {
    BULKHEAD_TRY(const auto file, files_.open(temporary, journal::OpenMode::create));
    BULKHEAD_TRY_STATUS(file->write(0, bytes));
  }
  return files_.rename(temporary, full);
}

Result<Bytes> FileTiles::get(const std::string& path) const {
  return journal::read_file(files_, root_ + "/" + path, kMaxTileBytes);
}

}  // namespace bulkhead::node
