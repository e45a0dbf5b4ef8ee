// `bulkhead impact`: what other parameters, or another margin model, would do to every account of a
// log (D11.1).
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/log_verbs.h"
#include "bulkhead/cli/parameter_file.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/impact.h"
#include "bulkhead/node/thread_pool.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

std::string number(std::uint32_t n) { return with_commas(n); }

std::string totals_text(const node::Impact& impact) {
  const node::ImpactTotal& a = impact.without;
  const node::ImpactTotal& b = impact.with;
  const bool models = impact.models_changed > 0;
  Table table({"", models ? "as it is" : "version " + std::to_string(impact.version),
               models ? "with the change" : "version " + std::to_string(impact.new_version)},
              {false, true, true});
  table.add({"initial margin", money(a.initial), money(b.initial)});
  table.add({"maintenance margin", money(a.maintenance), money(b.maintenance)});
  table.add({"called", money(a.called), money(b.called)});
  table.add({"accounts called", number(a.accounts_called), number(b.accounts_called)});
  table.add({"accounts sequestered from", number(a.accounts_sequestered),
             number(b.accounts_sequestered)});
  table.add(
      {"accounts put into default", number(a.accounts_defaulted), number(b.accounts_defaulted)});
  table.add({"accounts liquidated", number(a.accounts_liquidated), number(b.accounts_liquidated)});
  return table.text();
}

// What would happen to the account that does not happen now, and the other way round.
std::string difference(const node::ImpactLine& line) {
  std::string text;
  const auto say = [&text](bool before, bool after, const char* what) {
    if (before == after) return;
    text += (text.empty() ? "" : ", ") + std::string(after ? "" : "not ") + what;
  };
  say(line.without.called > Usd{}, line.with.called > Usd{}, "called");
  say(line.without.sequestered, line.with.sequestered, "sequestered from");
  say(line.without.defaulted, line.with.defaulted, "in default");
  say(line.without.liquidated, line.with.liquidated, "liquidated");
  if (text.empty() && line.without.coverage != line.with.coverage) {
    text = line.without.coverage + " to " + line.with.coverage;
  }
  return text;
}

std::string lines_text(const node::Impact& impact, std::size_t most) {
  if (impact.lines.empty()) return "  no account would stand otherwise\n";
  Table table({"account", "IM", "IM then", "equity", "call", "call then", "what would differ"},
              {false, true, true, true, true, true, false});
  const std::size_t shown = std::min(most, impact.lines.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const node::ImpactLine& line = impact.lines[i];
    table.add({line.account, money(line.without.initial), money(line.with.initial),
               money(line.with.equity), money(line.without.called), money(line.with.called),
               difference(line)});
  }
  std::string text = table.text();
  if (shown < impact.lines.size()) {
    text += "  and " + with_commas(impact.lines.size() - shown) + " more (--top, --json)\n";
  }
  return text;
}

std::string text_of(const node::Impact& impact, std::size_t most) {
  const std::string what = impact.models_changed > 0
                               ? "Another margin model for " + number(impact.models_changed) +
                                     (impact.models_changed == 1 ? " account" : " accounts")
                               : "Parameter version " + std::to_string(impact.new_version) +
                                     " instead of " + std::to_string(impact.version);
  return what + ", from " + to_string(impact.from) + " to " + to_string(impact.to) + " (" +
         std::to_string(impact.ticks) + " ticks at unchanged prices), " + number(impact.accounts) +
         " accounts\n\n" + totals_text(impact) + "\n" + lines_text(impact, most);
}

// A file with the key "to" holds a change of margin models, any other a parameter set.
Result<node::Change> read_change(const std::string& path) {
  BULKHEAD_TRY(const std::string text, read_text(path));
  const Result<wire::JsonValue> json = wire::parse_json(text);
  if (!json) return in_file(path, json.error());
  if (json->find("to") != nullptr) {
    const auto change = wire::from_json<engine::ModelChange>(*json);
    if (!change) return in_file(path, change.error());
    return *change;
  }
  BULKHEAD_TRY(policy::ParameterSet parameters, read_parameters(path));
  return parameters;
}

Result<node::Impact> impact(const node::LogReader& log, const node::Change& change,
                            const Arguments& arguments, Terminal& terminal) {
  node::Moment moment;
  if (arguments.has("--at")) {
    BULKHEAD_TRY(moment.time, arguments.time("--at"));
  }
  node::ImpactOptions options;
  BULKHEAD_TRY(const std::uint64_t ticks, arguments.number("--ticks", 1, 100'000));
  options.ticks = static_cast<std::uint32_t>(ticks);
  BULKHEAD_TRY(options.step, arguments.duration("--step"));
  if (options.step <= Duration{}) {
    return fail(ErrorCode::out_of_range, "--step", arguments.text("--step"), "more than 0");
  }
  BULKHEAD_TRY(const std::uint64_t threads, arguments.number("--threads", 1, 256));
  node::ThreadPool pool(static_cast<unsigned>(threads));
  const auto follow = [&](const engine::Command&, const engine::Applied& applied, engine::Engine&) {
    terminal.progress("re-executing", applied.record, log.size());
  };
  BULKHEAD_TRY(const node::Replayed without, node::replay_until(log, moment, pool, {}, follow));
  BULKHEAD_TRY(const node::Replayed with, node::replay_until(log, moment, pool, {}, follow));
  terminal.finish_progress();
  return node::impact_of(*without.engine, *with.engine, change, options);
}

int run(const Arguments& arguments, Terminal& terminal) {
  const Result<node::Change> change = read_change(arguments.text("FILE"));
  if (!change) return terminal.fail(change.error(), arguments.text("FILE"));
  const Result<std::uint64_t> most = arguments.number("--top", 0, 1'000'000);
  if (!most) return terminal.fail(most.error());
  const auto log = open_log(arguments.text("LOG"));
  if (!log) return terminal.fail(log.error());
  const Result<node::Impact> answer = impact(**log, *change, arguments, terminal);
  if (!answer) return terminal.fail(answer.error());
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*answer));
  } else {
    terminal.out(text_of(*answer, *most));
  }
  return kOk;
}

}  // namespace

Verb impact_verb() {
  return {.name = "impact",
          .summary = "what other parameters or margin models would do to every account of a log",
          .details =
              "Re-executes the log up to the moment twice, lets two approvers adopt FILE in one\n"
              "of the two, and runs both on at unchanged prices, with nobody paying. Says who\n"
              "would be called, sequestered from, put into default and liquidated, and what each\n"
              "account would have to hold. Writes nothing. FILE is a complete parameter set of a\n"
              "higher version, or a change of margin models, of one account or of all that have\n"
              "one now:\n"
              "  {\"account\": \"alice-1\", \"to\": \"scenario_grid\", \"mode\": \"joint\"}\n"
              "  {\"from\": \"flat\", \"to\": \"scenario_es\", \"mode\": \"joint\"}\n"
              "\n"
              "Examples:\n"
              "  bulkhead impact policy.json out/demo/log\n"
              "  bulkhead impact policy.json out/demo/log --at 2025-10-10T21:00:00Z --ticks 10\n"
              "  bulkhead impact policy.json out/demo/log --json | jq .with",
          .options = {positional("FILE", "a complete parameter set, or a change of margin models"),
                      log_positional(),
                      value("--at", "TIME", "from how it stood then; the log's end if left out"),
                      value("--ticks", "N", "how far to run on", "5"),
                      value("--step", "DURATION", "from tick to tick", "1m"),
                      value("--top", "N", "accounts shown, largest change of IM first", "20"),
                      value("--threads", "N", "threads of re-execution", "2"), json_option()},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
