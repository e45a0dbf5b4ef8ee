// What is to be decided about an account in default, as numbers in numéraire: how much of each line
// to close, at least cost, so that E >= exit·IM (D10.2).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "bulkhead/engine/closing.h"

namespace bulkhead::planner {

// One of the weighted blocks of a scenario set.
struct LossBlock {
  std::size_t begin = 0;        // of its scenarios in a P&L vector
  std::vector<double> weights;  // Σ = 1
};

// Closing `share` of a line costs `cost` numéraire in all.
struct CostStep {
  double share = 0;
  double cost = 0;
};

struct ClosingLine {
  double equity = 0;           // what E at mid changes by when all of it is closed, costs apart
  std::vector<CostStep> cost;  // both rise, the slope too; the last is all of it
  std::vector<double> pnl;     // what the P&L vector changes by when all of it is closed
};

struct ClosingProblem {
  double equity = 0;         // E at mid now
  double exit = 0;           // E >= exit · IM
  double tail = 0;           // 1 − α
  double stress_weight = 0;  // ω
  double grid_weight = 0;    // g
  std::vector<double> pnl;  // of the book, in every scenario: filtered | stressed | long_run | grid
  std::array<LossBlock, 3> blocks;
  std::size_t grid_begin = 0;
  std::size_t grid_end = 0;
  std::vector<ClosingLine> lines;
};

ClosingProblem closing_problem(const engine::Books& books, AccountIndex account,
                               const std::vector<engine::ClosableLine>& lines);

// P&L of a portfolio in every scenario of the market's rows, numéraire; what the model simulates
// together: in haircut mode the obligations alone (D5.6).
std::vector<double> scenario_pnl(const risk::EpochRisk& market, const risk::Portfolio& portfolio);

}  // namespace bulkhead::planner
