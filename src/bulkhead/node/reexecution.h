// Runs the commands of a log through an engine and compares every event with what the log holds.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "bulkhead/engine/engine.h"
#include "bulkhead/journal/journal.h"
#include "bulkhead/node/verify.h"

namespace bulkhead::node {

class Reexecution {
 public:
  // `next` is the record of the engine's next command.
  Reexecution(engine::Engine& engine, std::uint64_t next) : engine_(engine), next_(next) {}

  // Called after each command, before its events are compared.
  std::function<void(const engine::Command&, const engine::Applied&)> on_applied;

  // The next record of the log. A finding of step records, signatures or execution names it.
  std::optional<VerifyFinding> feed(journal::ByteSpan record);

  std::uint64_t next() const { return next_; }
  // Events of the last command that have not been fed yet, as they must stand in the log.
  const std::deque<Bytes>& missing() const { return missing_; }
  std::uint64_t command_index() const { return command_index_; }  // of the last command
  // Records of the last command and of all its events, as they must stand.
  const std::vector<Bytes>& expected() const { return expected_; }

  std::uint64_t commands() const { return commands_; }
  std::uint64_t signed_commands() const { return signed_commands_; }
  std::uint64_t digests() const { return digests_; }

 private:
  std::optional<VerifyFinding> feed_event(journal::ByteSpan record);
  std::optional<VerifyFinding> feed_command(journal::ByteSpan record);
  VerifyFinding finding(VerifyStep step, Error error) const {
    return {step, next_, std::move(error)};
  }

  engine::Engine& engine_;
  std::uint64_t next_;
  std::deque<Bytes> missing_;
  std::vector<Bytes> expected_;
  std::uint64_t command_index_ = 0;
  std::uint64_t commands_ = 0;
  std::uint64_t signed_commands_ = 0;
  std::uint64_t digests_ = 0;
};

}  // namespace bulkhead::node
