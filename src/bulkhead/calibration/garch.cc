#include "bulkhead/calibration/garch.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <nlopt.hpp>
#include <string>

#include "bulkhead/base/assert.h"
#include "bulkhead/calibration/search.h"

namespace bulkhead::calibration {
namespace {

constexpr double kLog2Pi = 1.8378770664093454836;
constexpr double kPersistenceMost = 0.99999;
constexpr int kEvaluationsMost = 2000;

using Gradient = std::array<double, 4>;  // by μ, ω, α, β

// Log-likelihood and its gradient, the start's dependence on μ included.
double log_likelihood(std::span<const double> returns, const GarchParameters& p,
                      Gradient* gradient) {
  const auto n = static_cast<double>(returns.size());
  double start = 0, mean_error = 0;
  for (const double r : returns) {
    start += (r - p.mu) * (r - p.mu) / n;
    mean_error += (r - p.mu) / n;
  }
  double h = start, square = start, error_slope = -2 * mean_error;
  Gradient dh = {error_slope, 0, 0, 0};
  double sum = 0;
  if (gradient != nullptr) gradient->fill(0);
  for (const double r : returns) {
    if (gradient != nullptr) {
      dh = {p.alpha * error_slope + p.beta * dh[0], 1 + p.beta * dh[1], square + p.beta * dh[2],
            h + p.beta * dh[3]};
    }
    h = p.omega + p.alpha * square + p.beta * h;
    const double e = r - p.mu;
    square = e * e;
    error_slope = -2 * e;
    sum -= 0.5 * (kLog2Pi + std::log(h) + square / h);
    if (gradient == nullptr) continue;
    const double weight = 0.5 * (square / h - 1) / h;
    for (std::size_t i = 0; i < 4; ++i) (*gradient)[i] += weight * dh[i];
    (*gradient)[0] += e / h;
  }
  return sum;
}

// The search runs over μ, log ω, and the logits of persistence and of α's share of it, on returns
// of unit variance.
struct Search {
  std::vector<double> returns;
  std::uint32_t evaluations = 0;
};

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double logit(double p) { return std::log(p / (1 - p)); }

GarchParameters natural(const std::vector<double>& x) {
  const double persistence = kPersistenceMost * logistic(x[2]);
  const double share = logistic(x[3]);
  return {x[0], std::exp(x[1]), persistence * share, persistence * (1 - share)};
}

double objective(const std::vector<double>& x, std::vector<double>& slope, void* data) {
  auto& search = *static_cast<Search*>(data);
  ++search.evaluations;
  const GarchParameters p = natural(x);
  Gradient g;
  const double value = log_likelihood(search.returns, p, slope.empty() ? nullptr : &g);
  if (!slope.empty()) {
    const double persistence = p.persistence();
    const double share = logistic(x[3]);
    slope[0] = g[0];
    slope[1] = g[1] * p.omega;
    slope[2] =
        (g[2] * share + g[3] * (1 - share)) * persistence * (1 - persistence / kPersistenceMost);
    slope[3] = (g[2] - g[3]) * persistence * share * (1 - share);
  }
  return value;
}

GarchParameters scaled(const GarchParameters& p, double scale) {
  return {p.mu * scale, p.omega * scale * scale, p.alpha, p.beta};
}

// From central differences of the gradient; nothing where the information is not positive definite.
bool standard_errors(std::span<const double> returns, const GarchParameters& p,
                     GarchParameters& errors) {
  const std::array<double, 4> at = {p.mu, p.omega, p.alpha, p.beta};
  Eigen::Matrix4d information;
  for (int i = 0; i < 4; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const double step = 1e-5 * std::max(std::abs(at[k]), i == 0 ? 0.01 : 1e-4);
    std::array<double, 4> up = at, down = at;
    up[k] += step;
    down[k] -= step;
    Gradient high, low;
    log_likelihood(returns, {up[0], up[1], up[2], up[3]}, &high);
    log_likelihood(returns, {down[0], down[1], down[2], down[3]}, &low);
    for (int j = 0; j < 4; ++j) {
      const auto l = static_cast<std::size_t>(j);
      information(i, j) = -(high[l] - low[l]) / (2 * step);
    }
  }
  const Eigen::Matrix4d symmetric = 0.5 * (information + information.transpose());
  const Eigen::LLT<Eigen::Matrix4d> factor(symmetric);
  if (factor.info() != Eigen::Success) return false;
  const Eigen::Matrix4d covariance = factor.solve(Eigen::Matrix4d::Identity());
  errors = {std::sqrt(covariance(0, 0)), std::sqrt(covariance(1, 1)), std::sqrt(covariance(2, 2)),
            std::sqrt(covariance(3, 3))};
  return true;
}

Status check(std::span<const double> returns) {
  if (returns.size() < kGarchReturnsLeast) {
    return fail(ErrorCode::out_of_range, "returns", std::to_string(returns.size()) + " values",
                "at least " + std::to_string(kGarchReturnsLeast) + " returns");
  }
  const auto odd = std::ranges::find_if(returns, [](double r) { return !std::isfinite(r); });
  if (odd != returns.end()) {
    return fail(ErrorCode::out_of_range, "returns[" + std::to_string(odd - returns.begin()) + "]",
                std::to_string(*odd), "a finite return");
  }
  const auto [least, most] = std::ranges::minmax_element(returns);
  if (*least == *most) {
    return fail(ErrorCode::out_of_range, "returns", std::to_string(*least) + " throughout",
                "returns that vary");
  }
  return {};
}

}  // namespace

GarchPath garch_path(std::span<const double> returns, const GarchParameters& p) {
  BULKHEAD_ASSERT(!returns.empty() && p.omega > 0 && p.alpha >= 0 && p.beta >= 0);
  GarchPath path;
  path.variances.reserve(returns.size());
  double square = 0;
  for (const double r : returns) square += (r - p.mu) * (r - p.mu);
  square /= static_cast<double>(returns.size());
  double h = square;
  for (const double r : returns) {
    h = p.omega + p.alpha * square + p.beta * h;
    square = (r - p.mu) * (r - p.mu);
    path.variances.push_back(h);
    path.log_likelihood -= 0.5 * (kLog2Pi + std::log(h) + square / h);
  }
  path.next = p.omega + p.alpha * square + p.beta * h;
  return path;
}

Result<GarchFit> fit_garch(std::span<const double> returns) {
  BULKHEAD_TRY_STATUS(check(returns));
  const auto n = static_cast<double>(returns.size());
  double mean = 0, variance = 0;
  for (const double r : returns) mean += r / n;
  for (const double r : returns) variance += (r - mean) * (r - mean) / n;
  const double scale = std::sqrt(variance);

  Search search;
  for (const double r : returns) search.returns.push_back(r / scale);
  std::vector<double> x = {mean / scale, std::log(0.05), logit(0.95 / kPersistenceMost),
                           logit(0.1)};
  nlopt::opt optimiser(nlopt::LD_LBFGS, 4);
  optimiser.set_max_objective(objective, &search);
  optimiser.set_lower_bounds({-10, -25, -15, -15});
  optimiser.set_upper_bounds({10, 3, 15, 15});
  optimiser.set_ftol_rel(1e-14);
  optimiser.set_xtol_rel(1e-10);
  optimiser.set_maxeval(kEvaluationsMost);
  BULKHEAD_TRY_STATUS(maximise(optimiser, x, "returns"));
  if (search.evaluations >= kEvaluationsMost) {
    return fail(ErrorCode::out_of_range, "returns", "no maximum found",
                "a search of at most " + std::to_string(kEvaluationsMost) + " steps");
  }
  const GarchParameters unit = natural(x);
  GarchFit fit;
  fit.parameters = scaled(unit, scale);
  fit.log_likelihood = log_likelihood(returns, fit.parameters, nullptr);
  fit.evaluations = search.evaluations;
  GarchParameters errors;
  fit.at_bound = unit.alpha < 1e-6 || unit.beta < 1e-6 ||
                 unit.persistence() > kPersistenceMost - 1e-5 ||
                 !standard_errors(search.returns, unit, errors);
  if (!fit.at_bound) fit.standard_errors = scaled(errors, scale);
  return fit;
}

}  // namespace bulkhead::calibration
