#include "bulkhead/cli/text.h"

#include <algorithm>
#include <cstdio>

namespace bulkhead::cli {
namespace {

// Characters, not bytes: UTF-8 continuation bytes take no column.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string group(std::string digits) {
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

}  // namespace

std::string with_commas(std::uint64_t value) { return group(std::to_string(value)); }

std::string money(Usd value) {
  const bool negative = value.micros < 0;
  const auto size =
      static_cast<std::uint64_t>(negative ? -Int128{value.micros} : Int128{value.micros});
  const std::uint64_t cents = (size + 5'000) / 10'000;
  char tail[8];
  std::snprintf(tail, sizeof tail, ".%02u", static_cast<unsigned>(cents % 100));
  return (negative && cents > 0 ? "-" : "") + with_commas(cents / 100) + tail;
}

std::string percent(double share, int digits) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f %%", digits, share * 100);
  return text;
}

std::string plain_number(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string in_words(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string hex(const Hash& hash) {
  std::string text;
  for (const std::uint8_t byte : hash) {
    text.push_back("0123456789abcdef"[byte >> 4]);
    text.push_back("0123456789abcdef"[byte & 15]);
  }
  return text;
}

std::string Table::text(std::string_view indent) const {
  std::vector<std::size_t> widths(right_.size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line(indent);
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string space(widths[c] - width_of(row[c]), ' ');
      if (c != 0) line += "  ";
      line += right_[c] ? space + row[c] : row[c] + space;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace bulkhead::cli
