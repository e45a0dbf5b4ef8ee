#include "bulkhead/planner/liquidation_planner.h"

#include <algorithm>
#include <numeric>

#include "bulkhead/engine/hedges.h"
#include "bulkhead/planner/closing_program.h"

namespace bulkhead::planner {
namespace {

using engine::ClosableLine;
using engine::LotsClosed;

constexpr std::uint32_t kMostRounds = 60;

double numeraire(Usd value) { return static_cast<double>(value.micros) / 1e6; }

// The parts of a requirement that the program bounds apart.
struct Parts {
  double core = 0;     // with the least for short options
  double add_ons = 0;  // all that is added to it
  double margin = 0;   // IM
};

Parts parts_of(const risk::Requirement& needed) {
  const risk::Components& parts = needed.parts;
  Parts out;
  out.core = numeraire(max(parts.core, parts.short_option_minimum));
  out.add_ons = numeraire(parts.liquidity) + numeraire(parts.concentration) +
                numeraire(parts.basis) + numeraire(parts.own_token) +
                numeraire(parts.collateral_liquidity) + numeraire(parts.open_orders) +
                numeraire(parts.haircut);
  out.margin = numeraire(needed.initial);
  return out;
}

class Planner {
 public:
  Planner(const engine::Books& books, AccountIndex account, std::vector<ClosableLine> lines)
      : books_(books),
        account_(account),
        lines_(std::move(lines)),
        book_(books.valuer.portfolio(account)) {}

  Result<Proposal> plan();

 private:
  std::optional<LotsClosed> by_program(Proposal& proposal);
  std::optional<LotsClosed> repaired(const std::vector<double>& shares);
  void trim(LotsClosed& closed);
  Parts parts_at(const LotsClosed& closed);
  // True if the program's figures were too low somewhere.
  bool tighten(ClosingProgram& program, const ProgramAnswer& answer);
  LotsClosed lots_of(const std::vector<double>& shares) const;
  bool reaches(const LotsClosed& closed);

  engine::Books books_;
  AccountIndex account_;
  std::vector<ClosableLine> lines_;
  risk::Portfolio book_;
};

bool Planner::reaches(const LotsClosed& closed) {
  policy::HypotheticalFigures figures = figures_if_closed(books_, account_, book_, lines_, closed);
  figures.equity -= closing_cost(lines_, closed);
  return reaches_exit(books_, figures);
}

Parts Planner::parts_at(const LotsClosed& closed) {
  return parts_of(books_.valuer.evaluate(account_, book_if_closed(books_, book_, lines_, closed)));
}

// Rounded up, so that what the program reaches is reached.
LotsClosed Planner::lots_of(const std::vector<double>& shares) const {
  LotsClosed closed;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const double exact = shares[i] * static_cast<double>(lines_[i].item.lots);
    auto lots = static_cast<std::uint64_t>(exact);
    if (exact - static_cast<double>(lots) > 1e-6) ++lots;
    closed.push_back(std::min(lots, lines_[i].item.lots));
  }
  return closed;
}

bool Planner::tighten(ClosingProgram& program, const ProgramAnswer& answer) {
  const LotsClosed closed = lots_of(answer.shares);
  const Parts here = parts_at(closed);
  Tangent core{{}, here.core, {}};
  Tangent add_ons{{}, here.add_ons, {}};
  Tangent margin{{}, here.margin, {}};
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const std::uint64_t all = lines_[i].item.lots;
    const std::uint64_t step = std::max<std::uint64_t>(1, all / 1000);
    LotsClosed beside = closed;
    const bool up = closed[i] + step <= all;
    beside[i] = up ? closed[i] + step : closed[i] - std::min(step, closed[i]);
    const double moved = (static_cast<double>(beside[i]) - static_cast<double>(closed[i])) /
                         static_cast<double>(all);
    const Parts there = parts_at(beside);
    const auto slope = [moved](double to, double from) {
      return moved != 0 ? (to - from) / moved : 0.0;
    };
    core.slope.push_back(slope(there.core, here.core));
    add_ons.slope.push_back(slope(there.add_ons, here.add_ons));
    margin.slope.push_back(slope(there.margin, here.margin));
    const double at = static_cast<double>(closed[i]) / static_cast<double>(all);
    for (Tangent* tangent : {&core, &add_ons, &margin}) tangent->at.push_back(at);
  }
  const double tolerance = 1e-6 * std::max(1.0, here.margin);
  bool tightened = false;
  const auto bound = [&](double exact, double known, auto add) {
    if (exact <= known + tolerance) return;
    add();
    tightened = true;
  };
  bound(here.core, answer.core, [&] { program.bound_core(core); });
  bound(here.add_ons, answer.add_ons, [&] { program.bound_add_ons(add_ons); });
  bound(here.margin, std::max(answer.margin, here.core + here.add_ons),
        [&] { program.bound_margin(margin); });
  return tightened;
}

// The least way from the program's shares towards all of the book at which the exit is reached.
std::optional<LotsClosed> Planner::repaired(const std::vector<double>& shares) {
  const auto towards_all = [&](double part) {
    std::vector<double> at = shares;
    for (double& share : at) share += part * (1 - share);
    return lots_of(at);
  };
  LotsClosed closed = towards_all(0);
  if (reaches(closed)) return closed;
  double low = 0;
  double high = 1e-4;
  while (high < 1 && !reaches(towards_all(high))) {
    low = high;
    high = std::min(1.0, high * 2);
  }
  if (!reaches(towards_all(high))) return std::nullopt;
  for (int i = 0; i < 20; ++i) {
    const double middle = (low + high) / 2;
    (reaches(towards_all(middle)) ? high : low) = middle;
  }
  return towards_all(high);
}

// Takes off each line, the dearest first, what can be left open.
void Planner::trim(LotsClosed& closed) {
  std::vector<std::size_t> order(lines_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto price = [&](std::size_t i) {
    return closed[i] == 0 ? 0.0 : lines_[i].expected_cost_fraction(closed[i]);
  };
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::pair{-price(a), a} < std::pair{-price(b), b};
  });
  for (const std::size_t i : order) {
    std::uint64_t low = 0;
    std::uint64_t high = closed[i];
    LotsClosed tried = closed;
    while (low < high) {
      tried[i] = low + (high - low) / 2;
      if (reaches(tried)) {
        high = tried[i];
      } else {
        low = tried[i] + 1;
      }
    }
    closed[i] = high;
  }
}

std::optional<LotsClosed> Planner::by_program(Proposal& proposal) {
  const ClosingProblem problem = closing_problem(books_, account_, lines_);
  ClosingProgram program(problem);
  std::optional<ProgramAnswer> answer;
  for (std::uint32_t round = 0; round < kMostRounds; ++round) {
    std::optional<ProgramAnswer> next = program.solve();
    if (!next) break;
    answer = std::move(next);
    proposal.rounds = round + 1;
    proposal.program_cost = answer->cost;
    if (!tighten(program, *answer)) break;
  }
  if (!answer) return std::nullopt;
  std::optional<LotsClosed> closed = repaired(answer->shares);
  if (closed) trim(*closed);
  return closed;
}

Result<Proposal> Planner::plan() {
  Proposal proposal;
  std::optional<LotsClosed> best = by_program(proposal);
  const std::span<const ClosableLine> closable = engine::without_hedges(lines_);
  const policy::LiquidationPlan plain =
      plain_plan(books_, account_, {closable.begin(), closable.end()});
  if (plain.outcome == policy::PlanOutcome::reaches_exit) {
    proposal.plain_cost = plain.expected_cost;
    LotsClosed closed(lines_.size(), 0);
    for (const policy::Slice& slice : plain.slices) closed[slice.item] = slice.lots;
    trim(closed);
    if (!best || closing_cost(lines_, closed) < closing_cost(lines_, *best)) {
      best = std::move(closed);
      proposal.origin = PlanOrigin::trimmed_plain;
    }
  }
  if (!best) {
    return fail(ErrorCode::plan_misses_exit, "account", books_.state.account(account_).name,
                "an account that some plan brings to its exit level; all of this one is closed");
  }
  if (std::ranges::all_of(*best, [](std::uint64_t lots) { return lots == 0; })) {
    return fail(ErrorCode::plan_impossible, "account", books_.state.account(account_).name,
                "an account below its exit level; this one is back at it");
  }
  const engine::ValuedClosing valued = value_closing(books_, account_, lines_, *best);
  proposal.cost = valued.cost;
  proposal.equity = valued.figures.equity;
  proposal.initial_margin = valued.figures.initial_margin;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const std::uint64_t lots = (*best)[i];
    if (lots == 0) continue;
    engine::PlanLine line;
    if (lines_[i].is_position()) {
      line.instrument = books_.registry()[lines_[i].instrument].name;
      line.hedge = lines_[i].hedge;
      line.lots = static_cast<std::int64_t>(lots);
    } else {
      line.asset = books_.registry()[lines_[i].asset].name;
      line.amount = lines_[i].amount_of(lots);
    }
    proposal.lines.push_back(std::move(line));
  }
  return proposal;
}

}  // namespace

Result<Proposal> plan_liquidation(const engine::Books& books, AccountIndex account) {
  const engine::AccountState& state = books.state.account(account);
  const policy::Default stage = state.ladder.default_;
  if (stage != policy::Default::declared && stage != policy::Default::liquidating) {
    return fail(ErrorCode::stage_forbids, "account", to_string(stage), "an account in default");
  }
  std::vector<ClosableLine> lines = closable_lines(books, account);
  const std::vector<ClosableLine> hedges = engine::hedge_lines(books, account, lines);
  lines.insert(lines.end(), hedges.begin(), hedges.end());
  if (lines.empty()) {
    return fail(ErrorCode::plan_impossible, "account", state.name,
                "an account with something that can be closed at a price");
  }
  return Planner(books, account, std::move(lines)).plan();
}

engine::ProposePlan command_of(const Proposal& proposal, const std::string& account,
                               std::uint64_t seen, Timestamp expires) {
  return {account, seen, expires, proposal.lines};
}

}  // namespace bulkhead::planner
