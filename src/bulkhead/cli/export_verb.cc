// `bulkhead export`: a log as plain files that any web server can give.
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/export.h"

namespace bulkhead::cli {
namespace {

int run(const Arguments& arguments, Terminal& terminal) {
  const auto log = open_log(arguments.text("LOG"));
  if (!log) return terminal.fail(log.error());
  const Status done = node::export_log(**log, journal::posix_file_system(), arguments.text("OUT"));
  if (!done) return terminal.fail(done.error());
  terminal.line("exported to " + arguments.text("OUT"));
  return kOk;
}

}  // namespace

Verb export_verb() {
  return {
      .name = "export",
      .summary = "write a log as static files that anyone can verify",
      .details =
          "Checkpoint, tiles, entries and content, up to the newest checkpoint; `verify`,\n"
          "`log`, `prove` and `explain` take the export as they take the log.\n"
          "\n"
          "Example:\n"
          "  bulkhead export out/demo/log public && bulkhead verify public --key out/demo/log.vkey",
      .options = {log_positional(), positional("OUT", "a new or empty directory")},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
