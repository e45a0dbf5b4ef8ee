// Verbs of governance: proposals and their approvals (D8.4, D11.1).
#include <algorithm>

#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/ladder_calls.h"
#include "bulkhead/engine/names.h"
#include "bulkhead/engine/vault_orders.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

constexpr std::size_t kApprovalsNeeded = 2;

Status check_parameter_change(const Context& context, const ParameterChange& change) {
  BULKHEAD_TRY_STATUS(policy::validate(change.parameters));
  if (change.parameters.version <= context.parameters().version) {
    return fail(ErrorCode::version_not_newer, "parameters.version",
                std::to_string(change.parameters.version),
                "more than " + std::to_string(context.parameters().version));
  }
  if (change.effective_at < context.now()) {
    return fail(ErrorCode::out_of_range, "effective_at", to_string(change.effective_at),
                "not before now");
  }
  return {};
}

// Two approvers, neither of them the proposer.
Status approve_parameters(Context& context, Proposal proposal) {
  const Person& actor = context.state.persons().find(context.command.actor)->second;
  if (actor.role != Role::approver) {
    return fail(ErrorCode::role_forbidden, "actor", actor.name, "a person of role approver");
  }
  if (actor.name == proposal.proposer ||
      std::ranges::find(proposal.approvals, actor.name) != proposal.approvals.end()) {
    return fail(ErrorCode::approval_not_independent, "actor", actor.name,
                "a person who has not spoken on this proposal");
  }
  proposal.approvals.push_back(actor.name);
  if (proposal.approvals.size() >= kApprovalsNeeded) proposal.status = ProposalStatus::approved;
  context.state.put_proposal(proposal);
  context.emit(ProposalChanged{proposal.name, proposal.status, proposal.approvals});
  return {};
}

// The member's own word; the legs are pledged as far as they are still free.
Status answer_top_up(Context& context, Proposal proposal, const TopUpContent& content,
                     bool reject) {
  const AccountIndex account(content.account);
  const Person& actor = context.state.persons().find(context.command.actor)->second;
  if (actor.role != Role::member) {
    return fail(ErrorCode::role_forbidden, "actor", actor.name, "a person of role member");
  }
  BULKHEAD_TRY_STATUS(context.may_act_on(account));
  context.state.erase_proposal(proposal.name);
  if (reject) {
    context.state.edit_account(account).declined_call = content.call;
    context.emit(account,
                 ProposalChanged{proposal.name, ProposalStatus::rejected, proposal.approvals});
    return {};
  }
  proposal.approvals.push_back(actor.name);
  context.emit(account,
               ProposalChanged{proposal.name, ProposalStatus::effective, proposal.approvals});
  for (const AssetAtPlace& leg : content.legs) {
    const AssetIndex asset = context.registry().find_asset(leg.asset);
    const PlaceIndex place = context.registry().find_place(leg.place);
    const ledger::HoldingKey from{account, asset, place, ledger::Bucket::free};
    const Amount amount = min(leg.amount, context.state.ledger.available(from));
    if (!amount.is_positive()) continue;
    const Status posted =
        context.post(context.transfer(ledger::TransferKind::pledge, from,
                                      {account, asset, place, ledger::Bucket::pledged}, amount));
    BULKHEAD_ASSERT(posted.has_value());
    credit_calls(context, account, asset, amount);
  }
  return {};
}

}  // namespace

Status carry_out(Context& context, const Propose& command) {
  BULKHEAD_TRY_STATUS(check_name(command.proposal, "proposal"));
  if (command.proposal.starts_with(kOwnProposals)) {
    return fail(ErrorCode::bad_name, "proposal", command.proposal,
                "a name that does not begin like Bulkhead's own proposals");
  }
  if (context.state.proposals().contains(command.proposal)) {
    return fail(ErrorCode::name_taken, "proposal", command.proposal, "a new name");
  }
  if (command.expires <= context.now()) {
    return fail(ErrorCode::out_of_range, "expires", to_string(command.expires), "later than now");
  }
  if (is_vault_order(command)) return propose_vault_order(context, command);
  const auto* change = std::get_if<ParameterChange>(&command.content);
  if (change == nullptr) {
    return fail(ErrorCode::missing_field, "content", "", "what is proposed");
  }
  BULKHEAD_TRY_STATUS(check_parameter_change(context, *change));
  Proposal proposal;
  proposal.name = command.proposal;
  proposal.proposer = context.command.actor;
  proposal.expires = command.expires;
  proposal.content = ParameterContent{*change};
  context.state.put_proposal(proposal);
  context.emit(ProposalChanged{proposal.name, proposal.status, {}});
  return {};
}

Status carry_out(Context& context, const Approve& command) {
  const auto at = context.state.proposals().find(command.proposal);
  if (at == context.state.proposals().end() || at->second.status != ProposalStatus::open) {
    return fail(ErrorCode::proposal_closed, "proposal", command.proposal, "an open proposal");
  }
  const Proposal proposal = at->second;
  if (const auto* top_up = std::get_if<TopUpContent>(&proposal.content)) {
    return answer_top_up(context, proposal, *top_up, command.reject);
  }
  if (command.reject) {
    return fail(ErrorCode::out_of_range, "reject", "true",
                "a word on what is proposed to a member");
  }
  if (is_vault_order(proposal)) return approve_vault_order(context, proposal);
  return approve_parameters(context, proposal);
}

}  // namespace bulkhead::engine
