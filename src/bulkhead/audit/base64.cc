// Strict base64, so that a note or proof has one text only.
#include "bulkhead/audit/base64.h"

#include <array>

namespace bulkhead::audit {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr std::array<std::int8_t, 256> kValues = make_values();

std::unexpected<Error> not_base64(std::string_view text) {
  return fail(ErrorCode::malformed, "base64", text.substr(0, 64),
              "standard base64 with padding, nothing else");
}

}  // namespace

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
    if (left > 1) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
    if (left > 2) group |= bytes[i + 2];
    text += kAlphabet[group >> 18];
    text += kAlphabet[group >> 12 & 63];
    text += left > 1 ? kAlphabet[group >> 6 & 63] : '=';
    text += left > 2 ? kAlphabet[group & 63] : '=';
  }
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return not_base64(text);
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::string_view group = text.substr(i, 4);
    if (i + 4 == text.size()) {
      if (group.ends_with("==")) {
        group.remove_suffix(2);
      } else if (group.ends_with('=')) {
        group.remove_suffix(1);
      }
    }
    std::uint32_t bits = 0;
    for (const char c : group) {
      const std::int8_t value = kValues[static_cast<unsigned char>(c)];
      if (value < 0) return not_base64(text);
      bits = bits << 6 | static_cast<std::uint32_t>(value);
    }
    bits <<= 6 * (4 - group.size());
    const std::uint32_t unused = group.size() == 4 ? 0 : group.size() == 3 ? 0xffU : 0xffffU;
    if ((bits & unused) != 0) return not_base64(text);
    bytes.push_back(static_cast<std::uint8_t>(bits >> 16));
    if (group.size() > 2) bytes.push_back(static_cast<std::uint8_t>(bits >> 8 & 0xff));
    if (group.size() > 3) bytes.push_back(static_cast<std::uint8_t>(bits & 0xff));
  }
  return bytes;
}

}  // namespace bulkhead::audit
