// The verbs of break-glass orders, what each does and how it is undone (D11.1).
#include "bulkhead/engine/break_glass.h"

#include <algorithm>

#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/names.h"
#include "bulkhead/engine/two_persons.h"
#include "bulkhead/engine/vault_orders.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

constexpr Duration kReviewClock = hours(4);
constexpr Duration kLongestOrder = hours(24);
constexpr Duration kAfterUnratified = hours(24);  // before one may act so again
constexpr std::size_t kReviewersNeeded = 2;

void tell(Context& context, const BreakGlassRecord& record, BreakGlassStage stage) {
  context.emit(context.state.find_account(record.order.account),
               BreakGlassChanged{.order = record.order.order,
                                 .stage = stage,
                                 .act = record.order.act,
                                 .cause = record.order.cause,
                                 .account = record.order.account,
                                 .reason = record.order.reason,
                                 .ends = record.ends(),
                                 .persons = record.persons});
}

Status check_time(const Context& context, const BreakGlass& command) {
  const Duration lasts = command.until - context.now();
  if (lasts > Duration{} && lasts <= kLongestOrder) return {};
  return fail(ErrorCode::out_of_range, "until", to_string(command.until),
              "later than now, and at most 24 h later");
}

// One order of a kind on an account at a time; one that nobody ratified forbids the next for a day.
Status check_alone(const Context& context, const BreakGlass& command) {
  for (const auto& [name, record] : context.state.break_glass()) {
    if (record.order.act != command.act) continue;
    if (!record.order.account.empty() && record.order.account != command.account) continue;
    return fail(ErrorCode::out_of_range, "act", to_string(command.act),
                record.in_force() ? "an act that no order does already: " + name + " is in force"
                                  : "an act that was not left unratified within a day: " + name +
                                        " ended at " + to_string(record.ended));
  }
  return {};
}

Status check(const Context& context, const BreakGlass& command) {
  BULKHEAD_TRY_STATUS(check_name(command.order, "order"));
  if (context.state.break_glass().contains(command.order) ||
      context.state.proposals().contains(command.order)) {
    return fail(ErrorCode::name_taken, "order", command.order, "a new name");
  }
  BULKHEAD_TRY_STATUS(check_reason(command.reason));
  BULKHEAD_TRY_STATUS(check_time(context, command));
  if (!command.account.empty()) {
    BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
    static_cast<void>(account);
  } else if (command.act == BreakGlassAct::sequester) {
    return fail(ErrorCode::missing_field, "account", "", "whose collateral is sequestered");
  }
  if (!context.valuer.ready()) {
    return fail(ErrorCode::no_scenario_set, "scenario_set", "", "adopt a scenario set first");
  }
  return check_alone(context, command);
}

// Of a normal account in a quiet market it takes two persons.
Status start_sequestering(Context& context, const BreakGlassRecord& record) {
  const AccountIndex account = context.state.find_account(record.order.account);
  const AccountState& state = context.state.account(account);
  const bool troubled = state.ladder.coverage != policy::Coverage::normal ||
                        context.valuer.regime(account) >= market::Regime::high;
  if (!troubled || state.ladder.default_ != policy::Default::none) {
    return fail(ErrorCode::stage_forbids, "account",
                std::string(to_string(state.ladder.coverage)) + ", default " +
                    std::string(to_string(state.ladder.default_)),
                "an account not in default that is watched or called, or whose regime is high or "
                "extreme; two persons may order it for any (D9.1)");
  }
  if (context.state.vault(account).order) {
    return fail(ErrorCode::out_of_range, "account", state.name,
                "an account without an order to sequester: " +
                    context.state.vault(account).order->proposal + " is in force");
  }
  put_order_in_force(
      context, account,
      {record.order.order, Usd{}, record.order.reason, record.ends(), record.persons});
  return {};
}

void move_deadline(Context& context, policy::Call call, Timestamp to, const std::string& order) {
  if (call.deadline == to) return;
  const Timestamp from = call.deadline;
  call.deadline = to;
  context.state.put_call(call);
  context.emit(AccountIndex(call.account), DeadlineMoved{call.id, from, to, order});
}

bool moved_before(const State& state, std::uint64_t call) {
  return std::ranges::any_of(state.break_glass(), [call](const auto& entry) {
    return std::ranges::find(entry.second.moved, call, &BreakGlassRecord::Moved::call) !=
           entry.second.moved.end();
  });
}

// Whoever's account does not stand at its maintenance margin at the least equity gets no more time:
// what it owes could become the loss of others.
bool may_wait(Context& context, const policy::Call& call) {
  const policy::Standing standing = context.valuer.standing(AccountIndex(call.account));
  return standing.equity_least >= standing.maintenance_margin &&
         context.now() < due_time(context, call) && !moved_before(context.state, call.id);
}

Status start_extending(Context& context, BreakGlassRecord& record) {
  const AccountIndex only = context.state.find_account(record.order.account);
  std::vector<policy::Call> calls;
  for (const auto& [number, call] : context.state.calls()) {
    if (only.valid() && call.account != only.value) continue;
    if (call.deadline < record.ends() && may_wait(context, call)) calls.push_back(call);
  }
  if (calls.empty()) {
    return fail(ErrorCode::out_of_range, "account", record.order.account,
                "with an open call that ends before " + to_string(record.ends()) +
                    ", was not extended before, and E_least of at least MM");
  }
  for (const policy::Call& call : calls) {
    record.moved.push_back({call.id, call.deadline});
    move_deadline(context, call, record.ends(), record.order.order);
  }
  return {};
}

Status start(Context& context, BreakGlassRecord& record) {
  switch (record.order.act) {
    case BreakGlassAct::sequester:
      return start_sequestering(context, record);
    case BreakGlassAct::extend_deadlines:
      return start_extending(context, record);
    case BreakGlassAct::hold_withdrawals:
      return {};
  }
  return {};
}

// The vault's order that this one put in force, if two persons have not put another in its place.
bool orders_vault(const State& state, const BreakGlassRecord& record) {
  const AccountIndex account = state.find_account(record.order.account);
  if (record.order.act != BreakGlassAct::sequester || !account.valid()) return false;
  const std::optional<StandingOrder> order = state.vault(account).order;
  return order && order->proposal == record.order.order;
}

// What it did holds until `until` now.
void prolong(Context& context, const BreakGlassRecord& record) {
  if (orders_vault(context.state, record)) {
    const AccountIndex account = context.state.find_account(record.order.account);
    StandingOrder order = *context.state.vault(account).order;
    order.until = record.ends();
    order.persons = record.persons;
    put_order_in_force(context, account, order);
  }
  for (const BreakGlassRecord::Moved& moved : record.moved) {
    const auto call = context.state.calls().find(moved.call);
    if (call == context.state.calls().end()) continue;
    move_deadline(context, call->second, std::max(call->second.deadline, record.ends()),
                  record.order.order);
  }
}

// What it did holds no longer. What was sequestered comes back as anything does (D9.5).
void undo(Context& context, const BreakGlassRecord& record) {
  if (orders_vault(context.state, record)) {
    end_order(context, context.state.find_account(record.order.account));
  }
  for (const BreakGlassRecord::Moved& moved : record.moved) {
    const auto call = context.state.calls().find(moved.call);
    if (call == context.state.calls().end()) continue;
    const Timestamp back = std::max(moved.deadline, context.now());
    move_deadline(context, call->second, std::min(call->second.deadline, back), record.order.order);
  }
}

void end(Context& context, BreakGlassRecord record, BreakGlassStage stage) {
  undo(context, record);
  tell(context, record, stage);
  if (stage == BreakGlassStage::ended) {
    context.state.erase_break_glass(record.order.order);
    return;
  }
  record.stage = stage;
  record.ended = context.now();
  context.state.put_break_glass(record);
}

}  // namespace

Status check_withdrawals_run(const Context& context, AccountIndex account) {
  for (const auto& [name, record] : context.state.break_glass()) {
    if (record.order.act != BreakGlassAct::hold_withdrawals || !record.in_force()) continue;
    const std::string& held = record.order.account;
    if (!held.empty() && held != context.state.account(account).name) continue;
    return fail(ErrorCode::stop_in_force, "hold_withdrawals", name,
                "what stays at the venue; or a time after " + to_string(record.ends()) +
                    ", when the break-glass order ends unless two persons ratify it (D11.1)");
  }
  return {};
}

void expire_break_glass(Context& context) {
  const auto orders = context.state.break_glass();
  for (const auto& [name, record] : orders) {
    if (!record.in_force()) {
      if (record.ended + kAfterUnratified <= context.now()) context.state.erase_break_glass(name);
      continue;
    }
    if (record.ends() > context.now()) continue;
    const bool ratified = record.stage == BreakGlassStage::ratified;
    end(context, record, ratified ? BreakGlassStage::ended : BreakGlassStage::lapsed);
  }
}

Status carry_out(Context& context, const BreakGlass& command) {
  BULKHEAD_TRY_STATUS(check(context, command));
  BreakGlassRecord record;
  record.order = command;
  record.review_by = context.now() + kReviewClock;
  record.persons = {context.command.actor};
  BULKHEAD_TRY_STATUS(start(context, record));
  context.state.put_break_glass(record);
  tell(context, record, BreakGlassStage::started);
  return {};
}

Status carry_out(Context& context, const ReviewBreakGlass& command) {
  const auto at = context.state.break_glass().find(command.order);
  if (at == context.state.break_glass().end() || !at->second.in_force() ||
      at->second.stage == BreakGlassStage::ratified) {
    return fail(ErrorCode::proposal_closed, "order", command.order,
                "a break-glass order in force that is not ratified yet");
  }
  BreakGlassRecord record = at->second;
  const std::string& actor = context.command.actor;
  if (std::ranges::find(record.persons, actor) != record.persons.end()) {
    return fail(ErrorCode::approval_not_independent, "actor", actor,
                "a person who neither started nor reviewed this order");
  }
  record.persons.push_back(actor);
  if (!command.ratify) {
    end(context, record, BreakGlassStage::rejected);
    return {};
  }
  const bool enough = record.persons.size() > kReviewersNeeded;
  record.stage = enough ? BreakGlassStage::ratified : BreakGlassStage::reviewed;
  if (enough) prolong(context, record);
  context.state.put_break_glass(record);
  tell(context, record, record.stage);
  return {};
}

}  // namespace bulkhead::engine
