// The one place where the compiler's 128-bit integer is named.
#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <string_view>

namespace bulkhead {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

inline constexpr Int128 kInt128Max = static_cast<Int128>(~Uint128{0} >> 1);
inline constexpr Int128 kInt128Min = -kInt128Max - 1;

// Decimal digits with a leading '-' for negatives: -?(0|[1-9][0-9]*).
std::string to_string(Int128 value);

// Parses exactly the form that to_string writes; nullopt-like error text otherwise
// ("not an integer", "more than 128 bits").
std::expected<Int128, std::string_view> parse_int128(std::string_view text);

}  // namespace bulkhead
