// `bulkhead log`: the records of a log as JSON lines, filtered.
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/wire/command_json.h"

namespace bulkhead::cli {
namespace {

Result<node::RecordFilter> filter_of(const Arguments& arguments) {
  node::RecordFilter filter;
  if (arguments.has("--index")) {
    BULKHEAD_TRY(const Arguments::Range range, arguments.range("--index"));
    filter.first = range.first;
    filter.end = range.last == UINT64_MAX ? UINT64_MAX : range.last + 1;
  }
  if (arguments.has("--from")) {
    BULKHEAD_TRY(filter.from, arguments.time("--from"));
  }
  if (arguments.has("--to")) {
    BULKHEAD_TRY(filter.to, arguments.time("--to"));
  }
  filter.account = arguments.text("--account");
  filter.kind = arguments.text("--kind");
  return filter;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const auto filter = filter_of(arguments);
  if (!filter) return terminal.fail(filter.error());
  const auto log = open_log(arguments.text("LOG"));
  if (!log) return terminal.fail(log.error());
  const Status read = node::for_each_record(
      **log, *filter, [&](std::uint64_t index, const engine::LogRecord& record) -> Status {
        const std::string json = wire::to_json_text(record);
        // {"command":…} becomes {"index":7,"command":…}.
        terminal.line("{\"index\":" + std::to_string(index) + "," + json.substr(1));
        return {};
      });
  if (!read) return terminal.fail(read.error(), arguments.text("LOG"));
  return kOk;
}

}  // namespace

Verb log_verb() {
  return {.name = "log",
          .summary = "print records of a log as JSON lines",
          .details =
              "A command is followed by the events that it caused. Amounts are in minor\n"
              "units, values in the numéraire, times in UTC.\n"
              "\n"
              "Examples:\n"
              "  bulkhead log out/demo/log --kind default_changed\n"
              "  bulkhead log out/demo/log --account account-00017 --from 2025-10-10T21:00Z\n"
              "  bulkhead log out/demo/log --index 0..9 | jq .",
          .options = {log_positional(), value("--index", "A..B", "records A to B, both included"),
                      value("--from", "TIME", "at or after it"),
                      value("--to", "TIME", "at or before it"),
                      value("--account", "NAME", "that concern this account"),
                      value("--kind", "NAME", "deposit, call_issued, …; or command, event")},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
