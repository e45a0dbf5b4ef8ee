// Of the state: its records by key, as they are hashed and kept in checkpoints.
#include <algorithm>
#include <utility>

#include "bulkhead/engine/state.h"

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
    calls_of_.emplace(call.account, call.id);
    calls_.emplace(call.id, call);
  } else if (kind == "delivery") {
    BULKHEAD_TRY(policy::Delivery delivery, decode<policy::Delivery>(value));
    deliveries_of_.emplace(delivery.account, delivery.number);
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
    instructions_of_.emplace(order.account, order.number);
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
