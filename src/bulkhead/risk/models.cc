// Dispatch over margin models.
#include "bulkhead/risk/models.h"

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

}  // namespace

std::string_view model_name(const Model& model) {
  constexpr std::string_view kNames[] = {"scenario_es", "scenario_grid", "flat"};
  return kNames[model.index()];
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

}  // namespace bulkhead::risk
