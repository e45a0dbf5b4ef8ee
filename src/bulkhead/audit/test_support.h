// For tests: hex, text as bytes, a log of generated entries, and the published vectors that stand
// beside the project (environment BULKHEAD_SHARED, otherwise ../shared of the source directory).
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/audit/merkle.h"
#include "bulkhead/base/sha256.h"

namespace bulkhead::audit::testing {

inline Bytes bytes_of(std::string_view text) { return Bytes(text.begin(), text.end()); }

inline Bytes from_hex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) * 16 + digit(text[i + 1])));
  }
  return bytes;
}

inline Hash hash_from_hex(std::string_view text) {
  const Bytes bytes = from_hex(text);
  Hash hash{};
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

// Entry i of a generated log: its length runs over 0..600.
inline Bytes entry(std::uint64_t i) {
  return Bytes(static_cast<std::size_t>(i * 7 % 601), static_cast<std::uint8_t>(i * 31 + i / 256));
}

// The directory of shared files; nullopt if it is not there.
inline std::optional<std::filesystem::path> shared_directory() {
  const char* given = std::getenv("BULKHEAD_SHARED");
  const std::filesystem::path path = given != nullptr ? given : "../shared";
  if (std::filesystem::is_directory(path)) return path;
  return std::nullopt;
}

inline bool in_continuous_integration() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string_view(ci) == "true";
}

}  // namespace bulkhead::audit::testing
