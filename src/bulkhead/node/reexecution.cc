// Re-execution, record by record.
#include "bulkhead/node/reexecution.h"

#include <algorithm>

#include "bulkhead/node/admission.h"
#include "bulkhead/node/log_reader.h"
#include "bulkhead/wire/command_json.h"
#include "bulkhead/wire/record.h"

namespace bulkhead::node {

namespace {

constexpr std::size_t kShownBytes = 300;

// A record as people read it, cut to a line's length.
std::string shown(journal::ByteSpan record) {
  const auto decoded = wire::decode_record(record);
  if (!decoded) return "no record: " + to_string(decoded.error());
  return wire::to_json_text(*decoded).substr(0, kShownBytes);
}

}  // namespace

std::optional<VerifyFinding> Reexecution::feed(journal::ByteSpan record) {
  auto found = missing_.empty() ? feed_command(record) : feed_event(record);
  if (!found) ++next_;
  return found;
}

std::optional<VerifyFinding> Reexecution::feed_event(journal::ByteSpan record) {
  if (!std::ranges::equal(record, missing_.front())) {
    const auto decoded = wire::decode_record(record);
    if (!decoded) return finding(VerifyStep::records, decoded.error());
    return finding(
        VerifyStep::execution,
        Error{ErrorCode::replay_mismatch, "record", std::to_string(next_),
              "re-execution gives " + shown(missing_.front()) + ", the log has " + shown(record)});
  }
  missing_.pop_front();
  return std::nullopt;
}

std::optional<VerifyFinding> Reexecution::feed_command(journal::ByteSpan record) {
  auto decoded = wire::decode_record(record);
  if (!decoded) return finding(VerifyStep::records, decoded.error());
  const auto* const read = std::get_if<engine::CommandRecord>(&decoded->content);
  if (read == nullptr) {
    return finding(VerifyStep::records,
                   Error{ErrorCode::replay_mismatch, "record", std::to_string(next_),
                         "a command must follow, the log has " + shown(record)});
  }
  const engine::Command& command = read->command;
  const Status trusted = check_signature(engine_.state(), command);
  if (!trusted) return finding(VerifyStep::signatures, trusted.error());
  if (!command.signature.empty()) ++signed_commands_;
  const engine::Applied applied = engine_.apply(command);
  if (applied.record != next_) {
    return finding(VerifyStep::execution,
                   Error{ErrorCode::replay_mismatch, "record", std::to_string(next_),
                         "the state stands before record " + std::to_string(applied.record)});
  }
  ++commands_;
  command_index_ = next_;
  expected_.assign(1, Bytes(record.begin(), record.end()));
  for (const engine::Event& event : applied.events) {
    if (std::holds_alternative<engine::StateDigest>(event.body)) ++digests_;
    auto bytes = wire::encode_record(event);
    if (!bytes) return finding(VerifyStep::execution, bytes.error());
    expected_.push_back(*bytes);
    missing_.push_back(std::move(*bytes));
  }
  if (on_applied) on_applied(command, applied);
  return std::nullopt;
}

}  // namespace bulkhead::node
