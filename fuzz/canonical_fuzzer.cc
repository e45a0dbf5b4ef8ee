// Canonical decoding: whatever bytes are accepted are exactly those that encode writes.
#include <cstddef>
#include <cstdint>
#include <span>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/canonical.h"
#include "every_field.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using bulkhead::fuzz::EveryField;
  const std::span<const std::uint8_t> bytes(data, size);
  const auto value = bulkhead::decode<EveryField>(bytes);
  if (!value) return 0;
  const bulkhead::Bytes again = bulkhead::encode(*value);
  BULKHEAD_ASSERT(again == bulkhead::Bytes(bytes.begin(), bytes.end()));
  const auto same = bulkhead::decode<EveryField>(again);
  BULKHEAD_ASSERT(same.has_value() && *same == *value);
  return 0;
}
