// Reads hashes and entries of a log in its static form; trusts no length it finds there.
#include <algorithm>
#include <string>

#include "bulkhead/audit/tiles.h"
#include "bulkhead/base/assert.h"

namespace bulkhead::audit {

namespace {

constexpr std::size_t kCachedTiles = 64;  // 512 KiB

// A file by its own width or, when only the full one is left, by that; the width of what was read.
Result<std::pair<Bytes, std::uint32_t>> read_at_edge(const TileSource& source, std::uint32_t width,
                                                     const std::string& path,
                                                     const std::string& full_path) {
  auto bytes = source.get(path);
  if (bytes) return std::pair{std::move(*bytes), width};
  if (width == kTileWidth || bytes.error().code != ErrorCode::not_found) {
    return std::unexpected(bytes.error());
  }
  auto full = source.get(full_path);
  if (!full) return std::unexpected(bytes.error());
  return std::pair{std::move(*full), static_cast<std::uint32_t>(kTileWidth)};
}

std::unexpected<Error> no_subtree(unsigned level, std::uint64_t index) {
  return fail(ErrorCode::not_found, "subtree", std::to_string(level) + "/" + std::to_string(index),
              "not complete in this tree");
}

}  // namespace

Status MemoryTiles::put(const std::string& path, std::span<const std::uint8_t> bytes) {
  files_[path] = Bytes(bytes.begin(), bytes.end());
  return {};
}

Result<Bytes> MemoryTiles::get(const std::string& path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return fail(ErrorCode::not_found, "path", path, "a file of the log");
  return found->second;
}

Result<std::vector<Hash>> TileReader::tile(unsigned level, std::uint64_t index) const {
  const std::uint32_t width = tile_width(level, index, size_);
  if (width == 0) {
    return fail(ErrorCode::not_found, "tile", std::to_string(level) + "/" + std::to_string(index),
                "beyond the log's size");
  }
  const std::string path = tile_path({level, index, width});
  BULKHEAD_TRY(const auto file,
               read_at_edge(source_, width, path, tile_path({level, index, kTileWidth})));
  if (file.first.size() != file.second * kHashBytes) {
    return fail(ErrorCode::corrupt, "tile", path, "a tile has 32 bytes for each of its hashes");
  }
  std::vector<Hash> hashes(width);
  for (std::size_t i = 0; i < width; ++i) {
    std::copy_n(file.first.begin() + static_cast<std::ptrdiff_t>(i * kHashBytes), kHashBytes,
                hashes[i].begin());
  }
  return hashes;
}

Result<Hash> TileReader::subtree(unsigned level, std::uint64_t index) const {
  if (level > 63 || (level > 0 && index >> (64 - level) != 0)) return no_subtree(level, index);
  const unsigned tile_level = level / 8;
  const unsigned height = level % 8;  // above the hashes of the tile
  const std::uint64_t first = index << height;
  const std::size_t count = std::size_t{1} << height;
  const auto key = std::pair{tile_level, first / kTileWidth};
  const std::size_t offset = static_cast<std::size_t>(first % kTileWidth);
  if (offset + count > tile_width(key.first, key.second, size_)) return no_subtree(level, index);

  auto cached = cache_.find(key);
  if (cached == cache_.end()) {
    BULKHEAD_TRY(std::vector<Hash> hashes, tile(key.first, key.second));
    if (cache_.size() == kCachedTiles) cache_.clear();
    cached = cache_.emplace(key, std::move(hashes)).first;
  }
  const std::vector<Hash>& hashes = cached->second;
  BULKHEAD_ASSERT(offset + count <= hashes.size());
  std::vector<Hash> nodes(hashes.begin() + static_cast<std::ptrdiff_t>(offset),
                          hashes.begin() + static_cast<std::ptrdiff_t>(offset + count));
  for (; nodes.size() > 1; nodes.resize(nodes.size() / 2)) {
    for (std::size_t i = 0; i < nodes.size() / 2; ++i) {
      nodes[i] = node_hash(nodes[2 * i], nodes[2 * i + 1]);
    }
  }
  return nodes.front();
}

Result<std::vector<Bytes>> read_bundle(const TileSource& source, std::uint64_t index,
                                       std::uint64_t size) {
  const std::uint32_t width = tile_width(0, index, size);
  if (width == 0) {
    return fail(ErrorCode::not_found, "bundle", std::to_string(index), "beyond the log's size");
  }
  BULKHEAD_TRY(const auto file, read_at_edge(source, width, entries_path(index, width),
                                             entries_path(index, kTileWidth)));
  BULKHEAD_TRY(std::vector<Bytes> entries, parse_bundle(file.first, file.second));
  entries.resize(width);
  return entries;
}

}  // namespace bulkhead::audit
