// Layout, little-endian: magic, u64 records, 32 bytes leaf, 32 bytes root, u64 count, then for each
// record u32 key length, u32 value length, key, value; at the end the SHA-256 of all before.
#include "bulkhead/node/snapshot.h"

#include <algorithm>
#include <charconv>

#include "bulkhead/base/sha256.h"
#include "bulkhead/journal/little_endian.h"

namespace bulkhead::node {

namespace {

constexpr std::string_view kMagic = "BHSNAP01";
constexpr std::size_t kHeaderBytes = 8 + 8 + 32 + 32 + 8;
constexpr std::size_t kHashBytes = 32;
constexpr std::uint64_t kMaxSnapshotBytes = 64ULL << 30;
constexpr std::string_view kSuffix = ".snapshot";
constexpr std::size_t kDigits = 20;

void add_u32(Bytes& out, std::uint32_t value) {
  out.resize(out.size() + 4);
  journal::put_u32(out.data() + out.size() - 4, value);
}
void add_u64(Bytes& out, std::uint64_t value) {
  out.resize(out.size() + 8);
  journal::put_u64(out.data() + out.size() - 8, value);
}
template <class T>
void add(Bytes& out, const T& bytes) {
  const std::size_t at = out.size();
  out.resize(at + bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
}

std::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::corrupt, "snapshot", what, "a snapshot as it was written");
}

std::string path_of(const std::string& directory, std::uint64_t records) {
  const std::string digits = std::to_string(records);
  return directory + "/" + std::string(kDigits - digits.size(), '0') + digits +
         std::string(kSuffix);
}

}  // namespace

Bytes encode_snapshot(const Snapshot& snapshot) {
  Bytes out;
  add(out, kMagic);
  add_u64(out, snapshot.records);
  add(out, snapshot.last_leaf);
  add(out, snapshot.root);
  add_u64(out, snapshot.state.size());
  for (const auto& [key, value] : snapshot.state) {
    add_u32(out, static_cast<std::uint32_t>(key.size()));
    add_u32(out, static_cast<std::uint32_t>(value.size()));
    add(out, key);
    add(out, value);
  }
  add(out, sha256(out));
  return out;
}

Result<Snapshot> decode_snapshot(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes + kHashBytes) return damaged("length");
  const auto body = bytes.first(bytes.size() - kHashBytes);
  if (sha256(body) != journal::get_hash(bytes, body.size())) return damaged("hash");
  if (!std::equal(kMagic.begin(), kMagic.end(), body.begin())) return damaged("magic");
  Snapshot snapshot;
  snapshot.records = journal::get_u64(body, 8);
  snapshot.last_leaf = journal::get_hash(body, 16);
  snapshot.root = journal::get_hash(body, 48);
  const std::uint64_t count = journal::get_u64(body, 80);
  std::size_t at = kHeaderBytes;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (body.size() - at < 8) return damaged("record");
    const std::size_t key_size = journal::get_u32(body, at);
    const std::size_t value_size = journal::get_u32(body, at + 4);
    at += 8;
    if (body.size() - at < key_size + value_size) return damaged("record");
    const auto key = body.subspan(at, key_size);
    const auto value = body.subspan(at + key_size, value_size);
    at += key_size + value_size;
    std::string name(key.begin(), key.end());
    if (!snapshot.state.empty() && name <= snapshot.state.rbegin()->first) return damaged("order");
    snapshot.state.emplace_hint(snapshot.state.end(), std::move(name),
                                Bytes(value.begin(), value.end()));
  }
  if (at != body.size()) return damaged("length");
  return snapshot;
}

Status write_snapshot_file(journal::FileSystem& files, const std::string& directory,
                           const Snapshot& snapshot) {
  BULKHEAD_TRY_STATUS(files.make_directories(directory));
  return journal::write_file_durably(files, path_of(directory, snapshot.records),
                                     encode_snapshot(snapshot));
}

Result<Snapshot> read_snapshot_file(journal::FileSystem& files, const std::string& directory,
                                    std::uint64_t records) {
  BULKHEAD_TRY(const Bytes bytes,
               journal::read_file(files, path_of(directory, records), kMaxSnapshotBytes));
  BULKHEAD_TRY(Snapshot snapshot, decode_snapshot(bytes));
  if (snapshot.records != records) return damaged("name");
  return snapshot;
}

Result<std::vector<std::uint64_t>> list_snapshots(journal::FileSystem& files,
                                                  const std::string& directory) {
  std::vector<std::uint64_t> found;
  if (!files.exists(directory)) return found;
  BULKHEAD_TRY(const std::vector<std::string> names, files.list(directory));
  for (const std::string& name : names) {
    std::uint64_t records = 0;
    if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) continue;
    const auto parsed = std::from_chars(name.data(), name.data() + kDigits, records);
    if (parsed.ec != std::errc{} || parsed.ptr != name.data() + kDigits) continue;
    found.push_back(records);
  }
  return found;  // fixed width: names ascend as numbers do
}

}  // namespace bulkhead::node
