// Content store of files.
#include "bulkhead/journal/file_content.h"

#include <mutex>
#include <utility>

#include "bulkhead/base/sha256.h"

namespace bulkhead::journal {

namespace {

constexpr std::size_t kNameLength = 64;

std::optional<Hash> hash_of_name(std::string_view name) {
  if (name.size() != kNameLength) return std::nullopt;
  Hash hash{};
  for (std::size_t i = 0; i < kNameLength; ++i) {
    const char c = name[i];
    const bool letter = c >= 'a' && c <= 'f';
    if (!letter && (c < '0' || c > '9')) return std::nullopt;
    const int digit = letter ? c - 'a' + 10 : c - '0';
    hash[i / 2] = static_cast<std::uint8_t>(hash[i / 2] * 16 + digit);
  }
  return hash;
}

class FileContent final : public ContentStore {
 public:
  FileContent(FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  Result<Hash> put(ByteSpan bytes) override {
    if (bytes.size() > kMaxContentBytes) {
      return fail(ErrorCode::too_large, "content", std::to_string(bytes.size()), "at most 1 GiB");
    }
    const Hash hash = sha256(bytes);
    const std::lock_guard lock(mutex_);
    if (get(hash)) {
      // Its writer may have fallen between rename and the directory's sync.
      BULKHEAD_TRY_STATUS(files_.sync_directory(directory_));
      return hash;
    }
    BULKHEAD_TRY_STATUS(write_file_durably(files_, path(hash), bytes));
    return hash;
  }

  Result<Bytes> get(const Hash& hash) const override {
    BULKHEAD_TRY(Bytes bytes, read_file(files_, path(hash), kMaxContentBytes));
    if (sha256(bytes) != hash) {
      return fail(ErrorCode::corrupt, "content", to_hex(hash), "its bytes have another hash");
    }
    return bytes;
  }

  bool contains(const Hash& hash) const override { return files_.exists(path(hash)); }

  Result<std::vector<Hash>> list() const override {
    BULKHEAD_TRY(const std::vector<std::string> names, files_.list(directory_));
    std::vector<Hash> hashes;
    for (const std::string& name : names) {
      if (const auto hash = hash_of_name(name)) hashes.push_back(*hash);
    }
    return hashes;
  }

 private:
  std::string path(const Hash& hash) const { return directory_ + "/" + to_hex(hash); }

  FileSystem& files_;
  std::string directory_;
  std::mutex mutex_;  // one writer of temporary files
};

}  // namespace

Result<std::unique_ptr<ContentStore>> open_file_content(FileSystem& files,
                                                        const std::string& directory) {
  BULKHEAD_TRY_STATUS(files.make_directories(directory));
  return std::make_unique<FileContent>(files, directory);
}

}  // namespace bulkhead::journal
