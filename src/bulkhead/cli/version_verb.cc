// `bulkhead version`: what this binary is, and which logs it reads and writes.
#include "bulkhead/cli/verbs.h"
#include "bulkhead/engine/commands_reference.h"
#include "bulkhead/wire/json_text.h"

namespace bulkhead::cli {
namespace {

// Written at every build from the repository; "unknown" outside one.
constexpr const char* kGitDescription =
#include "bulkhead_git_description.inc"
    ;

int run(const Arguments& arguments, Terminal& terminal) {
  const std::string format = std::to_string(engine::kLogFormat);
  const std::string behaviour = std::to_string(engine::kBehaviourVersion);
  if (arguments.has("--json")) {
    std::string json = "{\"version\":";
    wire::append_json(json, std::string_view(BULKHEAD_VERSION));
    json += ",\"schema\":" + format + ",\"behaviour\":" + behaviour + ",\"git\":";
    wire::append_json(json, std::string_view(kGitDescription));
    json += ",\"compiler\":";
    wire::append_json(json, std::string_view(__VERSION__));
    terminal.line(json + "}");
    return kOk;
  }
  terminal.line("bulkhead " BULKHEAD_VERSION);
  terminal.line("schema (log format)  " + format);
  terminal.line("behaviour            " + behaviour);
  terminal.line(std::string("git                  ") + kGitDescription);
  terminal.line("compiler             " __VERSION__);
  return kOk;
}

}  // namespace

Verb version_verb() {
  return {.name = "version",
          .summary = "print program, schema and behaviour versions",
          .details =
              "A log states in its first record the schema and behaviour it was made with; a\n"
              "program re-executes logs of the behaviours that it knows.",
          .options = {json_option()},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
