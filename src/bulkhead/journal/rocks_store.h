// The keyed store on disk, by RocksDB. The reflected index is written in the same batch as the
// changes.
#pragma once

#include <memory>
#include <string>

#include "bulkhead/journal/journal.h"

namespace bulkhead::journal {

// corrupt if RocksDB refuses the directory (the caller may remove it and rebuild from the log);
// io_error otherwise.
Result<std::unique_ptr<KeyedStore>> open_rocks_store(const std::string& directory);

}  // namespace bulkhead::journal
