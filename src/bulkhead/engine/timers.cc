#include "bulkhead/engine/timers.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "bulkhead/engine/auctions.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/deliveries.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/liquidation_orders.h"
#include "bulkhead/engine/model_change.h"
#include "bulkhead/engine/ramps.h"
#include "bulkhead/engine/substitution_offers.h"
#include "bulkhead/engine/two_persons.h"
#include "bulkhead/engine/vault_orders.h"

namespace bulkhead::engine {
namespace {

enum class Kind : std::uint8_t {
  change_effective,  // of parameters, of margin models
  proposal_expiry,
  delivery_due,  // before the calls that wait for it
  dispute_end,   // likewise
  call_deadline,
  leg_timeout,
  instruction_expiry,
  vault_order_expiry,
  auction_end
};

struct Timer {
  Timestamp due;
  Kind kind = Kind::change_effective;
  std::uint64_t number = 0;  // delivery, call, instruction, account
  std::string name;          // proposal
  LegKey leg;

  friend bool operator<(const Timer& a, const Timer& b) {
    return std::tie(a.due, a.kind, a.number, a.name, a.leg) <
           std::tie(b.due, b.kind, b.number, b.name, b.leg);
  }
};

// A call whose deadline fell into an outage is closed when the grace ends (D2.4).
void add_calls(const Context& context, std::vector<Timer>& timers) {
  for (const auto& [number, call] : context.state.calls()) {
    timers.push_back({due_time(context, call), Kind::call_deadline, number, {}, {}});
    if (call.disputed > Usd{}) {
      timers.push_back({call.dispute_ends, Kind::dispute_end, number, {}, {}});
    }
  }
}

// When an approved change takes effect; none if it is of another kind.
std::optional<Timestamp> effective_at(const Proposal& proposal) {
  if (const auto* parameters = std::get_if<ParameterContent>(&proposal.content)) {
    return parameters->change.effective_at;
  }
  const auto* model = std::get_if<ModelChange>(&proposal.content);
  return model == nullptr ? std::nullopt : std::optional(model->effective_at);
}

void add_proposals(const State& state, std::vector<Timer>& timers) {
  for (const auto& [name, proposal] : state.proposals()) {
    const std::optional<Timestamp> effective = effective_at(proposal);
    if (proposal.status == ProposalStatus::approved && effective) {
      timers.push_back({*effective, Kind::change_effective, 0, name, {}});
    } else {
      timers.push_back({proposal.expires, Kind::proposal_expiry, 0, name, {}});
    }
  }
}

std::vector<Timer> due_timers(const Context& context) {
  const State& state = context.state;
  const Timestamp now = context.now();
  std::vector<Timer> timers;
  add_proposals(state, timers);
  for (const auto& [number, delivery] : state.deliveries()) {
    timers.push_back({delivery_due(context, delivery), Kind::delivery_due, number, {}, {}});
  }
  add_calls(context, timers);
  for (const auto& [key, leg] : state.legs()) {
    if (!policy::is_final(leg.status)) {
      timers.push_back({leg.timeout_at, Kind::leg_timeout, 0, {}, key});
    }
  }
  for (const auto& [number, order] : state.instructions()) {
    timers.push_back({order.expires, Kind::instruction_expiry, number, {}, {}});
  }
  for (const auto& [account, vault] : state.vaults()) {
    if (vault.order) {
      timers.push_back({vault.order->until, Kind::vault_order_expiry, account, {}, {}});
    }
  }
  for (const auto& [account, record] : state.defaults()) {
    if (record.auction) {
      timers.push_back({record.auction->ends, Kind::auction_end, account, {}, {}});
    }
  }
  std::erase_if(timers, [now](const Timer& timer) { return timer.due > now; });
  std::ranges::sort(timers, std::less<>());
  return timers;
}

void adopt_parameters(Context& context, const std::string& name) {
  const Proposal proposal = context.state.proposals().find(name)->second;
  const policy::ParameterSet& set = std::get<ParameterContent>(proposal.content).change.parameters;
  context.state.erase_proposal(name);
  if (set.version <= context.parameters().version) {
    context.emit(ProposalChanged{name, ProposalStatus::expired, proposal.approvals});
    return;
  }
  const policy::ParameterSet before = context.parameters();
  context.state.set_parameters(set);
  follow_eligibility(context, before);
  const Timestamp ramps_until = begin_ramp(context, before);
  context.valuer.forget_parameters();
  const Status fresh = context.valuer.refresh();
  BULKHEAD_ASSERT(fresh.has_value());
  context.emit(ProposalChanged{name, ProposalStatus::effective, proposal.approvals});
  context.emit(ParametersAdopted{set.version, name, ramps_until});
}

void adopt_change(Context& context, const std::string& name) {
  const Proposal& proposal = context.state.proposals().find(name)->second;
  if (std::holds_alternative<ModelChange>(proposal.content)) {
    adopt_model_change(context, name);
  } else {
    adopt_parameters(context, name);
  }
}

void expire_proposal(Context& context, const std::string& name) {
  const Proposal proposal = context.state.proposals().find(name)->second;
  context.state.erase_proposal(name);
  const AccountIndex account = account_of(context.state, proposal);
  if (const auto* offer = std::get_if<SubstitutionContent>(&proposal.content)) {
    keep_asset(context, *offer);
  }
  context.emit(account, ProposalChanged{name, ProposalStatus::expired, proposal.approvals});
}

void close_call(Context& context, std::uint64_t number) {
  const policy::Call call = context.state.calls().find(number)->second;
  const AccountIndex account(call.account);
  if (!context.valuer.ready()) return;
  if (stays_open(context, call)) return;
  const policy::Call closed = policy::close_at_deadline(call, context.valuer.standing(account),
                                                        context.ladder(), context.now());
  if (closed == call) return;
  if (closed.status == policy::CallStatus::missed) {
    context.state.edit_account(account).call_missed = true;
  }
  change_call(context, call, closed);
}

// Nobody has spoken: Bulkhead's figures stand, and what was disputed is due.
void end_dispute(Context& context, std::uint64_t number) {
  const auto at = context.state.calls().find(number);
  if (at == context.state.calls().end()) return;  // missed in this pass
  policy::Call call = at->second;
  const Usd disputed = call.disputed;
  call.disputed = Usd{};
  call.stayed_until = Timestamp{};
  context.state.put_call(call);
  context.emit(AccountIndex(call.account), DisputeChanged{.call = number,
                                                          .status = DisputeStatus::clock_ended,
                                                          .name = {},
                                                          .disputed = disputed,
                                                          .owed = disputed,
                                                          .undisputed = call.undisputed(),
                                                          .ends = call.dispute_ends});
}

void time_out_leg(Context& context, const LegKey& key) {
  const policy::CustodyLeg leg = context.state.legs().find(key)->second;
  const policy::LegStep step =
      policy::on_tick(leg, context.registry()[key.place].timeout, context.now());
  context.state.put_leg(step.leg);
  if (step.changed()) tell_leg(context, step);
  if (step.effect == policy::LegEffect::escalate) tell_escalation(context, step.leg);
  if (step.leg.asked != leg.asked) tell_instruction(context, step.leg, true);
}

}  // namespace

void fire_timers(Context& context) {
  for (const Timer& timer : due_timers(context)) {
    switch (timer.kind) {
      case Kind::change_effective:
        adopt_change(context, timer.name);
        break;
      case Kind::proposal_expiry:
        expire_proposal(context, timer.name);
        break;
      case Kind::delivery_due:
        expire_delivery(context, timer.number);
        break;
      case Kind::dispute_end:
        end_dispute(context, timer.number);
        break;
      case Kind::call_deadline:
        close_call(context, timer.number);
        break;
      case Kind::leg_timeout:
        time_out_leg(context, timer.leg);
        break;
      case Kind::instruction_expiry:
        end_instruction(context, timer.number, false);
        break;
      case Kind::vault_order_expiry:
        end_order(context, AccountIndex(timer.number));
        break;
      case Kind::auction_end:
        end_auction(context, AccountIndex(timer.number), AuctionEnd::expired);
        break;
    }
  }
}

}  // namespace bulkhead::engine
