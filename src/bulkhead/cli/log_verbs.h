// What the verbs over a LOG share: opening it, and reading keys and notes given by name or as text.
#pragma once

#include <memory>
#include <string>

#include "bulkhead/cli/verb.h"
#include "bulkhead/node/log_reader.h"

namespace bulkhead::cli {

Option log_positional();

Result<std::unique_ptr<node::LogReader>> open_log(const std::string& directory);

// "name+0a1b2c3d+base64" itself, or a file with it.
Result<std::string> read_key(const std::string& text);

}  // namespace bulkhead::cli
