// `bulkhead tune`: the policy chosen by evidence: many policies over the same crashes, and the edge
// between what they save and what they cost (D12.3).
#include <algorithm>
#include <filesystem>
#include <thread>

#include "bulkhead/base/sha256.h"
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/feeds/windows.h"
#include "bulkhead/replay/tune.h"
#include "bulkhead/replay/tune_judgement.h"
#include "bulkhead/replay/tune_report.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

constexpr const char* kDetails =
    "Replays windows of recorded data with the same members under many policies: the shipped "
    "one,\n"
    "liquidate-only, and those of a grid of ladder parameters. Draws the efficient edge of harm "
    "(bad\n"
    "debt, what the fund paid, what avoidable liquidations took) against collateral tied up and "
    "calls\n"
    "per account, and says how far the shipped policy lies from it and which point it would "
    "choose.\n"
    "docs/tuning.md explains each measure.\n"
    "\n"
    "Windows: black-thursday-2020, terra-2022, usdc-depeg-2023, cascade-2025, calm-2023, each cut "
    "to\n"
    "its worst days unless NAME@FROM..TO says otherwise; `synthetic` is a generated market.\n"
    "\n"
    "Every run is stored in OUT/points as it ends: after an interruption, or with a longer grid,\n"
    "only what is missing is computed. The result does not depend on the number of threads.\n"
    "\n"
    "Examples:\n"
    "  bulkhead tune --data ../shared/data --out out/tune\n"
    "  bulkhead tune --print-grid > my-grid.json\n"
    "  bulkhead tune --data ../shared/data --grid my-grid.json --out out/mine \\\n"
    "      --windows cascade-2025@2025-10-10T12:00Z..2025-10-11T12:00Z,calm-2023\n"
    "  bulkhead tune --windows synthetic --hours 60 --accounts 50 --out out/try\n";

struct PointAnswer {
  std::string name, axis, changes;
  bool ladder = true;
  bool on_edge = false;  // pooled
  double harm = 0;       // pooled, of liquidate-only's
  double tied_up = 0;    // pooled, of opening equity
  double calls_per_account = 0;
  std::vector<replay::TuneFigures> windows;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "axis", self.axis);
    visit(3, "changes", self.changes);
    visit(4, "ladder", self.ladder);
    visit(5, "on_edge", self.on_edge);
    visit(6, "harm", self.harm);
    visit(7, "tied_up", self.tied_up);
    visit(8, "calls_per_account", self.calls_per_account);
    visit(9, "windows", self.windows);
  }
};

struct WindowAnswer {
  std::string name, numeraire;
  Timestamp from, to;
  std::vector<std::string> edge;
  double gap = 0;  // of the shipped policy
  double harm_saving = 0, tied_up_saving = 0, calls_saving = 0;
  double plain_bad_debt = 0, plain_tied_up = 0;  // liquidate-only as shipped
  std::string best_ladder;                       // that ties up no more; empty: none
  double ladder_bad_debt = 0, ladder_tied_up = 0;
  bool less_bad_debt = false;
  bool dominates = false;
  std::string shipped_best_ladder, shipped_best_plain;  // with what the shipped ladder ties up
  double shipped_ladder_bad_debt = 0, shipped_plain_bad_debt = 0;
  bool shipped_less_bad_debt = false;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "numeraire", self.numeraire);
    visit(3, "from", self.from);
    visit(4, "to", self.to);
    visit(5, "edge", self.edge);
    visit(6, "gap", self.gap);
    visit(7, "harm_saving", self.harm_saving);
    visit(8, "tied_up_saving", self.tied_up_saving);
    visit(9, "calls_saving", self.calls_saving);
    visit(10, "plain_bad_debt", self.plain_bad_debt);
    visit(11, "plain_tied_up", self.plain_tied_up);
    visit(12, "best_ladder", self.best_ladder);
    visit(13, "ladder_bad_debt", self.ladder_bad_debt);
    visit(14, "ladder_tied_up", self.ladder_tied_up);
    visit(15, "less_bad_debt", self.less_bad_debt);
    visit(16, "dominates", self.dominates);
    visit(17, "shipped_best_ladder", self.shipped_best_ladder);
    visit(18, "shipped_best_plain", self.shipped_best_plain);
    visit(19, "shipped_ladder_bad_debt", self.shipped_ladder_bad_debt);
    visit(20, "shipped_plain_bad_debt", self.shipped_plain_bad_debt);
    visit(21, "shipped_less_bad_debt", self.shipped_less_bad_debt);
  }
};

struct OtherSeed {
  std::string point, window;
  std::uint64_t seed = 0;
  replay::TuneFigures figures;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "point", self.point);
    visit(2, "window", self.window);
    visit(3, "seed", self.seed);
    visit(4, "figures", self.figures);
  }
};

struct Answer {
  double gap = 0;  // of the shipped policy, pooled
  bool within_five_percent = false;
  double harm_saving = 0, tied_up_saving = 0, calls_saving = 0;
  std::string chosen, why;
  std::vector<WindowAnswer> windows;
  std::vector<PointAnswer> points;
  std::vector<OtherSeed> other_seeds;
  std::vector<std::string> skipped;
  std::vector<std::string> opened_otherwise;  // on no edge
  std::uint32_t computed = 0, reused = 0, torn = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "gap", self.gap);
    visit(2, "within_five_percent", self.within_five_percent);
    visit(3, "harm_saving", self.harm_saving);
    visit(4, "tied_up_saving", self.tied_up_saving);
    visit(5, "calls_saving", self.calls_saving);
    visit(6, "chosen", self.chosen);
    visit(7, "why", self.why);
    visit(8, "windows", self.windows);
    visit(9, "points", self.points);
    visit(10, "other_seeds", self.other_seeds);
    visit(11, "skipped", self.skipped);
    visit(12, "opened_otherwise", self.opened_otherwise);
    visit(13, "computed", self.computed);
    visit(14, "reused", self.reused);
    visit(15, "torn", self.torn);
  }
};

// Of the program's own file: a result belongs to the code that made it.
Result<std::string> program_hash() {
  BULKHEAD_TRY(const Bytes program, read_bytes("/proc/self/exe"));
  return to_hex(sha256(program));
}

// NAME, or NAME@FROM..TO.
Result<replay::TuneWindow> window_of(const std::string& text) {
  replay::TuneWindow window;
  const std::size_t at = text.find('@');
  window.name = text.substr(0, at);
  if (window.name != replay::kSyntheticWindow) {
    BULKHEAD_TRY_STATUS(feeds::window(window.name));
  }
  if (at == std::string::npos) return window;
  const std::string cut = text.substr(at + 1);
  const std::size_t dots = cut.find("..");
  if (dots == std::string::npos) {
    return fail(ErrorCode::malformed, "--windows", text, "NAME or NAME@FROM..TO");
  }
  for (const auto& [part, time] : {std::pair(cut.substr(0, dots), &window.from),
                                   std::pair(cut.substr(dots + 2), &window.to)}) {
    const Result<Timestamp> parsed = parse_timestamp(part);
    if (!parsed) return fail(parsed.error().code, "--windows", text, parsed.error().detail);
    *time = *parsed;
  }
  return window;
}

Status read_windows(const Arguments& arguments, replay::TuneOptions& options) {
  options.windows = replay::usual_tune_windows();
  const std::vector<std::string> names = arguments.list("--windows");
  if (arguments.has("--windows")) options.windows.clear();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      return fail(ErrorCode::name_taken, "--windows", names[i], "each window once");
    }
    BULKHEAD_TRY(const replay::TuneWindow window, window_of(names[i]));
    options.windows.push_back(window);
  }
  const bool recorded = std::ranges::any_of(options.windows, [](const replay::TuneWindow& w) {
    return w.name != replay::kSyntheticWindow;
  });
  options.data_directory = arguments.text("--data");
  if (recorded && options.data_directory.empty()) {
    return fail(ErrorCode::missing_field, "--data", "", "the folder of recorded data");
  }
  return {};
}

Status read_grid_file(const Arguments& arguments, replay::TuneOptions& options) {
  std::string text(replay::shipped_grid());
  if (arguments.has("--grid")) {
    BULKHEAD_TRY(text, read_text(arguments.text("--grid")));
  }
  Result<replay::TuneGrid> grid = replay::read_grid(text);
  if (!grid) return in_file(arguments.text("--grid"), grid.error());
  options.grid = std::move(*grid);
  return {};
}

Result<replay::TuneOptions> options_of(const Arguments& arguments) {
  replay::TuneOptions options;
  options.out = arguments.text("--out");
  if (options.out.empty()) {
    return fail(ErrorCode::missing_field, "--out", "", "a folder for results and report");
  }
  BULKHEAD_TRY_STATUS(read_windows(arguments, options));
  BULKHEAD_TRY_STATUS(read_grid_file(arguments, options));
  BULKHEAD_TRY(options.seed, arguments.number("--seed", 0, UINT64_MAX / 2));
  BULKHEAD_TRY(const std::uint64_t accounts, arguments.number("--accounts", 1, 1'000'000));
  BULKHEAD_TRY(const std::uint64_t scenarios, arguments.number("--scenarios", 102, 16'384));
  BULKHEAD_TRY(const std::uint64_t confirm, arguments.number("--confirm", 0, 100));
  BULKHEAD_TRY(options.tightness, arguments.real("--tightness", 0.2, 5));
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (arguments.has("--threads")) {
    BULKHEAD_TRY(const std::uint64_t threads, arguments.number("--threads", 1, 256));
    options.threads = static_cast<unsigned>(threads);
  }
  if (arguments.has("--hours")) {
    BULKHEAD_TRY(const std::uint64_t hours_wanted, arguments.number("--hours", 1, 10'000));
    options.length = hours(static_cast<std::int64_t>(hours_wanted));
  }
  options.accounts = static_cast<std::uint32_t>(accounts);
  options.scenarios = static_cast<std::uint32_t>(scenarios);
  options.confirm = static_cast<std::uint32_t>(confirm);
  BULKHEAD_TRY(options.program, program_hash());
  return options;
}

std::vector<WindowAnswer> window_answers(const replay::TuneOptions& options,
                                         const replay::TuneResult& result,
                                         const replay::TuneJudgement& judged) {
  std::vector<WindowAnswer> answers;
  for (std::size_t w = 0; w < result.windows.size(); ++w) {
    const replay::WindowJudgement& window = judged.windows[w];
    const replay::AgainstPlain& against = window.against.front();
    WindowAnswer answer;
    answer.name = result.windows[w].name;
    answer.numeraire = result.windows[w].numeraire;
    answer.from = result.windows[w].from;
    answer.to = result.windows[w].to;
    for (const std::size_t p : window.edge.edge) {
      answer.edge.push_back(options.grid.points[p].name);
    }
    answer.gap = window.edge.gap;
    answer.harm_saving = window.edge.savings[replay::kHarm];
    answer.tied_up_saving = window.edge.savings[replay::kTiedUp];
    answer.calls_saving = window.edge.savings[replay::kCalls];
    answer.plain_bad_debt = against.plain_debt;
    answer.plain_tied_up = against.plain_tied;
    if (against.any) answer.best_ladder = options.grid.points[against.ladder].name;
    answer.ladder_bad_debt = against.ladder_debt;
    answer.ladder_tied_up = against.ladder_tied;
    answer.less_bad_debt = against.less;
    answer.dominates = window.dominates;
    const replay::AgainstPlain& shipped = window.at_shipped;
    answer.shipped_best_ladder = options.grid.points[shipped.ladder].name;
    if (window.any_plain) answer.shipped_best_plain = options.grid.points[shipped.plain].name;
    answer.shipped_ladder_bad_debt = shipped.ladder_debt;
    answer.shipped_plain_bad_debt = shipped.plain_debt;
    answer.shipped_less_bad_debt = shipped.less;
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::vector<PointAnswer> point_answers(const replay::TuneOptions& options,
                                       const replay::TuneResult& result,
                                       const replay::TuneJudgement& judged) {
  std::vector<PointAnswer> answers;
  for (std::size_t p = 0; p < options.grid.points.size(); ++p) {
    const replay::TunePoint& point = options.grid.points[p];
    const replay::Costs& costs = judged.pooled.costs[p];
    PointAnswer answer{
        .name = point.name,
        .axis = point.axis,
        .changes = point.changes,
        .ladder = point.is_ladder(),
        .on_edge = std::ranges::find(judged.pooled.edge, p) != judged.pooled.edge.end(),
        .harm = costs[replay::kHarm],
        .tied_up = costs[replay::kTiedUp],
        .calls_per_account = costs[replay::kCalls],
        .windows = {}};
    for (const replay::TuneRun& run : result.runs) {
      if (run.point == p) answer.windows.push_back(run.figures);
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

Answer answer_of(const replay::TuneOptions& options, const replay::TuneResult& result,
                 const replay::TuneJudgement& judged) {
  Answer answer;
  answer.gap = judged.pooled.gap;
  answer.within_five_percent = answer.gap <= replay::kNear;
  answer.harm_saving = judged.pooled.savings[replay::kHarm];
  answer.tied_up_saving = judged.pooled.savings[replay::kTiedUp];
  answer.calls_saving = judged.pooled.savings[replay::kCalls];
  answer.chosen = options.grid.points[judged.chosen].name;
  answer.why = judged.why;
  answer.windows = window_answers(options, result, judged);
  answer.points = point_answers(options, result, judged);
  for (const replay::TuneRun& run : result.confirmed) {
    answer.other_seeds.push_back({options.grid.points[run.point].name,
                                  result.windows[run.window].name, run.seed, run.figures});
  }
  answer.skipped = options.grid.skipped;
  for (const std::size_t p : result.opened_otherwise) {
    answer.opened_otherwise.push_back(options.grid.points[p].name);
  }
  answer.computed = result.computed;
  answer.reused = result.reused;
  answer.torn = result.torn;
  return answer;
}

std::string text_of(const replay::TuneOptions& options, const replay::TuneResult& result,
                    const replay::TuneJudgement& judged) {
  Table table({"window", "gap", "bad debt: shipped", "liquidate-only", "tied up: shipped",
               "liquidate-only", "on that of the shipped: best ladder", "best liquidate-only"},
              {false, true, true, true, true, true, true, true});
  const auto whole = [](double value) { return with_commas(static_cast<std::uint64_t>(value)); };
  for (std::size_t w = 0; w < result.windows.size(); ++w) {
    const replay::WindowJudgement& window = judged.windows[w];
    const replay::AgainstPlain& a = window.against.front();
    const replay::TuneFigures& shipped = result.runs[w].figures;
    table.add({result.windows[w].name, percent(window.edge.gap), whole(shipped.bad_debt),
               whole(a.plain_debt), whole(shipped.tied_up), whole(a.plain_tied),
               whole(window.at_shipped.ladder_debt),
               window.any_plain ? whole(window.at_shipped.plain_debt) : "none"});
  }
  std::string text = table.text();
  text += replay::distance_in_words(judged) + "\n";
  text += replay::dominance_in_words(result, judged) + ".\n";
  text += "Chosen: " + options.grid.points[judged.chosen].name + ". " + judged.why + "\n";
  text += std::to_string(result.computed) + " runs computed, " + std::to_string(result.reused) +
          " reused";
  if (result.torn > 0) text += ", " + std::to_string(result.torn) + " torn files replaced";
  return text + "; report " + options.out + "/tune.html\n";
}

std::string left_in_words(double seconds) {
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole < 90) return std::to_string(whole) + " s left";
  return std::to_string((whole + 30) / 60) + " min left";
}

// The references with the candidates, so that both are seen with other seeds.
std::vector<std::size_t> to_confirm(const replay::TuneResult& result,
                                    const replay::TuneGrid& grid) {
  std::vector<std::size_t> picked = {replay::kShipped, replay::kLiquidateOnly};
  for (const std::size_t p : replay::pick_candidates(result, grid, replay::kCandidatesMost)) {
    picked.push_back(p);
  }
  return picked;
}

int run(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--print-grid")) {
    terminal.line(replay::shipped_grid());
    return kOk;
  }
  Result<replay::TuneOptions> options = options_of(arguments);
  if (!options) return terminal.fail(options.error());
  options->progress = [&terminal](const std::string& phase, std::uint64_t done, std::uint64_t all,
                                  double left) {
    terminal.progress(phase + ", " + left_in_words(left) + "   ", done, all);
  };
  const Result<replay::TuneResult> result = replay::tune(
      *options,
      [&options](const replay::TuneResult& first) { return to_confirm(first, options->grid); });
  terminal.finish_progress();
  if (!result) return terminal.fail(result.error());
  const replay::TuneJudgement judged = replay::judge(*result, options->grid);
  const std::string json = wire::to_json(answer_of(*options, *result, judged)) + "\n";
  const std::string grid = arguments.has("--grid") ? arguments.text("--grid") : "as shipped";
  const replay::TunePage page{&*options, &*result, &judged, grid};
  if (const Status end = write_text(options->out + "/tune.json", json); !end) {
    return terminal.fail(end.error());
  }
  if (const Status end = write_text(options->out + "/tune.html", render_tuning(page)); !end) {
    return terminal.fail(end.error());
  }
  terminal.out(arguments.has("--json") ? json : text_of(*options, *result, judged));
  return kOk;
}

}  // namespace

Verb tune_verb() {
  return {
      .name = "tune",
      .summary = "many policies over the same crashes: what they save and what they cost",
      .details = kDetails,
      .options = {value("--data", "DIR", "folder of recorded data"),
                  value("--windows", "LIST", "windows, NAME or NAME@FROM..TO, between commas"),
                  value("--hours", "N", "cut every window to its first N hours"),
                  value("--grid", "FILE", "policies to try, JSON, instead of the shipped grid"),
                  flag("--print-grid", "print the shipped grid and end"),
                  value("--accounts", "N", "accounts in the generated book", "100"),
                  value("--scenarios", "N", "scenarios of the daily sets", "120"),
                  value("--seed", "N", "of book, members and generated market", "1"),
                  value("--confirm", "N", "run the candidates again with so many other seeds", "2"),
                  value("--tightness", "X", "of the book; above 1: nearer to its margin", "1"),
                  value("--threads", "N", "runs at a time; all cores if not given"),
                  value("--out", "DIR", "folder for tune.html, tune.json and OUT/points"),
                  json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
