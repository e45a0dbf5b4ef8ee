#include "bulkhead/engine/two_persons.h"

#include <algorithm>

namespace bulkhead::engine {
namespace {

constexpr std::size_t kLongestReason = 256;

struct AccountNamed {
  std::string operator()(const SequestrationOrder& order) const { return order.account; }
  std::string operator()(const ReleaseOrder& order) const { return order.account; }
  std::string operator()(const DefaultOrder& order) const { return order.account; }
  std::string operator()(const WaiveLoss& order) const { return order.account; }
  std::string operator()(const ModelChange& change) const { return change.account; }
  std::string operator()(const BustTrade& order) const { return order.fill.account; }
  std::string operator()(const ReverseDeposit& order) const { return order.deposit.account; }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

}  // namespace

Status check_reason(const std::string& reason) {
  if (reason.empty()) return fail(ErrorCode::missing_field, "reason", "", "why it is ordered");
  if (reason.size() <= kLongestReason) return {};
  return fail(ErrorCode::too_large, "reason", std::to_string(reason.size()), "at most 256 bytes");
}

Status check_second_person(const Context& context, const Proposal& proposal) {
  const Person& actor = context.state.persons().find(context.command.actor)->second;
  if (actor.role != Role::approver) {
    return fail(ErrorCode::role_forbidden, "actor", actor.name, "a person of role approver");
  }
  if (actor.name != proposal.proposer &&
      std::ranges::find(proposal.approvals, actor.name) == proposal.approvals.end()) {
    return {};
  }
  return fail(ErrorCode::approval_not_independent, "actor", actor.name,
              "a person who has not spoken on this proposal");
}

std::vector<std::string> persons_of(const Proposal& proposal) {
  std::vector<std::string> persons{proposal.proposer};
  persons.insert(persons.end(), proposal.approvals.begin(), proposal.approvals.end());
  return persons;
}

void open_proposal(Context& context, const Propose& command, Proposal::Content content,
                   AccountIndex account) {
  Proposal proposal;
  proposal.name = command.proposal;
  proposal.proposer = context.command.actor;
  proposal.expires = command.expires;
  proposal.content = std::move(content);
  context.state.put_proposal(proposal);
  context.emit(account, ProposalChanged{proposal.name, proposal.status, {}});
}

Proposal take_up(Context& context, Proposal proposal, AccountIndex account) {
  proposal.approvals.push_back(context.command.actor);
  context.state.erase_proposal(proposal.name);
  context.emit(account,
               ProposalChanged{proposal.name, ProposalStatus::effective, proposal.approvals});
  return proposal;
}

AccountIndex account_of(const State& state, const Proposal& proposal) {
  if (const auto* top_up = std::get_if<TopUpContent>(&proposal.content)) {
    return AccountIndex(top_up->account);
  }
  if (const auto* offer = std::get_if<SubstitutionContent>(&proposal.content)) {
    return AccountIndex(offer->account);
  }
  const std::string name = std::visit(AccountNamed{}, proposal.content);
  return name.empty() ? AccountIndex() : state.find_account(name);
}

}  // namespace bulkhead::engine
