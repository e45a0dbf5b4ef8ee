// Margin models by name behind one interface (D5.10): what an account's policy can choose from.
#pragma once

#include <string_view>
#include <variant>

#include "bulkhead/risk/explain.h"
#include "bulkhead/risk/flat.h"
#include "bulkhead/risk/requirement.h"
#include "bulkhead/risk/scenario_grid.h"

namespace bulkhead::risk {

// D5.4–D5.8 on the epoch's rows; its numbers stand in Parameters.
struct ScenarioEs {};

using Model = std::variant<ScenarioEs, ScenarioGrid, Flat>;

std::string_view model_name(const Model& model);  // "scenario_es", "scenario_grid", "flat"
std::span<const std::string_view> model_names();

// The numbers of the models that are not the main one; that one's stand in Parameters. MM = ρ·IM
// holds in every model with the same ρ, for the ladder's levels are multiples of IM (D7.1).
struct ModelParameters {
  Flat flat;
  ScenarioGrid scenario_grid{.maintenance = 7000};

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "flat", self.flat);
    visit(2, "scenario_grid", self.scenario_grid);
  }
};

// Each model's own rules, then that ρ is `maintenance`.
Status validate(const ModelParameters& models, BasisPoints maintenance);

// The model of that name with its numbers; out_of_range names those there are.
Result<Model> model_of(std::string_view name, const ModelParameters& parameters);

// Requirement by the given model. Components that a model does not know are zero; equity,
// maintenance and the obligations' pair are always there. Open orders that close what is held are
// charged exactly where that is less than their bound, and packages exactly (closing_orders.h).
Requirement evaluate(const Model& model, const EpochRisk& market, const Portfolio& portfolio,
                     std::span<const HaircutValue> haircuts, Scratch& scratch,
                     const EvaluationOptions& options = {});

// The same with its reasons. Under other models than `scenario_es` deltas, values and add-ons are
// facts about the book, standalone_core is the model's own charge of the underlying, and there is
// neither tail nor contribution: the requirement is not a sum over lines.
RequirementDetail explain(const Model& model, const EpochRisk& market, const Portfolio& portfolio,
                          std::span<const HaircutValue> haircuts, Scratch& scratch,
                          const EvaluationOptions& options = {});

// What explain() says of every underlying's core and of IM°, without tails and contributions.
struct StandaloneCores {
  Usd obligations_initial;
  std::vector<UnderlyingCharge> underlyings;  // in no order
};
StandaloneCores standalone_cores(const Model& model, const EpochRisk& market,
                                 const Portfolio& portfolio, std::span<const HaircutValue> haircuts,
                                 Scratch& scratch, const EvaluationOptions& options = {});

}  // namespace bulkhead::risk
