// Writes the static form of a log as it grows.
#include <string>
#include <utility>

#include "bulkhead/audit/tiles.h"
#include "bulkhead/base/assert.h"

namespace bulkhead::audit {

namespace {

Bytes tile_bytes(std::span<const Hash> hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * kHashBytes);
  for (const Hash& hash : hashes) bytes.insert(bytes.end(), hash.begin(), hash.end());
  return bytes;
}

Hash full_tile_root(std::vector<Hash> nodes) {
  BULKHEAD_ASSERT(nodes.size() == kTileWidth);
  for (; nodes.size() > 1; nodes.resize(nodes.size() / 2)) {
    for (std::size_t i = 0; i < nodes.size() / 2; ++i) {
      nodes[i] = node_hash(nodes[2 * i], nodes[2 * i + 1]);
    }
  }
  return nodes.front();
}

}  // namespace

Result<TileWriter> TileWriter::resume(TileSink& sink, const TileSource& source, std::uint64_t size,
                                      bool bundles) {
  TileWriter writer(sink, bundles);
  const TileReader reader(source, size);
  BULKHEAD_TRY(writer.frontier_, Frontier::load(reader, size));
  writer.published_ = size;
  for (unsigned level = 0; level < 8 && size >> (8 * level) > 0; ++level) {
    writer.edge_.emplace_back();
    const std::uint64_t index = size >> (8 * level) >> 8;
    if (tile_width(level, index, size) == 0) continue;  // the last tile is full
    BULKHEAD_TRY(writer.edge_.back(), reader.tile(level, index));
  }
  if (bundles && size % kTileWidth != 0) {
    BULKHEAD_TRY(const std::vector<Bytes> entries, read_bundle(source, size / kTileWidth, size));
    BULKHEAD_TRY(writer.bundle_, encode_bundle(entries));
  }
  return writer;
}

Status TileWriter::append(std::span<const std::uint8_t> entry) {
  return append(entry, leaf_hash(entry));
}

Status TileWriter::append(std::span<const std::uint8_t> entry, const Hash& leaf) {
  const std::uint64_t index = size();
  if (bundles_) {
    BULKHEAD_TRY_STATUS(append_to_bundle(bundle_, entry));
    if (index % kTileWidth == kTileWidth - 1) {
      BULKHEAD_TRY_STATUS(sink_->put(entries_path(index / kTileWidth, kTileWidth), bundle_));
      bundle_.clear();
    }
  }
  frontier_.append(leaf);
  return push(0, leaf);
}

// Adds a hash to the edge tile of a level; a tile that is full is written and its root goes up.
Status TileWriter::push(unsigned level, const Hash& hash) {
  if (level == edge_.size()) edge_.emplace_back();
  edge_[level].push_back(hash);
  if (edge_[level].size() < kTileWidth) return {};
  const std::uint64_t index = (size() >> (8 * level)) / kTileWidth - 1;
  BULKHEAD_TRY_STATUS(sink_->put(tile_path({level, index, kTileWidth}), tile_bytes(edge_[level])));
  const Hash root = full_tile_root(std::exchange(edge_[level], {}));
  return push(level + 1, root);
}

Status TileWriter::publish() {
  const std::uint64_t now = size();
  if (now == published_) return {};
  if (bundles_ && now % kTileWidth != 0) {
    const auto width = static_cast<std::uint32_t>(now % kTileWidth);
    BULKHEAD_TRY_STATUS(sink_->put(entries_path(now / kTileWidth, width), bundle_));
  }
  for (unsigned level = 0; level < edge_.size(); ++level) {
    const std::uint64_t hashes = now >> (8 * level);
    const auto width = static_cast<std::uint32_t>(hashes % kTileWidth);
    BULKHEAD_ASSERT(edge_[level].size() == width);
    if (width == 0 || hashes == published_ >> (8 * level)) continue;
    BULKHEAD_TRY_STATUS(
        sink_->put(tile_path({level, hashes / kTileWidth, width}), tile_bytes(edge_[level])));
  }
  published_ = now;
  return {};
}

}  // namespace bulkhead::audit
