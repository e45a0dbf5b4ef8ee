// Character rules of signed notes.
#include "bulkhead/audit/note_text.h"

#include <charconv>

namespace bulkhead::audit {

namespace {

constexpr char32_t kBad = 0xffff'ffff;

// Reads one code point and advances; kBad if the bytes are not UTF-8.
char32_t next_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  std::size_t length = 1;
  char32_t value = first;
  char32_t least = 0;
  if (first >= 0x80) {
    if (first < 0xc2 || first > 0xf4) return kBad;
    length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    value = first & (0xffU >> (length + 1));
    least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1'0000;
  }
  if (text.size() < length) return kBad;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return kBad;
    value = value << 6 | (byte(i) & 0x3f);
  }
  if (value < least || value > 0x10'ffff || (value >= 0xd800 && value <= 0xdfff)) return kBad;
  text.remove_prefix(length);
  return value;
}

// White_Space of Unicode.
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

}  // namespace

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const char32_t c = next_code_point(text);
    if (c == kBad || (c < 0x20 && c != '\n')) return false;
  }
  return true;
}

bool is_key_name(std::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    const char32_t c = next_code_point(text);
    if (c == kBad || c < 0x20 || c == '+' || is_space(c)) return false;
  }
  return true;
}

std::optional<std::uint64_t> parse_plain_number(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
  }
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace bulkhead::audit
