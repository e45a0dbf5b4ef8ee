#include "bulkhead/planner/closing_program.h"

#include <ClpSimplex.hpp>
#include <algorithm>
#include <numeric>

namespace bulkhead::planner {
namespace {

constexpr int kMostRounds = 200;  // of rows being generated
constexpr double kTolerance = 1e-7;

struct Row {
  std::vector<int> columns;
  std::vector<double> values;
  void add(int column, double value) {
    if (value == 0) return;
    columns.push_back(column);
    values.push_back(value);
  }
};

double magnitude(double value) { return value < 0 ? -value : value; }

}  // namespace

// Amounts are divided by `unit`, so that figures of the program are of order one.
struct ClosingProgram::Impl {
  explicit Impl(const ClosingProblem& what) : problem(what) {}

  int column(double lower, double upper, double objective) {
    model.addColumn(0, nullptr, nullptr, lower, upper, objective);
    return model.numberColumns() - 1;
  }
  void at_least(const Row& row, double bound) {
    model.addRow(static_cast<int>(row.columns.size()), row.columns.data(), row.values.data(), bound,
                 COIN_DBL_MAX);
  }

  void lay_lines();
  void lay_core();
  void lay_requirement();
  void bound(int part, const Tangent& tangent);
  void add_scenario(std::size_t block, std::size_t scenario);
  void add_grid_point(std::size_t scenario);
  bool add_what_is_missing(const std::vector<double>& pnl);
  bool add_tail(std::size_t block, const std::vector<double>& pnl);
  std::vector<double> shares() const;
  std::vector<double> pnl_at(const std::vector<double>& at) const;

  const ClosingProblem& problem;
  ClpSimplex model;
  double unit = 1;
  std::vector<int> share;                    // x
  std::vector<std::pair<int, double>> cost;  // columns of the steps, with their slopes
  int core = 0, add_ons = 0, margin = 0;
  std::array<int, 3> shortfall{}, quantile{}, shortfall_row{};
  std::vector<bool> present;  // scenarios that have their row
};

void ClosingProgram::Impl::lay_lines() {
  for (const ClosingLine& line : problem.lines) {
    share.push_back(column(0, 1, 0));
    Row sum;
    sum.add(share.back(), 1);
    CostStep before;
    for (const CostStep& step : line.cost) {
      const double width = step.share - before.share;
      const double slope = (step.cost - before.cost) / unit / width;
      cost.emplace_back(column(0, width, slope), slope);
      sum.add(cost.back().first, -1);
      before = step;
    }
    model.addRow(static_cast<int>(sum.columns.size()), sum.columns.data(), sum.values.data(), 0, 0);
  }
}

void ClosingProgram::Impl::lay_core() {
  core = column(0, COIN_DBL_MAX, 0);
  double most = 1;
  for (const double value : problem.pnl) most = std::max(most, magnitude(value) / unit);
  for (std::size_t b = 0; b < problem.blocks.size(); ++b) {
    shortfall[b] = column(-COIN_DBL_MAX, COIN_DBL_MAX, 0);
    quantile[b] = column(-10 * most, 10 * most, 0);
    Row row;
    row.add(shortfall[b], 1);
    row.add(quantile[b], -1);
    shortfall_row[b] = model.numberRows();
    at_least(row, 0);
  }
  const double stressed = problem.stress_weight;
  for (const auto& [filtered, with, long_run] :
       {std::array{1.0, 0.0, 0.0}, std::array{1 - stressed, stressed, 0.0},
        std::array{0.0, 0.0, 1.0}}) {
    Row row;
    row.add(core, 1);
    row.add(shortfall[0], -filtered);
    row.add(shortfall[1], -with);
    row.add(shortfall[2], -long_run);
    at_least(row, 0);
  }
}

void ClosingProgram::Impl::lay_requirement() {
  add_ons = column(0, COIN_DBL_MAX, 0);
  margin = column(0, COIN_DBL_MAX, 0);
  Row sum;
  sum.add(margin, 1);
  sum.add(core, -1);
  sum.add(add_ons, -1);
  at_least(sum, 0);
  Row exit;
  exit.add(margin, -problem.exit);
  for (std::size_t i = 0; i < share.size(); ++i) {
    exit.add(share[i], problem.lines[i].equity / unit);
  }
  for (const auto& [step, slope] : cost) exit.add(step, -slope);
  at_least(exit, -problem.equity / unit);
}

void ClosingProgram::Impl::bound(int part, const Tangent& tangent) {
  Row row;
  row.add(part, 1);
  double constant = tangent.value / unit;
  for (std::size_t i = 0; i < share.size(); ++i) {
    row.add(share[i], -tangent.slope[i] / unit);
    constant -= tangent.slope[i] / unit * tangent.at[i];
  }
  at_least(row, constant);
}

void ClosingProgram::Impl::add_scenario(std::size_t block, std::size_t scenario) {
  if (present[scenario]) return;
  present[scenario] = true;
  const double weight = problem.blocks[block].weights[scenario - problem.blocks[block].begin];
  const double coefficient = -weight / problem.tail;
  model.addColumn(1, &shortfall_row[block], &coefficient, 0, COIN_DBL_MAX, 0);
  Row row;
  row.add(model.numberColumns() - 1, 1);
  row.add(quantile[block], 1);
  for (std::size_t i = 0; i < share.size(); ++i) {
    row.add(share[i], problem.lines[i].pnl[scenario] / unit);
  }
  at_least(row, -problem.pnl[scenario] / unit);
}

void ClosingProgram::Impl::add_grid_point(std::size_t scenario) {
  if (present[scenario]) return;
  present[scenario] = true;
  Row row;
  row.add(core, 1);
  for (std::size_t i = 0; i < share.size(); ++i) {
    row.add(share[i], problem.grid_weight * problem.lines[i].pnl[scenario] / unit);
  }
  at_least(row, -problem.grid_weight * problem.pnl[scenario] / unit);
}

// The tail of a P&L vector and as much again; true if a scenario of the tail itself was missing.
bool ClosingProgram::Impl::add_tail(std::size_t block, const std::vector<double>& pnl) {
  const LossBlock& of = problem.blocks[block];
  std::vector<std::size_t> worst(of.weights.size());
  std::iota(worst.begin(), worst.end(), std::size_t{0});
  std::ranges::sort(worst, [&](std::size_t a, std::size_t b) {
    return std::pair{pnl[of.begin + a], a} < std::pair{pnl[of.begin + b], b};
  });
  bool missing = false;
  double mass = 0;
  for (const std::size_t s : worst) {
    if (mass >= 2 * problem.tail) break;
    missing = missing || (mass < problem.tail && !present[of.begin + s]);
    add_scenario(block, of.begin + s);
    mass += of.weights[s];
  }
  return missing;
}

bool ClosingProgram::Impl::add_what_is_missing(const std::vector<double>& pnl) {
  bool missing = false;
  for (std::size_t b = 0; b < problem.blocks.size(); ++b) {
    missing = add_tail(b, pnl) || missing;
  }
  std::size_t worst = problem.grid_begin;
  for (std::size_t s = problem.grid_begin; s < problem.grid_end; ++s) {
    if (pnl[s] < pnl[worst]) worst = s;
  }
  if (problem.grid_begin < problem.grid_end && !present[worst]) {
    add_grid_point(worst);
    missing = true;
  }
  return missing;
}

std::vector<double> ClosingProgram::Impl::shares() const {
  std::vector<double> at;
  for (const int column : share) {
    at.push_back(std::clamp(model.primalColumnSolution()[column], 0.0, 1.0));
  }
  return at;
}

std::vector<double> ClosingProgram::Impl::pnl_at(const std::vector<double>& at) const {
  std::vector<double> pnl = problem.pnl;
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (at[i] == 0) continue;
    for (std::size_t s = 0; s < pnl.size(); ++s) pnl[s] += at[i] * problem.lines[i].pnl[s];
  }
  return pnl;
}

ClosingProgram::ClosingProgram(const ClosingProblem& problem)
    : impl_(std::make_unique<Impl>(problem)) {
  impl_->model.setLogLevel(0);
  impl_->model.setPrimalTolerance(kTolerance);
  impl_->present.resize(problem.pnl.size(), false);
  for (const double value : problem.pnl) impl_->unit = std::max(impl_->unit, magnitude(value));
  impl_->lay_lines();
  impl_->lay_core();
  impl_->lay_requirement();
  impl_->add_what_is_missing(problem.pnl);
}

ClosingProgram::~ClosingProgram() = default;

void ClosingProgram::bound_core(const Tangent& tangent) { impl_->bound(impl_->core, tangent); }
void ClosingProgram::bound_add_ons(const Tangent& tangent) {
  impl_->bound(impl_->add_ons, tangent);
}
void ClosingProgram::bound_margin(const Tangent& tangent) { impl_->bound(impl_->margin, tangent); }

std::optional<ProgramAnswer> ClosingProgram::solve() {
  Impl& p = *impl_;
  for (int round = 0; round < kMostRounds; ++round) {
    p.model.dual();
    if (p.model.status() != 0) p.model.primal();
    if (p.model.status() != 0) return std::nullopt;
    const std::vector<double> at = p.shares();
    if (p.add_what_is_missing(p.pnl_at(at))) continue;
    const double* values = p.model.primalColumnSolution();
    return ProgramAnswer{at, values[p.core] * p.unit, values[p.add_ons] * p.unit,
                         values[p.margin] * p.unit, p.model.objectiveValue() * p.unit};
  }
  return std::nullopt;
}

}  // namespace bulkhead::planner
