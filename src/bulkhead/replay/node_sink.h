// A replay into a node: every command, event and set is journaled and provable.
#pragma once

#include "bulkhead/node/node.h"
#include "bulkhead/replay/command_sink.h"

namespace bulkhead::replay {

class NodeSink final : public CommandSink {
 public:
  explicit NodeSink(node::Node& node) : node_(node) {}
  Result<engine::Applied> submit(const engine::Command& command) override {
    return node_.submit(command);
  }
  Result<Hash> put_content(const Bytes& content) override { return node_.put_content(content); }
  engine::Engine& engine() override { return node_.engine(); }

 private:
  node::Node& node_;
};

}  // namespace bulkhead::replay
