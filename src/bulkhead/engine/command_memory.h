// Remembers command ids for seven days of log time (D11.4): same content gets the first answer,
// other content a conflict that names the first differing field, older ids are refused.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/base/keyed_state.h"
#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands.h"

namespace bulkhead::engine {

inline constexpr Duration kCommandMemory = days(7);

// What is kept of a command: enough to tell a repetition from a conflict, and to find the answer.
struct RememberedCommand {
  Timestamp time;
  std::uint64_t record = 0;              // its index in the log
  Hash digest{};                         // of the canonical command without time and signature
  std::vector<std::uint32_t> checksums;  // per field of the body, in field order
  std::uint32_t refused = 0;             // error code, 0 if accepted

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "time", self.time);
    visit(2, "record", self.record);
    visit(3, "digest", self.digest);
    visit(4, "checksums", self.checksums);
    visit(5, "refused", self.refused);
  }
};

class CommandMemory {
 public:
  // The entry of this command's (actor, id), if it is remembered.
  const RememberedCommand* find(const Command& command) const;
  // Empty if `command` repeats the remembered content, else the name of the first field that
  // differs.
  static std::string first_difference(const RememberedCommand& first, const Command& command);

  void remember(const Command& command, std::uint64_t record, std::uint32_t refused);
  void forget_before(Timestamp time);
  std::size_t size() const { return entries_.size(); }

  // Records "engine/id/<actor>/<32 hex digits>".
  void collect_changes(ChangeSet& out);
  Status restore(std::string_view key, std::span<const std::uint8_t> value);

 private:
  using Key = std::pair<std::string, std::array<std::uint8_t, 16>>;

  std::map<Key, RememberedCommand> entries_;
  std::map<std::pair<Timestamp, std::uint64_t>, Key> by_time_;
  std::vector<Key> changed_;
};

}  // namespace bulkhead::engine
