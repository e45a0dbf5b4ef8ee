#include "bulkhead/cli/log_verbs.h"

#include <algorithm>
#include <filesystem>

#include "bulkhead/cli/files.h"

namespace bulkhead::cli {

Option log_positional() { return positional("LOG", "a node's directory, or an export"); }

Result<std::unique_ptr<node::LogReader>> open_log(const std::string& directory) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory, ignored)) {
    return fail(ErrorCode::not_found, "LOG", directory, "a directory with a log or its export");
  }
  return node::LogReader::open(journal::posix_file_system(), directory);
}

Result<std::string> read_key(const std::string& text) {
  std::string key = text;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(text, ignored)) {
    BULKHEAD_TRY(key, read_text(text));
  } else if (std::ranges::count(text, '+') < 2) {
    return fail(ErrorCode::io_error, "--key", text, "a key, name+id+base64, or a file with one");
  }
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.pop_back();
  return key;
}

}  // namespace bulkhead::cli
