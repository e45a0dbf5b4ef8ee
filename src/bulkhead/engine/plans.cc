#include "bulkhead/engine/plans.h"

#include <algorithm>

#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/verbs.h"
#include "bulkhead/policy/default.h"

namespace bulkhead::engine {
namespace {

using Lots = std::vector<std::uint64_t>;

// A set of slices as the core values it.
struct Valued {
  policy::HypotheticalFigures figures;  // costs subtracted from equity
  Usd cost;
};

Usd cost_of(const ClosableLine& line, std::uint64_t lots) {
  return policy::execution_cost(line.item.market, policy::notional(line.item, lots));
}

Valued value(Context& context, AccountIndex account, const std::vector<ClosableLine>& lines,
             const Lots& closed) {
  const risk::Portfolio book = context.valuer.portfolio(account);
  Valued valued{figures_if_closed(context, account, book, lines, closed), {}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (closed[i] > 0) valued.cost += cost_of(lines[i], closed[i]);
  }
  valued.figures.equity -= valued.cost;
  return valued;
}

bool reaches_exit(const Context& context, const policy::HypotheticalFigures& figures) {
  return Int128{10'000} * figures.equity.micros >=
         Int128{context.ladder().levels.target_bp} * figures.initial_margin.micros;
}

// The plain plan for all of it at once: what a proposal is measured by.
policy::LiquidationPlan plain_plan(Context& context, AccountIndex account,
                                   const std::vector<ClosableLine>& lines) {
  std::vector<policy::ClosableItem> items;
  for (const ClosableLine& line : lines) {
    items.push_back(line.item);
    items.back().capacity = line.item.lots;
  }
  return plan_over(context, account, lines, items);
}

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

Result<Lots> lots_of(const Context& context, const ProposePlan& command,
                     const std::vector<ClosableLine>& lines) {
  Lots closed(lines.size(), 0);
  for (const PlanLine& asked : command.lines) {
    const bool sale = asked.instrument.empty();
    const auto at = std::ranges::find_if(lines, [&](const ClosableLine& line) {
      return sale ? !line.is_position() && context.registry()[line.asset].name == asked.asset
                  : line.is_position() &&
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

struct Judged {
  Usd cost;
  Usd plain_cost;
  bool closes = false;
};

// It reaches the exit level no dearer than the plain plan; or nothing does, and it closes all.
Result<Judged> judge(Context& context, AccountIndex account, const std::vector<ClosableLine>& lines,
                     const Lots& closed) {
  const Valued proposed = value(context, account, lines, closed);
  const policy::LiquidationPlan plain = plain_plan(context, account, lines);
  const bool plain_reaches = plain.outcome == policy::PlanOutcome::reaches_exit;
  Judged judged{proposed.cost, plain_reaches ? plain.expected_cost : Usd{}, true};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    judged.closes = judged.closes && closed[i] == lines[i].item.lots;
  }
  if (!reaches_exit(context, proposed.figures) && (plain_reaches || !judged.closes)) {
    return fail(ErrorCode::plan_misses_exit, "lines", to_string(proposed.figures.equity),
                plain_reaches ? "equity of " + std::to_string(context.ladder().levels.target_bp) +
                                    " bp of IM " + to_string(proposed.figures.initial_margin)
                              : std::string("all of the book, for nothing reaches the exit level"));
  }
  if (plain_reaches && proposed.cost > plain.expected_cost) {
    return fail(ErrorCode::plan_dearer, "lines", to_string(proposed.cost),
                "at most " + to_string(plain.expected_cost));
  }
  return judged;
}

AcceptedPlan accepted(const ProposePlan& command, const std::string& planner,
                      const std::vector<ClosableLine>& lines, const Lots& closed, bool closes) {
  AcceptedPlan plan{planner, command.expires, closes, {}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (closed[i] == 0) continue;
    AcceptedPlan::Target target;
    if (lines[i].is_position()) {
      const auto lots = static_cast<std::int64_t>(closed[i]);
      target.instrument = lines[i].instrument.value;
      target.lots = lines[i].position - (lines[i].position > 0 ? lots : -lots);
    } else {
      target.asset = lines[i].asset.value;
      target.amount = lines[i].available - lines[i].amount_of(closed[i]);
    }
    plan.targets.push_back(target);
  }
  return plan;
}

// Lots of a line beyond its target.
std::uint64_t left_of(const ClosableLine& line, const AcceptedPlan::Target& target) {
  if (line.is_position()) {
    const std::int64_t left = line.position - target.lots;
    const bool ahead = line.position > 0 ? left > 0 : left < 0;
    return ahead ? static_cast<std::uint64_t>(left > 0 ? left : -left) : 0;
  }
  if (line.available <= target.amount) return 0;
  const Int128 units = (line.available - target.amount).units;
  return std::min(line.item.lots,
                  static_cast<std::uint64_t>((units + line.lot.units - 1) / line.lot.units));
}

bool is_of(const ClosableLine& line, const AcceptedPlan::Target& target) {
  return line.is_position() ? line.instrument.value == target.instrument
                            : line.asset.valid() && line.asset.value == target.asset;
}

}  // namespace

Status carry_out(Context& context, const ProposePlan& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY_STATUS(check_planner(context));
  BULKHEAD_TRY_STATUS(check_times(context, command));
  BULKHEAD_TRY_STATUS(check_stage(context, account));
  const std::vector<ClosableLine> lines = closable_lines(context, account);
  BULKHEAD_TRY(const Lots closed, lots_of(context, command, lines));
  if (command.lines.empty()) return impossible("lines", "none", "at least one line");
  BULKHEAD_TRY(const Judged judged, judge(context, account, lines, closed));
  end_plan(context, account, PlanEnd::overtaken);
  DefaultRecord record = context.state.default_record(account);
  record.plan = accepted(command, context.command.actor, lines, closed, judged.closes);
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
  Lots closed(lines.size(), 0);
  bool all_found = true;
  for (const AcceptedPlan::Target& target : record.plan->targets) {
    const auto at =
        std::ranges::find_if(lines, [&](const ClosableLine& line) { return is_of(line, target); });
    if (at == lines.end()) {
      // Gone where nothing was to be left; poorly priced or changed otherwise.
      all_found = all_found && target.lots == 0 && target.amount.is_zero();
      continue;
    }
    const std::uint64_t lots = std::min(left_of(*at, target), at->item.capacity);
    if (lots == 0) continue;
    closed[static_cast<std::size_t>(at - lines.begin())] = lots;
    slices.push_back({static_cast<std::uint32_t>(at - lines.begin()), lots, cost_of(*at, lots)});
  }
  if (slices.empty()) {
    end_plan(context, account, all_found ? PlanEnd::done : PlanEnd::overtaken);
    return std::nullopt;
  }
  const Valued now = value(context, account, lines, Lots(lines.size(), 0));
  const Valued then = value(context, account, lines, closed);
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
