// `bulkhead scenarios`: builds a scenario set from a data directory, and shows what is in one.
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/scenario_files.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

struct FactorLine {
  std::string asset;
  pricing::FactorKind kind = pricing::FactorKind::spot;
  double forecast = 0;  // one-horizon volatility that moves are scaled to
  double long_run = 0;
  bool completed = false;
  double worst = 0;  // least and greatest filtered move, log
  double best = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "kind", self.kind);
    visit(3, "forecast", self.forecast);
    visit(4, "long_run", self.long_run);
    visit(5, "completed", self.completed);
    visit(6, "worst", self.worst);
    visit(7, "best", self.best);
  }
};

struct SetSummary {
  Hash hash{};
  Timestamp as_of;
  Timestamp window_begin;
  Duration horizon;
  std::string stressed_window;
  std::uint32_t filtered = 0;
  std::uint32_t stressed = 0;
  std::uint32_t long_run = 0;
  std::vector<FactorLine> factors;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "hash", self.hash);
    visit(2, "as_of", self.as_of);
    visit(3, "window_begin", self.window_begin);
    visit(4, "horizon", self.horizon);
    visit(5, "stressed_window", self.stressed_window);
    visit(6, "filtered", self.filtered);
    visit(7, "stressed", self.stressed);
    visit(8, "long_run", self.long_run);
    visit(9, "factors", self.factors);
  }
};

SetSummary summary_of(const pricing::ScenarioSet& set) {
  SetSummary summary;
  summary.hash = pricing::hash_of(set);
  summary.as_of = set.as_of;
  summary.window_begin = set.window_begin;
  summary.horizon = set.horizon;
  summary.stressed_window = set.stressed_window;
  summary.filtered = static_cast<std::uint32_t>(set.filtered.size());
  summary.stressed = static_cast<std::uint32_t>(set.stressed.size());
  summary.long_run = static_cast<std::uint32_t>(set.long_run.size());
  const std::size_t count = set.factors.size();
  for (std::size_t f = 0; f < count; ++f) {
    const pricing::Factor& factor = set.factors[f];
    FactorLine line{.asset = factor.asset,
                    .kind = factor.kind,
                    .forecast = factor.forecast,
                    .long_run = factor.long_run,
                    .completed = factor.completed};
    for (std::size_t s = 0; s < set.filtered.size(); ++s) {
      const double move = set.filtered.moves[s * count + f];
      line.worst = std::min(line.worst, move);
      line.best = std::max(line.best, move);
    }
    summary.factors.push_back(line);
  }
  return summary;
}

void print(const SetSummary& summary, bool json, Terminal& terminal) {
  if (json) return terminal.line(wire::to_json(summary));
  terminal.line("scenario set  " + hex(summary.hash));
  terminal.line("as of         " + to_string(summary.as_of) + " (nothing at or after it was used)");
  terminal.line("window        from " + to_string(summary.window_begin));
  terminal.line("horizon       " + to_string(summary.horizon));
  terminal.line("scenarios     " + std::to_string(summary.filtered) + " filtered, " +
                std::to_string(summary.stressed) + " stressed (" + summary.stressed_window + "), " +
                std::to_string(summary.long_run) + " long-run");
  terminal.line("");
  Table table({"factor", "kind", "volatility", "long-run", "worst", "best", "completed"},
              {false, false, true, true, true, true, false});
  for (const FactorLine& line : summary.factors) {
    table.add({line.asset, in_words(to_string(line.kind)), percent(line.forecast, 2),
               percent(line.long_run, 2), percent(line.worst, 1), percent(line.best, 1),
               line.completed ? "yes" : ""});
  }
  terminal.out(table.text());
  terminal.line("");
  terminal.line(
      "Volatility and moves are per horizon, in logarithms. `completed`: the history was");
  terminal.line("short, and draws were added from a beta on the market asset or a stated model.");
}

Result<calibration::BuilderOptions> options_of(const Arguments& arguments) {
  calibration::BuilderOptions options;
  BULKHEAD_TRY(const std::uint64_t scenarios, arguments.number("--scenarios", 2, 16'384));
  BULKHEAD_TRY(options.seed, arguments.number("--seed", 0, UINT64_MAX));
  options.scenarios = static_cast<std::uint32_t>(scenarios);
  options.market_asset = arguments.text("--market-asset");
  if (arguments.has("--stressed")) {
    const std::string& text = arguments.text("--stressed");
    const std::size_t dots = text.find("..");
    if (dots == std::string::npos || !parse_timestamp(text.substr(0, dots)) ||
        !parse_timestamp(text.substr(dots + 2))) {
      return fail(ErrorCode::malformed, "--stressed", text, "two dates, 2020-03-01..2021-03-01");
    }
    options.stressed_begin = text.substr(0, dots);
    options.stressed_end = text.substr(dots + 2);
  }
  return options;
}

int build(const Arguments& arguments, Terminal& terminal) {
  SetRequest request;
  request.data_directory = arguments.text("--data");
  request.numeraire = arguments.text("--numeraire");
  request.assets = arguments.list("--assets");
  const Result<Timestamp> as_of = arguments.time("--as-of");
  if (!as_of) return terminal.fail(as_of.error());
  request.as_of = *as_of;
  const auto options = options_of(arguments);
  if (!options) return terminal.fail(options.error());
  request.options = *options;
  const Result<RequestedSet> set = build_requested_set(request);
  if (!set) return terminal.fail(set.error());
  if (arguments.has("--out")) {
    const Status written = write_scenario_set(arguments.text("--out"), set->built.set);
    if (!written) return terminal.fail(written.error());
  }
  print(summary_of(set->built.set), arguments.has("--json"), terminal);
  return kOk;
}

int show(const Arguments& arguments, Terminal& terminal) {
  const Result<pricing::ScenarioSet> set = read_scenario_set(arguments.text("FILE"));
  if (!set) return terminal.fail(set.error(), arguments.text("FILE"));
  print(summary_of(*set), arguments.has("--json"), terminal);
  return kOk;
}

}  // namespace

Verb scenarios_verb() {
  Verb build_verb{
      .name = "build",
      .summary = "build a set from price histories strictly before a time",
      .details =
          "Filtered historical simulation: past moves scaled to today's volatility, dates kept\n"
          "whole, short histories completed and flagged. A price at or after --as-of cannot "
          "change\n"
          "the set, hence not its hash either.\n"
          "\n"
          "Examples:\n"
          "  bulkhead scenarios build --data ../shared/data --as-of 2020-03-12 --out march.set\n"
          "  bulkhead synth market --out data && \\\n"
          "    bulkhead scenarios build --data data --as-of 2025-01-08 --assets BTC,ETH\n"
          "\n"
          "--out FILE.json writes JSON, any other name canonical bytes.",
      .options = {required_value("--data", "DIR", "directory of price files"),
                  required_value("--as-of", "TIME", "use only what was known before it"),
                  value("--assets", "A,B", "assets; all with spot bars if left out"),
                  value("--numeraire", "ASSET", "asset that everything is valued in", "USDT"),
                  value("--scenarios", "N", "scenarios in the filtered block", "1000"),
                  value("--stressed", "A..B", "stressed window; the worst year if left out"),
                  value("--market-asset", "ASSET", "completes the others", "BTC"),
                  value("--seed", "N", "of completed residuals", "1"),
                  value("--out", "FILE", "where the set is written"), json_option()},
      .run = build,
      .verbs = {}};
  Verb show_verb{
      .name = "show",
      .summary = "check a set and show hash, window and factors",
      .details = "Example:\n  bulkhead scenarios show march.set",
      .options = {positional("FILE", "a set as `scenarios build --out` writes it"), json_option()},
      .run = show,
      .verbs = {}};
  return {.name = "scenarios",
          .summary = "build and show scenario sets",
          .details = "A scenario set is the joint moves that a margin requirement is made of.",
          .options = {},
          .run = {},
          .verbs = {std::move(build_verb), std::move(show_verb)}};
}

}  // namespace bulkhead::cli
