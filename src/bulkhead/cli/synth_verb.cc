// `bulkhead synth`: generated markets and books.
#include <filesystem>
#include <memory>

#include "bulkhead/cli/verbs.h"
#include "bulkhead/node/thread_pool.h"
#include "bulkhead/replay/book.h"
#include "bulkhead/replay/scene.h"
#include "bulkhead/wire/json_text.h"

namespace bulkhead::cli {
namespace {

Result<replay::SynthMarketPlan> plan_of(const Arguments& arguments) {
  BULKHEAD_TRY(const std::uint64_t seed, arguments.number("--seed", 0, UINT64_MAX));
  replay::SynthMarketPlan plan = replay::default_market_plan(seed);
  BULKHEAD_TRY(const std::uint64_t length, arguments.number("--days", 1, 365));
  plan.end = plan.begin + days(static_cast<std::int64_t>(length));
  BULKHEAD_TRY(plan.bar, arguments.duration("--bar"));
  BULKHEAD_TRY(plan.crash.depth, arguments.real("--crash", 0, 0.95));
  if (plan.crash.depth <= 0) plan.crash.begin = Timestamp{};
  if (arguments.has("--no-depeg")) {
    for (replay::SynthStablecoin& coin : plan.stablecoins) coin.depeg_begin = Timestamp{};
  }
  return plan;
}

std::vector<Option> plan_options() {
  return {value("--seed", "N", "another number, another market", "1"),
          value("--days", "N", "length of the window", "7"),
          value("--bar", "DURATION", "length of a bar; divides a day", "5m"),
          value("--crash", "DEPTH", "fraction that the market falls in the crash; 0: none", "0.42"),
          flag("--no-depeg", "the stablecoin keeps its peg")};
}

int market(const Arguments& arguments, Terminal& terminal) {
  const auto plan = plan_of(arguments);
  if (!plan) return terminal.fail(plan.error());
  const Result<replay::SynthMarket> made = replay::generate_market(*plan);
  if (!made) return terminal.fail(made.error());
  const std::string& out = arguments.text("--out");
  const Status written = replay::write_market(*made, out);
  if (!written) return terminal.fail(written.error());
  std::string assets;
  for (const replay::SynthSeries& series : made->series) {
    assets += (assets.empty() ? "" : ",") + series.asset;
  }
  if (arguments.has("--json")) {
    std::string json = "{\"out\":";
    wire::append_json(json, std::string_view(out));
    json += ",\"begin\":";
    wire::append_json(json, std::string_view(to_string(plan->begin)));
    json += ",\"end\":";
    wire::append_json(json, std::string_view(to_string(plan->end)));
    json += ",\"assets\":";
    wire::append_json(json, std::string_view(assets));
    terminal.line(json + "}");
    return kOk;
  }
  terminal.line("market   " + assets + ", quoted in " + made->quote);
  terminal.line("window   " + to_string(plan->begin) + " to " + to_string(plan->end) +
                ", daily history " + std::to_string(plan->history_days) + " days before");
  terminal.line("written  " + out);
  return kOk;
}

Result<replay::Scene> scene_of(const Arguments& arguments, const std::string& out) {
  if (arguments.has("--window")) {
    replay::SceneOptions options;
    options.window = arguments.text("--window");
    options.data_directory = arguments.text("--data");
    return replay::load_scene(options);
  }
  BULKHEAD_TRY(const std::uint64_t seed, arguments.number("--seed", 0, UINT64_MAX));
  return replay::generate_scene(replay::default_market_plan(seed), out + "/market");
}

Result<replay::BookRequest> request_of(const Arguments& arguments) {
  replay::BookRequest request;
  BULKHEAD_TRY(request.options.seed, arguments.number("--seed", 0, UINT64_MAX));
  BULKHEAD_TRY(const std::uint64_t accounts, arguments.number("--accounts", 1, 1'000'000));
  request.options.accounts = static_cast<std::uint32_t>(accounts);
  BULKHEAD_TRY(request.options.tightness, arguments.real("--tightness", 0.1, 10));
  BULKHEAD_TRY(const std::uint64_t scenarios, arguments.number("--scenarios", 101, 16'384));
  request.scenarios = static_cast<std::uint32_t>(scenarios);
  replay::BookMix& mix = request.options.mix;
  if (arguments.has("--mix")) {
    mix = {0, 0, 0, 0, 0, 0};
    double* const shares[] = {&mix.perpetual_speculators, &mix.basis_traders, &mix.option_sellers,
                              &mix.market_makers,         &mix.borrowers,     &mix.unlevered};
    const std::vector<std::string> parts = arguments.list("--mix");
    const Error wanted{ErrorCode::malformed, "--mix", arguments.text("--mix"),
                       "six weights >= 0, not all 0: speculators, basis traders, option sellers, "
                       "market makers, borrowers, unlevered"};
    if (parts.size() != std::size(shares)) return std::unexpected(wanted);
    double sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Arguments one;
      one.set("--mix", parts[i]);
      const Result<double> share = one.real("--mix", 0, 1e6);
      if (!share) return std::unexpected(wanted);
      sum += *shares[i] = *share;
    }
    if (!(sum > 0)) return std::unexpected(wanted);
  }
  return request;
}

int book(const Arguments& arguments, Terminal& terminal) {
  const std::string& out = arguments.text("--out");
  const Result<replay::BookRequest> request = request_of(arguments);
  if (!request) return terminal.fail(request.error());
  if (arguments.has("--window") != arguments.has("--data")) {
    return terminal.fail({ErrorCode::missing_field,
                          arguments.has("--window") ? "--data" : "--window", "",
                          "both --window and --data, or neither for a generated market"});
  }
  std::error_code failed;
  std::filesystem::create_directories(out, failed);
  if (failed) {
    return terminal.fail({ErrorCode::io_error, "--out", out, "a directory that can be written"});
  }
  const Result<replay::Scene> scene = scene_of(arguments, out);
  if (!scene) return terminal.fail(scene.error());
  node::ThreadPool threads(2);
  const Result<replay::Book> made = replay::generate_book_for(*scene, *request, threads);
  if (!made) return terminal.fail(made.error());
  const std::string commands = out + "/book.jsonl";
  const std::string behaviour = out + "/behaviour.json";
  const Status written = replay::write_book(*made, commands, behaviour);
  if (!written) return terminal.fail(written.error());
  terminal.line("book       " + commands + ", " + std::to_string(made->commands.size()) +
                " commands for " + std::to_string(request->options.accounts) + " accounts");
  terminal.line("behaviour  " + behaviour + ", " + std::to_string(made->behaviours.members.size()) +
                " members");
  terminal.line("market     " + scene->window.title);
  return kOk;
}

}  // namespace

Verb synth_verb() {
  std::vector<Option> market_options = plan_options();
  market_options.insert(market_options.begin(),
                        required_value("--out", "DIR", "where the files are written"));
  market_options.push_back(json_option());
  Verb market_verb{
      .name = "market",
      .summary = "generate price and funding files of a market with a crash",
      .details =
          "Volatility clusters, jumps, correlated tails, a stablecoin that loses its peg, a\n"
          "source that goes silent; the files look like recorded ones. The same seed gives\n"
          "the same bytes on every machine.\n"
          "\n"
          "Example:\n  bulkhead synth market --out data --seed 7 --days 10",
      .options = std::move(market_options),
      .run = market,
      .verbs = {}};
  Verb book_verb{
      .name = "book",
      .summary = "generate accounts as a log's first commands, and how members behave",
      .details =
          "Speculators, hedged basis traders, option sellers, market makers, borrowers and\n"
          "unlevered holders, at the prices where the window begins.\n"
          "\n"
          "Examples:\n"
          "  bulkhead synth book --out mine --accounts 500 --seed 3\n"
          "  bulkhead synth book --out mine --window terra-2022 --data ../shared/data\n"
          "  bulkhead replay --window terra-2022 --data ../shared/data \\\n"
          "    --book mine/book.jsonl --behaviour mine/behaviour.json --out out/mine",
      .options = {required_value("--out", "DIR", "for book.jsonl and behaviour.json"),
                  value("--accounts", "N", "number of accounts", "200"),
                  value("--seed", "N", "of book and generated market", "1"),
                  value("--window", "NAME", "recorded window; a generated market if left out"),
                  value("--data", "DIR", "where its files are"),
                  value("--tightness", "X", "above 1: nearer to its margin", "1"),
                  value("--mix", "A,B,C,D,E,F", "weights of the six kinds of account"),
                  value("--scenarios", "N", "scenarios of the first set", "1000")},
      .run = book,
      .verbs = {}};
  return {.name = "synth",
          .summary = "generate markets and books",
          .details = "Everything is seeded: the same seed gives the same bytes.",
          .options = {},
          .run = {},
          .verbs = {std::move(market_verb), std::move(book_verb)}};
}

}  // namespace bulkhead::cli
