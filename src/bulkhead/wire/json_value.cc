// The strict reader over simdjson: its DOM decides what is JSON, a scan beside it finds the lines.
#include "bulkhead/wire/json_value.h"

// Its implicit conversions throw; without them a forgotten error code does not compile.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <algorithm>

#include "bulkhead/base/canonical_wire.h"

namespace bulkhead::wire {
namespace {

constexpr std::size_t kMaxDepth = 64;

namespace dom = simdjson::dom;

// Walks a text already known to be JSON from token to token, in the order in which a depth-first
// visit of the tree meets keys and values.
class Scanner {
 public:
  Scanner(std::string_view text, std::uint32_t line) : text_(text), line_(line) {}

  // Moves to the next key or value and past its first character (scalars: past all of it).
  std::uint32_t next() {
    while (position_ < text_.size() && is_between_tokens(text_[position_])) step();
    const std::uint32_t line = line_;
    if (position_ == text_.size()) return line;
    const char first = text_[position_];
    step();
    if (first == '"') {
      skip_string();
    } else if (first != '{' && first != '[') {
      while (position_ < text_.size() && !is_between_tokens(text_[position_])) step();
    }
    return line;
  }

 private:
  static bool is_between_tokens(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':' || c == ']' ||
           c == '}';
  }
  void step() {
    if (text_[position_++] == '\n') ++line_;
  }
  void skip_string() {
    while (position_ < text_.size() && text_[position_] != '"') {
      position_ += text_[position_] == '\\' ? 2U : 1U;
    }
    ++position_;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::uint32_t line_;
};

std::string child_path(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : std::string(path).append(".").append(key);
}

class TreeBuilder {
 public:
  explicit TreeBuilder(Scanner& scanner) : scanner_(scanner) {}

  Status build(const dom::element& element, const std::string& path, JsonValue& out) {
    out.line = scanner_.next();
    switch (element.type()) {
      case dom::element_type::NULL_VALUE:
        out.kind = JsonKind::null;
        return {};
      case dom::element_type::BOOL:
        out.kind = JsonKind::boolean;
        out.boolean = element.get_bool().value_unsafe();
        return {};
      case dom::element_type::INT64:
        out.kind = JsonKind::integer;
        out.integer = element.get_int64().value_unsafe();
        return {};
      case dom::element_type::UINT64:
        out.kind = JsonKind::unsigned_integer;
        out.unsigned_integer = element.get_uint64().value_unsafe();
        return {};
      case dom::element_type::DOUBLE:
        out.kind = JsonKind::real;
        out.real = element.get_double().value_unsafe();
        return {};
      case dom::element_type::STRING:
        out.kind = JsonKind::string;
        return text_of(element.get_string().value_unsafe(), out.line, path, out.string);
      case dom::element_type::ARRAY:
        out.kind = JsonKind::array;
        return build_items(element.get_array().value_unsafe(), path, out);
      case dom::element_type::OBJECT:
        out.kind = JsonKind::object;
        return build_members(element.get_object().value_unsafe(), path, out);
    }
    return std::unexpected(json_error(ErrorCode::malformed, out.line, path, "", "JSON"));
  }

 private:
  // An escape such as \ud800 can name half a character: what comes out must be UTF-8 too.
  static Status text_of(std::string_view text, std::uint32_t line, std::string_view path,
                        std::string& out) {
    if (!valid_utf8(text)) {
      return std::unexpected(json_error(ErrorCode::malformed, line, path, "", "valid UTF-8"));
    }
    out.assign(text);
    return {};
  }

  Status build_items(const dom::array& array, const std::string& path, JsonValue& out) {
    for (const dom::element item : array) {
      const std::string item_path = path + "[" + std::to_string(out.items.size()) + "]";
      BULKHEAD_TRY_STATUS(build(item, item_path, out.items.emplace_back()));
    }
    return {};
  }

  Status build_members(const dom::object& object, const std::string& path, JsonValue& out) {
    std::vector<std::pair<std::string_view, std::uint32_t>> keys;
    for (const dom::key_value_pair member : object) {
      const std::uint32_t line = scanner_.next();
      std::string& key = out.keys.emplace_back();
      BULKHEAD_TRY_STATUS(text_of(member.key, line, path, key));
      keys.emplace_back(member.key, line);
      BULKHEAD_TRY_STATUS(build(member.value, child_path(path, key), out.items.emplace_back()));
    }
    std::ranges::sort(keys);
    const auto twice = std::ranges::adjacent_find(
        keys, [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice == keys.end()) return {};
    return std::unexpected(json_error(ErrorCode::duplicate_field, std::next(twice)->second,
                                      child_path(path, twice->first), "", "each key once"));
  }

  Scanner& scanner_;
};

// The DOM says only that a text is no JSON. The lazy reader stops where it went wrong.
class FaultFinder {
 public:
  // Offset at which reading fails, or the end of the text.
  static std::size_t offset(const simdjson::padded_string& text) {
    namespace ondemand = simdjson::ondemand;
    ondemand::parser parser;
    ondemand::document document;
    if (parser.iterate(text).get(document) != simdjson::SUCCESS) return text.size();
    ondemand::value value;
    static_cast<void>(document.get_value().get(value) == simdjson::SUCCESS && consume(value, 0));
    const char* where = nullptr;
    if (document.current_location().get(where) != simdjson::SUCCESS) return text.size();
    return std::min(static_cast<std::size_t>(where - text.data()), text.size());
  }

 private:
  // The lazy reader does not limit nesting by itself.
  static bool consume(simdjson::ondemand::value value, std::size_t depth) {
    namespace ondemand = simdjson::ondemand;
    if (depth > kMaxDepth) return false;
    ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    if (type == ondemand::json_type::array) {
      ondemand::array array;
      if (value.get_array().get(array) != simdjson::SUCCESS) return false;
      for (auto item : array) {
        ondemand::value inner;
        if (item.get(inner) != simdjson::SUCCESS || !consume(inner, depth + 1)) return false;
      }
      return true;
    }
    if (type == ondemand::json_type::object) {
      ondemand::object object;
      if (value.get_object().get(object) != simdjson::SUCCESS) return false;
      for (auto member : object) {
        ondemand::value inner;
        if (member.value().get(inner) != simdjson::SUCCESS || !consume(inner, depth + 1))
          return false;
      }
      return true;
    }
    return consume_scalar(value, type);
  }

  static bool consume_scalar(simdjson::ondemand::value value, simdjson::ondemand::json_type type) {
    namespace ondemand = simdjson::ondemand;
    if (type == ondemand::json_type::string) {
      std::string_view text;
      return value.get_string().get(text) == simdjson::SUCCESS;
    }
    if (type == ondemand::json_type::number) {
      double number = 0;
      return value.get_double().get(number) == simdjson::SUCCESS;
    }
    bool boolean = false;
    if (type == ondemand::json_type::null) {
      return value.is_null().get(boolean) == simdjson::SUCCESS && boolean;
    }
    return value.get_bool().get(boolean) == simdjson::SUCCESS;
  }
};

std::string_view reason(simdjson::error_code code) {
  switch (code) {
    case simdjson::UTF8_ERROR:
      return "valid UTF-8";
    case simdjson::NUMBER_ERROR:
      return "a JSON number within 64-bit integers or doubles";
    case simdjson::STRING_ERROR:
      return "a valid JSON string";
    case simdjson::UNCLOSED_STRING:
      return "a string that is closed";
    case simdjson::UNESCAPED_CHARS:
      return "control characters escaped";
    case simdjson::EMPTY:
      return "a JSON value";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
      return "true, false or null";
    default:
      return "JSON (RFC 8259)";
  }
}

}  // namespace

struct JsonParser::Impl {
  dom::parser parser;
};

JsonParser::JsonParser() : impl_(std::make_unique<Impl>()) {}
JsonParser::~JsonParser() = default;
JsonParser::JsonParser(JsonParser&&) noexcept = default;
JsonParser& JsonParser::operator=(JsonParser&&) noexcept = default;

Result<JsonValue> JsonParser::parse(std::string_view text, std::uint32_t first_line) {
  const simdjson::padded_string padded(text);
  if (impl_->parser.allocate(std::max<std::size_t>(text.size(), 1'024), kMaxDepth) !=
      simdjson::SUCCESS) {
    return fail(ErrorCode::too_large, "", std::to_string(text.size()), "a text of at most 4 GB");
  }
  dom::element root;
  const simdjson::error_code code = impl_->parser.parse(padded).get(root);
  if (code == simdjson::DEPTH_ERROR) {
    return std::unexpected(
        json_error(ErrorCode::too_large, first_line, "", "", "nesting of at most 64"));
  }
  if (code != simdjson::SUCCESS) {
    const std::string_view before = text.substr(0, FaultFinder::offset(padded));
    const auto lines = static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
    return std::unexpected(
        json_error(ErrorCode::malformed, first_line + lines, "", "", reason(code)));
  }
  Scanner scanner(text, first_line);
  JsonValue value;
  BULKHEAD_TRY_STATUS(TreeBuilder(scanner).build(root, "", value));
  return value;
}

Result<JsonValue> parse_json(std::string_view text) { return JsonParser().parse(text); }

const JsonValue* JsonValue::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

Error json_error(ErrorCode code, std::uint32_t line, std::string_view path, std::string_view value,
                 std::string_view detail) {
  std::string field = "line " + std::to_string(line);
  if (!path.empty()) field.append(": ").append(path);
  return Error{code, std::move(field), std::string(value), std::string(detail)};
}

}  // namespace bulkhead::wire
