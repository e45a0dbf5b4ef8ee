#include "bulkhead/engine/plans.h"

#include <algorithm>

#include "bulkhead/engine/closing.h"
#include "bulkhead/engine/hedges.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

Status impossible(const std::string& field, const std::string& value, const std::string& wanted) {
  return fail(ErrorCode::plan_impossible, field, value, wanted);
}

// Lots of the line that a planner's line asks for.
Result<std::uint64_t> lots_asked(const ClosableLine& line, const PlanLine& asked) {
  if (line.is_position()) {
    if (asked.lots > 0 && static_cast<std::uint64_t>(asked.lots) <= line.item.lots) {
      return static_cast<std::uint64_t>(asked.lots);
    }
    return std::unexpected(impossible("lines.lots", std::to_string(asked.lots),
                                      "1 to " + std::to_string(line.item.lots))
                               .error());
  }
  if (asked.amount.is_positive() && asked.amount <= line.available) {
    if (asked.amount == line.available) return line.item.lots;
    const Int128 lots = (asked.amount.units + line.lot.units - 1) / line.lot.units;
    return std::min(line.item.lots, static_cast<std::uint64_t>(lots));
  }
  return std::unexpected(impossible("lines.amount", to_string(asked.amount),
                                    "1 to " + to_string(line.available) + " minor units")
                             .error());
}

Result<LotsClosed> lots_of(const Context& context, const ProposePlan& command,
                           const std::vector<ClosableLine>& lines) {
  LotsClosed closed(lines.size(), 0);
  for (const PlanLine& asked : command.lines) {
    const bool sale = asked.instrument.empty();
    const auto at = std::ranges::find_if(lines, [&](const ClosableLine& line) {
      return sale ? !line.is_position() && context.registry()[line.asset].name == asked.asset
                  : line.is_position() && line.hedge == asked.hedge &&
                        context.registry()[line.instrument].name == asked.instrument;
    });
    const std::string& name = sale ? asked.asset : asked.instrument;
    if (at == lines.end()) {
      return std::unexpected(
          impossible("lines", name, "what the account holds, with a price that it can be traded at")
              .error());
    }
    std::uint64_t& lots = closed[static_cast<std::size_t>(at - lines.begin())];
    if (lots > 0) return std::unexpected(impossible("lines", name, "each line once").error());
    BULKHEAD_TRY(lots, lots_asked(*at, asked));
  }
  return closed;
}

Status check_planner(const Context& context) {
  const GrantState* grant = context.state.grant(GrantKind::planner, context.command.actor);
  if (grant != nullptr && grant->grant.expires >= context.now()) return {};
  return fail(ErrorCode::role_forbidden, "actor", context.command.actor,
              "a person with a planner's grant in force");
}

Status check_stage(Context& context, AccountIndex account) {
  if (!context.valuer.ready()) {
    return fail(ErrorCode::no_scenario_set, "scenario_set", "", "adopt a scenario set first");
  }
  if (is_stopped(context.state, StopButton::stop_liquidations, account)) {
    return fail(ErrorCode::stop_in_force, "account", context.state.account(account).name,
                "an account whose liquidation is not stopped");
  }
  const policy::Default stage = context.state.account(account).ladder.default_;
  if (stage == policy::Default::declared || stage == policy::Default::liquidating) return {};
  return fail(ErrorCode::stage_forbids, "account", to_string(stage), "an account in default");
}

Status check_times(const Context& context, const ProposePlan& command) {
  if (command.seen >= context.record) {
    return fail(ErrorCode::out_of_range, "seen", std::to_string(command.seen),
                "a record before " + std::to_string(context.record));
  }
  if (command.expires > context.now()) return {};
  return fail(ErrorCode::out_of_range, "expires", to_string(command.expires), "later than now");
}

AcceptedPlan accepted(const Context& context, AccountIndex account, const ProposePlan& command,
                      const std::vector<ClosableLine>& lines, const LotsClosed& closed,
                      bool closes) {
  AcceptedPlan plan{context.command.actor, command.expires, closes, {}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (closed[i] == 0) continue;
    AcceptedPlan::Target target;
    if (lines[i].is_position()) {
      const auto lots = static_cast<std::int64_t>(closed[i]);
      target.instrument = lines[i].instrument.value;
      target.hedge = lines[i].hedge;
      const std::int64_t held = context.state.positions.position(account, lines[i].instrument).lots;
      target.lots = held - (lines[i].position > 0 ? lots : -lots);
    } else {
      target.asset = lines[i].asset.value;
      target.amount = lines[i].available - lines[i].amount_of(closed[i]);
    }
    plan.targets.push_back(target);
  }
  return plan;
}

// Lots of a line beyond its target; `held` of a position.
std::uint64_t left_of(const ClosableLine& line, std::int64_t held,
                      const AcceptedPlan::Target& target) {
  if (line.is_position()) {
    const std::int64_t left = held - target.lots;
    const bool ahead = line.position > 0 ? left > 0 : left < 0;
    return ahead ? static_cast<std::uint64_t>(left > 0 ? left : -left) : 0;
  }
  if (line.available <= target.amount) return 0;
  const Int128 units = (line.available - target.amount).units;
  return std::min(line.item.lots,
                  static_cast<std::uint64_t>((units + line.lot.units - 1) / line.lot.units));
}

bool is_of(const ClosableLine& line, const AcceptedPlan::Target& target) {
  return line.is_position()
             ? line.instrument.value == target.instrument && line.hedge == target.hedge
             : line.asset.valid() && line.asset.value == target.asset;
}

}  // namespace

Status carry_out(Context& context, const ProposePlan& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY_STATUS(check_planner(context));
  BULKHEAD_TRY_STATUS(check_times(context, command));
  BULKHEAD_TRY_STATUS(check_stage(context, account));
  std::vector<ClosableLine> lines = closable_lines(context.books(), account);
  const std::vector<ClosableLine> hedges = hedge_lines(context.books(), account, lines);
  lines.insert(lines.end(), hedges.begin(), hedges.end());
  BULKHEAD_TRY(const LotsClosed closed, lots_of(context, command, lines));
  if (command.lines.empty()) return impossible("lines", "none", "at least one line");
  BULKHEAD_TRY(const JudgedClosing judged, judge_closing(context.books(), account, lines, closed));
  end_plan(context, account, PlanEnd::overtaken);
  DefaultRecord record = context.state.default_record(account);
  record.plan = accepted(context, account, command, lines, closed, judged.closes);
  context.state.put_default(record);
  context.emit(account, PlanAccepted{.planner = context.command.actor,
                                     .seen = command.seen,
                                     .expires = command.expires,
                                     .lines = command.lines,
                                     .expected_cost = judged.cost,
                                     .plain_cost = judged.plain_cost,
                                     .closes = judged.closes});
  return {};
}

bool waits_for_planner(Context& context, AccountIndex account) {
  DefaultRecord record = context.state.default_record(account);
  if (record.plan || record.waited >= context.ladder().defaults.plan_ticks ||
      !context.state.has_live_grant(GrantKind::planner, context.now())) {
    return false;
  }
  ++record.waited;
  context.state.put_default(record);
  return true;
}

std::optional<std::vector<policy::Slice>> slices_of_plan(Context& context, AccountIndex account,
                                                         const std::vector<ClosableLine>& lines) {
  const DefaultRecord record = context.state.default_record(account);
  if (!record.plan) return std::nullopt;
  if (record.plan->expires <= context.now()) {
    end_plan(context, account, PlanEnd::expired);
    return std::nullopt;
  }
  std::vector<policy::Slice> slices;
  LotsClosed closed(lines.size(), 0);
  bool all_found = true;
  bool waits = false;  // for capacity
  for (const AcceptedPlan::Target& target : record.plan->targets) {
    const auto at =
        std::ranges::find_if(lines, [&](const ClosableLine& line) { return is_of(line, target); });
    if (at == lines.end()) {
      // Gone where nothing was to be left; poorly priced or changed otherwise.
      all_found = all_found && target.lots == 0 && target.amount.is_zero();
      continue;
    }
    const std::int64_t held =
        at->is_position() ? context.state.positions.position(account, at->instrument).lots : 0;
    const std::uint64_t left = left_of(*at, held, target);
    const std::uint64_t lots = std::min({left, at->item.capacity, at->item.lots});
    waits = waits || (left > 0 && lots == 0);
    if (lots == 0) continue;
    closed[static_cast<std::size_t>(at - lines.begin())] = lots;
    slices.push_back(
        {static_cast<std::uint32_t>(at - lines.begin()), lots, closing_cost(*at, lots)});
  }
  if (slices.empty()) {
    if (waits) return slices;
    end_plan(context, account, all_found ? PlanEnd::done : PlanEnd::overtaken);
    return std::nullopt;
  }
  const ValuedClosing now =
      value_closing(context.books(), account, lines, LotsClosed(lines.size(), 0));
  const ValuedClosing then = value_closing(context.books(), account, lines, closed);
  const bool lowers = then.figures.equity - then.figures.maintenance_margin <
                      now.figures.equity - now.figures.maintenance_margin;
  if (lowers && !record.plan->closes) {
    end_plan(context, account, PlanEnd::overtaken);
    return std::nullopt;
  }
  return slices;
}

void end_plan(Context& context, AccountIndex account, PlanEnd end) {
  DefaultRecord record = context.state.default_record(account);
  if (!record.plan) return;
  context.emit(account, PlanEnded{record.plan->planner, end});
  record.plan.reset();
  context.state.put_default(record);
}

}  // namespace bulkhead::engine
