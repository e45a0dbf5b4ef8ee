// Gives a replay's commands their time, actor and id, sends them, and passes on what followed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "bulkhead/replay/command_sink.h"

namespace bulkhead::replay {

class Commander {
 public:
  // Sees every command with its outcome, in order.
  using Observer = std::function<void(const engine::Command&, const engine::Applied&)>;

  Commander(CommandSink& sink, Observer observer) : sink_(sink), observer_(std::move(observer)) {}

  CommandSink& sink() { return sink_; }
  engine::Engine& engine() { return sink_.engine(); }
  const engine::State& state() { return sink_.engine().state(); }

  // Command ids count up from 1: a run's n-th command.
  Result<engine::Applied> send(Timestamp time, std::string actor, engine::CommandBody body);
  // Sends a command as it is (of a book file) and keeps ids apart from its own.
  Result<engine::Applied> resend(const engine::Command& command);
  // send() that must not be refused: a refusal becomes an error that names the command.
  Status must(Timestamp time, std::string actor, engine::CommandBody body);

  std::uint64_t sent() const { return sent_; }

 private:
  CommandSink& sink_;
  Observer observer_;
  std::uint64_t sent_ = 0;
};

}  // namespace bulkhead::replay
