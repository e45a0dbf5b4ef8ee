// Entry bundles (C2SP tlog-tiles, "Log Entries").
#include <string>

#include "bulkhead/audit/tiles.h"

namespace bulkhead::audit {

Status append_to_bundle(Bytes& bundle, std::span<const std::uint8_t> entry) {
  if (entry.size() > kMaxEntryBytes) {
    return fail(ErrorCode::too_large, "entry", std::to_string(entry.size()),
                "at most 65,535 bytes");
  }
  bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
  bundle.push_back(static_cast<std::uint8_t>(entry.size() & 0xff));
  bundle.insert(bundle.end(), entry.begin(), entry.end());
  return {};
}

Result<Bytes> encode_bundle(std::span<const Bytes> entries) {
  Bytes bundle;
  for (const Bytes& entry : entries) BULKHEAD_TRY_STATUS(append_to_bundle(bundle, entry));
  return bundle;
}

Result<std::vector<Bytes>> parse_bundle(std::span<const std::uint8_t> bundle, std::size_t count) {
  const auto refuse = [](std::size_t entry, std::string_view detail) {
    return fail(ErrorCode::malformed, "entry", std::to_string(entry), detail);
  };
  if (count > kTileWidth) return refuse(kTileWidth, "a bundle has at most 256 entries");
  std::vector<Bytes> entries;
  entries.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (bundle.size() < 2) return refuse(i, "the bundle ends before the length of this entry");
    const std::size_t size = static_cast<std::size_t>(bundle[0]) << 8 | bundle[1];
    if (bundle.size() - 2 < size) return refuse(i, "the bundle ends inside this entry");
    entries.emplace_back(bundle.begin() + 2,
                         bundle.begin() + 2 + static_cast<std::ptrdiff_t>(size));
    bundle = bundle.subspan(2 + size);
  }
  if (!bundle.empty()) return refuse(count, "bytes after the last entry");
  return entries;
}

}  // namespace bulkhead::audit
