// `bulkhead parameters`: prints the shipped policy as a file to change, or checks such a file.
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/parameter_file.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/policy/defaults.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

// The line of a field path, as far as the document has it.
std::uint32_t line_of(const wire::JsonValue& json, std::string_view path) {
  const wire::JsonValue* at = &json;
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    std::string_view part = path.substr(0, dot);
    const std::size_t bracket = part.find('[');
    const wire::JsonValue* next = at->find(part.substr(0, bracket));
    if (next != nullptr && bracket != std::string_view::npos) {
      const std::size_t index =
          std::strtoul(std::string(part.substr(bracket + 1)).c_str(), nullptr, 10);
      if (index < next->items.size()) next = &next->items[index];
    }
    if (next == nullptr) break;
    at = next;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at->line;
}

// Breadth first: the place of a key that stands anywhere in the document, for rules that name their
// field without its room.
const wire::JsonValue* find_deep(const wire::JsonValue& json, std::string_view key) {
  if (const wire::JsonValue* here = json.find(key)) return here;
  for (const wire::JsonValue& item : json.items) {
    if (const wire::JsonValue* there = find_deep(item, key)) return there;
  }
  return nullptr;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const Result<policy::ParameterSet> set = read_parameters(arguments.text("FILE"));
  if (!set) return terminal.fail(set.error(), arguments.text("FILE"));
  if (arguments.has("FILE")) {
    terminal.line("ok: parameter version " + std::to_string(set->version));
  } else {
    terminal.line(wire::to_json(*set));
  }
  return kOk;
}

}  // namespace

Result<policy::ParameterSet> read_parameters(const std::string& path) {
  if (path.empty()) return policy::default_parameters();
  BULKHEAD_TRY(const std::string text, read_text(path));
  const Result<wire::JsonValue> json = wire::parse_json(text);
  if (!json) return in_file(path, json.error());
  const Result<policy::ParameterSet> set = wire::from_json<policy::ParameterSet>(*json);
  if (!set) return in_file(path, set.error());
  for (const char* part : {"version", "market", "risk", "collateral", "ladder"}) {
    if (json->find(part) != nullptr) continue;
    return in_file(path, wire::json_error(ErrorCode::missing_field, json->line, part, "",
                                          "a complete set, as `bulkhead parameters` prints it"));
  }
  const Status fine = policy::validate(*set);
  if (fine) return set;
  const Error& error = fine.error();
  std::uint32_t line = line_of(*json, error.field);
  const std::string_view last = std::string_view(error.field).substr(error.field.rfind('.') + 1);
  if (const wire::JsonValue* there = find_deep(*json, last)) line = std::max(line, there->line);
  return in_file(path, wire::json_error(error.code, line, error.field, error.value, error.detail));
}

Verb parameters_verb() {
  return {.name = "parameters",
          .summary = "print the shipped policy, or check a file with one",
          .details =
              "Examples:\n"
              "  bulkhead parameters > policy.json     write down what is shipped\n"
              "  bulkhead parameters policy.json       check a changed one\n"
              "  bulkhead margin mine.json --parameters policy.json",
          .options = {optional_positional("FILE", "a complete parameter set to check")},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
