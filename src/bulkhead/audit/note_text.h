// What characters a signed note, a key name and a decimal number in them may have.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bulkhead::audit {

// Valid UTF-8 (RFC 3629: no surrogates, no overlong forms) without ASCII control characters but
// '\n'.
bool is_plain_text(std::string_view text);
// Plain, not empty, no Unicode space, no '+'.
bool is_key_name(std::string_view text);
// 0|[1-9][0-9]* below 2^64.
std::optional<std::uint64_t> parse_plain_number(std::string_view text);

}  // namespace bulkhead::audit
