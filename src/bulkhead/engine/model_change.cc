#include "bulkhead/engine/model_change.h"

#include "bulkhead/engine/two_persons.h"

namespace bulkhead::engine {
namespace {

Status check_models(const Context& context, const ModelChange& change) {
  BULKHEAD_TRY(const risk::Model to, risk::model_of(change.to, context.parameters().models));
  if (std::holds_alternative<risk::Flat>(to) && change.mode != risk::MarginMode::joint) {
    return fail(ErrorCode::out_of_range, "mode", to_string(change.mode),
                "joint: under flat collateral counts at its loan-to-value");
  }
  if (change.from.empty()) return {};
  BULKHEAD_TRY(const risk::Model from, risk::model_of(change.from, context.parameters().models));
  static_cast<void>(from);
  return {};
}

Status check_subject(const Context& context, const ModelChange& change) {
  if (change.account.empty()) {
    if (!change.from.empty()) return {};
    return fail(ErrorCode::missing_field, "from", "", "a margin model, or an account");
  }
  BULKHEAD_TRY(const AccountIndex index, context.account(change.account));
  const AccountState& account = context.state.account(index);
  if (!change.from.empty() && change.from != account.model) {
    return fail(ErrorCode::out_of_range, "from", change.from, account.model + ", or left empty");
  }
  if (change.to != account.model || change.mode != account.mode) return {};
  return fail(ErrorCode::out_of_range, "to", change.to, "another model or mode than it has");
}

bool concerns(const ModelChange& change, const AccountState& account) {
  if (account.ladder.default_ != policy::Default::none &&
      account.ladder.default_ != policy::Default::closed) {
    return false;
  }
  if (!change.account.empty() && change.account != account.name) return false;
  if (!change.from.empty() && change.from != account.model) return false;
  return change.to != account.model || change.mode != account.mode;
}

}  // namespace

Status propose_model_change(Context& context, const Propose& command, const ModelChange& change) {
  BULKHEAD_TRY_STATUS(check_models(context, change));
  BULKHEAD_TRY_STATUS(check_subject(context, change));
  BULKHEAD_TRY_STATUS(check_reason(change.reason));
  if (change.effective_at < context.now()) {
    return fail(ErrorCode::out_of_range, "effective_at", to_string(change.effective_at),
                "not before now");
  }
  open_proposal(context, command, change, context.state.find_account(change.account));
  return {};
}

void adopt_model_change(Context& context, const std::string& name) {
  const Proposal proposal = context.state.proposals().find(name)->second;
  const auto& change = std::get<ModelChange>(proposal.content);
  context.state.erase_proposal(name);
  std::vector<AccountIndex> changed;
  for (std::size_t a = 0; a < context.state.accounts().size(); ++a) {
    const AccountIndex account(a);
    if (concerns(change, context.state.account(account))) changed.push_back(account);
  }
  const ProposalStatus status =
      changed.empty() ? ProposalStatus::expired : ProposalStatus::effective;
  context.emit(account_of(context.state, proposal),
               ProposalChanged{name, status, proposal.approvals});
  for (const AccountIndex account : changed) {
    AccountState& state = context.state.edit_account(account);
    const std::string from = state.model;
    state.model = change.to;
    state.mode = change.mode;
    state.regime_stale = true;
    context.valuer.touch(account);
    context.emit(account, ModelChanged{name, from, change.to, change.mode});
  }
}

}  // namespace bulkhead::engine
