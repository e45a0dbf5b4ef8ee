// Whole files by the seam.
#include "bulkhead/journal/file_system.h"

namespace bulkhead::journal {

Result<Bytes> read_file(FileSystem& files, const std::string& path, std::uint64_t limit) {
  BULKHEAD_TRY(const auto file, files.open(path, OpenMode::read));
  BULKHEAD_TRY(const std::uint64_t size, file->size());
  if (size > limit) {
    return fail(ErrorCode::too_large, "file", path, "at most " + std::to_string(limit) + " bytes");
  }
  Bytes bytes(static_cast<std::size_t>(size));
  BULKHEAD_TRY(const std::size_t count, file->read(0, bytes));
  bytes.resize(count);
  return bytes;
}

Status write_file_durably(FileSystem& files, const std::string& path,
                          std::span<const std::uint8_t> bytes) {
  const std::string temporary = path + ".tmp";
  if (files.exists(temporary)) BULKHEAD_TRY_STATUS(files.remove(temporary));
  {
    BULKHEAD_TRY(const auto file, files.open(temporary, OpenMode::create));
    BULKHEAD_TRY_STATUS(file->write(0, bytes));
    BULKHEAD_TRY_STATUS(file->sync());
  }
  BULKHEAD_TRY_STATUS(files.rename(temporary, path));
  const std::size_t slash = path.rfind('/');
  return files.sync_directory(slash == std::string::npos ? "." : path.substr(0, slash));
}

}  // namespace bulkhead::journal
