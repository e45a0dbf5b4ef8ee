#include "bulkhead/replay/planners.h"

#include "bulkhead/planner/liquidation_planner.h"
#include "bulkhead/replay/book_writer.h"

namespace bulkhead::replay {

Result<PlannerKind> planner_kind(std::string_view name) {
  std::string known;
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(PlannerKind::lying); ++i) {
    const auto kind = static_cast<PlannerKind>(i);
    if (to_string(kind) == name) return kind;
    known += (known.empty() ? "" : ", ") + std::string(to_string(kind));
  }
  return fail(ErrorCode::out_of_range, "planner", std::string(name), "one of " + known);
}

Status ReplayPlanner::open(Commander& commander, Timestamp now, Timestamp until) {
  if (kind_ == PlannerKind::none) return {};
  return commander.must(now, kOperator,
                        engine::Grant{engine::GrantKind::planner, kOperator, "", {}, 1, until});
}

Status ReplayPlanner::look(Commander& commander, Timestamp now) {
  if (kind_ == PlannerKind::none || kind_ == PlannerKind::hung) return {};
  BULKHEAD_TRY_STATUS(send_late(commander, now));
  const engine::State& state = commander.state();
  for (std::size_t i = 0; i < state.accounts().size(); ++i) {
    const engine::AccountState& account = state.account(AccountIndex(i));
    const policy::Default stage = account.ladder.default_;
    if (stage != policy::Default::declared && stage != policy::Default::liquidating) {
      looked_at_.erase(account.name);
      continue;
    }
    if (state.default_record(AccountIndex(i)).plan) continue;
    BULKHEAD_TRY_STATUS(propose(commander, AccountIndex(i), now));
  }
  return {};
}

Status ReplayPlanner::propose(Commander& commander, AccountIndex account, Timestamp now) {
  const std::string name = commander.state().account(account).name;
  if (kind_ == PlannerKind::lying) {
    BULKHEAD_TRY_STATUS(commander.send(now, kOperator, lie(name, now)));
    return {};
  }
  if (kind_ == PlannerKind::killed && answers_ > 0) return {};
  if (kind_ == PlannerKind::late && !looked_at_.insert(name).second) return {};
  BULKHEAD_TRY(engine::Valuer* const valuer, commander.engine().figures());
  const Result<planner::Proposal> proposal =
      planner::plan_liquidation({commander.state(), *valuer}, account);
  if (!proposal) return {};  // the core closes all of it
  ++answers_;
  const std::uint64_t seen = commander.state().counters().records - 1;
  const Duration holds = kind_ == PlannerKind::late ? hours(2) : minutes(30);
  const engine::ProposePlan command = planner::command_of(*proposal, name, seen, now + holds);
  if (kind_ == PlannerKind::late) {
    waiting_.emplace(now + hours(1), command);
    return {};
  }
  BULKHEAD_TRY_STATUS(commander.send(now, kOperator, command));
  return {};
}

Status ReplayPlanner::send_late(Commander& commander, Timestamp now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    const engine::ProposePlan command = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    BULKHEAD_TRY_STATUS(commander.send(now, kOperator, command));
  }
  return {};
}

engine::ProposePlan ReplayPlanner::lie(const std::string& account, Timestamp now) {
  engine::ProposePlan command{account, 1, now + minutes(30), {}};
  const std::string perpetual = "BTC/USDT:USDT";
  switch (++answers_ % 3) {
    case 0:
      command.lines.push_back({perpetual, 1, "", {}});
      break;
    case 1:
      command.lines.push_back({perpetual, 1'000'000'000, "", {}});
      break;
    default:
      command.lines.push_back({"what is not there", 5, "", {}});
      break;
  }
  return command;
}

}  // namespace bulkhead::replay
