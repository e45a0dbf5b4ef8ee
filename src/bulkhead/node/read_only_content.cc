// Content files named by their hash.
#include "bulkhead/node/read_only_content.h"

#include <algorithm>

#include "bulkhead/base/sha256.h"

namespace bulkhead::node {

std::string ReadOnlyContent::path(const Hash& hash) const {
  return directory_ + "/" + to_hex(hash);
}

Result<Hash> ReadOnlyContent::put(journal::ByteSpan) {
  return fail(ErrorCode::io_error, "content", directory_, "opened for reading only");
}

Result<Bytes> ReadOnlyContent::get(const Hash& hash) const {
  BULKHEAD_TRY(Bytes bytes, journal::read_file(files_, path(hash), journal::kMaxContentBytes));
  if (sha256(bytes) != hash) {
    return fail(ErrorCode::corrupt, "content", to_hex(hash), "bytes that have this hash");
  }
  return bytes;
}

bool ReadOnlyContent::contains(const Hash& hash) const { return files_.exists(path(hash)); }

Result<std::vector<Hash>> ReadOnlyContent::list() const {
  std::vector<Hash> hashes;
  if (!files_.exists(directory_)) return hashes;
  BULKHEAD_TRY(const std::vector<std::string> names, files_.list(directory_));
  for (const std::string& name : names) {
    const auto bytes = from_hex(name);
    if (!bytes || bytes->size() != std::tuple_size_v<Hash>) continue;
    std::ranges::copy(*bytes, hashes.emplace_back().begin());
  }
  return hashes;
}

}  // namespace bulkhead::node
