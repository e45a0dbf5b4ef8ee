// Correlation that stands up: shrunk by Ledoit and Wolf (2004), and the nearest correlation matrix
// of Higham (2002) to what a person or a stress made of one (D12.1).
#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/base/result.h"

namespace bulkhead::calibration {

// Row-major, size × size.
struct Matrix {
  std::size_t size = 0;
  std::vector<double> values;

  explicit Matrix(std::size_t n = 0) : size(n), values(n * n, 0.0) {}
  double& at(std::size_t i, std::size_t j) { return values[i * size + j]; }
  double at(std::size_t i, std::size_t j) const { return values[i * size + j]; }
};

struct ShrunkCorrelation {
  Matrix correlation;    // (1 − intensity)·sample + intensity·identity
  double intensity = 0;  // in [0, 1]
  std::size_t rows = 0;  // dates on which every column has a value
};

// columns[j][t], all of one length; a NaN is a gap, and a date with one is left out. Errors: no
// columns, unequal lengths, fewer than 10 whole dates, a column without variation (named by index).
Result<ShrunkCorrelation> ledoit_wolf(const std::vector<std::vector<double>>& columns);

// The correlation matrix nearest in Frobenius norm by alternating projections with Dykstra's
// correction, to `tolerance` in any entry. Errors: a matrix that is empty, not symmetric within
// 1e-12 or not finite; no convergence in 10,000 rounds.
Result<Matrix> nearest_correlation(const Matrix& matrix, double tolerance = 1e-10);

// Negative eigenvalues raised to `floor` and the diagonal scaled back to 1: cheaper than the
// nearest, and what an online estimate is repaired with (spectral repair). Same errors.
Result<Matrix> spectral_repair(const Matrix& matrix, double floor = 0);

double least_eigenvalue(const Matrix& matrix);  // of a symmetric matrix

}  // namespace bulkhead::calibration
