// Dispatch over margin models.
#include "bulkhead/risk/models.h"

#include <algorithm>
#include <iterator>

#include "bulkhead/risk/closing_orders.h"
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

// Open orders charged by their bound.
Requirement evaluate_at_bound(const Model& model, const EpochRisk& market,
                              const Portfolio& portfolio, std::span<const HaircutValue> haircuts,
                              Scratch& scratch, const EvaluationOptions& options) {
  if (std::holds_alternative<ScenarioEs>(model)) {
    return evaluate(market, portfolio, haircuts, scratch, options);
  }
  Requirement out;
  if (const auto* grid = std::get_if<ScenarioGrid>(&model)) {
    out = evaluate(*grid, market, portfolio, haircuts, scratch);
  } else {
    out = evaluate(std::get<Flat>(model), market, portfolio);
  }
  return out;
}

Duration look_ahead_of(const EpochRisk& market, const EvaluationOptions& options) {
  return options.look_ahead > Duration{} ? options.look_ahead : market.parameters().look_ahead;
}

// By how much margin less equity rises most, if some of the orders are filled: it is convex
// in their sizes, so that the ends decide.
struct Rise {
  Usd initial;
  Usd stressed;
  Usd obligations;
};

class ExactEvaluation {
 public:
  ExactEvaluation(const Model& model, const EpochRisk& market,
                  std::span<const HaircutValue> haircuts, Scratch& scratch,
                  const EvaluationOptions& options)
      : model_(model), market_(market), haircuts_(haircuts), scratch_(scratch), options_(options) {}

  Requirement run(const Portfolio& portfolio, const SplitOrders& split) {
    Portfolio unfilled = portfolio;
    unfilled.orders = split.opening;
    unfilled.packages = split.packages;
    Requirement out = at_bound(unfilled);
    Rise rise;
    for (std::uint32_t filled = 1; filled < 1U << split.exact.size(); ++filled) {
      Portfolio book = unfilled;
      for (std::size_t i = 0; i < split.exact.size(); ++i) {
        if ((filled >> i & 1U) != 0) apply_fill(book, split.exact[i]);
      }
      const Requirement then = at_bound(book);
      const Usd lost = out.equity_mid - then.equity_mid;
      rise.initial = max(rise.initial, then.initial - out.initial + lost);
      rise.stressed = max(rise.stressed, then.initial_stressed - out.initial_stressed + lost);
      rise.obligations =
          max(rise.obligations, then.obligations_initial - out.obligations_initial + lost);
    }
    add(rise, out);
    add_breach_weight(market_, unfilled, scratch_, look_ahead_of(market_, options_), out);
    return out;
  }

 private:
  Requirement at_bound(const Portfolio& book) {
    return evaluate_at_bound(model_, market_, book, haircuts_, scratch_, options_);
  }

  void add(const Rise& rise, Requirement& out) const {
    const BasisPoints share = market_.parameters().maintenance;
    out.initial += rise.initial;
    out.initial_stressed += rise.stressed;
    out.obligations_initial += rise.obligations;
    out.maintenance = scale_up(out.initial, share, 10'000);
    out.obligations_maintenance = scale_up(out.obligations_initial, share, 10'000);
    out.parts.open_orders += rise.initial;
    out.parts.total += rise.initial;
    out.obligations.open_orders += rise.obligations;
    out.obligations.total += rise.obligations;
  }

  const Model& model_;
  const EpochRisk& market_;
  std::span<const HaircutValue> haircuts_;
  Scratch& scratch_;
  const EvaluationOptions& options_;
};

// IM and IM°, each the lesser of the two; IM° so that it never hangs on the collateral.
Requirement lesser(const Requirement& exact, const Requirement& bound) {
  Requirement out = exact.initial < bound.initial ? exact : bound;
  const Requirement& alone = exact.obligations_initial < bound.obligations_initial ? exact : bound;
  out.obligations_initial = alone.obligations_initial;
  out.obligations_maintenance = alone.obligations_maintenance;
  out.obligations = alone.obligations;
  return out;
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
  Requirement out = evaluate_at_bound(model, market, portfolio, haircuts, scratch, options);
  if (!std::holds_alternative<ScenarioEs>(model)) {
    add_breach_weight(market, portfolio, scratch, look_ahead_of(market, options), out);
  }
  if (!portfolio.has_open_orders() || out.unpriced) return out;
  ExactEvaluation evaluation(model, market, haircuts, scratch, options);
  if (!portfolio.packages.empty()) {
    out = evaluation.run(portfolio, split_packages(market, portfolio));
  }
  const std::size_t closing = closing_instruments(market, portfolio);
  if (closing == 0 || closing > kExactFillsMax) return out;
  return lesser(evaluation.run(portfolio, split_orders(market, portfolio)), out);
}

RequirementDetail explain(const Model& model, const EpochRisk& market, const Portfolio& portfolio,
                          std::span<const HaircutValue> haircuts, Scratch& scratch,
                          const EvaluationOptions& options) {
  RequirementDetail out = explain(market, portfolio, haircuts, scratch, options);
  if (std::holds_alternative<ScenarioEs>(model)) {
    if (portfolio.has_open_orders()) {
      out.requirement = evaluate(model, market, portfolio, haircuts, scratch, options);
    }
    return out;
  }
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

StandaloneCores standalone_cores(const Model& model, const EpochRisk& market,
                                 const Portfolio& portfolio, std::span<const HaircutValue> haircuts,
                                 Scratch& scratch, const EvaluationOptions& options) {
  StandaloneCores out;
  if (!std::holds_alternative<ScenarioEs>(model) || !portfolio.orders.empty()) {
    const RequirementDetail detail = explain(model, market, portfolio, haircuts, scratch, options);
    out.obligations_initial = detail.requirement.obligations_initial;
    for (const UnderlyingDetail& part : detail.underlyings) {
      out.underlyings.push_back(
          {market.registry().find_asset(part.underlying), part.standalone_core});
    }
    return out;
  }
  const Requirement needed = evaluate(market, portfolio, haircuts, scratch, options);
  out.obligations_initial = needed.obligations_initial;
  if (!portfolio.has_obligations()) return out;
  Scratch::Impl& impl = scratch.impl();
  const bool joint = portfolio.mode == MarginMode::joint;
  if (impl.expired_until) {  // else the book as it is was netted last
    make_book(market, portfolio, impl.expired_until, impl.book);
    net(market, impl.book, joint, impl.vectors, impl.netting);
  }
  for (const UnderlyingCore& core : impl.netting.underlyings) {
    out.underlyings.push_back({core.underlying, joint ? core.joint.core : core.obligations.core});
  }
  return out;
}

}  // namespace bulkhead::risk
