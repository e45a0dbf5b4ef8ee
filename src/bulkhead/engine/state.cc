#include "bulkhead/engine/state.h"

#include <algorithm>
#include <utility>

namespace bulkhead::engine {

State::State()
    : positions(market.registry(), ledger,
                [this](AccountIndex account) {
                  return accounts_[account.value].ladder.default_ == policy::Default::liquidating;
                }),
      orders(market.registry()) {}

Counters& State::edit_counters() {
  counters_changed_ = true;
  return counters_;
}

void State::set_parameters(policy::ParameterSet set) {
  parameters_ = std::move(set);
  parameters_changed_ = true;
  stirred_.all = true;
}

void State::put_person(Person person) {
  changed_persons_.insert(person.name);
  std::string name = person.name;
  persons_.insert_or_assign(std::move(name), std::move(person));
}

AccountState& State::edit_account(AccountIndex i) {
  changed_accounts_.insert(i.value);
  stirred_.accounts.push_back(i.value);
  return accounts_[i.value];
}

AccountIndex State::add_account(AccountState account) {
  const AccountIndex index(accounts_.size());
  account_names_.emplace(account.name, index.value);
  accounts_.push_back(std::move(account));
  changed_accounts_.insert(index.value);
  stirred_.accounts.push_back(index.value);
  return index;
}

AccountIndex State::find_account(std::string_view name) const {
  const auto at = account_names_.find(name);
  return at == account_names_.end() ? AccountIndex() : AccountIndex(at->second);
}

void State::put_call(const policy::Call& call) {
  stirred_.accounts.push_back(call.account);
  changed_calls_.insert(call.id);
  if (policy::is_open(call.status)) {
    calls_.insert_or_assign(call.id, call);
    calls_of_.emplace(call.account, call.id);
  } else {
    calls_.erase(call.id);
    calls_of_.erase({call.account, call.id});
  }
}

std::vector<policy::Call> State::open_calls(AccountIndex account) const {
  std::vector<policy::Call> found;
  if (accounts_[account.value].open_calls == 0) return found;
  for (const std::uint64_t number : numbers_of(calls_of_, account)) {
    found.push_back(calls_.at(number));
  }
  return found;
}

void State::put_delivery(const policy::Delivery& delivery) {
  stirred_.accounts.push_back(delivery.account);
  changed_deliveries_.insert(delivery.number);
  if (policy::is_open(delivery.status)) {
    deliveries_.insert_or_assign(delivery.number, delivery);
    deliveries_of_.emplace(delivery.account, delivery.number);
  } else {
    deliveries_.erase(delivery.number);
    deliveries_of_.erase({delivery.account, delivery.number});
  }
}

std::vector<policy::Delivery> State::open_deliveries(AccountIndex account) const {
  std::vector<policy::Delivery> found;
  if (accounts_[account.value].open_deliveries == 0) return found;
  for (const std::uint64_t number : numbers_of(deliveries_of_, account)) {
    found.push_back(deliveries_.at(number));
  }
  return found;
}

const MemberState* State::member(std::string_view name) const {
  const auto at = members_.find(name);
  return at == members_.end() ? nullptr : &at->second;
}

void State::put_member(const MemberState& member) {
  changed_members_.insert(member.member);
  members_.insert_or_assign(member.member, member);
}

void State::erase_member(const std::string& name) {
  changed_members_.insert(name);
  members_.erase(name);
}

void State::put_leg(const policy::CustodyLeg& leg) {
  stirred_.accounts.push_back(leg.account);
  changed_legs_.insert(key_of(leg));
  legs_.insert_or_assign(key_of(leg), leg);
}

const Stop* State::stop(StopButton button, const std::string& subject) const {
  const auto at = stops_.find({button, subject});
  return at == stops_.end() ? nullptr : &at->second;
}

void State::put_stop(const Stop& stop) {
  changed_stops_.insert({stop.button, stop.subject});
  stops_.insert_or_assign({stop.button, stop.subject}, stop);
}

void State::erase_stop(const Stop& stop) {
  const StopKey key{stop.button, stop.subject};
  changed_stops_.insert(key);
  stops_.erase(key);
}

const Alarm* State::alarm(AlarmSubject of, const std::string& subject) const {
  const auto at = alarms_.find({of, subject});
  return at == alarms_.end() ? nullptr : &at->second;
}

void State::put_alarm(const Alarm& alarm) {
  stirred_.all = true;
  changed_alarms_.insert({alarm.of, alarm.subject});
  alarms_.insert_or_assign({alarm.of, alarm.subject}, alarm);
}

void State::erase_alarm(const Alarm& alarm) {
  stirred_.all = true;
  const AlarmKey key{alarm.of, alarm.subject};
  changed_alarms_.insert(key);
  alarms_.erase(key);
}

const Fading* State::fading(EligibilityOf of, const std::string& name) const {
  const auto at = fadings_.find({of, name});
  return at == fadings_.end() ? nullptr : &at->second;
}

void State::put_fading(const Fading& fading) {
  stirred_.all = true;
  changed_fadings_.insert({fading.of, fading.name});
  fadings_.insert_or_assign({fading.of, fading.name}, fading);
}

void State::erase_fading(const Fading& fading) {
  stirred_.all = true;
  const FadingKey key{fading.of, fading.name};
  changed_fadings_.insert(key);
  fadings_.erase(key);
}

void State::set_ramp(std::optional<ParameterRamp> ramp) {
  ramp_ = std::move(ramp);
  ramp_changed_ = true;
  stirred_.all = true;
}

const Substitution* State::substitution(AccountIndex account) const {
  const auto at = substitutions_.find(account.value);
  return at == substitutions_.end() ? nullptr : &at->second;
}

void State::put_substitution(const Substitution& substitution) {
  changed_substitutions_.insert(substitution.account);
  stirred_.accounts.push_back(substitution.account);
  substitutions_.insert_or_assign(substitution.account, substitution);
}

void State::erase_substitution(AccountIndex account) {
  changed_substitutions_.insert(account.value);
  stirred_.accounts.push_back(account.value);
  substitutions_.erase(account.value);
}

VaultRecord State::vault(AccountIndex account) const {
  const auto at = vaults_.find(account.value);
  if (at != vaults_.end()) return at->second;
  VaultRecord none;
  none.account = account.value;
  return none;
}

void State::put_vault(const VaultRecord& vault) {
  VaultRecord none;
  none.account = vault.account;
  changed_vaults_.insert(vault.account);
  stirred_.accounts.push_back(vault.account);
  if (vault == none) {
    vaults_.erase(vault.account);
  } else {
    vaults_.insert_or_assign(vault.account, vault);
  }
}

void State::put_proposal(const Proposal& proposal) {
  changed_proposals_.insert(proposal.name);
  proposals_.insert_or_assign(proposal.name, proposal);
}

void State::erase_proposal(const std::string& name) {
  changed_proposals_.insert(name);
  proposals_.erase(name);
}

const GrantState* State::grant(GrantKind kind, std::string_view subject) const {
  const auto at = grants_.find({kind, std::string(subject)});
  return at == grants_.end() ? nullptr : &at->second;
}

void State::put_grant(const GrantState& grant) {
  const std::pair key{grant.grant.kind, grant.grant.subject};
  changed_grants_.insert(key);
  grants_.insert_or_assign(key, grant);
}

void State::put_instruction(const LiquidationOrder& order) {
  changed_instructions_.insert(order.number);
  instructions_.insert_or_assign(order.number, order);
  instructions_of_.emplace(order.account, order.number);
}

void State::erase_instruction(std::uint64_t number) {
  changed_instructions_.insert(number);
  const auto at = instructions_.find(number);
  if (at == instructions_.end()) return;
  instructions_of_.erase({at->second.account, number});
  instructions_.erase(at);
}

bool State::has_instruction(AccountIndex account) const {
  const auto at = instructions_of_.lower_bound({account.value, 0});
  return at != instructions_of_.end() && at->first == account.value;
}

std::vector<std::uint64_t> State::instructions_of(AccountIndex account) const {
  return numbers_of(instructions_of_, account);
}

std::vector<std::uint64_t> State::numbers_of(const NumbersByAccount& numbers,
                                             AccountIndex account) {
  std::vector<std::uint64_t> found;
  for (auto at = numbers.lower_bound({account.value, 0});
       at != numbers.end() && at->first == account.value; ++at) {
    found.push_back(at->second);
  }
  return found;
}

DefaultRecord State::default_record(AccountIndex account) const {
  const auto at = defaults_.find(account.value);
  if (at != defaults_.end()) return at->second;
  DefaultRecord none;
  none.account = account.value;
  return none;
}

void State::put_default(const DefaultRecord& record) {
  changed_defaults_.insert(record.account);
  defaults_.insert_or_assign(record.account, record);
}

void State::erase_default(AccountIndex account) {
  if (defaults_.erase(account.value) > 0) changed_defaults_.insert(account.value);
}

void State::put_loss(const OwedLoss& loss) {
  changed_losses_.insert(loss.account);
  if (loss.parts.empty()) {
    losses_.erase(loss.account);
  } else {
    losses_.insert_or_assign(loss.account, loss);
  }
}

bool State::has_live_grant(GrantKind kind, Timestamp now) const {
  return std::ranges::any_of(grants_, [&](const auto& entry) {
    return entry.first.first == kind && entry.second.grant.expires >= now;
  });
}

void State::put_correction(const CorrectionRecord& correction) {
  changed_corrections_.insert(correction.record);
  corrections_.insert_or_assign(correction.record, correction);
}

void State::forget_corrections_before(Timestamp time) {
  std::erase_if(corrections_, [&](const auto& entry) {
    if (entry.second.time >= time) return false;
    changed_corrections_.insert(entry.first);
    return true;
  });
}

State::Stirred State::take_stirred() {
  std::ranges::sort(stirred_.accounts);
  const auto repeated = std::ranges::unique(stirred_.accounts);
  stirred_.accounts.erase(repeated.begin(), repeated.end());
  return std::exchange(stirred_, Stirred{.all = false, .accounts = {}});
}

void State::put_break_glass(const BreakGlassRecord& record) {
  stirred_.all = true;
  changed_break_glass_.insert(record.order.order);
  break_glass_.insert_or_assign(record.order.order, record);
}

void State::erase_break_glass(const std::string& order) {
  stirred_.all = true;
  changed_break_glass_.insert(order);
  break_glass_.erase(order);
}

}  // namespace bulkhead::engine
