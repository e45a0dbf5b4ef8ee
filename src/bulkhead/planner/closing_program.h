// The linear program of a closing: Expected Shortfall in the form of Rockafellar and Uryasev
// (Optimization of conditional value-at-risk, Journal of Risk 2 (2000) 3), costs piecewise linear
// from above, everything else of the requirement by tangents that the caller adds where the exact
// requirement exceeds the program's.
//
//   minimise   Σ cost(x)
//   so that    E + e·x − Σ cost(x) >= exit·M,   M >= C + A,   0 <= x <= 1
//              C >= ES_c, (1−ω)·ES_c + ω·ES_s, ES_f, g·W, 0
//              ES_b >= z_b + Σ w_s·u_s / (1−α),   u_s >= −P&L_s(x) − z_b,   u_s >= 0
//
// Scenarios enter when they are in the tail of a solution (Künzi-Bay and Mayer, Computational
// aspects of minimizing conditional value-at-risk, 2006, for why few are needed).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "bulkhead/planner/closing_problem.h"

namespace bulkhead::planner {

// value + slope·(x − at) is a lower bound of a convex part of the requirement.
struct Tangent {
  std::vector<double> at;  // shares of the lines
  double value = 0;        // numéraire
  std::vector<double> slope;
};

struct ProgramAnswer {
  std::vector<double> shares;  // of each line, in [0, 1]
  double core = 0;             // C
  double add_ons = 0;          // A
  double margin = 0;           // M
  double cost = 0;
};

class ClosingProgram {
 public:
  explicit ClosingProgram(const ClosingProblem& problem);
  ~ClosingProgram();
  ClosingProgram(const ClosingProgram&) = delete;
  ClosingProgram& operator=(const ClosingProgram&) = delete;

  void bound_core(const Tangent& tangent);
  void bound_add_ons(const Tangent& tangent);
  void bound_margin(const Tangent& tangent);

  // nullopt: no closing reaches the exit level, or the solver gave up.
  std::optional<ProgramAnswer> solve();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bulkhead::planner
