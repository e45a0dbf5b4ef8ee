// Cases of volatility models and option prices.
#include <algorithm>
#include <array>
#include <cmath>

#include "bulkhead/calibration/garch.h"
#include "bulkhead/calibration/loss_measures.h"
#include "bulkhead/calibration/option_formula.h"
#include "bulkhead/cli/risk_cases.h"

namespace bulkhead::cli {
namespace {

using namespace calibration;  // NOLINT(google-build-using-namespace): a table of its functions

Figure figure(std::string name, double value) { return {std::move(name), value, {}, {}}; }
Figure list(std::string name, std::vector<double> values) {
  return {std::move(name), 0, {}, std::move(values)};
}

Result<GarchParameters> parameters_in(const CaseInput& in) {
  GarchParameters p;
  BULKHEAD_TRY(p.mu, in.number_or("mu", -1e6, 1e6, 0));
  BULKHEAD_TRY(p.omega, in.number("omega", 0, 1e12));
  BULKHEAD_TRY(p.alpha, in.number("alpha", 0, 1));
  BULKHEAD_TRY(p.beta, in.number("beta", 0, 1));
  return p;
}

Result<Figures> fit_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::vector<double> returns, in.numbers("returns"));
  const Result<GarchFit> fit = fit_garch(returns);
  if (!fit) return in.at(fit.error());
  const GarchParameters& p = fit->parameters;
  const GarchParameters& e = fit->standard_errors;
  return Figures{figure("mu", p.mu),
                 figure("omega", p.omega),
                 figure("alpha", p.alpha),
                 figure("beta", p.beta),
                 list("standard_errors", {e.mu, e.omega, e.alpha, e.beta}),
                 figure("log_likelihood", fit->log_likelihood),
                 figure("evaluations", fit->evaluations)};
}

// Losses one step ahead: −(mu + √h_{n+1}·z), z = e/√h.
Result<LossMeasures> filtered_measures(std::span<const double> returns, const GarchPath& path,
                                       double mu, double level) {
  std::vector<double> losses;
  for (std::size_t i = 0; i < returns.size(); ++i) {
    losses.push_back(-(mu + std::sqrt(path.next / path.variances[i]) * (returns[i] - mu)));
  }
  return worst_losses_measures(losses, losses.size(), level);
}

Result<Figures> filter_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::vector<double> returns, in.numbers("returns"));
  BULKHEAD_TRY(const GarchParameters p, parameters_in(in));
  if (!(p.omega > 0)) return in.error(ErrorCode::out_of_range, "omega", "0", "above 0");
  BULKHEAD_TRY(const double level, in.number_or("level", 1e-9, 1 - 1e-9, 0.99));
  const GarchPath path = garch_path(returns, p);
  const Result<LossMeasures> tail = filtered_measures(returns, path, p.mu, level);
  if (!tail) return in.at(tail.error());
  const auto first = path.variances.begin();
  const auto three = std::min<std::ptrdiff_t>(3, path.variances.end() - first);
  return Figures{list("first_variances", {first, first + three}),
                 figure("last_variance", path.variances.back()),
                 figure("forecast_variance", path.next),
                 figure("log_likelihood", path.log_likelihood),
                 figure("var", tail->var),
                 figure("es", tail->es),
                 figure("tail", static_cast<double>(tail->tail)),
                 list("variances", path.variances)};
}

Result<Figures> recursion_case(const CaseInput& in) {
  BULKHEAD_TRY(const std::vector<double> returns, in.numbers("returns"));
  BULKHEAD_TRY(const GarchParameters p, parameters_in(in));
  BULKHEAD_TRY(double variance, in.number("variance", 0, 1e12));
  std::vector<double> deviations;
  for (const double r : returns) {
    variance = p.omega + p.alpha * (r - p.mu) * (r - p.mu) + p.beta * variance;
    deviations.push_back(std::sqrt(variance));
  }
  return Figures{list("deviations", std::move(deviations))};
}

Result<Figures> option_case(const CaseInput& in) {
  constexpr std::array<std::string_view, 2> kTypes{"call", "put"};
  OptionTerms o;
  BULKHEAD_TRY(const std::string type, in.text("type", kTypes));
  o.call = type == "call";
  BULKHEAD_TRY(o.spot, in.number("spot", 1e-12, 1e15));
  BULKHEAD_TRY(o.strike, in.number("strike", 1e-12, 1e15));
  BULKHEAD_TRY(o.yield, in.number_or("yield", -10, 10, 0));
  BULKHEAD_TRY(o.rate, in.number_or("rate", -10, 10, 0));
  BULKHEAD_TRY(o.years, in.number("years", 1e-9, 100));
  BULKHEAD_TRY(o.volatility, in.number("volatility", 1e-9, 100));
  const OptionValue v = european_option(o);
  return Figures{figure("price", v.price),
                 figure("delta", v.delta),
                 figure("delta_forward", v.delta_forward),
                 figure("elasticity", v.elasticity),
                 figure("gamma", v.gamma),
                 figure("theta", v.theta),
                 figure("theta_per_day", v.theta_per_day),
                 figure("vega", v.vega),
                 figure("rho", v.rho),
                 figure("dividend_rho", v.dividend_rho)};
}

}  // namespace

std::vector<CaseKind> model_case_kinds() {
  return {{"garch_fit",
           "GARCH(1,1) by maximum likelihood, standard errors of the Hessian",
           {"returns"},
           fit_case},
          {"garch_filter",
           "variances, likelihood, forecast and filtered historical VaR and ES at parameters given",
           {"returns", "mu", "omega", "alpha", "beta", "level"},
           filter_case},
          {"garch_recursion",
           "deviations after each return, from a variance to begin with",
           {"returns", "mu", "omega", "alpha", "beta", "variance"},
           recursion_case},
          {"option",
           "European option: price and sensitivities",
           {"type", "spot", "strike", "yield", "rate", "years", "volatility"},
           option_case}};
}

}  // namespace bulkhead::cli
