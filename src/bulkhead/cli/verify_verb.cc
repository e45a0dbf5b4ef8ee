// `bulkhead verify`: checks a whole log against a key and a checkpoint from outside it.
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/verify.h"

namespace bulkhead::cli {
namespace {

Result<node::VerifyOptions> options_of(const Arguments& arguments) {
  node::VerifyOptions options;
  if (arguments.has("--key")) {
    BULKHEAD_TRY(options.vkey, read_key(arguments.text("--key")));
  }
  if (arguments.has("--checkpoint")) {
    BULKHEAD_TRY(options.checkpoint, read_text(arguments.text("--checkpoint")));
  }
  BULKHEAD_TRY(const std::uint64_t threads, arguments.number("--threads", 1, 256));
  options.threads = static_cast<unsigned>(threads);
  if (arguments.has("--digest-interval")) {
    BULKHEAD_TRY(options.digest_interval, arguments.number("--digest-interval", 1, 1'000'000'000));
  }
  options.evaluate_twice = arguments.has("--reverse-twice");
  options.plain = arguments.has("--plain");
  return options;
}

int run(const Arguments& arguments, Terminal& terminal) {
  Result<node::VerifyOptions> options = options_of(arguments);
  if (!options) return terminal.fail(options.error());
  const std::string& directory = arguments.text("LOG");
  const auto log = open_log(directory);
  if (!log && log.error().code == ErrorCode::not_found) return terminal.fail(log.error());
  options->progress = [&terminal](const node::VerifyProgress& at) {
    terminal.progress(in_words(to_string(at.step)), at.done, at.total);
  };
  const node::VerifyReport report = node::verify(journal::posix_file_system(), directory, *options);
  terminal.finish_progress();
  if (arguments.has("--json")) {
    terminal.line(node::to_json(report));
  } else {
    terminal.out(node::to_text(report));
  }
  return node::exit_code(report.outcome);
}

}  // namespace

Verb verify_verb() {
  return {.name = "verify",
          .summary = "check a log: bytes, tree, signatures, and every decision again",
          .details =
              "Re-executes the log from its first record and compares every event and digest.\n"
              "Key and checkpoint must come from outside the log: without --key the answer is at\n"
              "best \"self-consistent only\" (exit code 3); a log shorter than --checkpoint is\n"
              "DATA LOSS (exit code 4). Otherwise 0 if all holds, 1 with the first bad record.\n"
              "\n"
              "Examples:\n"
              "  bulkhead verify out/demo/log --key out/demo/log.vkey\n"
              "  bulkhead verify export --key \"$(cat venue.vkey)\" --checkpoint newest.note",
          .options = {log_positional(),
                      value("--key", "VKEY", "the log's public key, or a file with it"),
                      value("--checkpoint", "FILE", "newest checkpoint, kept outside the log"),
                      value("--threads", "N", "threads of re-execution", "1"),
                      value("--digest-interval", "N",
                            "commands between state digests, if not the 10,000 of a venue"),
                      flag("--reverse-twice",
                           "evaluate every account twice per tick, the second time in reverse"),
                      flag("--plain", "evaluate every account at every tick: the reference"),
                      json_option()},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
