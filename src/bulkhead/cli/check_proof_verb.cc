// `bulkhead check-proof`: checks a proof offline with the log's public key alone.
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/prove.h"
#include "bulkhead/wire/command_json.h"
#include "bulkhead/wire/json_text.h"

namespace bulkhead::cli {
namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  const std::string& path = arguments.text("FILE");
  const Result<std::string> text = read_text(path);
  if (!text) return terminal.fail(text.error());
  const Result<std::string> key_text = read_key(arguments.text("--key"));
  if (!key_text) return terminal.fail(key_text.error());
  const auto key = audit::parse_verifier_key(*key_text);
  if (!key) return terminal.fail(key.error(), "--key");
  const auto proof = node::check_proof(*text, *key);
  if (!proof) {
    terminal.fail(proof.error(), path);
    return kCheckFailed;
  }
  const std::string record = wire::to_json_text(proof->record);
  if (arguments.has("--json")) {
    std::string json = "{\"ok\":true,\"index\":" + std::to_string(proof->index) + ",\"origin\":";
    wire::append_json(json, std::string_view(proof->checkpoint.origin));
    json += ",\"size\":" + std::to_string(proof->checkpoint.size) + ",\"record\":" + record + "}";
    terminal.line(json);
    return kOk;
  }
  terminal.line("ok: record " + std::to_string(proof->index) + " is in the log of " +
                proof->checkpoint.origin + ", signed at " + std::to_string(proof->checkpoint.size) +
                " records");
  terminal.line(record);
  return kOk;
}

}  // namespace

Verb check_proof_verb() {
  return {.name = "check-proof",
          .summary = "check a proof offline",
          .details = "Example:\n  bulkhead check-proof record-42.tlog-proof --key venue.vkey",
          .options = {positional("FILE", "a proof as `bulkhead prove` gives it"),
                      required_value("--key", "VKEY", "the log's public key, or a file with it"),
                      json_option()},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
