#include "bulkhead/planner/closing_problem.h"

#include "bulkhead/risk/book.h"

namespace bulkhead::planner {
namespace {

double numeraire(Usd value) { return static_cast<double>(value.micros) / 1e6; }

void add_row(const pricing::RowView& row, double lots, std::vector<double>& pnl) {
  if (!row.present() || lots == 0) return;
  double unit = lots;
  for (int i = 0; i < row.exponent; ++i) unit *= 2;
  for (int i = 0; i > row.exponent; --i) unit /= 2;
  for (std::size_t s = 0; s < row.ticks.size(); ++s) {
    pnl[s] += unit * static_cast<double>(row.ticks[s]);
  }
}

// Piecewise linear from above; finer where little is closed, for impact bends most there.
std::vector<CostStep> cost_steps(const engine::ClosableLine& line) {
  constexpr int kSteps = 24;
  std::vector<CostStep> steps;
  for (int k = 1; k <= kSteps; ++k) {
    const double root = static_cast<double>(k) / kSteps;
    const double share = root * root;
    const double size = static_cast<double>(line.item.lots) * share * line.item.notional_per_lot;
    steps.push_back({share, size * policy::cost_fraction(line.item.market, size)});
  }
  return steps;
}

}  // namespace

std::vector<double> scenario_pnl(const risk::EpochRisk& market, const risk::Portfolio& portfolio) {
  risk::Book book;
  risk::make_book(market, portfolio, std::nullopt, book);
  std::vector<double> pnl(market.rows().length(), 0.0);
  for (const risk::InstrumentLine& line : book.instruments) {
    add_row(market.rows().instrument(line.instrument), static_cast<double>(line.lots), pnl);
  }
  const bool joint = portfolio.mode == risk::MarginMode::joint;
  for (const risk::AssetLine& line : book.assets) {
    const Int128 lots = joint ? line.net() : line.obligations();
    add_row(market.rows().asset(line.asset), static_cast<double>(lots), pnl);
  }
  return pnl;
}

ClosingProblem closing_problem(const engine::Books& books, AccountIndex account,
                               const std::vector<engine::ClosableLine>& lines) {
  const risk::EpochRisk& market = books.valuer.whole_risk();
  const risk::Parameters& parameters = books.parameters().risk;
  const risk::Portfolio book = books.valuer.portfolio(account);
  ClosingProblem problem;
  problem.equity = numeraire(books.valuer.evaluate(account, book).equity_mid);
  problem.exit = books.ladder().levels.target_bp / 1e4;
  problem.tail = static_cast<double>(risk::tail_mass(parameters.level)) /
                 static_cast<double>(std::uint64_t{parameters.level.denominator} << 30U);
  problem.stress_weight = parameters.stress_weight / 1e4;
  problem.grid_weight = parameters.grid_weight / 1e4;
  problem.pnl = scenario_pnl(market, book);
  for (std::size_t b = 0; b < problem.blocks.size(); ++b) {
    problem.blocks[b].begin = market.rows().ranges()[b].begin;
    for (const std::uint32_t weight : market.set().weights(static_cast<pricing::Block>(b))) {
      problem.blocks[b].weights.push_back(static_cast<double>(weight) / (1U << 30U));
    }
  }
  const pricing::BlockRange grid =
      market.rows().ranges()[static_cast<std::size_t>(pricing::Block::grid)];
  problem.grid_begin = grid.begin;
  problem.grid_end = grid.begin + grid.size;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    engine::LotsClosed all(lines.size(), 0);
    all[i] = lines[i].item.lots;
    const risk::Portfolio then = engine::book_if_closed(books, book, lines, all);
    ClosingLine line;
    line.equity = numeraire(books.valuer.evaluate(account, then).equity_mid) - problem.equity;
    line.cost = cost_steps(lines[i]);
    line.pnl = scenario_pnl(market, then);
    for (std::size_t s = 0; s < line.pnl.size(); ++s) line.pnl[s] -= problem.pnl[s];
    problem.lines.push_back(std::move(line));
  }
  return problem;
}

}  // namespace bulkhead::planner
