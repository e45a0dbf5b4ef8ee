// The core: applies one command at a time to the state and says what followed (DESIGN, "the one
// idea"). Reads no clock, file, socket or random source. Same commands, same events, byte for byte.
//
//   Engine engine(content, executor);
//   Applied done = engine.apply(genesis);      // record 0 and its events
//   done = engine.apply(tick);
//   for (const Event& event : done.events) …
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/executor.h"
#include "bulkhead/engine/events.h"
#include "bulkhead/engine/state.h"
#include "bulkhead/engine/state_hash.h"
#include "bulkhead/engine/valuer.h"

namespace bulkhead::engine {

// A StateDigest event follows every this many commands.
inline constexpr std::uint64_t kDigestInterval = 10'000;

struct EngineOptions {
  bool evaluate_twice = false;                      // see ValuerOptions
  bool plain = false;                               // likewise; the log is the same, bit for bit
  std::uint64_t check_every = 0;                    // likewise
  std::uint64_t digest_interval = kDigestInterval;  // a tool may ask more often of a copy of a log
};

struct Applied {
  std::uint64_t record = 0;  // index of the command; its events follow it
  std::vector<Event> events;
  std::optional<Error> refused;  // also in the events
};

class Engine {
 public:
  Engine(ContentSource content, Executor& executor, EngineOptions options = {});
  ~Engine();

  // Applies the next command of the log. Never fails: what cannot be done is refused by an event.
  Applied apply(const Command& command);

  // Answers a repeated command without a new record: the first answer's record index, or a conflict
  // (D11.4); nullopt if the id is new.
  std::optional<Result<std::uint64_t>> find_answer(const Command& command) const;

  // Records changed by the last apply().
  const ChangeSet& changes() const { return changes_; }
  const Hash& state_root() { return hash_.root(); }

  // Loads records in key order into a new engine; then everything continues bit for bit.
  Status restore(const std::map<std::string, Bytes>& records);

  const State& state() const { return state_; }
  // Brings the caches up to date for reading; an error says why figures cannot be had.
  Result<Valuer*> figures();

 private:
  Status admit(const Command& command) const;
  void finish(const Command& command, Applied& done);

  State state_;
  Valuer valuer_;
  StateHash hash_;
  ChangeSet changes_;
  EngineOptions options_;
};

}  // namespace bulkhead::engine
