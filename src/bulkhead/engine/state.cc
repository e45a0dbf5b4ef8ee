#include "bulkhead/engine/state.h"

#include <algorithm>
#include <utility>

namespace bulkhead::engine {
namespace {

std::string padded(std::uint64_t number, std::size_t digits) {
  std::string text = to_string(static_cast<Int128>(number));
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

std::string leg_key_text(const LegKey& key) {
  return "engine/leg/" + padded(key.account.value, 10) + "/" + padded(key.asset.value, 10) + "/" +
         padded(key.place.value, 10);
}

std::string grant_key_text(const std::pair<GrantKind, std::string>& key) {
  return "engine/grant/" + std::string(to_string(key.first)) + "/" + key.second;
}

LegKey key_of(const policy::CustodyLeg& leg) {
  return {AccountIndex(leg.account), AssetIndex(leg.asset), PlaceIndex(leg.place)};
}

// Puts what a map holds under each changed key, or erases it, and forgets the list.
template <class Map, class Keys, class Name>
void report(ChangeSet& out, const Map& map, Keys& changed, Name name) {
  for (const auto& key : changed) {
    const auto at = map.find(key);
    if (at == map.end()) {
      out.erase(name(key));
    } else {
      out.put(name(key), at->second);
    }
  }
  changed.clear();
}

}  // namespace

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
  } else {
    calls_.erase(call.id);
  }
}

std::vector<policy::Call> State::open_calls(AccountIndex account) const {
  std::vector<policy::Call> found;
  if (accounts_[account.value].open_calls == 0) return found;
  for (const auto& [number, call] : calls_) {
    if (call.account == account.value) found.push_back(call);
  }
  return found;
}

void State::put_delivery(const policy::Delivery& delivery) {
  stirred_.accounts.push_back(delivery.account);
  changed_deliveries_.insert(delivery.number);
  if (policy::is_open(delivery.status)) {
    deliveries_.insert_or_assign(delivery.number, delivery);
  } else {
    deliveries_.erase(delivery.number);
  }
}

std::vector<policy::Delivery> State::open_deliveries(AccountIndex account) const {
  std::vector<policy::Delivery> found;
  if (accounts_[account.value].open_deliveries == 0) return found;
  for (const auto& [number, delivery] : deliveries_) {
    if (delivery.account == account.value) found.push_back(delivery);
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
}

void State::erase_instruction(std::uint64_t number) {
  changed_instructions_.insert(number);
  instructions_.erase(number);
}

bool State::has_instruction(AccountIndex account) const {
  return std::ranges::any_of(instructions_, [account](const auto& entry) {
    return entry.second.account == account.value;
  });
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

void State::collect_changes(ChangeSet& out) {
  ledger.add_changed_accounts(stirred_.accounts);
  positions.add_changed_accounts(stirred_.accounts);
  orders.add_changed_accounts(stirred_.accounts);
  if (counters_changed_) out.put("engine/counters", counters_);
  if (parameters_changed_) out.put("engine/parameters", parameters_);
  counters_changed_ = parameters_changed_ = false;
  for (const std::uint32_t i : changed_accounts_) {
    out.put("engine/account/" + padded(i, 10), accounts_[i]);
  }
  changed_accounts_.clear();
  report(out, persons_, changed_persons_, [](const auto& k) { return "engine/person/" + k; });
  report(out, calls_, changed_calls_, [](auto k) { return "engine/call/" + padded(k, 20); });
  report(out, deliveries_, changed_deliveries_,
         [](auto k) { return "engine/delivery/" + padded(k, 20); });
  report(out, members_, changed_members_, [](const auto& k) { return "engine/member/" + k; });
  report(out, legs_, changed_legs_, leg_key_text);
  report(out, stops_, changed_stops_, [](const auto& k) {
    return "engine/stop/" + std::string(to_string(k.first)) + "/" + k.second;
  });
  report(out, alarms_, changed_alarms_, [](const auto& k) {
    return "engine/alarm/" + std::string(to_string(k.first)) + "/" + k.second;
  });
  report(out, fadings_, changed_fadings_, [](const auto& k) {
    return "engine/fading/" + std::string(to_string(k.first)) + "/" + k.second;
  });
  if (ramp_changed_ && ramp_) out.put("engine/ramp", *ramp_);
  if (ramp_changed_ && !ramp_) out.erase("engine/ramp");
  ramp_changed_ = false;
  report(out, substitutions_, changed_substitutions_,
         [](auto k) { return "engine/substitution/" + padded(k, 10); });
  report(out, vaults_, changed_vaults_, [](auto k) { return "engine/vault/" + padded(k, 10); });
  report(out, proposals_, changed_proposals_, [](const auto& k) { return "engine/proposal/" + k; });
  report(out, grants_, changed_grants_, grant_key_text);
  report(out, instructions_, changed_instructions_,
         [](auto k) { return "engine/instruction/" + padded(k, 20); });
  report(out, defaults_, changed_defaults_,
         [](auto k) { return "engine/default/" + padded(k, 10); });
  report(out, losses_, changed_losses_, [](auto k) { return "engine/loss/" + padded(k, 10); });
  report(out, corrections_, changed_corrections_,
         [](auto k) { return "engine/correction/" + padded(k, 20); });
  report(out, break_glass_, changed_break_glass_,
         [](const auto& k) { return "engine/break_glass/" + k; });
  report(out, monitors_, changed_monitors_, [](const auto& k) {
    return "engine/monitor/" + std::string(to_string(k.first)) + "/" + padded(k.second, 10);
  });
  memory.collect_changes(out);
  market.collect_changes(out);
  ledger.collect_changes(out);
  positions.collect_changes(out);
  orders.collect_changes(out);
}

Status State::restore(std::string_view key, std::span<const std::uint8_t> value) {
  const std::size_t slash = key.find('/');
  const std::string_view room = key.substr(0, slash);
  if (room == "market" || room == "registry") return market.restore(key, value);
  if (room == "ledger") return ledger.restore(key, value);
  if (key.starts_with("positions/order/")) return orders.restore(key, value);
  if (room == "positions") return positions.restore(key, value);
  if (room != "engine" || slash == std::string_view::npos) {
    return fail(ErrorCode::unknown_field, "state.key", key, "a key of a known room");
  }
  const std::string_view rest = key.substr(slash + 1);
  return restore_engine(rest.substr(0, rest.find('/')), key, value);
}

Status State::restore_engine(std::string_view kind, std::string_view key,
                             std::span<const std::uint8_t> value) {
  if (kind == "id") return memory.restore(key, value);
  if (kind == "counters") {
    BULKHEAD_TRY(counters_, decode<Counters>(value));
  } else if (kind == "parameters") {
    BULKHEAD_TRY(parameters_, decode<policy::ParameterSet>(value));
  } else if (kind == "account") {
    BULKHEAD_TRY(AccountState account, decode<AccountState>(value));
    account_names_.emplace(account.name, static_cast<std::uint32_t>(accounts_.size()));
    accounts_.push_back(std::move(account));
  } else if (kind == "person") {
    BULKHEAD_TRY(Person person, decode<Person>(value));
    persons_.emplace(person.name, person);
  } else if (kind == "call") {
    BULKHEAD_TRY(policy::Call call, decode<policy::Call>(value));
    calls_.emplace(call.id, call);
  } else if (kind == "delivery") {
    BULKHEAD_TRY(policy::Delivery delivery, decode<policy::Delivery>(value));
    deliveries_.emplace(delivery.number, delivery);
  } else if (kind == "member") {
    BULKHEAD_TRY(MemberState member, decode<MemberState>(value));
    members_.emplace(member.member, member);
  } else if (kind == "leg") {
    BULKHEAD_TRY(policy::CustodyLeg leg, decode<policy::CustodyLeg>(value));
    legs_.emplace(key_of(leg), leg);
  } else if (kind == "alarm") {
    BULKHEAD_TRY(const Alarm alarm, decode<Alarm>(value));
    alarms_.emplace(AlarmKey{alarm.of, alarm.subject}, alarm);
  } else if (kind == "stop") {
    BULKHEAD_TRY(const Stop stop, decode<Stop>(value));
    stops_.emplace(StopKey{stop.button, stop.subject}, stop);
  } else if (kind == "fading") {
    BULKHEAD_TRY(const Fading fading, decode<Fading>(value));
    fadings_.emplace(FadingKey{fading.of, fading.name}, fading);
  } else if (kind == "ramp") {
    BULKHEAD_TRY(ramp_, decode<ParameterRamp>(value));
  } else if (kind == "substitution") {
    BULKHEAD_TRY(const Substitution substitution, decode<Substitution>(value));
    substitutions_.emplace(substitution.account, substitution);
  } else if (kind == "vault") {
    BULKHEAD_TRY(const VaultRecord vault, decode<VaultRecord>(value));
    vaults_.emplace(vault.account, vault);
  } else if (kind == "proposal") {
    BULKHEAD_TRY(Proposal proposal, decode<Proposal>(value));
    proposals_.emplace(proposal.name, proposal);
  } else if (kind == "grant") {
    BULKHEAD_TRY(GrantState grant, decode<GrantState>(value));
    grants_.emplace(std::pair{grant.grant.kind, grant.grant.subject}, grant);
  } else if (kind == "instruction") {
    BULKHEAD_TRY(LiquidationOrder order, decode<LiquidationOrder>(value));
    instructions_.emplace(order.number, order);
  } else if (kind == "default") {
    BULKHEAD_TRY(const DefaultRecord record, decode<DefaultRecord>(value));
    defaults_.emplace(record.account, record);
  } else if (kind == "loss") {
    BULKHEAD_TRY(const OwedLoss loss, decode<OwedLoss>(value));
    losses_.emplace(loss.account, loss);
  } else if (kind == "correction") {
    BULKHEAD_TRY(const CorrectionRecord record, decode<CorrectionRecord>(value));
    corrections_.emplace(record.record, record);
  } else if (kind == "break_glass") {
    BULKHEAD_TRY(const BreakGlassRecord record, decode<BreakGlassRecord>(value));
    break_glass_.emplace(record.order.order, record);
  } else if (kind == "monitor") {
    BULKHEAD_TRY(MonitorRecord record, decode<MonitorRecord>(value));
    note_due(record);
    monitors_.emplace(MonitorKey{record.of, record.index}, std::move(record));
  } else {
    return fail(ErrorCode::unknown_field, "state.key", key, "a kind of record that is known");
  }
  return {};
}

Status State::finish_restore() {
  BULKHEAD_TRY_STATUS(market.finish_restore());
  BULKHEAD_TRY_STATUS(ledger.finish_restore());
  BULKHEAD_TRY_STATUS(positions.finish_restore());
  BULKHEAD_TRY_STATUS(orders.finish_restore());
  return memory.finish_restore();
}

}  // namespace bulkhead::engine
