// The static form of a log: plain files that any web server can give and anyone can verify.
#pragma once

#include <string>

#include "bulkhead/journal/file_system.h"
#include "bulkhead/node/log_reader.h"

namespace bulkhead::node {

// Writes the log up to its checkpoint: {checkpoint, heads, log.json, tile/<L>/<N>,
// tile/entries/<N>, content/<sha256>}. name_taken if `out` has files; fork if the records do not
// have the checkpoint's root; not_found if there is no checkpoint.
Status export_log(const LogReader& log, journal::FileSystem& files, const std::string& out);

}  // namespace bulkhead::node
