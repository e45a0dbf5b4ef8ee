// `bulkhead margin`: the requirement of one portfolio, with every part and reason.
#include <algorithm>

#include "bulkhead/base/executor.h"
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/margin_text.h"
#include "bulkhead/cli/parameter_file.h"
#include "bulkhead/cli/portfolio_market.h"
#include "bulkhead/cli/scenario_files.h"
#include "bulkhead/cli/verbs.h"
#include "bulkhead/collateral/valuation.h"
#include "bulkhead/risk/models.h"
#include "bulkhead/wire/json_codec.h"

namespace bulkhead::cli {
namespace {

struct Sources {
  pricing::ScenarioSet set;
  std::optional<calibration::BuilderInput> histories;
};

std::string beside(const std::string& path, const std::string& name) {
  return name.starts_with('/') ? name : directory_of(path) + name;
}

// For a model that looks at prices as they are: one scenario in which nothing moves.
pricing::ScenarioSet still_set(const PortfolioFile& file) {
  using pricing::FactorKind;
  std::vector<std::string> names;
  for (const AssetEntry& asset : file.assets) names.push_back(asset.name);
  std::ranges::sort(names);
  pricing::ScenarioSet set;
  set.as_of = set.window_begin = file.as_of;
  set.horizon = days(1);
  for (const std::string& name : names) {
    for (const FactorKind kind : {FactorKind::spot, FactorKind::perpetual_basis,
                                  FactorKind::dated_basis, FactorKind::volatility}) {
      pricing::Factor factor;
      factor.kind = kind;
      factor.asset = name;
      set.factors.push_back(factor);
    }
  }
  set.filtered.weights = {0, static_cast<std::uint32_t>(pricing::kWeightOne)};
  set.filtered.dates = {Timestamp{}, file.as_of};
  set.filtered.moves.assign(2 * set.factors.size(), 0);
  set.stressed = set.long_run = set.filtered;
  return set;
}

Result<Sources> read_sources(const ReadPortfolio& read, const Arguments& arguments) {
  const PortfolioFile& file = read.file;
  const bool given = arguments.has("--scenarios") || arguments.has("--data");
  if (file.as_of.ns == 0) {
    return read.error(ErrorCode::missing_field, "as_of", "", "a time, \"2025-10-10T20:00:00Z\"");
  }
  Sources sources;
  if (arguments.has("--scenarios") || (!given && !file.scenario_set.empty())) {
    const std::string path = arguments.has("--scenarios") ? arguments.text("--scenarios")
                                                          : beside(read.path, file.scenario_set);
    BULKHEAD_TRY(sources.set, read_scenario_set(path));
  } else if (arguments.has("--data") || !file.data.empty()) {
    SetRequest request;
    request.data_directory =
        arguments.has("--data") ? arguments.text("--data") : beside(read.path, file.data);
    request.numeraire = file.numeraire;
    request.as_of = file.as_of;
    for (const AssetEntry& asset : file.assets) request.assets.push_back(asset.name);
    BULKHEAD_TRY(RequestedSet built, build_requested_set(request));
    sources.set = std::move(built.built.set);
    sources.histories = std::move(built.histories);
  } else if (arguments.text("--model") == "flat") {
    sources.set = still_set(file);
  } else {
    return read.error(ErrorCode::missing_field, "scenario_set", "",
                      "a scenario set, or a data directory to build one from");
  }
  if (sources.set.as_of > file.as_of) {
    return read.error(ErrorCode::scenario_set_unfit, "as_of", to_string(file.as_of),
                      "at or after the scenario set's own, " + to_string(sources.set.as_of));
  }
  return sources;
}

std::vector<risk::HaircutValue> haircuts(const PortfolioMarket& market, const risk::EpochRisk& risk,
                                         const collateral::Parameters& schedule) {
  std::vector<risk::HaircutValue> values;
  for (const risk::AssetAmount& held : market.portfolio.collateral) {
    const market::Asset& asset = market.registry[held.asset];
    const collateral::AssetTerms* terms = collateral::find_terms(schedule, asset.name);
    collateral::AssetRisk inputs;
    inputs.price = market.epoch.assets[held.asset.value].mid;
    inputs.decimals = asset.decimals;
    inputs.dynamic_core = risk.haircut_core(held.asset);
    inputs.half_spread = asset.half_spread;
    inputs.volatility = market.epoch.underlyings[held.asset.value].volatility_fast;
    inputs.adv = asset.adv;
    const auto value = collateral::value_collateral(held.amount, *terms, inputs, schedule.impact);
    values.push_back({held.asset, value ? value->value : Usd{}});
  }
  return values;
}

// The model by name with its numbers from the document.
Result<risk::Model> model_of(const std::string& name, const ReadPortfolio& read) {
  if (name == "scenario_es") return risk::ScenarioEs{};
  if (name == "scenario_grid") {
    const risk::ScenarioGrid grid = read.file.grid.value_or(risk::ScenarioGrid{});
    if (const Status fine = risk::validate(grid); !fine) {
      return read.error(fine.error().code, "grid." + fine.error().field, fine.error().value,
                        fine.error().detail);
    }
    return grid;
  }
  if (name == "flat") {
    if (!read.file.flat) {
      return read.error(ErrorCode::missing_field, "flat", "", "rates per asset and instrument");
    }
    if (const Status fine = risk::validate(*read.file.flat); !fine) {
      return read.error(fine.error().code, "flat." + fine.error().field, fine.error().value,
                        fine.error().detail);
    }
    return *read.file.flat;
  }
  return fail(ErrorCode::malformed, "--model", name, "scenario_es, scenario_grid or flat");
}

Result<MarginAnswer> compute(const ReadPortfolio& read, const Arguments& arguments,
                             const policy::ParameterSet& parameters) {
  BULKHEAD_TRY(const risk::Model model, model_of(arguments.text("--model"), read));
  BULKHEAD_TRY(const Sources sources, read_sources(read, arguments));
  BULKHEAD_TRY(
      const std::unique_ptr<PortfolioMarket> market,
      build_portfolio_market(read, sources.set, sources.histories ? &*sources.histories : nullptr,
                             parameters.collateral));
  BULKHEAD_TRY(const pricing::PreparedSet set, pricing::PreparedSet::make(sources.set));
  SerialExecutor executor;
  Result<risk::EpochRisk> risk =
      risk::EpochRisk::build(market->registry, market->epoch, set, parameters.risk,
                             pricing::NeededSet::everything(market->registry), executor);
  if (!risk) {
    return read.error(risk.error().code, "scenario_set", risk.error().value,
                      risk.error().detail.empty() ? risk.error().field : risk.error().detail);
  }
  const std::vector<risk::HaircutValue> values = haircuts(*market, *risk, parameters.collateral);
  risk::Scratch scratch;
  MarginAnswer answer;
  answer.portfolio = read.file.name.empty() ? read.path : read.file.name;
  answer.as_of = read.file.as_of;
  answer.numeraire = read.file.numeraire;
  answer.mode = read.file.mode;
  answer.model = std::string(risk::model_name(model));
  answer.scenario_set = set.hash();
  answer.scenario_set_as_of = set.as_of();
  answer.parameter_version = parameters.version;
  answer.detail = risk::explain(model, *risk, market->portfolio, values, scratch);
  answer.notes = market->notes;
  judge(answer, parameters.ladder.levels);
  return answer;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const std::string& path = arguments.text("FILE");
  const Result<policy::ParameterSet> parameters = read_parameters(arguments.text("--parameters"));
  if (!parameters) return terminal.fail(parameters.error());
  const Result<ReadPortfolio> read = read_portfolio(path);
  if (!read) return terminal.fail(read.error(), path);
  const Result<MarginAnswer> answer = compute(*read, arguments, *parameters);
  if (!answer) return terminal.fail(answer.error());
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*answer));
  } else {
    terminal.out(text_of(*answer, parameters->risk));
  }
  return kOk;
}

}  // namespace

Verb margin_verb() {
  return {.name = "margin",
          .summary = "what one portfolio must hold, with every part and reason",
          .details =
              "FILE is a JSON document with prices, collateral, debts, positions and orders; its\n"
              "fields are described in docs/portfolio.md. It names a scenario set, or a data\n"
              "directory from which one is built; --model flat needs neither.\n"
              "\n"
              "Examples:\n"
              "  bulkhead margin examples/portfolio.json\n"
              "  bulkhead margin mine.json --data ../shared/data     prices and set from data\n"
              "  bulkhead margin mine.json --json | jq .detail.requirement.initial\n"
              "  cat mine.json | bulkhead margin - --scenarios march.set",
          .options = {positional("FILE", "the portfolio, - for standard input"),
                      value("--scenarios", "FILE", "scenario set, instead of the document's"),
                      value("--data", "DIR", "build the set, and take missing prices, from here"),
                      value("--model", "NAME", "scenario_es, scenario_grid or flat", "scenario_es"),
                      value("--parameters", "FILE", "policy; the shipped one if left out"),
                      json_option()},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
