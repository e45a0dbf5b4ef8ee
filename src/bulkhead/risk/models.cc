// Dispatch over margin models.
#include "bulkhead/risk/models.h"

#include <algorithm>
#include <iterator>

#include "bulkhead/risk/scratch.h"

namespace bulkhead::risk {
namespace {

// D9.1's look-ahead is a fact about the book, whatever model sets its margin.
void add_breach_weight(const EpochRisk& market, const Portfolio& portfolio, Scratch& scratch,
                       Duration look_ahead, Requirement& out) {
  if (!portfolio.has_obligations()) return;
  Scratch::Impl& impl = scratch.impl();
  make_book(market, portfolio, std::nullopt, impl.book);
  net(market, impl.book, false, impl.vectors, impl.netting);
  out.breach_weight = breach_weight(market, impl.vectors, impl.netting, out.equity_mid,
                                    out.maintenance, look_ahead);
}

constexpr std::string_view kNames[] = {"scenario_es", "scenario_grid", "flat"};
static_assert(std::size(kNames) == std::variant_size_v<Model>);

Status check_maintenance(std::string_view field, BasisPoints own, BasisPoints maintenance) {
  if (own == maintenance) return {};
  return fail(ErrorCode::parameters_disagree, field, std::to_string(own),
              "must equal risk.maintenance = " + std::to_string(maintenance));
}

Status within(std::string_view part, const Status& status) {
  if (status) return {};
  Error error = status.error();
  error.field = std::string(part) + "." + error.field;
  return std::unexpected(error);
}

void charge_underlyings(const EpochRisk& market, const std::vector<UnderlyingCharge>& charges,
                        std::vector<UnderlyingDetail>& details) {
  for (UnderlyingDetail& detail : details) {
    const AssetIndex asset = market.registry().find_asset(detail.underlying);
    const auto at = std::ranges::find(charges, asset, &UnderlyingCharge::underlying);
    detail.standalone_core = at == charges.end() ? Usd{} : at->amount;
  }
}

}  // namespace

std::string_view model_name(const Model& model) { return kNames[model.index()]; }

std::span<const std::string_view> model_names() { return kNames; }

Status validate(const ModelParameters& models, BasisPoints maintenance) {
  BULKHEAD_TRY_STATUS(within("models.flat", validate(models.flat)));
  BULKHEAD_TRY_STATUS(within("models.scenario_grid", validate(models.scenario_grid)));
  BULKHEAD_TRY_STATUS(
      check_maintenance("models.flat.maintenance", models.flat.maintenance, maintenance));
  return check_maintenance("models.scenario_grid.maintenance", models.scenario_grid.maintenance,
                           maintenance);
}

Result<Model> model_of(std::string_view name, const ModelParameters& parameters) {
  if (name == kNames[0]) return ScenarioEs{};
  if (name == kNames[1]) return parameters.scenario_grid;
  if (name == kNames[2]) return parameters.flat;
  return fail(ErrorCode::out_of_range, "model", name, "scenario_es, scenario_grid or flat");
}

Requirement evaluate(const Model& model, const EpochRisk& market, const Portfolio& portfolio,
                     std::span<const HaircutValue> haircuts, Scratch& scratch,
                     const EvaluationOptions& options) {
  if (std::holds_alternative<ScenarioEs>(model)) {
    return evaluate(market, portfolio, haircuts, scratch, options);
  }
  const Duration look_ahead =
      options.look_ahead > Duration{} ? options.look_ahead : market.parameters().look_ahead;
  Requirement out;
  if (const auto* grid = std::get_if<ScenarioGrid>(&model)) {
    out = evaluate(*grid, market, portfolio, haircuts, scratch);
  } else {
    out = evaluate(std::get<Flat>(model), market, portfolio);
  }
  add_breach_weight(market, portfolio, scratch, look_ahead, out);
  return out;
}

RequirementDetail explain(const Model& model, const EpochRisk& market, const Portfolio& portfolio,
                          std::span<const HaircutValue> haircuts, Scratch& scratch,
                          const EvaluationOptions& options) {
  RequirementDetail out = explain(market, portfolio, haircuts, scratch, options);
  if (std::holds_alternative<ScenarioEs>(model)) return out;
  out.requirement = evaluate(model, market, portfolio, haircuts, scratch, options);
  out.driver = CoreDriver::none;
  out.grid_worst.clear();
  out.filtered_tail.clear();
  out.stressed_tail.clear();
  out.long_run_tail.clear();
  out.contributions.clear();
  const auto* grid = std::get_if<ScenarioGrid>(&model);
  charge_underlyings(market,
                     grid != nullptr ? underlying_charges(*grid, market, portfolio)
                                     : underlying_charges(std::get<Flat>(model), market, portfolio),
                     out.underlyings);
  return out;
}

}  // namespace bulkhead::risk
