// Where things stand in a node's directory and in a static export (docs/node-format.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/audit/note.h"
#include "bulkhead/journal/file_system.h"
#include "bulkhead/node/log_reader.h"

namespace bulkhead::node {

inline constexpr std::uint64_t kMaxSmallFileBytes = 2U << 20;  // checkpoint, key, log.json
inline constexpr std::uint64_t kMaxHeadsBytes = 4ULL << 30;

inline std::string journal_directory(const std::string& log) { return log + "/journal"; }
inline std::string state_directory(const std::string& log) { return log + "/state"; }
inline std::string content_directory(const std::string& log) { return log + "/content"; }
inline std::string snapshot_directory(const std::string& log) { return log + "/snapshots"; }
// Root of the tlog-tiles paths; checkpoint and heads stand there too.
inline std::string tile_root(LogForm form, const std::string& log) {
  return form == LogForm::node_directory ? log + "/tiles" : log;
}
inline std::string checkpoint_path(LogForm form, const std::string& log) {
  return tile_root(form, log) + "/checkpoint";
}
inline std::string heads_path(LogForm form, const std::string& log) {
  return tile_root(form, log) + "/heads";
}
inline std::string vkey_path(const std::string& log) { return log + "/key.vkey"; }         // node
inline std::string description_path(const std::string& log) { return log + "/log.json"; }  // export

// A whole small file as text.
Result<std::string> read_text(journal::FileSystem& files, const std::string& path,
                              std::uint64_t limit = kMaxSmallFileBytes);
Status write_text(journal::FileSystem& files, const std::string& path, std::string_view text);

// {"origin":…,"vkey":…} and a newline; the only text that is accepted for that key.
std::string description_text(const audit::VerifierKey& key);
Result<std::string> vkey_of_description(std::string_view text);

// nullopt if neither form stands there.
std::optional<LogForm> form_of(journal::FileSystem& files, const std::string& directory);
// The key as the log itself states it.
Result<std::string> log_vkey(journal::FileSystem& files, const std::string& directory,
                             LogForm form);

}  // namespace bulkhead::node
