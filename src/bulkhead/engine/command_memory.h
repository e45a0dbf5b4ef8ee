// Remembers command ids for seven days of log time (D11.4): same content gets the first answer,
// other content a conflict that names the first differing field, older ids are refused.
#pragma once

#include <array>
#include <compare>
#include <deque>
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
  std::uint64_t record = 0;               // its index in the log
  std::array<std::uint8_t, 16> digest{};  // of the canonical command without time and signature
  std::vector<std::uint32_t> checksums;   // 16 bits per field of the body, in field order
  std::uint32_t refused = 0;              // error code, 0 if accepted

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "time", self.time);
    visit(2, "record", self.record);
    visit(3, "digest", self.digest);
    visit(4, "checksums", self.checksums);
    visit(5, "refused", self.refused);
  }
};

// Kept small, for there are many times more commands in seven days than accounts: actors are
// numbered, checksums stand in one queue in the order in which commands came.
class CommandMemory {
 public:
  // The entry of this command's (actor, id), if it is remembered.
  std::optional<RememberedCommand> find(const Command& command) const;
  // Empty if `command` repeats the remembered content, else the name of the first field that
  // differs.
  static std::string first_difference(const RememberedCommand& first, const Command& command);

  // The id must not be remembered already; times and records never decrease.
  void remember(const Command& command, std::uint64_t record, std::uint32_t refused);
  void forget_before(Timestamp time);
  std::size_t size() const { return entries_.size(); }

  // Records "engine/id/<actor>/<32 hex digits>".
  void collect_changes(ChangeSet& out);
  Status restore(std::string_view key, std::span<const std::uint8_t> value);
  Status finish_restore();

 private:
  struct Key {
    std::uint32_t actor = 0;  // index into actors_
    std::array<std::uint8_t, 16> id{};
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Entry {
    Timestamp time;
    std::uint64_t record = 0;
    std::array<std::uint8_t, 16> digest{};
    std::uint32_t checksums_at = 0;  // number of the first in the queue, counted without end
    std::uint16_t refused = 0;
    std::uint16_t fields = 0;
  };

  std::uint32_t actor_index(std::string_view name);
  void insert(const Key& key, const RememberedCommand& command);
  RememberedCommand expand(const Entry& entry) const;
  std::string key_text(const Key& key) const;

  std::vector<std::string> actors_;
  std::map<std::string, std::uint32_t, std::less<>> actor_indices_;
  std::map<Key, Entry> entries_;
  std::deque<Key> by_time_;              // of entries_, oldest first
  std::deque<std::uint16_t> checksums_;  // of by_time_, in its order
  std::uint32_t checksums_gone_ = 0;     // taken from the front of the queue so far
  std::vector<Key> changed_;
  std::vector<std::pair<Key, RememberedCommand>> restored_;  // until finish_restore
};

}  // namespace bulkhead::engine
