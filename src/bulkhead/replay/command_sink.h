// Where a replay's commands go: a node with a journal, or a bare engine in memory for comparisons.
#pragma once

#include <map>
#include <memory>

#include "bulkhead/base/executor.h"
#include "bulkhead/engine/engine.h"

namespace bulkhead::replay {

class CommandSink {
 public:
  virtual ~CommandSink() = default;
  virtual Result<engine::Applied> submit(const engine::Command& command) = 0;
  // Stores content before the command that names it.
  virtual Result<Hash> put_content(const Bytes& content) = 0;
  // For reading state and figures after a submit.
  virtual engine::Engine& engine() = 0;
};

// An engine without a journal.
class MemorySink final : public CommandSink {
 public:
  explicit MemorySink(Executor& executor, engine::EngineOptions options = {});
  Result<engine::Applied> submit(const engine::Command& command) override;
  Result<Hash> put_content(const Bytes& content) override;
  engine::Engine& engine() override { return engine_; }

 private:
  std::map<Hash, Bytes> contents_;
  engine::Engine engine_;
};

}  // namespace bulkhead::replay
