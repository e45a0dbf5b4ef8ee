// Brings an engine to a moment of a log.
#include "bulkhead/node/layout.h"
#include "bulkhead/node/log_reader.h"
#include "bulkhead/node/snapshot.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::node {

namespace {

std::unique_ptr<engine::Engine> engine_of(const LogReader& log, Executor& executor,
                                          const engine::EngineOptions& options) {
  const journal::ContentStore& content = log.content();
  return std::make_unique<engine::Engine>(
      [&content](const Hash& hash) { return content.get(hash); }, executor, options);
}

bool is_before(const engine::Engine& engine, const Moment& moment) {
  const auto& counters = engine.state().counters();
  return counters.records <= moment.end_index &&
         (!moment.time || counters.last_time <= *moment.time);
}

// The newest snapshot before the moment, else an engine before genesis.
std::unique_ptr<engine::Engine> nearest_engine(const LogReader& log, const Moment& moment,
                                               Executor& executor,
                                               const engine::EngineOptions& options) {
  const std::string directory = snapshot_directory(log.directory());
  const auto snapshots = list_snapshots(log.files(), directory);
  for (std::size_t i = snapshots ? snapshots->size() : 0; i-- > 0;) {
    const std::uint64_t records = (*snapshots)[i];
    if (records > moment.end_index || records > log.size()) continue;
    const auto snapshot = read_snapshot_file(log.files(), directory, records);
    if (!snapshot) continue;
    auto engine = engine_of(log, executor, options);
    if (engine->restore(snapshot->state) && engine->state_root() == snapshot->root &&
        engine->state().counters().records == records && is_before(*engine, moment)) {
      return engine;
    }
  }
  return engine_of(log, executor, options);
}

}  // namespace

Result<Replayed> replay_until(const LogReader& log, const Moment& moment, Executor& executor,
                              const engine::EngineOptions& options, const AppliedVisitor& visit) {
  Replayed replayed;
  replayed.engine = nearest_engine(log, moment, executor, options);
  replayed.next_index = replayed.engine->state().counters().records;
  bool passed = false;
  const auto apply = [&](std::uint64_t index, journal::ByteSpan bytes) -> Status {
    if (passed || index < replayed.next_index) return {};  // an event of the last command
    auto record = wire::decode_record(bytes);
    if (!record) {
      return journal::record_error(ErrorCode::corrupt, index, to_string(record.error()));
    }
    auto* const command = std::get_if<engine::CommandRecord>(&record->content);
    if (command == nullptr) {
      return journal::record_error(ErrorCode::replay_mismatch, index, "a command must follow");
    }
    if (moment.time && command->command.time > *moment.time) {
      passed = true;
      return {};
    }
    engine::Applied applied = replayed.engine->apply(command->command);
    if (applied.record != index) {
      return journal::record_error(ErrorCode::replay_mismatch, index,
                                   "the state stands before another record");
    }
    replayed.next_index = index + 1 + applied.events.size();
    if (visit) visit(command->command, applied, *replayed.engine);
    replayed.last = std::move(applied);
    replayed.last_command = std::move(command->command);
    return {};
  };
  BULKHEAD_TRY_STATUS(log.scan(replayed.next_index, moment.end_index, apply));
  return replayed;
}

}  // namespace bulkhead::node
