// Base64 of RFC 4648 section 4, with padding, strict: one text per value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/base/fields.h"
#include "bulkhead/base/result.h"

namespace bulkhead::audit {

std::string to_base64(std::span<const std::uint8_t> bytes);
// malformed for a foreign character, wrong padding or set bits after the end.
Result<Bytes> from_base64(std::string_view text);

}  // namespace bulkhead::audit
