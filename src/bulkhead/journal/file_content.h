// Content in files named by the hex of their SHA-256: written to a temporary name, synced, renamed,
// directory synced.
#pragma once

#include <memory>
#include <string>

#include "bulkhead/journal/file_system.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::journal {

// Creates the directory if it is missing.
Result<std::unique_ptr<ContentStore>> open_file_content(FileSystem& files,
                                                        const std::string& directory);

}  // namespace bulkhead::journal
