// `bulkhead impact`: what a parameter set would do to every account of a log (D11.1).
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
  Table table({"", "version " + std::to_string(impact.version),
               "version " + std::to_string(impact.new_version)},
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
  return "Parameter version " + std::to_string(impact.new_version) + " instead of " +
         std::to_string(impact.version) + ", from " + to_string(impact.from) + " to " +
         to_string(impact.to) + " (" + std::to_string(impact.ticks) +
         " ticks at unchanged prices), " + number(impact.accounts) + " accounts\n\n" +
         totals_text(impact) + "\n" + lines_text(impact, most);
}

Result<node::Impact> impact(const node::LogReader& log, const policy::ParameterSet& parameters,
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
  return node::impact_of(*without.engine, *with.engine, parameters, options);
}

int run(const Arguments& arguments, Terminal& terminal) {
  const Result<policy::ParameterSet> parameters = read_parameters(arguments.text("FILE"));
  if (!parameters) return terminal.fail(parameters.error(), arguments.text("FILE"));
  const Result<std::uint64_t> most = arguments.number("--top", 0, 1'000'000);
  if (!most) return terminal.fail(most.error());
  const auto log = open_log(arguments.text("LOG"));
  if (!log) return terminal.fail(log.error());
  const Result<node::Impact> answer = impact(**log, *parameters, arguments, terminal);
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
          .summary = "what other parameters would do to every account of a log",
          .details =
              "Re-executes the log up to the moment twice, lets two approvers adopt FILE in one\n"
              "of the two, and runs both on at unchanged prices, with nobody paying. Says who\n"
              "would be called, sequestered from, put into default and liquidated, and what each\n"
              "account would have to hold. Writes nothing. The new set needs a higher version.\n"
              "\n"
              "Examples:\n"
              "  bulkhead impact policy.json out/demo/log\n"
              "  bulkhead impact policy.json out/demo/log --at 2025-10-10T21:00:00Z --ticks 10\n"
              "  bulkhead impact policy.json out/demo/log --json | jq .with",
          .options = {positional("FILE", "a complete parameter set"), log_positional(),
                      value("--at", "TIME", "from how it stood then; the log's end if left out"),
                      value("--ticks", "N", "how far to run on", "5"),
                      value("--step", "DURATION", "from tick to tick", "1m"),
                      value("--top", "N", "accounts shown, largest change of IM first", "20"),
                      value("--threads", "N", "threads of re-execution", "2"), json_option()},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
