// The JSON reader: whatever text is accepted gives a value that reads back the same from its own
// JSON and has canonical bytes, as an arbitrary record and as a command of the engine.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/canonical.h"
#include "bulkhead/wire/command_json.h"
#include "bulkhead/wire/json_codec.h"
#include "every_field.h"

namespace {

void check_record(std::string_view text) {
  using bulkhead::fuzz::EveryField;
  const auto value = bulkhead::wire::from_json<EveryField>(text);
  if (!value) return;
  const auto same = bulkhead::wire::from_json<EveryField>(bulkhead::wire::to_json(*value));
  BULKHEAD_ASSERT(same.has_value());
  const bulkhead::Bytes bytes = bulkhead::encode(*value);
  BULKHEAD_ASSERT(bulkhead::encode(*same) == bytes);
  BULKHEAD_ASSERT(bulkhead::decode<EveryField>(bytes).has_value());
}

void check_command(std::string_view text) {
  const auto command = bulkhead::wire::command_from_json(text);
  if (!command) return;
  const auto same = bulkhead::wire::command_from_json(bulkhead::wire::to_json_text(*command));
  BULKHEAD_ASSERT(same.has_value());
  BULKHEAD_ASSERT(bulkhead::encode(*same) == bulkhead::encode(*command));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_record(text);
  check_command(text);
  return 0;
}
