// The tree that the records have, against the tiles that stand beside them and the snapshots taken
// of it.
#include <algorithm>

#include "bulkhead/audit/merkle.h"
#include "bulkhead/node/file_tiles.h"
#include "bulkhead/node/snapshot.h"
#include "bulkhead/node/verify_parts.h"

namespace bulkhead::node {

namespace {

// First leaf below hash `index` of a tile level, kept inside 64 bits.
std::uint64_t first_leaf(unsigned level, std::uint64_t index) {
  const unsigned shift = 8 * level;
  if (shift >= 64 || (shift > 0 && index >> (64 - shift) != 0)) return UINT64_MAX;
  return index << shift;
}

// The first hash of a tile file that is not the tree's.
void compare_tile(Verification& run, const audit::TileId& id, const Bytes& bytes,
                  const std::string& path) {
  const auto bad = [&](std::uint64_t leaf, std::string_view detail) {
    run.find(VerifyStep::tree, std::min(leaf, run.size()),
             {ErrorCode::corrupt, "tile", path, std::string(detail)});
  };
  const std::uint64_t begin = id.index * audit::kTileWidth;
  if (bytes.size() != std::size_t{id.width} * audit::kHashBytes) {
    return bad(first_leaf(id.level, begin), "32 bytes for each of its hashes");
  }
  if (id.level > 7 || id.width > audit::tile_width(id.level, id.index, run.size())) {
    return bad(run.size(), "tiles of the records that are there");
  }
  for (std::uint32_t i = 0; i < id.width; ++i) {
    const auto hash = run.tree.subtree(8 * id.level, begin + i);
    BULKHEAD_ASSERT(hash.has_value());
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(i * audit::kHashBytes);
    if (!std::equal(hash->begin(), hash->end(), at)) {
      return bad(first_leaf(id.level, begin + i), "the hash of the record below it");
    }
  }
}

constexpr int kMaxDepth = 12;  // groups of three digits of a 64-bit number, and a width

// Compares every tile file under a directory; `path` is relative to the tile root.
void walk(Verification& run, const FileTiles& tiles, const std::string& path, int depth) {
  if (depth > kMaxDepth) return;
  const std::string full = tile_root(run.form, run.directory) + "/" + path;
  const auto names = run.files.list(full);
  for (const std::string& name : names ? *names : std::vector<std::string>{}) {
    const auto id = audit::parse_tile_path(path + "/" + name);
    if (!id) continue;  // what no reader of tiles would read
    const auto bytes = tiles.get(path + "/" + name);
    if (!bytes) {
      run.find(VerifyStep::tree, std::min(first_leaf(id->level, id->index * 256), run.size()),
               bytes.error());
      continue;
    }
    compare_tile(run, *id, *bytes, path + "/" + name);
  }
  const auto directories = run.files.list_directories(full);
  for (const std::string& name : directories ? *directories : std::vector<std::string>{}) {
    if (path == "tile" && name == "entries") continue;
    walk(run, tiles, path + "/" + name, depth + 1);
  }
}

}  // namespace

void check_tiles(Verification& run) {
  const FileTiles tiles(run.files, tile_root(run.form, run.directory));
  walk(run, tiles, "tile", 0);
  // What the published size needs must be there; if records are missing, that was found already.
  const std::uint64_t published = run.checkpoint ? run.checkpoint->size : run.size();
  if (published > run.size()) return;
  for (const audit::TileId& id : audit::tiles_between(0, published)) {
    const std::string path = audit::tile_path(id);
    if (run.files.exists(tile_root(run.form, run.directory) + "/" + path)) continue;
    run.suspect(VerifyStep::tree,
                std::min(first_leaf(id.level, id.index * audit::kTileWidth), run.size()),
                {ErrorCode::not_found, "tile", path, "a tile of the published size"});
    return;
  }
}

void check_snapshots(Verification& run) {
  if (run.form != LogForm::node_directory) return;
  const std::string directory = snapshot_directory(run.directory);
  const auto listed = list_snapshots(run.files, directory);
  if (!listed) return run.find(VerifyStep::snapshots, 0, listed.error());
  for (const std::uint64_t records : *listed) {
    const auto snapshot = read_snapshot_file(run.files, directory, records);
    if (!snapshot) {
      run.find(VerifyStep::snapshots, std::min(records, run.size()), snapshot.error());
      continue;
    }
    const auto leaf = records == 0 ? Result<Hash>(Hash{}) : run.tree.subtree(0, records - 1);
    if (!leaf || *leaf != snapshot->last_leaf) {
      run.find(
          VerifyStep::snapshots, std::min(records, run.size()),
          {ErrorCode::fork, "snapshot", std::to_string(records), "a state of this log's records"});
      continue;
    }
    run.snapshot_roots.emplace(records, snapshot->root);
  }
}

}  // namespace bulkhead::node
