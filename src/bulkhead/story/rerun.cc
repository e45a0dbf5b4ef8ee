#include "bulkhead/story/rerun.h"

#include "bulkhead/engine/roles.h"
#include "bulkhead/replay/command_sink.h"
#include "bulkhead/wire/command_json.h"

namespace bulkhead::story {

Result<bool> runs_alike(const Told& told, std::string_view without,
                        std::span<const engine::Event> events, const Hash& root) {
  SerialExecutor executor;
  replay::MemorySink sink(executor);
  for (const Bytes& content : told.contents) {
    BULKHEAD_TRY_STATUS(sink.put_content(content));
  }
  bool left_out = without.empty();
  bool same = true;
  std::size_t at = 0;
  for (const engine::Command& command : told.commands) {
    if (!left_out && engine::kind_name(command.body) == without) {
      left_out = true;
      continue;
    }
    BULKHEAD_TRY(const engine::Applied applied, sink.submit(command));
    for (const engine::Event& event : applied.events) {
      same =
          same && at < events.size() && wire::to_json_text(event) == wire::to_json_text(events[at]);
      ++at;
    }
  }
  if (!left_out) return fail(ErrorCode::not_found, "command", without, "one that was given");
  return same && at == events.size() && sink.engine().state_root() == root;
}

}  // namespace bulkhead::story
