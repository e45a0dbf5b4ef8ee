#include "bulkhead/engine/engine.h"

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/roles.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

Refused refusal(const Error& error) {
  const ErrorInfo& info = error_info(error.code);
  return {.code = static_cast<std::uint32_t>(error.code),
          .name = std::string(info.name),
          .rule = std::string(info.rule),
          .field = error.field,
          .value = error.value,
          .detail = error.detail};
}

Status dispatch(Context& context) {
  return std::visit(
      [&context]<class Body>(const Body& body) -> Status {
        if constexpr (std::is_same_v<Body, std::monostate>) {
          return fail(ErrorCode::missing_field, "body", "", "one kind of command");
        } else {
          return carry_out(context, body);
        }
      },
      context.command.body);
}

// Refusals before the verb that stand for the id from then on. The others take no id: a repetition
// has its answer already, an unknown actor has no ids, and what came too early or without its
// signature may come again.
bool is_sticky(ErrorCode refused) { return refused == ErrorCode::role_forbidden; }

bool is_genesis(const Command& command) { return std::holds_alternative<Genesis>(command.body); }

}  // namespace

Engine::Engine(ContentSource content, Executor& executor, EngineOptions options)
    : valuer_(state_, std::move(content), executor,
              {.evaluate_twice = options.evaluate_twice,
               .plain = options.plain,
               .check_every = options.check_every}),
      options_(options) {}

Engine::~Engine() = default;

Status Engine::admit(const Command& command) const {
  const bool first = state_.counters().commands == 0;
  if (is_genesis(command) != first) {
    return fail(ErrorCode::genesis_misplaced, "body", kind_name(command.body),
                first ? "genesis as the first record" : "no second genesis");
  }
  if (first) return {};
  if (command.time < state_.counters().last_time) {
    return fail(ErrorCode::time_decreases, "time", to_string(command.time),
                "at or after " + to_string(state_.counters().last_time));
  }
  const auto actor = state_.persons().find(command.actor);
  if (actor == state_.persons().end()) {
    return fail(ErrorCode::actor_unknown, "actor", command.actor, "a registered person");
  }
  if (const std::optional<RememberedCommand> before = state_.memory.find(command)) {
    const std::string difference = CommandMemory::first_difference(*before, command);
    if (difference.empty()) {
      return fail(ErrorCode::command_repeated, "id", std::to_string(before->record),
                  "the answer stands at that record");
    }
    return fail(ErrorCode::command_conflict, difference, std::to_string(before->record),
                "what the command of that record said");
  }
  if (!role_may(actor->second.role, command.body)) {
    if (kind_name(command.body).empty()) {
      return fail(ErrorCode::role_forbidden, "body", "", "a command of a kind that is known");
    }
    return fail(ErrorCode::role_forbidden, "actor", command.actor,
                "not " + std::string(kind_name(command.body)) + " by role " +
                    std::string(to_string(actor->second.role)) + ", but by " +
                    roles_that_may(command.body));
  }
  if (needs_signature(command.body) && command.signature.empty()) {
    return fail(ErrorCode::signature_missing, "signature", "", "an Ed25519 signature");
  }
  return {};
}

Applied Engine::apply(const Command& command) {
  Applied done;
  done.record = state_.counters().records;
  Context context(state_, valuer_, command, done.record, done.events);
  const Status admitted = admit(command);
  const Status status = admitted ? dispatch(context) : admitted;
  context.tell_movements();
  if (!status) {
    BULKHEAD_ASSERT(done.events.empty());
    done.refused = status.error();
    context.emit(refusal(status.error()));
  }
  if (admitted || is_sticky(status.error().code)) {
    state_.memory.remember(command, done.record,
                           status ? 0 : static_cast<std::uint32_t>(status.error().code));
  }
  finish(command, done);
  return done;
}

void Engine::finish(const Command& command, Applied& done) {
  const Status balanced = state_.ledger.verify_changed();
  BULKHEAD_ASSERT(balanced.has_value());
  const Status settled = state_.positions.verify_changed();
  BULKHEAD_ASSERT(settled.has_value());
  Counters& counters = state_.edit_counters();
  ++counters.commands;
  counters.last_time = std::max(counters.last_time, command.time);
  const bool digest = counters.commands % options_.digest_interval == 0;
  counters.records = done.record + 1 + done.events.size() + (digest ? 1 : 0);
  changes_.clear();
  state_.collect_changes(changes_);
  hash_.apply(changes_);
  if (!digest) return;
  done.events.push_back({.cause = done.record,
                         .ordinal = static_cast<std::uint32_t>(done.events.size()),
                         .time = command.time,
                         .account = {},
                         .body = StateDigest{counters.commands, hash_.root()}});
}

std::optional<Result<std::uint64_t>> Engine::find_answer(const Command& command) const {
  const std::optional<RememberedCommand> before = state_.memory.find(command);
  if (!before) return std::nullopt;
  const std::string difference = CommandMemory::first_difference(*before, command);
  if (difference.empty()) return Result<std::uint64_t>(before->record);
  return Result<std::uint64_t>(fail(ErrorCode::command_conflict, difference,
                                    std::to_string(before->record),
                                    "what the command of that record said"));
}

Status Engine::restore(const std::map<std::string, Bytes>& records) {
  BULKHEAD_ASSERT(state_.counters().commands == 0);
  ChangeSet loaded;
  for (const auto& [key, value] : records) {
    BULKHEAD_TRY_STATUS(state_.restore(key, value));
    loaded.put_bytes(key, value);
  }
  BULKHEAD_TRY_STATUS(state_.finish_restore());
  hash_.apply(loaded);
  return valuer_.refresh();
}

Result<Valuer*> Engine::figures() {
  BULKHEAD_TRY_STATUS(valuer_.refresh());
  if (!valuer_.ready()) {
    return fail(ErrorCode::no_scenario_set, "scenario_set", "", "adopt one first");
  }
  return &valuer_;
}

}  // namespace bulkhead::engine
