// `bulkhead margin`: the requirement of one portfolio, with every part and reason.
#include <algorithm>

#include "bulkhead/base/executor.h"
#include "bulkhead/cli/files.h"
#include "bulkhead/cli/margin_cases.h"
#include "bulkhead/cli/margin_text.h"
#include "bulkhead/cli/parameter_file.h"
#include "bulkhead/cli/portfolio_market.h"
#include "bulkhead/cli/scenario_files.h"
#include "bulkhead/cli/venue_margin.h"
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
  return fail(ErrorCode::malformed, "--model", name,
              "scenario_es, scenario_grid, flat, derive-pmrm1, derive-pmrm2, deribit-pm, "
              "paradex-pm, okx-pm or all");
}

// The document's market and our own models' view of it.
struct OwnModels {
  std::unique_ptr<pricing::PreparedSet> set;  // where they stand: risk refers to both
  std::unique_ptr<PortfolioMarket> market;
  std::unique_ptr<risk::EpochRisk> risk;
  std::vector<risk::HaircutValue> haircuts;
};

Result<OwnModels> prepare(const ReadPortfolio& read, const Arguments& arguments,
                          const policy::ParameterSet& parameters) {
  BULKHEAD_TRY(const Sources sources, read_sources(read, arguments));
  BULKHEAD_TRY(
      std::unique_ptr<PortfolioMarket> market,
      build_portfolio_market(read, sources.set, sources.histories ? &*sources.histories : nullptr,
                             parameters.collateral));
  BULKHEAD_TRY(pricing::PreparedSet set, pricing::PreparedSet::make(sources.set));
  OwnModels own{
      std::make_unique<pricing::PreparedSet>(std::move(set)), std::move(market), nullptr, {}};
  SerialExecutor executor;
  Result<risk::EpochRisk> risk =
      risk::EpochRisk::build(own.market->registry, own.market->epoch, *own.set, parameters.risk,
                             pricing::NeededSet::everything(own.market->registry), executor);
  if (!risk) {
    return read.error(risk.error().code, "scenario_set", risk.error().value,
                      risk.error().detail.empty() ? risk.error().field : risk.error().detail);
  }
  own.risk = std::make_unique<risk::EpochRisk>(std::move(*risk));
  own.haircuts = haircuts(*own.market, *own.risk, parameters.collateral);
  return own;
}

MarginAnswer answer_of(const ReadPortfolio& read, const OwnModels& own, const risk::Model& model,
                       const policy::ParameterSet& parameters) {
  risk::Scratch scratch;
  MarginAnswer answer;
  answer.portfolio = read.file.name.empty() ? read.path : read.file.name;
  answer.as_of = read.file.as_of;
  answer.numeraire = read.file.numeraire;
  answer.mode = read.file.mode;
  answer.model = std::string(risk::model_name(model));
  answer.scenario_set = own.set->hash();
  answer.scenario_set_as_of = own.set->as_of();
  answer.parameter_version = parameters.version;
  answer.detail = risk::explain(model, *own.risk, own.market->portfolio, own.haircuts, scratch);
  answer.notes = own.market->notes;
  judge(answer, parameters.ladder.levels);
  return answer;
}

Result<MarginAnswer> compute(const ReadPortfolio& read, const Arguments& arguments,
                             const policy::ParameterSet& parameters) {
  BULKHEAD_TRY(const risk::Model model, model_of(arguments.text("--model"), read));
  BULKHEAD_TRY(const OwnModels own, prepare(read, arguments, parameters));
  return answer_of(read, own, model, parameters);
}

// The numbers of a venue's model: those of --venue-parameters if they are of that model.
Result<venues::VenueParameters> venue_parameters(std::string_view model,
                                                 const Arguments& arguments) {
  if (arguments.has("--venue-parameters")) {
    const std::string& path = arguments.text("--venue-parameters");
    BULKHEAD_TRY(const std::string text, read_text(path));
    Result<venues::VenueParameters> given = venues::read_venue_parameters(text);
    if (!given) return in_file(path, given.error());
    if (given->model == model) return given;
    if (arguments.text("--model") != "all") {
      return in_file(path, {ErrorCode::out_of_range, "model", given->model, std::string(model)});
    }
  }
  return venues::shipped_venue_parameters(model);
}

// The venues' models need prices only: a document without a scenario set is fine.
Result<std::unique_ptr<PortfolioMarket>> venue_market(const ReadPortfolio& read,
                                                      const Arguments& arguments,
                                                      const policy::ParameterSet& parameters) {
  const bool sources = arguments.has("--scenarios") || arguments.has("--data") ||
                       !read.file.scenario_set.empty() || !read.file.data.empty();
  if (!sources) {
    if (read.file.as_of.ns == 0) {
      return read.error(ErrorCode::missing_field, "as_of", "", "a time, \"2025-10-10T20:00:00Z\"");
    }
    return build_portfolio_market(read, pricing::ScenarioSet{}, nullptr, parameters.collateral);
  }
  BULKHEAD_TRY(const Sources found, read_sources(read, arguments));
  return build_portfolio_market(read, found.set, found.histories ? &*found.histories : nullptr,
                                parameters.collateral);
}

Result<VenueMarginAnswer> compute_venue(const ReadPortfolio& read, const Arguments& arguments,
                                        const policy::ParameterSet& parameters) {
  BULKHEAD_TRY(const venues::VenueParameters venue,
               venue_parameters(arguments.text("--model"), arguments));
  BULKHEAD_TRY(const std::unique_ptr<PortfolioMarket> market,
               venue_market(read, arguments, parameters));
  VenueMarginAnswer answer;
  answer.portfolio = read.file.name.empty() ? read.path : read.file.name;
  answer.as_of = read.file.as_of;
  answer.numeraire = read.file.numeraire;
  const venues::Account account = venue_account(read, *market, answer.notes);
  BULKHEAD_TRY(answer.margin, venues::evaluate(venue, account));
  return answer;
}

std::string in_one_line(const Error& error) { return error_line(error, {}); }

Result<ComparisonAnswer> compare(const ReadPortfolio& read, const Arguments& arguments,
                                 const policy::ParameterSet& parameters) {
  BULKHEAD_TRY(const std::unique_ptr<PortfolioMarket> market,
               venue_market(read, arguments, parameters));
  ComparisonAnswer answer;
  answer.portfolio = read.file.name.empty() ? read.path : read.file.name;
  answer.as_of = read.file.as_of;
  answer.numeraire = read.file.numeraire;
  const venues::Account account = venue_account(read, *market, answer.notes);
  const Result<OwnModels> own = prepare(read, arguments, parameters);
  for (const std::string_view name : risk::model_names()) {
    ComparedModel& one = answer.models.emplace_back();
    one.model = std::string(name);
    const Result<risk::Model> model = model_of(one.model, read);
    if (!model || !own) {
      one.failure = in_one_line(model ? own.error() : model.error());
    } else {
      one.margin = as_venue_margin(answer_of(read, *own, *model, parameters));
    }
  }
  for (const std::string_view name : venues::venue_model_names()) {
    ComparedModel& one = answer.models.emplace_back();
    one.model = std::string(name);
    BULKHEAD_TRY(const venues::VenueParameters venue, venue_parameters(name, arguments));
    Result<venues::VenueMargin> margin = venues::evaluate(venue, account);
    if (margin) {
      one.margin = std::move(*margin);
    } else {
      one.failure = in_one_line(margin.error());
    }
  }
  rank(answer);
  return answer;
}

template <class Answer, class Text>
int print(const Result<Answer>& answer, const Arguments& arguments, Terminal& terminal,
          const Text& text) {
  if (!answer) return terminal.fail(answer.error());
  if (arguments.has("--json")) {
    terminal.line(wire::to_json(*answer));
  } else {
    terminal.out(text(*answer));
  }
  return kOk;
}

int run(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--cases")) return run_margin_cases(arguments, terminal);
  if (!arguments.has("FILE")) {
    return terminal.fail({ErrorCode::missing_field, "FILE", "", "a portfolio, or --cases"});
  }
  const std::string& path = arguments.text("FILE");
  const Result<policy::ParameterSet> parameters = read_parameters(arguments.text("--parameters"));
  if (!parameters) return terminal.fail(parameters.error());
  const Result<ReadPortfolio> read = read_portfolio(path);
  if (!read) return terminal.fail(read.error(), path);
  const std::string& model = arguments.text("--model");
  if (model == "all") {
    return print(compare(*read, arguments, *parameters), arguments, terminal,
                 [](const ComparisonAnswer& answer) { return text_of(answer); });
  }
  if (venues::is_venue_model(model)) {
    return print(compute_venue(*read, arguments, *parameters), arguments, terminal,
                 [](const VenueMarginAnswer& answer) { return text_of(answer); });
  }
  return print(compute(*read, arguments, *parameters), arguments, terminal,
               [&](const MarginAnswer& answer) { return text_of(answer, parameters->risk); });
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
              "Models: our own scenario_es, scenario_grid and flat; the venues' own derive-pmrm1,\n"
              "derive-pmrm2, deribit-pm, paradex-pm and okx-pm, which need no scenario set\n"
              "(docs/venue-models.md); all: what each would ask for this portfolio, and why.\n"
              "\n"
              "--cases computes published cases of such models with the numbers in their own file\n"
              "and compares every figure that they expect. A case is reproduced if no relative\n"
              "error exceeds the tolerance; exit code 1 if one is not. The file is JSON:\n"
              "{\"cases\": [{\"id\": …, \"input\" or \"market\" and \"portfolio\": …,\n"
              "\"expected\": {…}}]}; the forms are in docs/venue-models.md.\n"
              "\n"
              "Examples:\n"
              "  bulkhead margin examples/portfolio.json\n"
              "  bulkhead margin mine.json --data ../shared/data     prices and set from data\n"
              "  bulkhead margin mine.json --json | jq .detail.requirement.initial\n"
              "  bulkhead margin mine.json --model derive-pmrm2       as that venue would\n"
              "  bulkhead margin mine.json --model all                all models side by side\n"
              "  bulkhead margin --cases derive_pmrm2_portfolio.json  published cases\n"
              "  cat mine.json | bulkhead margin - --scenarios march.set",
          .options = {optional_positional("FILE", "the portfolio, - for standard input"),
                      value("--scenarios", "FILE", "scenario set, instead of the document's"),
                      value("--data", "DIR", "build the set, and take missing prices, from here"),
                      value("--model", "NAME", "margin model, or all", "scenario_es"),
                      value("--venue-parameters", "FILE",
                            "numbers of a venue's model, instead of the shipped ones"),
                      value("--cases", "FILE", "published cases, instead of a portfolio"),
                      value("--tolerance", "X", "of --cases: largest relative error", "1e-9"),
                      value("--parameters", "FILE", "policy; the shipped one if left out"),
                      json_option()},
          .run = run,
          .verbs = {}};
}

}  // namespace bulkhead::cli
