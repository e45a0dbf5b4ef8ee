// Shape and signature of commands (D11.1).
#include "bulkhead/node/admission.h"

#include <algorithm>

#include "bulkhead/audit/ed25519.h"
#include "bulkhead/base/sha256.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::node {

namespace {

const engine::Person* find_person(const engine::State& state, const engine::Command& command) {
  if (const auto* genesis = std::get_if<engine::Genesis>(&command.body)) {
    const auto at = std::ranges::find(genesis->persons, command.actor, &engine::Person::name);
    return at == genesis->persons.end() ? nullptr : &*at;
  }
  const auto at = state.persons().find(command.actor);
  return at == state.persons().end() ? nullptr : &at->second;
}

}  // namespace

Status check_signature(const engine::State& state, const engine::Command& command) {
  if (command.signature.empty()) return {};
  const engine::Person* const person = find_person(state, command);
  if (person == nullptr || person->public_key == Hash{}) {
    return fail(ErrorCode::bad_signature, "signature", command.actor,
                "an actor with a registered key");
  }
  return audit::ed25519_verify(person->public_key, wire::signed_bytes(command), command.signature);
}

Status check_content(const journal::ContentStore& content, const engine::Command& command) {
  const auto* adopt = std::get_if<engine::AdoptScenarioSet>(&command.body);
  if (adopt == nullptr || content.contains(adopt->hash)) return {};
  return fail(ErrorCode::not_found, "adopt_scenario_set.hash", to_hex(adopt->hash),
              "content that was put into the store before");
}

Result<AdmittedCommand> admit_shape(const engine::Command& command) {
  BULKHEAD_TRY(Bytes record, wire::encode_record(command));
  BULKHEAD_TRY(engine::LogRecord read, wire::decode_record(record));
  return AdmittedCommand{std::get<engine::CommandRecord>(std::move(read.content)).command,
                         std::move(record)};
}

}  // namespace bulkhead::node
