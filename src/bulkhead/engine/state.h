// The authoritative state of the core: books, market, and keyed records, with what of them changed
// (DESIGN 3). No rule lives here.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "bulkhead/base/keyed_state.h"
#include "bulkhead/engine/account.h"
#include "bulkhead/engine/command_memory.h"
#include "bulkhead/engine/records.h"
#include "bulkhead/engine/records_break_glass.h"
#include "bulkhead/engine/records_monitor.h"
#include "bulkhead/engine/records_vault.h"
#include "bulkhead/ledger/ledger.h"
#include "bulkhead/market/market.h"
#include "bulkhead/policy/calls.h"
#include "bulkhead/policy/custody_leg.h"
#include "bulkhead/policy/deliveries.h"
#include "bulkhead/positions/orders.h"
#include "bulkhead/positions/positions.h"

namespace bulkhead::engine {

struct LegKey {
  AccountIndex account;
  AssetIndex asset;
  PlaceIndex place;
  friend auto operator<=>(const LegKey&, const LegKey&) = default;
};

inline LegKey key_of(const policy::CustodyLeg& leg) {
  return {AccountIndex(leg.account), AssetIndex(leg.asset), PlaceIndex(leg.place)};
}

class State {
 public:
  State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Read freely; after changing one of these through edit_…, it is reported as changed.
  const Counters& counters() const { return counters_; }
  Counters& edit_counters();
  const policy::ParameterSet& parameters() const { return parameters_; }
  void set_parameters(policy::ParameterSet set);
  const std::map<std::string, Person, std::less<>>& persons() const { return persons_; }
  void put_person(Person person);

  const std::deque<AccountState>& accounts() const { return accounts_; }
  const AccountState& account(AccountIndex i) const { return accounts_[i.value]; }
  AccountState& edit_account(AccountIndex i);
  AccountIndex add_account(AccountState account);
  AccountIndex find_account(std::string_view name) const;

  const std::map<std::uint64_t, policy::Call>& calls() const { return calls_; }  // open ones
  void put_call(const policy::Call& call);  // an ended one is removed
  // Open calls of an account in order of number.
  std::vector<policy::Call> open_calls(AccountIndex account) const;

  const std::map<std::uint64_t, policy::Delivery>& deliveries() const {
    return deliveries_;
  }  // open
  void put_delivery(const policy::Delivery& delivery);  // an ended one is removed
  // Open deliveries of an account in order of number.
  std::vector<policy::Delivery> open_deliveries(AccountIndex account) const;

  // A member that must first keep a promise; nullptr: none is held against it.
  const MemberState* member(std::string_view name) const;
  void put_member(const MemberState& member);
  void erase_member(const std::string& name);

  const std::map<LegKey, policy::CustodyLeg>& legs() const { return legs_; }
  void put_leg(const policy::CustodyLeg& leg);

  using StopKey = std::pair<StopButton, std::string>;
  const std::map<StopKey, Stop>& stops() const { return stops_; }
  const Stop* stop(StopButton button, const std::string& subject) const;
  void put_stop(const Stop& stop);
  void erase_stop(const Stop& stop);

  using AlarmKey = std::pair<AlarmSubject, std::string>;
  const std::map<AlarmKey, Alarm>& alarms() const { return alarms_; }
  const Alarm* alarm(AlarmSubject of, const std::string& subject) const;
  void put_alarm(const Alarm& alarm);
  void erase_alarm(const Alarm& alarm);

  using FadingKey = std::pair<EligibilityOf, std::string>;
  const std::map<FadingKey, Fading>& fadings() const { return fadings_; }
  const Fading* fading(EligibilityOf of, const std::string& name) const;
  void put_fading(const Fading& fading);
  void erase_fading(const Fading& fading);

  const std::optional<ParameterRamp>& ramp() const { return ramp_; }
  void set_ramp(std::optional<ParameterRamp> ramp);

  const std::map<std::uint32_t, Substitution>& substitutions() const { return substitutions_; }
  const Substitution* substitution(AccountIndex account) const;
  void put_substitution(const Substitution& substitution);
  void erase_substitution(AccountIndex account);

  const std::map<std::uint32_t, VaultRecord>& vaults() const { return vaults_; }
  VaultRecord vault(AccountIndex account) const;  // the default if there is none
  bool has_vault(AccountIndex account) const { return vaults_.contains(account.value); }
  void put_vault(const VaultRecord& vault);  // one at its default is removed

  const std::map<std::string, Proposal, std::less<>>& proposals() const { return proposals_; }
  void put_proposal(const Proposal& proposal);
  void erase_proposal(const std::string& name);

  const GrantState* grant(GrantKind kind, std::string_view subject) const;
  void put_grant(const GrantState& grant);

  const std::map<std::uint64_t, LiquidationOrder>& instructions() const { return instructions_; }
  void put_instruction(const LiquidationOrder& order);
  void erase_instruction(std::uint64_t number);
  bool has_instruction(AccountIndex account) const;
  // Numbers of an account's instructions, ascending.
  std::vector<std::uint64_t> instructions_of(AccountIndex account) const;

  // How far an account's default is; the default record if there is none.
  DefaultRecord default_record(AccountIndex account) const;
  const std::map<std::uint32_t, DefaultRecord>& defaults() const { return defaults_; }
  void put_default(const DefaultRecord& record);
  void erase_default(AccountIndex account);
  // What others bore of losses, by closed account; one without parts is removed.
  const std::map<std::uint32_t, OwedLoss>& losses() const { return losses_; }
  void put_loss(const OwedLoss& loss);
  // A grant of the kind, of any subject, that has not expired.
  bool has_live_grant(GrantKind kind, Timestamp now) const;

  const std::map<std::uint64_t, CorrectionRecord>& corrections() const { return corrections_; }
  void put_correction(const CorrectionRecord& correction);
  void forget_corrections_before(Timestamp time);

  // By name.
  const std::map<std::string, BreakGlassRecord>& break_glass() const { return break_glass_; }
  void put_break_glass(const BreakGlassRecord& record);
  void erase_break_glass(const std::string& order);

  using MonitorKey = std::pair<MonitoredKind, std::uint32_t>;
  const std::map<MonitorKey, MonitorRecord>& monitors() const { return monitors_; }
  void put_monitor(MonitorRecord record);
  void erase_monitor(const MonitorKey& key);
  // When its forecast is due; kNoForecast if it has none, 0 if it is not watched.
  static constexpr Timestamp kNoForecast = {1};
  Timestamp monitor_due(const MonitorKey& key) const;

  market::Market market;
  ledger::Ledger ledger;
  positions::Positions positions;
  positions::Orders orders;
  CommandMemory memory;

  const market::Registry& registry() const { return market.registry(); }

  // Accounts that a record of was edited since the last call: what was known of them may not hold.
  struct Stirred {
    bool all = true;  // alarms, parameters or what fades have changed, or nothing is known yet
    std::vector<std::uint32_t> accounts;  // sorted, unique
  };
  Stirred take_stirred();

  void collect_changes(ChangeSet& out);
  Status restore(std::string_view key, std::span<const std::uint8_t> value);
  Status finish_restore();

 private:
  Status restore_engine(std::string_view kind, std::string_view key,
                        std::span<const std::uint8_t> value);
  void note_due(const MonitorRecord& record);

  Counters counters_;
  policy::ParameterSet parameters_;
  std::map<std::string, Person, std::less<>> persons_;
  std::deque<AccountState> accounts_;  // a vector that doubles would waste a third
  std::map<std::string, std::uint32_t, std::less<>> account_names_;
  std::map<std::uint64_t, policy::Call> calls_;
  std::map<std::uint64_t, policy::Delivery> deliveries_;
  std::map<std::string, MemberState, std::less<>> members_;
  std::map<LegKey, policy::CustodyLeg> legs_;
  std::map<StopKey, Stop> stops_;
  std::map<AlarmKey, Alarm> alarms_;
  std::map<FadingKey, Fading> fadings_;
  std::optional<ParameterRamp> ramp_;
  std::map<std::uint32_t, Substitution> substitutions_;
  std::map<std::uint32_t, VaultRecord> vaults_;
  std::map<std::string, Proposal, std::less<>> proposals_;
  std::map<std::pair<GrantKind, std::string>, GrantState> grants_;
  std::map<std::uint64_t, LiquidationOrder> instructions_;
  std::map<std::uint32_t, DefaultRecord> defaults_;
  std::map<std::uint32_t, OwedLoss> losses_;
  std::map<std::uint64_t, CorrectionRecord> corrections_;
  std::map<std::string, BreakGlassRecord> break_glass_;
  std::map<MonitorKey, MonitorRecord> monitors_;
  std::array<std::vector<Timestamp>, 2> monitors_due_;  // derived, by kind and index

  // Which of them are an account's: looking through all would be most of a tick in a crash.
  using NumbersByAccount = std::set<std::pair<std::uint32_t, std::uint64_t>>;
  static std::vector<std::uint64_t> numbers_of(const NumbersByAccount& numbers,
                                               AccountIndex account);
  NumbersByAccount calls_of_;
  NumbersByAccount deliveries_of_;
  NumbersByAccount instructions_of_;

  Stirred stirred_;

  bool counters_changed_ = false;
  bool parameters_changed_ = false;
  std::set<std::string> changed_persons_;
  std::set<std::uint32_t> changed_accounts_;
  std::set<std::uint64_t> changed_calls_;
  std::set<std::uint64_t> changed_deliveries_;
  std::set<std::string> changed_members_;
  std::set<LegKey> changed_legs_;
  std::set<StopKey> changed_stops_;
  std::set<AlarmKey> changed_alarms_;
  std::set<FadingKey> changed_fadings_;
  bool ramp_changed_ = false;
  std::set<std::uint32_t> changed_substitutions_;
  std::set<std::uint32_t> changed_vaults_;
  std::set<std::string> changed_proposals_;
  std::set<std::pair<GrantKind, std::string>> changed_grants_;
  std::set<std::uint64_t> changed_instructions_;
  std::set<std::uint32_t> changed_defaults_;
  std::set<std::uint32_t> changed_losses_;
  std::set<std::uint64_t> changed_corrections_;
  std::set<std::string> changed_break_glass_;
  std::set<MonitorKey> changed_monitors_;
};

}  // namespace bulkhead::engine
