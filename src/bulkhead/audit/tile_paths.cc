// Paths and counts of tiles (C2SP tlog-tiles, "Merkle Tree").
#include <array>
#include <optional>

#include "bulkhead/audit/note_text.h"
#include "bulkhead/audit/tiles.h"
#include "bulkhead/base/assert.h"

namespace bulkhead::audit {

namespace {

constexpr unsigned kMaxPathLevel = 63;
constexpr unsigned kLevels = 8;  // 256^8 = 2^64

// Groups of three digits, all but the last with an 'x' before and a '/' behind.
std::string index_text(std::uint64_t index) {
  std::string text;
  for (bool last = true; last || index > 0; last = false) {
    std::string digits(3, '0');
    for (std::size_t i = 3; i-- > 0; index /= 10) digits[i] = static_cast<char>('0' + index % 10);
    text = last ? digits : "x" + digits + "/" + text;
  }
  return text;
}

std::string width_text(std::uint32_t width) {
  BULKHEAD_ASSERT(width >= 1 && width <= kTileWidth);
  return width == kTileWidth ? "" : ".p/" + std::to_string(width);
}

std::unexpected<Error> bad_path(std::string_view path) {
  return fail(ErrorCode::malformed, "path", path.substr(0, 200),
              "tile/<level>/<index>[.p/<width>]");
}

// Appends a group's three digits to index; false if they are not digits or index leaves 64 bits.
bool add_group(std::string_view digits, std::uint64_t& index) {
  if (digits.size() != 3) return false;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    if (__builtin_mul_overflow(index, std::uint64_t{10}, &index) ||
        __builtin_add_overflow(index, static_cast<std::uint64_t>(c - '0'), &index)) {
      return false;
    }
  }
  return true;
}

// Number of hashes at a tile level in a log of `size` leaves.
std::uint64_t hashes_at(unsigned level, std::uint64_t size) {
  return level >= kLevels ? 0 : size >> (8 * level);
}

}  // namespace

std::string tile_path(const TileId& tile) {
  return "tile/" + std::to_string(tile.level) + "/" + index_text(tile.index) +
         width_text(tile.width);
}

std::string entries_path(std::uint64_t index, std::uint32_t width) {
  return "tile/entries/" + index_text(index) + width_text(width);
}

Result<std::pair<std::uint64_t, std::uint32_t>> parse_tile_index(std::string_view text) {
  const std::string_view whole = text;
  std::uint32_t width = kTileWidth;
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    if (!text.substr(dot).starts_with(".p/")) return bad_path(whole);
    const auto number = parse_plain_number(text.substr(dot + 3));
    if (!number || *number < 1 || *number >= kTileWidth) return bad_path(whole);
    width = static_cast<std::uint32_t>(*number);
    text = text.substr(0, dot);
  }
  std::uint64_t index = 0;
  while (text.starts_with('x')) {
    if (text.size() < 5 || text[4] != '/' || !add_group(text.substr(1, 3), index)) {
      return bad_path(whole);
    }
    if (index == 0) return bad_path(whole);  // a leading group of zeros
    text.remove_prefix(5);
  }
  if (!add_group(text, index)) return bad_path(whole);
  return std::pair{index, width};
}

Result<TileId> parse_tile_path(std::string_view path) {
  const std::string_view whole = path;
  if (!path.starts_with("tile/")) return bad_path(whole);
  path.remove_prefix(5);
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return bad_path(whole);
  const auto level = parse_plain_number(path.substr(0, slash));
  if (!level || *level > kMaxPathLevel) return bad_path(whole);
  BULKHEAD_TRY(const auto position, parse_tile_index(path.substr(slash + 1)));
  return TileId{static_cast<unsigned>(*level), position.first, position.second};
}

std::uint32_t tile_width(unsigned level, std::uint64_t index, std::uint64_t size) {
  const std::uint64_t hashes = hashes_at(level, size);
  const std::uint64_t full = hashes / kTileWidth;
  if (index < full) return kTileWidth;
  return index == full ? static_cast<std::uint32_t>(hashes % kTileWidth) : 0;
}

std::vector<TileId> tiles_between(std::uint64_t old_size, std::uint64_t size) {
  BULKHEAD_ASSERT(old_size <= size);
  std::vector<TileId> tiles;
  for (unsigned level = 0; level < kLevels; ++level) {
    const std::uint64_t before = hashes_at(level, old_size);
    const std::uint64_t after = hashes_at(level, size);
    if (before == after) break;  // nothing new here, so nothing above
    for (std::uint64_t index = before / kTileWidth; index * kTileWidth < after; ++index) {
      tiles.push_back({level, index, tile_width(level, index, size)});
    }
  }
  return tiles;
}

}  // namespace bulkhead::audit
