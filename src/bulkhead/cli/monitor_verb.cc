// `bulkhead monitor`: how well the model of risk holds, product by product, at a moment of a log.
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/thread_pool.h"
#include "bulkhead/node/verify.h"
#include "bulkhead/views/monitor_view.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

Result<views::MonitorView> look(const node::LogReader& log, const Arguments& arguments,
                                Terminal& terminal) {
  node::Moment moment;
  if (arguments.has("--at")) {
    BULKHEAD_TRY(moment.time, arguments.time("--at"));
  }
  BULKHEAD_TRY(const std::uint64_t threads, arguments.number("--threads", 1, 256));
  node::ThreadPool pool(static_cast<unsigned>(threads));
  BULKHEAD_TRY(const node::Replayed replayed,
               node::replay_until(
                   log, moment, pool, {},
                   [&](const engine::Command&, const engine::Applied& applied, engine::Engine&) {
                     terminal.progress("re-executing", applied.record, log.size());
                   }));
  terminal.finish_progress();
  return views::monitor_view(replayed.engine->state());
}

std::string time_or_dash(Timestamp time) { return time.ns == 0 ? "-" : to_string(time); }

std::string text_of(const views::MonitorView& view, bool all) {
  std::uint64_t exceptions = 0;
  Table table({"product", "side", "zone", "exceptions", "of results", "last exception",
               "drift alarms", "may lose", "of", "until"},
              {false, false, false, true, true, false, true, true, true, false});
  for (const views::MonitorLine& line : view.lines) {
    exceptions += line.exceptions;
    const bool quiet =
        line.zone == risk::ModelZone::green && line.exceptions == 0 && line.drift_alarms == 0;
    if (quiet && !all) continue;
    table.add({line.subject, std::string(to_string(line.side)), std::string(to_string(line.zone)),
               with_commas(line.exceptions), with_commas(line.results),
               time_or_dash(line.last_exception), with_commas(line.drift_alarms),
               plain_number(line.forecast), plain_number(line.value), time_or_dash(line.due)});
  }
  std::string text = "at " + to_string(view.time) + ": " + with_commas(view.lines.size()) +
                     (view.lines.size() == 1 ? " side" : " sides") + " of products watched, " +
                     with_commas(exceptions) +
                     (exceptions == 1 ? " exception, " : " exceptions, ") +
                     with_commas(view.yellow) + " yellow, " + with_commas(view.red) +
                     " red; green up to " + with_commas(view.max_green) +
                     " of 250 results, yellow up to " + with_commas(view.max_yellow) + "\n";
  if (!table.empty()) text += table.text() + "  per coin or lot, in " + view.numeraire + "\n";
  if (!all) text += "  products with nothing to tell: --all\n";
  return text;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const auto log = open_log(arguments.text("LOG"));
  if (!log) return terminal.fail(log.error());
  const Result<views::MonitorView> view = look(**log, arguments, terminal);
  if (!view) return terminal.fail(view.error());
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*view));
  } else {
    terminal.out(text_of(*view, arguments.has("--all")));
  }
  return kOk;
}

}  // namespace

Verb monitor_verb() {
  return {
      .name = "monitor",
      .summary = "how well the model of risk holds, product by product",
      .details =
          "Re-executes the log up to the moment. The engine remembers what one coin of an asset,\n"
          "or one lot of a perpetual or future, may lose over the horizon (a day) by the core\n"
          "that margins it, held and owed, and compares it with what it lost: a larger loss is an\n"
          "exception. Exceptions of the last 250 results make the Basel zones; a sequential alarm\n"
          "for moves wider or narrower than forecast has one false alarm in 1,000 results. The\n"
          "log has both as events, model_monitored and model_drifted. No account is judged by it.\n"
          "\n"
          "Examples:\n"
          "  bulkhead monitor out/demo/log\n"
          "  bulkhead monitor out/demo/log --all --at 2025-10-11T00:00:00Z\n"
          "  bulkhead monitor out/demo/log --json | jq '.lines[] | select(.zone != \"green\")'",
      .options = {log_positional(),
                  value("--at", "TIME", "as it stood then; the log's end if left out"),
                  flag("--all", "products without exceptions and alarms too"),
                  value("--threads", "N", "threads of re-execution", "2"), json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
