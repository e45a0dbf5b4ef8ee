// Reading of case files and comparison of figures.
#include "bulkhead/cli/risk_cases.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "bulkhead/cli/files.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

using wire::JsonKind;
using wire::JsonValue;

constexpr double kRelative = 1e-6;
constexpr std::array<std::string_view, 6> kKeys{"name",     "kind",      "input",
                                                "expected", "tolerance", "relative"};

bool is_number(const JsonValue& json) {
  return json.kind == JsonKind::integer || json.kind == JsonKind::unsigned_integer ||
         json.kind == JsonKind::real;
}

double number_of(const JsonValue& json) {
  if (json.kind == JsonKind::integer) return static_cast<double>(json.integer);
  if (json.kind == JsonKind::unsigned_integer) return static_cast<double>(json.unsigned_integer);
  return json.real;
}

std::string shown(double value) {
  std::array<char, 32> buffer{};
  const auto end =
      std::to_chars(buffer.begin(), buffer.end(), value, std::chars_format::general, 10);
  return {buffer.data(), end.ptr};
}

std::string shown(const std::vector<double>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < values.size() && i < 12; ++i) {
    text += (i == 0 ? "" : ", ") + shown(values[i]);
  }
  return text + (values.size() > 12 ? ", …]" : "]");
}

std::string shown(const Figure& figure) {
  if (!figure.text.empty()) return figure.text;
  return figure.numbers.empty() ? shown(figure.number) : shown(figure.numbers);
}

struct Tolerance {
  double absolute = 0;
  double relative = 0;
  bool equal(double computed, double expected) const {
    return std::fabs(computed - expected) <= absolute + relative * std::fabs(expected);
  }
};

Result<std::vector<double>> all_numbers(const JsonValue& json, const std::string& path) {
  std::vector<double> values;
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    if (!is_number(json.items[i])) {
      return std::unexpected(wire::json_error(ErrorCode::malformed, json.items[i].line,
                                              path + "[" + std::to_string(i) + "]",
                                              describe(json.items[i]), "a number"));
    }
    values.push_back(number_of(json.items[i]));
  }
  return values;
}

Result<Comparison> compare(const std::string& name, const JsonValue& expected,
                           const Figures& figures, const Tolerance& tolerance,
                           const std::string& path) {
  const auto found = std::ranges::find(figures, name, &Figure::name);
  const std::string place = path + ".expected." + name;
  if (found == figures.end()) {
    std::string known;
    for (const Figure& one : figures) known += (known.empty() ? "" : ", ") + one.name;
    return std::unexpected(
        wire::json_error(ErrorCode::unknown_field, expected.line, place, "", "one of " + known));
  }
  Comparison result{name, {}, shown(*found), false};
  if (expected.kind == JsonKind::string) {
    result.expected = expected.string;
    result.equal = found->text == expected.string;
  } else if (is_number(expected)) {
    const double wanted = number_of(expected);
    result.expected = shown(wanted);
    result.equal =
        found->text.empty() && found->numbers.empty() && tolerance.equal(found->number, wanted);
  } else if (expected.kind == JsonKind::array) {
    BULKHEAD_TRY(const std::vector<double> wanted, all_numbers(expected, place));
    result.expected = shown(wanted);
    result.equal = std::ranges::equal(wanted, found->numbers,
                                      [&](double e, double c) { return tolerance.equal(c, e); });
  } else {
    return std::unexpected(wire::json_error(ErrorCode::malformed, expected.line, place,
                                            describe(expected), "a number, a text or numbers"));
  }
  return result;
}

const CaseKind* find_kind(const std::vector<CaseKind>& kinds, std::string_view name) {
  const auto found = std::ranges::find(kinds, name, &CaseKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

Result<Tolerance> tolerance_of(const JsonValue& json, const std::string& path) {
  const CaseInput input(json, path);
  BULKHEAD_TRY(const double absolute, input.number_or("tolerance", 0, 1e12, 0));
  const bool given = input.has("tolerance");
  BULKHEAD_TRY(const double relative, input.number_or("relative", 0, 1, given ? 0.0 : kRelative));
  return Tolerance{absolute, relative};
}

Result<CaseResult> run_case(const JsonValue& json, const std::string& path,
                            const std::vector<CaseKind>& kinds) {
  const CaseInput outer(json, path);
  if (json.kind != JsonKind::object) {
    return outer.error(ErrorCode::malformed, "", describe(json), "an object");
  }
  BULKHEAD_TRY_STATUS(outer.only(kKeys));
  std::vector<std::string_view> names;
  for (const CaseKind& kind : kinds) names.push_back(kind.name);
  BULKHEAD_TRY(const std::string kind_name, outer.text("kind", names));
  const CaseKind& kind = *find_kind(kinds, kind_name);
  const JsonValue* given = json.find("input");
  if (given == nullptr || given->kind != JsonKind::object) {
    return outer.error(ErrorCode::missing_field, "input", "", "an object");
  }
  const CaseInput input(*given, path + ".input");
  BULKHEAD_TRY_STATUS(input.only(kind.inputs));
  BULKHEAD_TRY(const Tolerance tolerance, tolerance_of(json, path));
  BULKHEAD_TRY(const Figures figures, kind.compute(input));

  CaseResult result;
  result.kind = kind_name;
  if (const JsonValue* name = json.find("name")) result.name = name->string;
  result.ok = true;
  const JsonValue* expected = json.find("expected");
  if (expected == nullptr || expected->items.empty()) {
    for (const Figure& one : figures) result.figures.push_back({one.name, "", shown(one), true});
    return result;
  }
  for (std::size_t i = 0; i < expected->keys.size(); ++i) {
    BULKHEAD_TRY(Comparison one,
                 compare(expected->keys[i], expected->items[i], figures, tolerance, path));
    result.ok = result.ok && one.equal;
    result.figures.push_back(std::move(one));
  }
  return result;
}

}  // namespace

std::unexpected<Error> CaseInput::error(ErrorCode code, std::string_view name,
                                        std::string_view value, std::string_view detail) const {
  const JsonValue* there = json_.find(name);
  return std::unexpected(wire::json_error(code, there == nullptr ? json_.line : there->line,
                                          path_ + (name.empty() ? "" : ".") + std::string(name),
                                          value, detail));
}

std::unexpected<Error> CaseInput::at(const Error& error) const {
  return this->error(error.code, error.field, error.value, error.detail);
}

Status CaseInput::only(std::span<const std::string_view> known) const {
  for (const std::string& key : json_.keys) {
    if (std::ranges::find(known, key) != known.end()) continue;
    std::string names;
    for (const std::string_view one : known)
      names += (names.empty() ? "" : ", ") + std::string(one);
    return error(ErrorCode::unknown_field, key, "", "one of " + names);
  }
  return {};
}

Result<double> CaseInput::number(std::string_view name, double least, double most) const {
  const JsonValue* json = json_.find(name);
  const std::string accepted = "a number from " + shown(least) + " to " + shown(most);
  if (json == nullptr) return error(ErrorCode::missing_field, name, "", accepted);
  if (!is_number(*json)) return error(ErrorCode::malformed, name, describe(*json), accepted);
  const double value = number_of(*json);
  if (!(value >= least && value <= most)) {
    return error(ErrorCode::out_of_range, name, describe(*json), accepted);
  }
  return value;
}

Result<double> CaseInput::number_or(std::string_view name, double least, double most,
                                    double other) const {
  if (!has(name)) return other;
  return number(name, least, most);
}

Result<std::uint64_t> CaseInput::count(std::string_view name, std::uint64_t least,
                                       std::uint64_t most) const {
  BULKHEAD_TRY(const double value,
               number(name, static_cast<double>(least), static_cast<double>(most)));
  if (value != std::floor(value)) {
    return error(ErrorCode::malformed, name, shown(value), "a whole number");
  }
  return static_cast<std::uint64_t>(value);
}

Result<std::string> CaseInput::text(std::string_view name,
                                    std::span<const std::string_view> known) const {
  std::string names;
  for (const std::string_view one : known) names += (names.empty() ? "" : ", ") + std::string(one);
  const JsonValue* json = json_.find(name);
  if (json == nullptr) return error(ErrorCode::missing_field, name, "", "one of " + names);
  if (json->kind != JsonKind::string || std::ranges::find(known, json->string) == known.end()) {
    return error(ErrorCode::malformed, name, describe(*json), "one of " + names);
  }
  return json->string;
}

Result<std::string> CaseInput::string(std::string_view name) const {
  const JsonValue* json = json_.find(name);
  if (json == nullptr || json->kind != JsonKind::string) {
    return error(ErrorCode::missing_field, name, json == nullptr ? "" : describe(*json), "a text");
  }
  return json->string;
}

Result<std::vector<double>> CaseInput::numbers(std::string_view name) const {
  const JsonValue* json = json_.find(name);
  if (json == nullptr || json->kind != JsonKind::array || json->items.empty()) {
    return error(ErrorCode::missing_field, name, "", "an array of numbers");
  }
  return all_numbers(*json, path_ + "." + std::string(name));
}

std::vector<CaseKind> all_case_kinds() {
  std::vector<CaseKind> kinds;
  std::array parts{coverage_case_kinds(), distribution_case_kinds(), model_case_kinds(),
                   margin_case_kinds()};
  for (std::vector<CaseKind>& some : parts) std::ranges::move(some, std::back_inserter(kinds));
  return kinds;
}

Result<CaseResults> run_cases(const std::string& path) {
  BULKHEAD_TRY(const std::string text, read_text(path));
  const Result<JsonValue> json = wire::parse_json(text);
  if (!json) return in_file(path, json.error());
  const JsonValue* cases = json->find("cases");
  if (cases == nullptr || cases->kind != JsonKind::array || cases->items.empty()) {
    return in_file(path, wire::json_error(ErrorCode::missing_field, json->line, "cases", "",
                                          "an array of at least one case"));
  }
  const std::vector<CaseKind> kinds = all_case_kinds();
  CaseResults results;
  for (std::size_t i = 0; i < cases->items.size(); ++i) {
    const std::string place = "cases[" + std::to_string(i) + "]";
    Result<CaseResult> one = run_case(cases->items[i], place, kinds);
    if (!one) return in_file(path, one.error());
    ++results.cases;
    if (!one->ok) ++results.failed;
    results.results.push_back(std::move(*one));
  }
  return results;
}

}  // namespace bulkhead::cli
