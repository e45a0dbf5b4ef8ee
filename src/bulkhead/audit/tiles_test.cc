// Tiles and bundles: paths of the specification, growth by any steps, reading at the edges, damage.
#include "bulkhead/audit/tiles.h"

#include <gtest/gtest.h>

#include <set>

#include "bulkhead/audit/test_support.h"

namespace bulkhead::audit {
namespace {

using testing::bytes_of;
using testing::entry;

TEST(Tiles, PathsOfTheSpecification) {
  EXPECT_EQ(tile_path({0, 1234067, 256}), "tile/0/x001/x234/067");  // C2SP tlog-tiles
  EXPECT_EQ(tile_path({15, 123456789, 41}), "tile/15/x123/x456/789.p/41");
  EXPECT_EQ(entries_path(255, 253), "tile/entries/255.p/253");
  EXPECT_EQ(*parse_tile_path("tile/15/x123/x456/789.p/41"), (TileId{15, 123456789, 41}));
  for (const char* bad :
       {"tile/0/x001/x234/067.p/", "tile/0/x001", "tile/0/x001/", "tile/64/001", "tile/8/001/002",
        "tile/8/x001/0002", "tile/8/001.p/256", "tile/8/001.p/0", "tile/8/001.p/07",
        "tile/8/x000/001", "tile/08/001", "tile/entries/001", "tile/0/001.p/1/x", "tile//001",
        "tile/0/", "", "tile/0/x999/x999/x999/x999/x999/x999/999"}) {
    EXPECT_FALSE(parse_tile_path(bad)) << bad;
  }
}

// C2SP tlog-tiles: a log of 70,000 has 273 full and one partial tile of width 112 at level 0, one
// full and one of width 17 at level 1, one of width 1 at level 2.
TEST(Tiles, CountsOfTheSpecification) {
  std::map<unsigned, std::pair<int, std::uint32_t>> counts;
  for (const TileId& tile : tiles_between(0, 70'000)) {
    if (tile.width == kTileWidth) {
      ++counts[tile.level].first;
    } else {
      counts[tile.level].second = tile.width;
    }
  }
  EXPECT_EQ(counts, (decltype(counts){{0, {273, 112}}, {1, {1, 17}}, {2, {0, 1}}}));
  EXPECT_EQ(tiles_between(256, 256).size(), 0U);
  EXPECT_EQ(tile_width(8, 0, ~std::uint64_t{0}), 0U);
}

// Roots by tiles equal roots by the frontier at every size of interest, however the log was
// published.
TEST(Tiles, GrowthAcrossTileEdges) {
  MemoryTiles files;
  TileWriter writer(files);
  const std::set<std::uint64_t> sizes{1,   2,   255,  256,    257,    511,    512,    513,
                                      767, 768, 1024, 65'535, 65'536, 65'537, 66'000, 70'000};
  for (std::uint64_t i = 0; i < 70'000; ++i) {
    ASSERT_TRUE(writer.append(entry(i)));
    const std::uint64_t size = i + 1;
    if (!sizes.contains(size)) continue;
    ASSERT_TRUE(writer.publish());
    EXPECT_EQ(writer.published_size(), size);
    const TileReader reader(files, size);
    EXPECT_EQ(*tree_root(reader, size), writer.root()) << size;
    EXPECT_EQ(Frontier::load(reader, size)->root(), writer.root()) << size;
    for (const std::uint64_t index : {std::uint64_t{0}, size / 3, size / 2, size - 1}) {
      const auto proof = inclusion_proof(reader, index, size);
      ASSERT_TRUE(proof) << to_string(proof.error());
      EXPECT_TRUE(verify_inclusion(leaf_hash(entry(index)), index, size, *proof, writer.root()));
      EXPECT_EQ(read_bundle(files, index / 256, size)->at(index % 256), entry(index));
    }
  }
  // Exactly the tiles of the published sizes exist: no empty tile, none between sizes.
  std::set<std::string> want;
  for (const std::uint64_t size : sizes) {
    for (const TileId& tile : tiles_between(0, size)) {
      want.insert(tile_path(tile));
      if (tile.level == 0) want.insert(entries_path(tile.index, tile.width));
    }
  }
  std::set<std::string> have;
  for (const auto& [path, bytes] : files.files()) have.insert(path);
  EXPECT_EQ(have, want);
}

TEST(Tiles, ResumedWriterWritesTheSameFiles) {
  for (const std::uint64_t cut : {0U, 1U, 200U, 256U, 300U, 512U, 600U}) {
    MemoryTiles whole;
    MemoryTiles parts;
    TileWriter straight(whole);
    TileWriter first(parts);
    for (std::uint64_t i = 0; i < 700; ++i) {
      ASSERT_TRUE(straight.append(entry(i)));
      if (i + 1 == cut) {
        ASSERT_TRUE(straight.publish());
      }
      if (i < cut) {
        ASSERT_TRUE(first.append(entry(i)));
      }
    }
    ASSERT_TRUE(straight.publish());
    ASSERT_TRUE(first.publish());
    auto second = TileWriter::resume(parts, parts, cut);
    ASSERT_TRUE(second) << to_string(second.error());
    for (std::uint64_t i = cut; i < 700; ++i) ASSERT_TRUE(second->append(entry(i)));
    ASSERT_TRUE(second->publish());
    EXPECT_EQ(parts.files(), whole.files()) << cut;
    EXPECT_EQ(second->root(), straight.root());
  }
}

TEST(Tiles, AMissingPartialTileIsReadFromTheFullOne) {
  MemoryTiles files;
  TileWriter writer(files);
  for (std::uint64_t i = 0; i < 100; ++i) ASSERT_TRUE(writer.append(entry(i)));
  const Hash root = writer.root();
  for (std::uint64_t i = 100; i < 256; ++i) ASSERT_TRUE(writer.append(entry(i)));
  ASSERT_FALSE(files.files().contains("tile/0/000.p/100"));
  EXPECT_EQ(*tree_root(TileReader(files, 100), 100), root);
  EXPECT_EQ(read_bundle(files, 0, 100)->size(), 100U);
  files.files().erase("tile/0/000");
  EXPECT_EQ(tree_root(TileReader(files, 100), 100).error().code, ErrorCode::not_found);
  EXPECT_EQ(TileReader(files, 100).subtree(64, 0).error().code, ErrorCode::not_found);
  EXPECT_EQ(TileReader(files, 100).subtree(63, 2).error().code, ErrorCode::not_found);
}

TEST(Tiles, FilesOfTheWrongLengthAreRefused) {
  MemoryTiles files;
  TileWriter writer(files);
  for (std::uint64_t i = 0; i < 10; ++i) ASSERT_TRUE(writer.append(entry(i)));
  ASSERT_TRUE(writer.publish());
  const MemoryTiles good = files;
  const std::string tile = "tile/0/000.p/10";
  const std::string bundle = "tile/entries/000.p/10";
  for (std::size_t length = 0; length < good.files().at(tile).size(); ++length) {
    files.files()[tile].resize(length);
    EXPECT_EQ(TileReader(files, 10).tile(0, 0).error().code, ErrorCode::corrupt);
  }
  for (std::size_t length = 0; length < good.files().at(bundle).size(); ++length) {
    files.files()[bundle] = good.files().at(bundle);
    files.files()[bundle].resize(length);
    EXPECT_EQ(read_bundle(files, 0, 10).error().code, ErrorCode::malformed);
  }
  files.files()[bundle] = good.files().at(bundle);
  files.files()[bundle].push_back(0);
  EXPECT_EQ(read_bundle(files, 0, 10).error().value, "10");
}

TEST(Tiles, BundleLengthsAreBigEndianAndBounded) {
  EXPECT_EQ(*encode_bundle(std::vector<Bytes>{bytes_of("one"), Bytes{}}),
            (Bytes{0, 3, 'o', 'n', 'e', 0, 0}));
  const Bytes largest(kMaxEntryBytes, 7);
  const Bytes bundle = *encode_bundle(std::vector<Bytes>{largest});
  EXPECT_EQ(parse_bundle(bundle, 1)->front(), largest);
  EXPECT_EQ(encode_bundle(std::vector<Bytes>{Bytes(kMaxEntryBytes + 1)}).error().code,
            ErrorCode::too_large);
}

}  // namespace
}  // namespace bulkhead::audit
