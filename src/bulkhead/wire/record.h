// Leaves of the log as bytes: the one encoding of a validated record, and its strict inverse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"
#include "bulkhead/engine/log_record.h"

namespace bulkhead::wire {

// Entries of a tlog-tiles log end at 65,535 bytes; larger content stands in the content store and
// is named by its hash (DESIGN 4).
inline constexpr std::size_t kRecordSizeMax = 60 * 1024;

// too_large above kRecordSizeMax; missing_field if the record or its command or event is empty.
Result<Bytes> encode_record(const engine::LogRecord& record);
Result<Bytes> encode_record(const engine::Command& command);
Result<Bytes> encode_record(const engine::Event& event);

// Accepts exactly what encode_record writes.
Result<engine::LogRecord> decode_record(std::span<const std::uint8_t> bytes);

// What a command's signature covers: its canonical bytes with the signature left out (D11.1).
Bytes signed_bytes(engine::Command command);

}  // namespace bulkhead::wire
