#include "bulkhead/calibration/correlation.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <string>

namespace bulkhead::calibration {
namespace {

constexpr std::size_t kRowsLeast = 10;
constexpr int kRoundsMost = 10'000;

Eigen::MatrixXd to_eigen(const Matrix& m) {
  const auto n = static_cast<Eigen::Index>(m.size);
  Eigen::MatrixXd out(n, n);
  for (std::size_t i = 0; i < m.size; ++i) {
    for (std::size_t j = 0; j < m.size; ++j) {
      out(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = m.at(i, j);
    }
  }
  return out;
}

Matrix from_eigen(const Eigen::MatrixXd& m) {
  Matrix out(static_cast<std::size_t>(m.rows()));
  for (std::size_t i = 0; i < out.size; ++i) {
    for (std::size_t j = 0; j < out.size; ++j) {
      out.at(i, j) = m(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
    }
  }
  return out;
}

Eigen::MatrixXd with_eigenvalues_above(const Eigen::MatrixXd& m, double floor) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(m);
  const Eigen::VectorXd values = solver.eigenvalues().cwiseMax(floor);
  return solver.eigenvectors() * values.asDiagonal() * solver.eigenvectors().transpose();
}

Status check(const Matrix& m) {
  if (m.size == 0 || m.values.size() != m.size * m.size) {
    return fail(ErrorCode::out_of_range, "matrix", std::to_string(m.values.size()) + " values",
                "a square matrix that is not empty");
  }
  for (std::size_t i = 0; i < m.size; ++i) {
    for (std::size_t j = 0; j < m.size; ++j) {
      if (std::isfinite(m.at(i, j)) && std::abs(m.at(i, j) - m.at(j, i)) <= 1e-12) continue;
      return fail(ErrorCode::out_of_range,
                  "matrix[" + std::to_string(i) + "][" + std::to_string(j) + "]",
                  std::to_string(m.at(i, j)), "a finite number equal to its mirror image");
    }
  }
  return {};
}

// Dates that are whole, columns standardised to mean 0 and variance 1.
Result<Eigen::MatrixXd> standardised(const std::vector<std::vector<double>>& columns) {
  if (columns.empty()) {
    return fail(ErrorCode::missing_field, "columns", "", "at least one column of returns");
  }
  std::vector<std::size_t> dates;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (columns[j].size() == columns[0].size()) continue;
    return fail(ErrorCode::out_of_range, "columns[" + std::to_string(j) + "]",
                std::to_string(columns[j].size()) + " values",
                std::to_string(columns[0].size()) + ", as the first column has");
  }
  for (std::size_t t = 0; t < columns[0].size(); ++t) {
    const auto present = [t](const std::vector<double>& c) { return std::isfinite(c[t]); };
    if (std::ranges::all_of(columns, present)) dates.push_back(t);
  }
  if (dates.size() < kRowsLeast) {
    return fail(ErrorCode::out_of_range, "columns", std::to_string(dates.size()) + " whole dates",
                "at least " + std::to_string(kRowsLeast));
  }
  Eigen::MatrixXd z(static_cast<Eigen::Index>(dates.size()),
                    static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t t = 0; t < dates.size(); ++t) {
      z(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(j)) = columns[j][dates[t]];
    }
    auto column = z.col(static_cast<Eigen::Index>(j));
    column.array() -= column.mean();
    const double deviation = std::sqrt(column.squaredNorm() / static_cast<double>(dates.size()));
    if (!(deviation > 0)) {
      return fail(ErrorCode::out_of_range, "columns[" + std::to_string(j) + "]", "no variation",
                  "returns that vary");
    }
    column /= deviation;
  }
  return z;
}

}  // namespace

Result<ShrunkCorrelation> ledoit_wolf(const std::vector<std::vector<double>>& columns) {
  BULKHEAD_TRY(const Eigen::MatrixXd z, standardised(columns));
  const auto n = static_cast<double>(z.rows());
  const Eigen::Index p = z.cols();
  const Eigen::MatrixXd sample = z.transpose() * z / n;
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(p, p);
  // Ledoit and Wolf's d², b² with the target μ·I; μ = 1 for a correlation.
  const double distance = (sample - identity).squaredNorm();
  double noise = 0;
  for (Eigen::Index t = 0; t < z.rows(); ++t) {
    noise += (z.row(t).transpose() * z.row(t) - sample).squaredNorm();
  }
  noise /= n * n;
  ShrunkCorrelation result;
  result.intensity = distance > 0 ? std::min(1.0, noise / distance) : 1.0;
  Eigen::MatrixXd shrunk = (1 - result.intensity) * sample + result.intensity * identity;
  shrunk.diagonal().setOnes();
  result.correlation = from_eigen(shrunk);
  result.rows = static_cast<std::size_t>(z.rows());
  return result;
}

Result<Matrix> nearest_correlation(const Matrix& matrix, double tolerance) {
  BULKHEAD_TRY_STATUS(check(matrix));
  Eigen::MatrixXd y = to_eigen(matrix);
  Eigen::MatrixXd correction = Eigen::MatrixXd::Zero(y.rows(), y.cols());
  for (int round = 0; round < kRoundsMost; ++round) {
    const Eigen::MatrixXd before = y;
    const Eigen::MatrixXd r = y - correction;
    const Eigen::MatrixXd x = with_eigenvalues_above(r, 0);
    correction = x - r;
    y = x;
    y.diagonal().setOnes();
    if ((y - before).cwiseAbs().maxCoeff() <= tolerance) return from_eigen(y);
  }
  return fail(ErrorCode::out_of_range, "matrix", "no convergence",
              "a symmetric matrix near a correlation matrix");
}

Result<Matrix> spectral_repair(const Matrix& matrix, double floor) {
  BULKHEAD_TRY_STATUS(check(matrix));
  Eigen::MatrixXd raised = with_eigenvalues_above(to_eigen(matrix), floor);
  const Eigen::VectorXd scale = raised.diagonal().cwiseSqrt();
  for (Eigen::Index i = 0; i < raised.rows(); ++i) {
    if (scale(i) > 0) continue;
    return fail(ErrorCode::out_of_range, "matrix[" + std::to_string(i) + "]", "nothing is left",
                "a row with a positive eigenvalue, or a floor above 0");
  }
  for (Eigen::Index i = 0; i < raised.rows(); ++i) {
    for (Eigen::Index j = 0; j < raised.cols(); ++j) raised(i, j) /= scale(i) * scale(j);
  }
  raised.diagonal().setOnes();
  return from_eigen(raised);
}

double least_eigenvalue(const Matrix& matrix) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(to_eigen(matrix),
                                                              Eigen::EigenvaluesOnly);
  return solver.eigenvalues()(0);
}

}  // namespace bulkhead::calibration
