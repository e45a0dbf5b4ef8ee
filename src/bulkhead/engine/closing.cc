#include "bulkhead/engine/closing.h"

#include "bulkhead/engine/hedges.h"

namespace bulkhead::engine {

Usd closing_cost(const ClosableLine& line, std::uint64_t lots) {
  return policy::execution_cost(line.item.market, policy::notional(line.item, lots));
}

Usd closing_cost(const std::vector<ClosableLine>& lines, const LotsClosed& closed) {
  Usd cost;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (closed[i] > 0) cost += closing_cost(lines[i], closed[i]);
  }
  return cost;
}

ValuedClosing value_closing(const Books& books, AccountIndex account,
                            const std::vector<ClosableLine>& lines, const LotsClosed& closed) {
  const risk::Portfolio book = books.valuer.portfolio(account);
  ValuedClosing valued{figures_if_closed(books, account, book, lines, closed),
                       closing_cost(lines, closed)};
  valued.figures.equity -= valued.cost;
  return valued;
}

bool reaches_exit(const Books& books, const policy::HypotheticalFigures& figures) {
  return Int128{10'000} * figures.equity.micros >=
         Int128{books.ladder().levels.target_bp} * figures.initial_margin.micros;
}

policy::LiquidationPlan plain_plan(const Books& books, AccountIndex account,
                                   const std::vector<ClosableLine>& lines) {
  std::vector<policy::ClosableItem> items;
  for (const ClosableLine& line : lines) {
    items.push_back(line.item);
    items.back().capacity = line.item.lots;
  }
  return plan_over(books, account, lines, items);
}

Result<JudgedClosing> judge_closing(const Books& books, AccountIndex account,
                                    const std::vector<ClosableLine>& lines,
                                    const LotsClosed& closed) {
  const ValuedClosing proposed = value_closing(books, account, lines, closed);
  const std::span<const ClosableLine> closable = without_hedges(lines);
  const policy::LiquidationPlan plain =
      plain_plan(books, account, {closable.begin(), closable.end()});
  const bool plain_reaches = plain.outcome == policy::PlanOutcome::reaches_exit;
  JudgedClosing judged{proposed.cost, plain_reaches ? plain.expected_cost : Usd{}, true};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    judged.closes = judged.closes && closed[i] == (lines[i].hedge ? 0 : lines[i].item.lots);
  }
  if (!reaches_exit(books, proposed.figures) && (plain_reaches || !judged.closes)) {
    return fail(ErrorCode::plan_misses_exit, "lines", to_string(proposed.figures.equity),
                plain_reaches ? "equity of " + std::to_string(books.ladder().levels.target_bp) +
                                    " bp of IM " + to_string(proposed.figures.initial_margin)
                              : std::string("all of the book, for nothing reaches the exit level"));
  }
  if (plain_reaches && proposed.cost > plain.expected_cost) {
    return fail(ErrorCode::plan_dearer, "lines", to_string(proposed.cost),
                "at most " + to_string(plain.expected_cost));
  }
  return judged;
}

}  // namespace bulkhead::engine
