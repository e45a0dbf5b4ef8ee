#include "bulkhead/cli/portfolio_file.h"

#include <charconv>

#include "bulkhead/cli/files.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {

std::uint32_t ReadPortfolio::line_of(std::string_view field) const {
  const wire::JsonValue* at = &json;
  while (!field.empty()) {
    const wire::JsonValue* next = nullptr;
    if (field.front() == '[') {
      std::size_t index = 0;
      const std::size_t close = field.find(']');
      if (close == std::string_view::npos) break;
      std::from_chars(field.data() + 1, field.data() + close, index);
      if (at->kind == wire::JsonKind::array && index < at->items.size()) next = &at->items[index];
      field.remove_prefix(close + 1);
    } else {
      const std::size_t end = std::min(field.find_first_of(".["), field.size());
      if (at->kind == wire::JsonKind::object) next = at->find(field.substr(0, end));
      field.remove_prefix(end);
    }
    if (field.starts_with('.')) field.remove_prefix(1);
    if (next == nullptr) break;
    at = next;
  }
  return at->line;
}

std::unexpected<Error> ReadPortfolio::error(ErrorCode code, std::string_view field,
                                            std::string_view value, std::string_view detail) const {
  return in_file(path, wire::json_error(code, line_of(field), field, value, detail));
}

Result<ReadPortfolio> read_portfolio(const std::string& path) {
  ReadPortfolio read;
  read.path = path;
  BULKHEAD_TRY(const std::string text, read_text(path));
  Result<wire::JsonValue> json = wire::parse_json(text);
  if (!json) return in_file(path, json.error());
  Result<PortfolioFile> file = wire::from_json<PortfolioFile>(*json);
  if (!file) return in_file(path, file.error());
  read.json = std::move(*json);
  read.file = std::move(*file);
  return read;
}

}  // namespace bulkhead::cli
