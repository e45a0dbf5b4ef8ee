// The parts of field_text.h that do not depend on the record's type.
#include "bulkhead/story/field_text.h"

#include <cstdio>

namespace bulkhead::story::internal {

Step first_step(std::string_view path) {
  Step step;
  const std::size_t bracket = path.find('[');
  std::size_t end = std::min(path.find('.'), path.size());
  if (bracket < end) {
    const std::size_t close = std::min(path.find(']', bracket), path.size());
    step.name = std::string(path.substr(0, bracket));
    step.index = std::string(path.substr(bracket + 1, close - bracket - 1));
    end = std::min(close + 1, path.size());
  } else {
    step.name = std::string(path.substr(0, end));
  }
  if (end < path.size()) step.rest = std::string(path.substr(end + 1));
  return step;
}

std::string asset_of(const Siblings& siblings, std::string_view field, const Scope& scope) {
  const auto find = [&](const std::string& name) -> const std::string* {
    for (const auto& [key, value] : siblings) {
      if (key == name && !value.empty()) return &value;
    }
    return nullptr;
  };
  for (const std::string& name : {std::string(field) + "_asset", std::string("asset")}) {
    if (const std::string* asset = find(name)) return *asset;
  }
  if (const std::string* name = find("instrument")) {
    if (const market::Instrument* instrument = scope.instrument(*name)) {
      return instrument->settlement;
    }
  }
  return "";
}

Result<Amount> read_amount(std::string_view text, const std::string& asset, const Scope& scope) {
  std::string number = without_commas(text);
  std::string unit = asset;
  if (const std::size_t space = number.find(' '); space != std::string::npos) {
    unit = number.substr(space + 1);
    number.resize(space);
  }
  if (unit == "units") return parse_amount(number);
  const auto decimals = scope.decimals(unit);
  if (!decimals) {
    return std::unexpected(
        not_read(text, "an amount of a registered asset (`1.5 BTC`), or `150 units`"));
  }
  return parse_decimal_amount(number, *decimals);
}

std::string show_amount(Amount amount, const std::string& asset, const Scope& scope) {
  const auto decimals = scope.decimals(asset);
  if (!decimals) return to_string(amount) + " units";
  return to_decimal(amount, *decimals) + " " + asset;
}

Result<Usd> read_usd(std::string_view text) { return parse_usd(without_commas(text)); }

std::string show_usd(Usd value) {
  std::string text = to_string(value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string show_double(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

Result<Bytes> read_hex(std::string_view text, std::size_t size) {
  Bytes bytes;
  const bool even = text.size() % 2 == 0 && (size == 0 || text.size() == 2 * size);
  for (std::size_t i = 0; even && i < text.size(); i += 2) {
    std::uint8_t byte = 0;
    const auto read = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (read.ec != std::errc{} || read.ptr != text.data() + i + 2) break;
    bytes.push_back(byte);
  }
  if (even && bytes.size() * 2 == text.size()) return bytes;
  return std::unexpected(not_read(text, "hexadecimal digits, two for each byte"));
}

std::string show_hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text.push_back("0123456789abcdef"[byte >> 4]);
    text.push_back("0123456789abcdef"[byte & 15]);
  }
  return text;
}

Error not_read(std::string_view text, std::string wanted) {
  return {ErrorCode::malformed, "", std::string(text), std::move(wanted)};
}

Error no_field(std::string_view name, const std::vector<std::string>& names) {
  return {ErrorCode::unknown_field, std::string(name), "",
          names.empty() ? "no field here" : "one of " + join(names, ", ")};
}

int digits_written(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return 0;
  int digits = 0;
  for (std::size_t i = point + 1; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    ++digits;
  }
  return digits;
}

bool holds(std::partial_ordering order, std::string_view op) {
  if (op == "=") return order == 0;
  if (op == "!=") return order != 0;
  if (op == "<") return order < 0;
  if (op == "<=") return order <= 0;
  if (op == ">") return order > 0;
  return order >= 0;
}

bool is_range(std::string_view op) { return op != "=" && op != "!="; }

}  // namespace bulkhead::story::internal
