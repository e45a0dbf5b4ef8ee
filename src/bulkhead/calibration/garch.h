// GARCH(1,1) by Gaussian maximum likelihood, as fixed by the benchmark of Fiorentini, Calzolari and
// Panattoni (1996): r_t = μ + e_t, h_t = ω + α·e²_{t−1} + β·h_{t−1}, e²_0 = h_0 = mean of e².
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::calibration {

struct GarchParameters {
  double mu = 0;     // mean of a return
  double omega = 0;  // > 0, in squared returns
  double alpha = 0;  // >= 0
  double beta = 0;   // >= 0, α + β < 1
  double persistence() const { return alpha + beta; }
  double long_run_variance() const { return omega / (1 - alpha - beta); }
};

struct GarchPath {
  std::vector<double> variances;  // h_1 … h_n, before the return of the same index
  double next = 0;                // h_{n+1}
  double log_likelihood = 0;
};

// Any series of at least one finite return; parameters in their ranges (asserted).
GarchPath garch_path(std::span<const double> returns, const GarchParameters& parameters);

struct GarchFit {
  GarchParameters parameters;
  GarchParameters standard_errors;  // from the inverse of the observed information
  double log_likelihood = 0;
  std::uint32_t evaluations = 0;
  // The optimum lies on the edge of the parameters' range: standard errors are 0 there, for the
  // information says nothing.
  bool at_bound = false;
};

inline constexpr std::size_t kGarchReturnsLeast = 100;

// Errors (field "returns"): fewer than 100, a value that is not finite, no variation, or a search
// that does not end.
Result<GarchFit> fit_garch(std::span<const double> returns);

}  // namespace bulkhead::calibration
