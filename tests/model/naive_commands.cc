// What each command needs and what it does, in the order in which the rules ask.
#include <algorithm>
#include <cmath>

#include "naive_model.h"

namespace bulkhead::naive {
namespace {

using engine::Role;
namespace en = engine;

constexpr Duration kIdMemory = days(7);

// D11.1: who may give what.
bool role_may(Role role, const en::CommandBody& body) {
  const auto any = [role](std::initializer_list<Role> roles) {
    return std::ranges::find(roles, role) != roles.end();
  };
  const auto is = [&body]<class... C>() { return (std::holds_alternative<C>(body) || ...); };
  if (is.operator()<en::RegisterPerson, en::RegisterAsset, en::RegisterSource, en::RegisterPlace,
                    en::AdoptScenarioSet, en::Grant>()) {
    return any({Role::operator_});
  }
  if (is.operator()<en::RegisterInstrument, en::OpenAccount, en::Interest>()) {
    return any({Role::operator_, Role::venue});
  }
  if (is.operator()<en::Deposit>()) return any({Role::operator_, Role::venue, Role::custodian});
  if (is.operator()<en::SetStandingInstruction, en::Withdraw, en::Unpledge, en::Borrow, en::Repay,
                    en::RepayLoss>()) {
    return any({Role::member});
  }
  if (is.operator()<en::Pledge, en::PlaceOrder, en::AmendOrder, en::CancelOrder>()) {
    return any({Role::member, Role::venue});
  }
  if (is.operator()<en::Fill, en::FillSale, en::Funding, en::Expire>()) return any({Role::venue});
  if (is.operator()<en::Observations>()) return any({Role::feed});
  if (is.operator()<en::Tick>()) return any({Role::feed, Role::operator_});
  if (is.operator()<en::SetHalt>()) {
    return any({Role::operator_, Role::venue, Role::risk_manager});
  }
  if (is.operator()<en::CustodyReceipt>()) return any({Role::custodian});
  if (is.operator()<en::SetPlaceAlarm>()) {
    return any({Role::custodian, Role::operator_, Role::risk_manager});
  }
  if (is.operator()<en::PressStop>()) {
    return any({Role::operator_, Role::venue, Role::risk_manager, Role::approver});
  }
  if (is.operator()<en::EndStop>()) return any({Role::risk_manager, Role::approver});
  if (is.operator()<en::PromiseDelivery, en::DisputeCall, en::SubstituteCollateral>()) {
    return any({Role::member});
  }
  if (is.operator()<en::ReportDelivery>()) return any({Role::venue, Role::custodian});
  if (is.operator()<en::ProposePlan>()) return any({Role::operator_});
  if (is.operator()<en::Propose, en::ResolveDispute>()) return any({Role::risk_manager});
  return any({Role::approver, Role::member});
}

}  // namespace

void NaiveModel::complain(const std::string& what) { complaints_.push_back(what); }

NaiveAccount* NaiveModel::find(const std::string& name) {
  const auto at = std::ranges::find(accounts_, name, &NaiveAccount::name);
  return at == accounts_.end() ? nullptr : &*at;
}

bool NaiveModel::may_act(const NaiveAccount& account) const {
  return actor().role != Role::member || actor().member == account.member;
}

const NaiveCommand* NaiveModel::remembered(const Command& command) const {
  const auto at = ids_.find({command.actor, command.id});
  return at == ids_.end() ? nullptr : &at->second;
}

// D2.4, D11.1, D11.4. No value: the command is to be carried out.
std::optional<NaiveModel::Verdict> NaiveModel::admit(const Command& command) {
  if (std::holds_alternative<en::Genesis>(command.body)) return std::nullopt;
  if (command.time < now_) return refuse(ErrorCode::time_decreases);
  const auto person = persons_.find(command.actor);
  if (person == persons_.end()) return refuse(ErrorCode::actor_unknown);
  if (const auto seen = ids_.find({command.actor, command.id}); seen != ids_.end()) {
    return refuse(ErrorCode::command_repeated);
  }
  if (!role_may(person->second.role, command.body)) {
    ids_[{command.actor, command.id}] = {command.time, true, records_, command.body};
    return refuse(ErrorCode::role_forbidden);
  }
  const bool signs = std::holds_alternative<en::Propose>(command.body) ||
                     std::holds_alternative<en::Approve>(command.body) ||
                     std::holds_alternative<en::EndStop>(command.body);
  if (signs && command.signature.empty()) return refuse(ErrorCode::signature_missing);
  return std::nullopt;
}

void NaiveModel::apply(const Command& command, const Facts& facts, const std::vector<Event>& events,
                       std::optional<ErrorCode> refused) {
  command_ = &command;
  facts_ = facts;
  const std::optional<Verdict> denied = admit(command);
  now_ = std::max(now_, command.time);
  Verdict verdict = denied.value_or(Verdict{});
  if (!denied) {
    if (std::holds_alternative<en::Tick>(command.body)) {
      tick(command, events);
    } else if (const auto* plan = std::get_if<en::ProposePlan>(&command.body)) {
      verdict = follow_plan(*plan, refused);
    } else {
      verdict = act(command);
    }
    ids_[{command.actor, command.id}] = {command.time, !verdict.accepted, records_, command.body};
  }
  if (std::holds_alternative<en::Tick>(command.body) && !denied) {
    std::erase_if(ids_, [&](const auto& id) { return id.second.time < now_ - kIdMemory; });
  }
  records_ += 1 + events.size();
  const auto name = [](ErrorCode code) { return std::string(error_info(code).name); };
  if (verdict.accepted && refused) complain("refused by " + name(*refused) + ", expected accepted");
  if (!verdict.accepted && !refused) {
    complain("accepted, expected refused by " + name(verdict.code));
  }
  if (!verdict.accepted && refused && verdict.code != *refused &&
      !(verdict.code == ErrorCode::command_repeated && *refused == ErrorCode::command_conflict)) {
    complain("refused by " + name(*refused) + ", expected by " + name(verdict.code));
  }
}

NaiveModel::Verdict NaiveModel::act(const Command& command) {
  return std::visit(
      [this]<class C>(const C& c) -> Verdict {
        if constexpr (requires { on(c); }) {
          return on(c);
        } else if constexpr (std::is_same_v<C, en::RegisterAsset>) {
          const auto* terms = collateral::find_terms(terms_.parameters.collateral, c.asset.name);
          terms_.assets[c.asset.name] = terms != nullptr && terms->eligible;
          if (c.asset.numeraire) terms_.numeraire = c.asset.name;
          if (!c.asset.numeraire) {
            pegged_[c.asset.name] = c.asset.kind == market::AssetKind::stablecoin;
          }
        } else if constexpr (std::is_same_v<C, en::RegisterInstrument>) {
          terms_.contracts[c.instrument.name] = {
              c.instrument.underlying, c.instrument.lot_size.to_double(), c.instrument.expiry};
        } else if constexpr (std::is_same_v<C, en::RegisterPlace>) {
          places_[c.place.name] = {c.place.kind != market::PlaceKind::internal_ledger,
                                   c.place.timeout, c.place.minimum_transfer,
                                   c.place.transfer_cost};
        } else if constexpr (std::is_same_v<C, en::RegisterSource>) {
          sources_.insert(c.source.name);
        } else if constexpr (std::is_same_v<C, en::RegisterPerson>) {
          if (!persons_.try_emplace(c.person.name, c.person).second) {
            return refuse(ErrorCode::name_taken);
          }
        } else if constexpr (std::is_same_v<C, en::AdoptScenarioSet>) {
          ready_ = true;
        }
        return {};
      },
      command.body);
}

NaiveModel::Verdict NaiveModel::on(const en::Genesis& c) {
  terms_.parameters = c.parameters;
  for (const en::Person& person : c.persons) persons_[person.name] = person;
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::OpenAccount& c) {
  if (find(c.account) != nullptr) return refuse(ErrorCode::name_taken);
  NaiveAccount account;
  account.name = c.account;
  account.member = c.member;
  account.group = c.group.empty() ? c.member : c.group;
  account.standing = c.standing;
  accounts_.push_back(std::move(account));
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::SetStandingInstruction& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!may_act(*account)) return refuse(ErrorCode::not_own_account);
  account->standing = c.standing;
  return {};
}

template <class C>
std::optional<NaiveModel::Verdict> NaiveModel::names(const C& c, NaiveAccount*& account) {
  account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!terms_.assets.contains(c.asset)) return refuse(ErrorCode::asset_unknown);
  if (!places_.contains(c.place)) return refuse(ErrorCode::place_unknown);
  if (places_.at(c.place).vault) return refuse(ErrorCode::holding_invalid);
  if (!may_act(*account)) return refuse(ErrorCode::not_own_account);
  if (c.amount.units <= 0) return refuse(ErrorCode::amount_not_positive);
  return std::nullopt;
}

NaiveModel::Verdict NaiveModel::on(const en::Deposit& c) {
  NaiveAccount* account = nullptr;
  if (const auto no = names(c, account)) return *no;
  account->free[c.asset] += c.amount.units;
  return {};
}

// D6.1: not in default, and not what an open call is due.
std::optional<NaiveModel::Verdict> NaiveModel::free_leaves(const NaiveAccount& account,
                                                           const std::string& asset,
                                                           Int128 amount) {
  if (account.default_stage == DefaultStage::declared ||
      account.default_stage == DefaultStage::liquidating) {
    return refuse(ErrorCode::stage_forbids);
  }
  if (!ready_ || !terms_.assets.at(asset)) return std::nullopt;
  std::int64_t due = 0;
  for (const auto& [number, call] : account.calls) due += call.open() ? call.outstanding() : 0;
  // After a missed call all that is short of the target.
  if (account.call_missed) {
    const Figures f = figures_of(account);
    const std::int64_t target = share_up(f.initial, terms_.parameters.ladder.levels.target_bp);
    due = std::max(due, target - preventive(f));
  }
  std::int64_t left = 0;
  for (const auto& [name, held] : account.free) {
    left += credit_value(account, name, name == asset ? held - amount : held);
  }
  if (due > 0 && left < due) return refuse(ErrorCode::reserved_for_call);
  return std::nullopt;
}

NaiveModel::Verdict NaiveModel::on(const en::Withdraw& c) {
  NaiveAccount* account = nullptr;
  if (const auto no = names(c, account)) return *no;
  if (c.amount.units > account->free[c.asset]) return refuse(ErrorCode::balance_exceeded);
  if (const auto no = free_leaves(*account, c.asset, c.amount.units)) return *no;
  if (const auto no = loss_stays(*account, c.asset, c.amount.units, false)) return *no;
  account->free[c.asset] -= c.amount.units;
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::Pledge& c) {
  NaiveAccount* account = nullptr;
  if (const auto no = names(c, account)) return *no;
  if (c.amount.units > account->free[c.asset]) return refuse(ErrorCode::balance_exceeded);
  account->free[c.asset] -= c.amount.units;
  account->pledged[c.asset] += c.amount.units;
  credit(*account, c.asset, c.amount.units);
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::Unpledge& c) {
  NaiveAccount* account = nullptr;
  if (const auto no = names(c, account)) return *no;
  if (c.amount.units > account->available(c.asset)) return refuse(ErrorCode::balance_exceeded);
  const Book then = book_without(*account, c.asset, c.amount.units);
  if (const auto no = collateral_leaves(*account, c.asset, then)) return *no;
  if (const auto no = loss_stays(*account, c.asset, c.amount.units, true)) return *no;
  account->pledged[c.asset] -= c.amount.units;
  account->free[c.asset] += c.amount.units;
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::Borrow& c) {
  NaiveAccount* account = nullptr;
  if (const auto no = names(c, account)) return *no;
  Book after = book_of(*account);
  after.debts[c.asset] += c.amount.units;
  if (terms_.assets.at(c.asset)) after.collateral[c.asset] += c.amount.units;
  if (const auto no = new_risk(*account, after)) return *no;
  account->debts[c.asset] += c.amount.units;
  account->pledged[c.asset] += c.amount.units;
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::Repay& c) {
  NaiveAccount* account = nullptr;
  if (const auto no = names(c, account)) return *no;
  if (c.amount.units > account->debts[c.asset]) return refuse(ErrorCode::debt_exceeded);
  const Int128 pledged = std::min(account->available(c.asset), c.amount.units);
  const Int128 free = c.amount.units - pledged;
  if (free > account->free[c.asset]) return refuse(ErrorCode::balance_exceeded);
  account->pledged[c.asset] -= pledged;
  account->free[c.asset] -= free;
  account->debts[c.asset] -= c.amount.units;
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::Fill& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!c.legs.empty()) return fill_package(*account, c);
  if (!terms_.contracts.contains(c.instrument)) return refuse(ErrorCode::instrument_unknown);
  if (c.lots <= 0) return refuse(ErrorCode::lots_not_positive);
  if (expired(c.instrument)) return refuse(ErrorCode::instrument_expired);
  if (account->default_stage == DefaultStage::closed) return refuse(ErrorCode::stage_forbids);
  const std::int64_t lots = c.side == en::Side::buy ? c.lots : -c.lots;
  const auto order = account->orders.find(c.order);
  if (!c.order.empty()) {
    if (order == account->orders.end() || order->second.contract != c.instrument ||
        (order->second.lots > 0) != (lots > 0)) {
      return refuse(ErrorCode::order_not_found);
    }
    if (c.lots > std::abs(order->second.lots)) return refuse(ErrorCode::order_overfilled);
  }
  NaiveAccount* other = nullptr;
  if (!c.counterparty.empty()) {
    other = find(c.counterparty);
    if (other == nullptr) return refuse(ErrorCode::account_unknown);
    if (other->default_stage == DefaultStage::closed) return refuse(ErrorCode::stage_forbids);
  }
  const double price = c.price.to_double();
  const auto told = account->instructions.find(c.instruction);
  if (c.instruction != 0) {
    if (told == account->instructions.end()) return refuse(ErrorCode::instruction_unknown);
    const std::int64_t open = told->second.lots;
    if (told->second.instrument != c.instrument || (open > 0) != (lots > 0) ||
        c.lots > std::abs(open)) {
      return refuse(ErrorCode::instruction_unknown);
    }
    if (open > 0 ? price > told->second.limit : price < told->second.limit) {
      return refuse(ErrorCode::price_invalid);
    }
  }
  if (other == account) return refuse(ErrorCode::same_party);
  if (!(price > 0)) return refuse(ErrorCode::price_invalid);
  trade(*account, c.instrument, lots, price);
  if (other != nullptr) trade(*other, c.instrument, -lots, price);
  if (c.fee.units != 0) settle(*account, terms_.numeraire, -c.fee.units);
  if (!c.order.empty()) {
    order->second.lots -= lots;
    if (order->second.lots == 0) account->orders.erase(order);
  }
  if (c.instruction != 0) {
    told->second.lots -= lots;
    if (told->second.lots == 0) account->instructions.erase(told);
  }
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::FillSale& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!terms_.assets.contains(c.sold_asset)) return refuse(ErrorCode::asset_unknown);
  if (!terms_.assets.contains(c.received_asset)) return refuse(ErrorCode::asset_unknown);
  const auto told = account->instructions.find(c.instruction);
  if (told == account->instructions.end() || told->second.asset != c.sold_asset ||
      told->second.received_asset != c.received_asset || c.sold > told->second.amount ||
      c.sold.units <= 0 || c.received.units < 0) {
    return refuse(ErrorCode::instruction_unknown);
  }
  const double least = static_cast<double>(c.sold.units) * told->second.limit;
  if (static_cast<double>(c.received.units) + 1 < least) return refuse(ErrorCode::price_invalid);
  if (c.sold.units > account->available(c.sold_asset)) {
    return refuse(ErrorCode::balance_exceeded);
  }
  account->pledged[c.sold_asset] -= c.sold.units;
  settle(*account, c.received_asset, c.received.units);
  told->second.amount = told->second.amount - c.sold;
  if (told->second.amount.is_zero()) account->instructions.erase(told);
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::Interest& c) {
  if (!terms_.assets.contains(c.asset)) return refuse(ErrorCode::asset_unknown);
  if (c.rate.mantissa < 0 || c.rate.to_double() > 1) return refuse(ErrorCode::out_of_range);
  Int128 denominator = 1;
  for (int i = c.rate.exponent; i < 0; ++i) denominator *= 10;
  for (NaiveAccount& account : accounts_) {
    Int128& debt = account.debts[c.asset];
    debt += (debt * c.rate.mantissa + denominator - 1) / denominator;
  }
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::SetHalt& c) {
  if (!terms_.assets.contains(c.asset)) return refuse(ErrorCode::asset_unknown);
  if (c.asset == terms_.numeraire) return refuse(ErrorCode::out_of_range);
  if (c.halted) {
    halted_.insert(c.asset);
  } else {
    halted_.erase(c.asset);
  }
  follow_halts();
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::Observations& c) {
  for (const en::Observation& item : c.items) {
    if (!sources_.contains(item.source)) return refuse(ErrorCode::source_unknown);
    if (!(item.price > 0) || !(item.confidence >= 0)) return refuse(ErrorCode::out_of_range);
  }
  return {};
}

// The member's own word on what Bulkhead proposed: as far as it is still free (D8.4).
NaiveModel::Verdict NaiveModel::on(const en::Approve& c) {
  for (NaiveAccount& account : accounts_) {
    const auto proposed = account.top_ups.find(c.proposal);
    if (proposed == account.top_ups.end()) continue;
    if (actor().role != Role::member) return refuse(ErrorCode::role_forbidden);
    if (!may_act(account)) return refuse(ErrorCode::not_own_account);
    const NaiveTopUp top_up = proposed->second;
    account.top_ups.erase(proposed);
    if (c.reject) {
      account.declined_call = top_up.call;
      return {};
    }
    for (const auto& [asset, wanted] : top_up.legs) {
      const Int128 amount = std::min(wanted, account.free[asset]);
      if (amount <= 0) continue;
      account.free[asset] -= amount;
      account.pledged[asset] += amount;
      credit(account, asset, amount);
    }
    return {};
  }
  const auto proposal = proposals_.find(c.proposal);
  if (proposal == proposals_.end() || proposal->second.approved) {
    return refuse(ErrorCode::proposal_closed);
  }
  if (c.reject) return refuse(ErrorCode::out_of_range);
  if (actor().role != Role::approver) return refuse(ErrorCode::role_forbidden);
  if (proposal->second.approvals.contains(command_->actor)) {
    return refuse(ErrorCode::approval_not_independent);
  }
  return approve(c.proposal);
}

}  // namespace bulkhead::naive
