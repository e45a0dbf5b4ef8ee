// Reads a LOG, be it a node's directory or a static export: raw records, decoded ones by what they
// are about, and the engine as it stood at a moment.
//
//   BULKHEAD_TRY(const auto log, LogReader::open(journal::posix_file_system(), "venue.log"));
//   RecordFilter filter{.account = "alice-1"};
//   for_each_record(*log, filter, [](std::uint64_t index, const engine::LogRecord& record) {…});
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/audit/tiles.h"
#include "bulkhead/engine/engine.h"
#include "bulkhead/engine/log_record.h"
#include "bulkhead/journal/file_system.h"
#include "bulkhead/journal/journal.h"

namespace bulkhead::node {

enum class LogForm { node_directory, static_files };

class LogReader {
 public:
  virtual ~LogReader() = default;
  // not_found if the directory is neither form; corrupt or data_loss if a node's journal is damaged
  // (verify() says where). Nothing but framing is checked: whoever trusts what is read verifies.
  static Result<std::unique_ptr<LogReader>> open(journal::FileSystem& files,
                                                 const std::string& directory);

  virtual std::uint64_t size() const = 0;
  // Calls visit for records [first, min(end, size())) in order; stops at its first error.
  virtual Status scan(std::uint64_t first, std::uint64_t end,
                      const journal::RecordVisitor& visit) const = 0;
  virtual Result<Bytes> read(std::uint64_t index) const = 0;

  LogForm form() const { return form_; }
  const std::string& directory() const { return directory_; }
  journal::FileSystem& files() const { return files_; }
  const audit::TileSource& tiles() const { return *tiles_; }
  const journal::ContentStore& content() const { return *content_; }
  Result<std::string> checkpoint() const;  // the signed note, not verified
  Result<std::string> vkey() const;        // as it stands in the log, not trusted

 protected:
  LogReader(journal::FileSystem& files, std::string directory, LogForm form);

 private:
  journal::FileSystem& files_;
  std::string directory_;
  LogForm form_;
  std::unique_ptr<audit::TileSource> tiles_;
  std::unique_ptr<journal::ContentStore> content_;
};

// All conditions must hold; an empty one always does.
struct RecordFilter {
  std::uint64_t first = 0;
  std::uint64_t end = UINT64_MAX;  // exclusive
  std::optional<Timestamp> from = {};
  std::optional<Timestamp> to = {};  // inclusive
  std::string account{};             // an event's account, or one that a command names
  std::string kind{};                // "deposit", "call_issued", … or "command", "event"
};

using LogRecordVisitor =
    std::function<Status(std::uint64_t index, const engine::LogRecord& record)>;

// Visits matching records in order; corrupt, naming the index, at one that cannot be decoded.
Status for_each_record(const LogReader& log, const RecordFilter& filter,
                       const LogRecordVisitor& visit);

// "deposit", "call_issued"; empty for an empty record.
std::string_view kind_of(const engine::LogRecord& record);
Timestamp time_of(const engine::LogRecord& record);
bool concerns(const engine::LogRecord& record, std::string_view account);

// Up to which command an engine is brought: those with index < end_index and time <= time.
struct Moment {
  std::uint64_t end_index = UINT64_MAX;
  std::optional<Timestamp> time = {};
};

struct Replayed {
  std::unique_ptr<engine::Engine> engine;
  std::uint64_t next_index = 0;         // record of the next command
  std::optional<engine::Applied> last;  // of the last command applied
  std::optional<engine::Command> last_command;
};
// Called after each command that is applied (not those inside a snapshot).
using AppliedVisitor = std::function<void(const engine::Command& command,
                                          const engine::Applied& applied, engine::Engine& engine)>;

// Re-executes from genesis, or from the newest snapshot before the moment. `log` and `executor`
// must outlive the engine. replay_mismatch if events do not stand where they should; their content
// is not compared (see verify.h).
Result<Replayed> replay_until(const LogReader& log, const Moment& moment, Executor& executor,
                              const engine::EngineOptions& options = {},
                              const AppliedVisitor& visit = {});

}  // namespace bulkhead::node
