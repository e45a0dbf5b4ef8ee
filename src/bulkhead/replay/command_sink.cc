#include "bulkhead/replay/command_sink.h"

#include "bulkhead/base/sha256.h"

namespace bulkhead::replay {

MemorySink::MemorySink(Executor& executor, engine::EngineOptions options)
    : engine_(
          [this](const Hash& hash) -> Result<Bytes> {
            const auto at = contents_.find(hash);
            if (at != contents_.end()) return at->second;
            return fail(ErrorCode::not_found, "content", to_hex(hash), "content that was stored");
          },
          executor, options) {}

Result<engine::Applied> MemorySink::submit(const engine::Command& command) {
  return engine_.apply(command);
}

Result<Hash> MemorySink::put_content(const Bytes& content) {
  const Hash hash = sha256(content);
  contents_.emplace(hash, content);
  return hash;
}

}  // namespace bulkhead::replay
