// The only place where the codec is instantiated for leaves.
#include "bulkhead/wire/record.h"

#include <string>
#include <utility>

#include "bulkhead/base/canonical.h"

namespace bulkhead::wire {
namespace {

Status check_size(std::size_t size) {
  if (size <= kRecordSizeMax) return {};
  return fail(ErrorCode::too_large, "record", std::to_string(size),
              "at most " + std::to_string(kRecordSizeMax) + " bytes");
}

Status check_content(const engine::LogRecord& record) {
  const auto missing = [](std::string_view field) {
    return fail(ErrorCode::missing_field, field, "", "a record with a body");
  };
  if (const auto* command = std::get_if<engine::CommandRecord>(&record.content)) {
    if (command->command.body.index() == 0) return missing("command.body");
  } else if (const auto* event = std::get_if<engine::EventRecord>(&record.content)) {
    if (event->event.body.index() == 0) return missing("event.body");
  } else {
    return missing("content");
  }
  return {};
}

}  // namespace

Result<Bytes> encode_record(const engine::LogRecord& record) {
  BULKHEAD_TRY_STATUS(check_content(record));
  Bytes bytes = encode(record);
  BULKHEAD_TRY_STATUS(check_size(bytes.size()));
  return bytes;
}

Result<Bytes> encode_record(const engine::Command& command) {
  return encode_record(engine::LogRecord{engine::CommandRecord{command}});
}

Result<Bytes> encode_record(const engine::Event& event) {
  return encode_record(engine::LogRecord{engine::EventRecord{event}});
}

Result<engine::LogRecord> decode_record(std::span<const std::uint8_t> bytes) {
  BULKHEAD_TRY_STATUS(check_size(bytes.size()));
  auto record = decode<engine::LogRecord>(bytes);
  if (record) BULKHEAD_TRY_STATUS(check_content(*record));
  return record;
}

Bytes signed_bytes(engine::Command command) {
  command.signature.clear();
  return encode(command);
}

}  // namespace bulkhead::wire
