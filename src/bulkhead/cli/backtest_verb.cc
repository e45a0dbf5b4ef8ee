// `bulkhead backtest`: the requirement judged on recorded history, product by product, beside
// simpler models (D12.2).
#include <algorithm>
#include <filesystem>
#include <thread>

#include "bulkhead/calibration/backtest.h"
#include "bulkhead/calibration/backtest_judgement.h"
#include "bulkhead/calibration/refit.h"
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/parameter_file.h"
#include "bulkhead/cli/risk_cases.h"
#include "bulkhead/cli/text.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/thread_pool.h"
#include "bulkhead/policy/defaults.h"
#include "bulkhead/replay/backtest_report.h"
#include "bulkhead/replay/histories.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

// A refit run through the same steps: what its volatilities would have given instead.
struct Challenger {
  Timestamp as_of;  // of the refit: no step before it is judged, of neither
  std::string data_hash;
  std::vector<calibration::ModelTotal> totals;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "as_of", self.as_of);
    visit(2, "data_hash", self.data_hash);
    visit(3, "totals", self.totals);
  }
};

struct Answer {
  std::string spacing;
  std::uint64_t steps = 0;
  std::uint64_t sets = 0;
  std::vector<calibration::ModelTotal> totals;
  std::vector<calibration::ModelTotal> venue_totals;  // over products that the venues margin
  std::vector<calibration::ProductJudgement> products;
  std::optional<Challenger> challenger;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "spacing", self.spacing);
    visit(2, "steps", self.steps);
    visit(3, "sets", self.sets);
    visit(4, "totals", self.totals);
    visit(5, "products", self.products);
    visit(6, "venue_totals", self.venue_totals);
    visit(7, "challenger", self.challenger);
  }
};

Result<calibration::BacktestOptions> options_of(const Arguments& arguments) {
  calibration::BacktestOptions options;
  BULKHEAD_TRY(options.from, arguments.time("--from"));
  BULKHEAD_TRY(options.to, arguments.time("--to"));
  BULKHEAD_TRY(const std::uint64_t scenarios, arguments.number("--scenarios", 100, 16'384));
  options.scenarios = static_cast<std::uint32_t>(scenarios);
  options.parameters = policy::default_parameters().risk;
  for (const std::string_view venue : calibration::kComparedVenues) {
    options.venues.push_back(venues::shipped_venue_parameters(venue));
  }
  if (arguments.has("--parameters")) {
    BULKHEAD_TRY(const policy::ParameterSet set, read_parameters(arguments.text("--parameters")));
    options.parameters = set.risk;
  }
  if (arguments.has("--hourly")) {
    options.step = hours(1);
    options.set_every = hours(24);
    options.history_least = 24 * 30;
  }
  return options;
}

bool uses_only(const calibration::ProductPortfolio& product,
               const std::vector<std::string>& assets) {
  for (const calibration::ProductLeg& leg : product.legs) {
    if (std::ranges::find(assets, leg.asset) == assets.end()) return false;
  }
  return true;
}

std::vector<std::string> assets_of(const Arguments& arguments) {
  if (arguments.has("--assets")) return arguments.list("--assets");
  if (arguments.has("--hourly")) return {"BNB", "BTC", "ETH", "SOL", "XRP"};
  const auto all = calibration::backtest_assets();
  return {all.begin(), all.end()};
}

std::string text_of(const std::vector<calibration::ModelTotal>& totals) {
  Table table({"model", "level", "coverage passed", "exceptions", "mean of notional",
               "peak to trough", "at equal cost: exceptions", "shortfall"},
              {false, true, true, true, true, true, true, true});
  for (const calibration::ModelTotal& t : totals) {
    table.add({in_words(to_string(t.model)), percent(t.level),
               std::to_string(t.coverage_passed) + " of " + std::to_string(t.products),
               percent(static_cast<double>(t.exceptions) / static_cast<double>(t.observations), 2),
               percent(t.mean), plain_number(t.peak_to_trough),
               with_commas(t.exceptions_at_equal_cost), plain_number(t.shortfall_at_equal_cost)});
  }
  return table.text();
}

// The models that a challenger changes: the others are the champion's.
std::vector<calibration::ModelTotal> of_the_set(std::vector<calibration::ModelTotal> totals) {
  std::erase_if(totals, [](const calibration::ModelTotal& t) {
    return t.model != calibration::JudgedModel::filtered &&
           t.model != calibration::JudgedModel::charged;
  });
  return totals;
}

std::string drift_text(const Answer& answer) {
  calibration::DriftReport sum;
  for (const calibration::ProductJudgement& product : answer.products) {
    sum.wider += product.drift.wider;
    sum.narrower += product.drift.narrower;
    sum.expected_false += product.drift.expected_false;
  }
  return "drift   " + with_commas(sum.wider) + " alarms of losses wider than forecast, " +
         with_commas(sum.narrower) + " of narrower; " + plain_number(sum.expected_false) +
         " of both are expected of models that hold";
}

Status write_report(const std::string& folder, const Answer& answer,
                    const replay::BacktestPage& page) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return fail(ErrorCode::io_error, "--out", folder, "a folder that can be written");
  BULKHEAD_TRY_STATUS(write_text(folder + "/backtest.json", wire::to_json(answer) + "\n"));
  return write_text(folder + "/backtest.html", replay::render_backtest(page));
}

Result<calibration::Refit> read_refit(const std::string& path) {
  BULKHEAD_TRY(const std::string text, read_text(path));
  Result<calibration::Refit> refit = wire::from_json<calibration::Refit>(text);
  if (!refit) {
    Error error = refit.error();
    error.field = path + ": " + error.field;
    return std::unexpected(error);
  }
  if (refit->assets.empty()) {
    return fail(ErrorCode::missing_field, path + ": assets", "0",
                "the file of bulkhead calibrate --out");
  }
  return refit;
}

// Both are judged from the refit's as-of time on: it has seen what came before.
Result<std::optional<calibration::Refit>> challenger_of(const Arguments& arguments,
                                                        calibration::BacktestOptions& options) {
  if (!arguments.has("--challenger")) return std::optional<calibration::Refit>();
  BULKHEAD_TRY(calibration::Refit refit, read_refit(arguments.text("--challenger")));
  if (arguments.has("--hourly")) {
    return fail(ErrorCode::out_of_range, "--hourly", arguments.text("--challenger"),
                "daily closes: a refit is of daily returns");
  }
  if (refit.as_of >= options.to) {
    return fail(ErrorCode::out_of_range, "--challenger", to_string(refit.as_of),
                "a refit as of a time before --to");
  }
  options.from = std::max(options.from, refit.as_of);
  return std::optional(std::move(refit));
}

Result<calibration::BacktestRun> run_with_progress(
    const calibration::BuilderInput& histories,
    const std::vector<calibration::ProductPortfolio>& products,
    calibration::BacktestOptions options, const char* what, Terminal& terminal) {
  options.progress = [&terminal, what](std::size_t done, std::size_t all) {
    terminal.progress(what, done, all);
  };
  node::ThreadPool pool(std::max(1U, std::thread::hardware_concurrency()));
  Result<calibration::BacktestRun> run =
      calibration::run_backtest(histories, products, options, pool);
  terminal.finish_progress();
  return run;
}

Result<Answer> backtest(const Arguments& arguments, Terminal& terminal) {
  BULKHEAD_TRY(calibration::BacktestOptions options, options_of(arguments));
  BULKHEAD_TRY(const std::optional<calibration::Refit> refit, challenger_of(arguments, options));
  const std::vector<std::string> assets = assets_of(arguments);
  std::vector<replay::HistoryRequest> wanted;
  for (const std::string& asset : assets) wanted.push_back({asset, false, true, false, false});
  BULKHEAD_TRY(
      const calibration::BuilderInput histories,
      replay::load_histories(arguments.text("--data"), "USDT", wanted, options.to + days(1)));
  std::vector<calibration::ProductPortfolio> products = calibration::product_portfolios();
  std::erase_if(products, [&](const auto& p) { return !uses_only(p, assets); });
  if (products.empty()) {
    return fail(ErrorCode::not_found, "--assets", arguments.text("--assets"),
                "assets of the product list, such as BTC");
  }
  const Result<calibration::BacktestRun> run =
      run_with_progress(histories, products, options, "backtest", terminal);
  if (!run) return std::unexpected(run.error());
  Answer answer;
  answer.spacing = arguments.has("--hourly") ? "hourly" : "daily";
  answer.steps = run->steps;
  answer.sets = run->sets;
  answer.products = calibration::judge(*run, options.unit);
  answer.totals = calibration::totals_of(answer.products);
  answer.venue_totals = calibration::venue_totals_of(answer.products);
  if (answer.products.empty()) {
    return fail(ErrorCode::out_of_range, "--from", arguments.text("--from"),
                "a span with at least 350 steps of some product");
  }
  if (refit) {
    calibration::BacktestOptions other = options;
    other.calibrated = calibration::volatilities_of(*refit);
    BULKHEAD_TRY(const calibration::BacktestRun challenged,
                 run_with_progress(histories, products, other, "challenger", terminal));
    answer.challenger = {refit->as_of, refit->data_hash,
                         calibration::totals_of(calibration::judge(challenged, options.unit))};
  }
  if (arguments.has("--out")) {
    const replay::BacktestPage page{&*run,
                                    &answer.products,
                                    &answer.totals,
                                    &answer.venue_totals,
                                    arguments.text("--data"),
                                    answer.spacing,
                                    options.unit};
    BULKHEAD_TRY_STATUS(write_report(arguments.text("--out"), answer, page));
  }
  return answer;
}

std::string text_of(const CaseResults& results) {
  Table table({"case", "kind", "figure", "expected", "computed", ""},
              {false, false, false, true, true, false});
  for (const CaseResult& one : results.results) {
    for (const Comparison& figure : one.figures) {
      table.add({one.name, one.kind, figure.figure, figure.expected, figure.computed,
                 figure.equal ? "" : "DIFFERS"});
    }
  }
  return table.text() + with_commas(results.cases) + " cases, " + with_commas(results.failed) +
         " differ\n";
}

int run_published(const Arguments& arguments, Terminal& terminal) {
  const Result<CaseResults> results = run_cases(arguments.text("--cases"));
  if (!results) return terminal.fail(results.error(), arguments.text("--cases"));
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*results));
  } else {
    terminal.out(text_of(*results));
  }
  return results->failed == 0 ? kOk : kCheckFailed;
}

int run(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--cases") == arguments.has("--data")) {
    return terminal.fail(Error{ErrorCode::missing_field, "--data", "", "--data or --cases"});
  }
  if (arguments.has("--cases")) return run_published(arguments, terminal);
  const Result<Answer> answer = backtest(arguments, terminal);
  if (!answer) return terminal.fail(answer.error());
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*answer));
    return kOk;
  }
  terminal.line(with_commas(answer->steps) + " " + answer->spacing + " steps, " +
                std::to_string(answer->products.size()) + " products, " +
                with_commas(answer->sets) + " scenario sets");
  terminal.out(text_of(answer->totals));
  if (!answer->venue_totals.empty() &&
      answer->venue_totals.front().products < answer->products.size()) {
    terminal.line("the same beside the grids of venues, over the products that they margin");
    terminal.out(text_of(answer->venue_totals));
  }
  terminal.line(drift_text(*answer));
  if (answer->challenger) {
    terminal.line("challenger, a refit as of " + to_string(answer->challenger->as_of) +
                  ", over the same steps");
    terminal.out(text_of(of_the_set(answer->challenger->totals)));
  }
  if (arguments.has("--out")) {
    terminal.line("report  " + arguments.text("--out") + "/backtest.html");
  }
  return kOk;
}

}  // namespace

Verb backtest_verb() {
  return {
      .name = "backtest",
      .summary = "how often losses went beyond the margin, on recorded history",
      .details =
          "Opens a fixed list of product portfolios at every close, margins them from a scenario\n"
          "set built of what was known then, and compares with the loss to the next close. Judged\n"
          "by Kupiec, Christoffersen, the Basel traffic light, Acerbi and Szekely's Z2 and the\n"
          "multinomial test, beside EWMA-normal VaR, plain historical simulation, a fixed rate\n"
          "and, on products of BTC and ETH, the grids of Derive and Deribit (bulkhead venues).\n"
          "DIR has the layout of docs/replay.md (spot_1h/, daily/, …).\n"
          "\n"
          "  bulkhead backtest --data ../shared/data --out out/backtest\n"
          "  bulkhead backtest --data ../shared/data --hourly --from 2022-01-01 --out out/hourly\n"
          "\n"
          "OUT then holds backtest.html (pictures first) and backtest.json. --hourly takes BTC,\n"
          "ETH, SOL, BNB and XRP with a horizon of one hour and a new set each day.\n"
          "\n"
          "--challenger takes a file of bulkhead calibrate: its GARCH(1,1) volatilities forecast "
          "in\n"
          "place of the EWMA, and both are judged from the refit's as-of time on.\n"
          "\n"
          "drift counts alarms of a CUSUM of each product's transforms, one in 1,000 steps of a "
          "model\n"
          "that holds being false.\n"
          "\n"
          "  bulkhead calibrate --data ../shared/data --as-of 2022-01-01 --out refit.json\n"
          "  bulkhead backtest --data ../shared/data --challenger refit.json\n"
          "\n"
          "With --cases published figures are computed and compared instead; exit code 1 if any\n"
          "differs. docs/risk-cases.md has the kinds and their inputs.\n"
          "\n"
          "  {\"cases\": [{\"name\": \"Kupiec 1995\", \"kind\": \"kupiec\",\n"
          "    \"input\": {\"observations\": 250, \"exceptions\": 5, \"probability\": 0.01},\n"
          "    \"expected\": {\"statistic\": 1.9568}, \"tolerance\": 0.0001}]}",
      .options = {value("--data", "DIR", "recorded prices"),
                  value("--cases", "FILE", "published cases to compute, instead of --data"),
                  value("--from", "TIME", "first close judged", "2018-01-01"),
                  value("--to", "TIME", "last close", "2025-10-31"),
                  value("--assets", "A,B", "only these, BTC among them"),
                  flag("--hourly", "hourly closes instead of daily ones"),
                  value("--scenarios", "N", "draws of a set", "1000"),
                  value("--parameters", "FILE", "a policy other than the shipped one"),
                  value("--challenger", "FILE", "a refit to run through the same steps"),
                  value("--out", "DIR", "where report and figures go"), json_option()},
      .run = run,
      .verbs = {}};
}

}  // namespace bulkhead::cli
