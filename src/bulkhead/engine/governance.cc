// Verbs of governance: proposals and their approvals (D8.4, D11.1).
#include "bulkhead/engine/corrections.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/default_orders.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/ladder_calls.h"
#include "bulkhead/engine/model_change.h"
#include "bulkhead/engine/names.h"
#include "bulkhead/engine/owed_losses.h"
#include "bulkhead/engine/substitution_offers.h"
#include "bulkhead/engine/two_persons.h"
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
Status approve_change(Context& context, Proposal proposal) {
  BULKHEAD_TRY_STATUS(check_second_person(context, proposal));
  proposal.approvals.push_back(context.command.actor);
  if (proposal.approvals.size() >= kApprovalsNeeded) proposal.status = ProposalStatus::approved;
  context.state.put_proposal(proposal);
  context.emit(account_of(context.state, proposal),
               ProposalChanged{proposal.name, proposal.status, proposal.approvals});
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
    const Amount amount =
        credit_left(context, account, asset, min(leg.amount, context.state.ledger.available(from)));
    if (!amount.is_positive()) continue;
    const Status posted =
        context.post(context.transfer(ledger::TransferKind::pledge, from,
                                      {account, asset, place, ledger::Bucket::pledged}, amount));
    BULKHEAD_ASSERT(posted.has_value());
    credit_calls(context, account, asset, amount);
  }
  return {};
}

// Puts up what is proposed, by its kind.
struct Put {
  Context& context;
  const Propose& command;

  Status operator()(const std::monostate&) const {
    return fail(ErrorCode::missing_field, "content", "", "what is proposed");
  }
  Status operator()(const ParameterChange& change) const {
    BULKHEAD_TRY_STATUS(check_parameter_change(context, change));
    open_proposal(context, command, ParameterContent{change});
    return {};
  }
  Status operator()(const ModelChange& change) const {
    return propose_model_change(context, command, change);
  }
  Status operator()(const SequestrationOrder&) const {
    return propose_vault_order(context, command);
  }
  Status operator()(const ReleaseOrder&) const { return propose_vault_order(context, command); }
  Status operator()(const DefaultOrder& order) const {
    return propose_default(context, command, order);
  }
  Status operator()(const WaiveLoss& order) const {
    return propose_waiver(context, command, order);
  }
  template <class Correction>
  Status operator()(const Correction& correction) const {
    return propose_correction(context, command, correction);
  }
};

// The word of an approver, by what is proposed. Top-ups are approved by their member.
struct Confirm {
  Context& context;
  const Proposal& proposal;

  Status operator()(const ParameterContent&) const { return approve_change(context, proposal); }
  Status operator()(const ModelChange&) const { return approve_change(context, proposal); }
  Status operator()(const SequestrationOrder&) const {
    return approve_vault_order(context, proposal);
  }
  Status operator()(const ReleaseOrder&) const { return approve_vault_order(context, proposal); }
  Status operator()(const DefaultOrder&) const { return approve_default(context, proposal); }
  Status operator()(const WaiveLoss&) const { return approve_waiver(context, proposal); }
  Status operator()(const BustTrade& correction) const {
    return approve_correction(context, proposal, correction);
  }
  Status operator()(const ReverseDeposit& correction) const {
    return approve_correction(context, proposal, correction);
  }
  Status operator()(const SettlementPrice& price) const {
    return approve_settlement_price(context, proposal, price);
  }
  template <class Other>
  Status operator()(const Other&) const {
    return fail(ErrorCode::proposal_closed, "proposal", proposal.name, "an open proposal");
  }
};

}  // namespace

Status carry_out(Context& context, const Propose& command) {
  BULKHEAD_TRY_STATUS(check_name(command.proposal, "proposal"));
  if (command.proposal.starts_with(kOwnProposals) ||
      command.proposal.starts_with(kOwnSubstitutions)) {
    return fail(ErrorCode::bad_name, "proposal", command.proposal,
                "a name that does not begin like Bulkhead's own proposals");
  }
  if (context.state.proposals().contains(command.proposal) ||
      context.state.break_glass().contains(command.proposal)) {
    return fail(ErrorCode::name_taken, "proposal", command.proposal, "a new name");
  }
  if (command.expires <= context.now()) {
    return fail(ErrorCode::out_of_range, "expires", to_string(command.expires), "later than now");
  }
  return std::visit(Put{context, command}, command.content);
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
  if (const auto* offer = std::get_if<SubstitutionContent>(&proposal.content)) {
    return answer_substitution(context, proposal, *offer, command.reject);
  }
  if (command.reject) {
    return fail(ErrorCode::out_of_range, "reject", "true",
                "a word on what is proposed to a member");
  }
  return std::visit(Confirm{context, proposal}, proposal.content);
}

}  // namespace bulkhead::engine
