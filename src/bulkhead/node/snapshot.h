// The keyed state of one moment in one file: where a reader may begin instead of at genesis.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/journal/file_system.h"

namespace bulkhead::node {

struct Snapshot {
  std::uint64_t records = 0;  // the log's before it; the next command's index
  Hash last_leaf{};           // leaf hash of record records - 1
  Hash root{};                // of the state
  std::map<std::string, Bytes> state;
};

Bytes encode_snapshot(const Snapshot& snapshot);
// corrupt unless it is exactly what encode_snapshot wrote.
Result<Snapshot> decode_snapshot(std::span<const std::uint8_t> bytes);

// "<directory>/<records, 20 digits>.snapshot", durable.
Status write_snapshot_file(journal::FileSystem& files, const std::string& directory,
                           const Snapshot& snapshot);
Result<Snapshot> read_snapshot_file(journal::FileSystem& files, const std::string& directory,
                                    std::uint64_t records);
// Record counts of the snapshots there, ascending; none if there is no directory.
Result<std::vector<std::uint64_t>> list_snapshots(journal::FileSystem& files,
                                                  const std::string& directory);

}  // namespace bulkhead::node
