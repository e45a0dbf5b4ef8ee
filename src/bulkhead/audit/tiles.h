// The static form of the log (C2SP tlog-tiles): where tiles and entry bundles stand, what they
// contain, how they are written as the log grows and read back. Paths are relative, with '/'.
//
// A tile of level L, index N holds up to 256 hashes of subtrees of 2^(8·L) leaves. A partial tile
// (width 1..255) exists only at the right edge, for sizes that were published.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/audit/merkle.h"

namespace bulkhead::audit {

inline constexpr std::uint64_t kTileWidth = 256;
inline constexpr std::size_t kHashBytes = 32;
inline constexpr std::size_t kMaxEntryBytes = 65'535;  // u16 length of the entry bundle

struct TileId {
  unsigned level = 0;  // 0..63 in paths; a log of 2^64 leaves needs 0..7
  std::uint64_t index = 0;
  std::uint32_t width = 256;  // 1..256; 256 = full

  friend auto operator<=>(const TileId&, const TileId&) = default;
};

std::string tile_path(const TileId& tile);                           // "tile/0/x001/x234/067.p/8"
std::string entries_path(std::uint64_t index, std::uint32_t width);  // "tile/entries/000.p/8"
// The inverse of tile_path; malformed for anything tile_path would not write.
Result<TileId> parse_tile_path(std::string_view path);
// "x001/x234/067", "000.p/8": index and width.
Result<std::pair<std::uint64_t, std::uint32_t>> parse_tile_index(std::string_view text);

// Width of the tile (level, index) in a log of `size` leaves; 0 if it does not exist.
std::uint32_t tile_width(unsigned level, std::uint64_t index, std::uint64_t size);
// All tiles of a log of `size` leaves that a log of `old_size` does not have (or has narrower),
// level by level, index ascending.
std::vector<TileId> tiles_between(std::uint64_t old_size, std::uint64_t size);

// Entry bundle: for each entry a big-endian u16 length and the bytes.
// too_large for an entry of more than 65,535 bytes.
Result<Bytes> encode_bundle(std::span<const Bytes> entries);
Status append_to_bundle(Bytes& bundle, std::span<const std::uint8_t> entry);
// Exactly `count` entries and nothing after them; malformed otherwise, field "entry" names the
// first bad entry by its position in the bundle.
Result<std::vector<Bytes>> parse_bundle(std::span<const std::uint8_t> bundle, std::size_t count);

// Where static files go; a path is written whole, again with other bytes only for "checkpoint".
class TileSink {
 public:
  virtual ~TileSink() = default;
  virtual Status put(const std::string& path, std::span<const std::uint8_t> bytes) = 0;
};

class TileSource {
 public:
  virtual ~TileSource() = default;
  virtual Result<Bytes> get(const std::string& path) const = 0;  // not_found
};

// Static files in memory.
class MemoryTiles final : public TileSink, public TileSource {
 public:
  Status put(const std::string& path, std::span<const std::uint8_t> bytes) override;
  Result<Bytes> get(const std::string& path) const override;
  const std::map<std::string, Bytes>& files() const { return files_; }
  std::map<std::string, Bytes>& files() { return files_; }

 private:
  std::map<std::string, Bytes> files_;
};

// Hashes from tiles of a log of `size` leaves. A missing partial tile is read from its full tile,
// if that exists. Not for use by several threads at once (it keeps the tiles last read).
class TileReader final : public HashSource {
 public:
  TileReader(const TileSource& source, std::uint64_t size) : source_(source), size_(size) {}
  Result<Hash> subtree(unsigned level, std::uint64_t index) const override;
  // The hashes of one tile, by its width in this log.
  Result<std::vector<Hash>> tile(unsigned level, std::uint64_t index) const;

 private:
  const TileSource& source_;
  std::uint64_t size_;
  mutable std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> cache_;
};

// The entries of bundle `index` of a log of `size` leaves.
Result<std::vector<Bytes>> read_bundle(const TileSource& source, std::uint64_t index,
                                       std::uint64_t size);

// Grows the static form. append() buffers; publish() writes what the new size needs (tiles and
// bundles before the caller writes the checkpoint that names that size). Memory: the right edge
// only.
class TileWriter {
 public:
  // If `bundles` is false only hash tiles are written.
  explicit TileWriter(TileSink& sink, bool bundles = true) : sink_(&sink), bundles_(bundles) {}
  // Continues a log of `size` published leaves.
  static Result<TileWriter> resume(TileSink& sink, const TileSource& source, std::uint64_t size,
                                   bool bundles = true);

  Status append(std::span<const std::uint8_t> entry);                    // hashes the entry itself
  Status append(std::span<const std::uint8_t> entry, const Hash& leaf);  // leaf = leaf_hash(entry)
  Status publish();
  std::uint64_t size() const { return frontier_.size(); }
  std::uint64_t published_size() const { return published_; }
  Hash root() const { return frontier_.root(); }

 private:
  Status push(unsigned level, const Hash& hash);

  TileSink* sink_;
  bool bundles_;
  Frontier frontier_;
  std::uint64_t published_ = 0;
  std::vector<std::vector<Hash>> edge_;  // per tile level the hashes of the tile being filled
  Bytes bundle_;                         // entries of the bundle being filled
};

}  // namespace bulkhead::audit
