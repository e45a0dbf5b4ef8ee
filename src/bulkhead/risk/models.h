// Margin models by name behind one interface (D5.10): what an account's policy can choose from.
#pragma once

#include <string_view>
#include <variant>

#include "bulkhead/risk/flat.h"
#include "bulkhead/risk/requirement.h"
#include "bulkhead/risk/scenario_grid.h"

namespace bulkhead::risk {

// D5.4–D5.8 on the epoch's rows; its numbers stand in Parameters.
struct ScenarioEs {};

using Model = std::variant<ScenarioEs, ScenarioGrid, Flat>;

std::string_view model_name(const Model& model);  // "scenario_es", "scenario_grid", "flat"

// Requirement by the given model. Components that a model does not know are zero; equity,
// maintenance and the obligations' pair are always there.
Requirement evaluate(const Model& model, const EpochRisk& market, const Portfolio& portfolio,
                     std::span<const HaircutValue> haircuts, Scratch& scratch,
                     const EvaluationOptions& options = {});

}  // namespace bulkhead::risk
