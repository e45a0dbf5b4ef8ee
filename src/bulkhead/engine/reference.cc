// Verbs that make things known: the log's first record, persons, assets, instruments, sources,
// places, accounts.
#include <set>

#include "bulkhead/base/sha256.h"
#include "bulkhead/engine/names.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

constexpr std::size_t kAccountsMax = 4'000'000;
constexpr std::size_t kPersonsMax = 4'000'000;

Status check_person(const Person& person) {
  BULKHEAD_TRY_STATUS(check_name(person.name, "person.name"));
  if (person.role == Role::none) {
    return fail(ErrorCode::out_of_range, "person.role", "none", "a role");
  }
  if ((person.role == Role::member) == person.member.empty()) {
    return fail(ErrorCode::out_of_range, "person.member", person.member,
                "the member whose accounts a person of role member acts on, else empty");
  }
  return {};
}

Status check_standing(const Context& context, const StandingInstruction& standing) {
  std::set<std::string> seen;
  for (const std::string& asset : standing.assets) {
    BULKHEAD_TRY_STATUS(context.asset(asset, "standing.assets"));
    if (!seen.insert(asset).second) {
      return fail(ErrorCode::duplicate_field, "standing.assets", asset, "each asset once");
    }
  }
  return {};
}

Status check_model(const Context& context, const OpenAccount& command) {
  BULKHEAD_TRY(const risk::Model model,
               risk::model_of(command.model, context.state.parameters().models));
  if (std::holds_alternative<risk::Flat>(model) && command.mode != risk::MarginMode::joint) {
    return fail(ErrorCode::out_of_range, "mode", to_string(command.mode),
                "joint: under flat collateral counts at its loan-to-value");
  }
  return {};
}

}  // namespace

Status carry_out(Context& context, const Genesis& command) {
  if (command.format != kLogFormat) {
    return fail(ErrorCode::out_of_range, "genesis.format", std::to_string(command.format),
                std::to_string(kLogFormat));
  }
  if (command.behaviour != kBehaviourVersion) {
    return fail(ErrorCode::out_of_range, "genesis.behaviour", std::to_string(command.behaviour),
                std::to_string(kBehaviourVersion));
  }
  BULKHEAD_TRY_STATUS(check_name(command.venue, "genesis.venue"));
  BULKHEAD_TRY_STATUS(policy::validate(command.parameters));
  std::set<std::string> names;
  for (const Person& person : command.persons) {
    BULKHEAD_TRY_STATUS(check_person(person));
    if (!names.insert(person.name).second) {
      return fail(ErrorCode::name_taken, "genesis.persons", person.name, "each name once");
    }
  }
  if (!names.contains(context.command.actor)) {
    return fail(ErrorCode::actor_unknown, "actor", context.command.actor,
                "one of the genesis's persons");
  }
  context.state.set_parameters(command.parameters);
  context.state.edit_counters().venue = command.venue;
  for (const Person& person : command.persons) context.state.put_person(person);
  context.emit(LogOpened{command.format, command.behaviour, command.parameters.version});
  return {};
}

Status carry_out(Context& context, const RegisterPerson& command) {
  BULKHEAD_TRY_STATUS(check_person(command.person));
  if (context.state.persons().contains(command.person.name)) {
    return fail(ErrorCode::name_taken, "person.name", command.person.name, "a new name");
  }
  if (context.state.persons().size() >= kPersonsMax) {
    return fail(ErrorCode::too_large, "person", command.person.name, "at most 4,000,000 persons");
  }
  context.state.put_person(command.person);
  context.emit(Registered{RegisteredKind::person, command.person.name});
  return {};
}

Status carry_out(Context& context, const RenewCommitment& command) {
  const auto at = context.state.persons().find(command.person);
  if (at == context.state.persons().end()) {
    return fail(ErrorCode::not_found, "person", command.person, "a registered person");
  }
  if (at->second.commitment == command.commitment) {
    return fail(ErrorCode::out_of_range, "commitment", to_hex(command.commitment),
                "another commitment than the person has");
  }
  Person person = at->second;
  person.commitment = command.commitment;
  context.state.put_person(person);
  context.emit(CommitmentRenewed{command.person, command.commitment});
  return {};
}

Status carry_out(Context& context, const RegisterAsset& command) {
  BULKHEAD_TRY(const AssetIndex added, context.state.market.add(command.asset));
  static_cast<void>(added);
  context.emit(Registered{RegisteredKind::asset, command.asset.name});
  return context.valuer.refresh();
}

Status carry_out(Context& context, const RegisterInstrument& command) {
  BULKHEAD_TRY(const InstrumentIndex added, context.state.market.add(command.instrument));
  static_cast<void>(added);
  context.emit(Registered{RegisteredKind::instrument, command.instrument.name});
  return context.valuer.refresh();
}

Status carry_out(Context& context, const RegisterSource& command) {
  BULKHEAD_TRY(const SourceIndex added, context.state.market.add(command.source));
  static_cast<void>(added);
  context.emit(Registered{RegisteredKind::source, command.source.name});
  return {};
}

Status carry_out(Context& context, const RegisterPlace& command) {
  BULKHEAD_TRY(const PlaceIndex added, context.state.market.add(command.place));
  static_cast<void>(added);
  context.emit(Registered{RegisteredKind::place, command.place.name});
  return {};
}

Status carry_out(Context& context, const OpenAccount& command) {
  BULKHEAD_TRY_STATUS(check_name(command.account, "account"));
  BULKHEAD_TRY_STATUS(check_name(command.member, "member"));
  if (!command.group.empty()) BULKHEAD_TRY_STATUS(check_name(command.group, "group"));
  if (context.state.find_account(command.account).valid()) {
    return fail(ErrorCode::name_taken, "account", command.account, "a new name");
  }
  BULKHEAD_TRY_STATUS(check_model(context, command));
  if (context.state.accounts().size() >= kAccountsMax) {
    return fail(ErrorCode::too_large, "account", command.account, "at most 4,000,000 accounts");
  }
  BULKHEAD_TRY_STATUS(check_standing(context, command.standing));
  AccountState account;
  account.name = command.account;
  account.member = command.member;
  account.group = command.group.empty() ? command.member : command.group;
  account.mode = command.mode;
  account.model = command.model;
  account.standing = command.standing;
  account.opened = context.now();
  const AccountIndex index = context.state.add_account(std::move(account));
  context.valuer.touch(index);
  context.emit(index, AccountOpened{command.member});
  return {};
}

Status carry_out(Context& context, const SetStandingInstruction& command) {
  BULKHEAD_TRY(const AccountIndex account, context.account(command.account));
  BULKHEAD_TRY_STATUS(context.may_act_on(account));
  BULKHEAD_TRY_STATUS(check_standing(context, command.standing));
  context.state.edit_account(account).standing = command.standing;
  context.emit(account, StandingInstructionSet{command.standing});
  return {};
}

}  // namespace bulkhead::engine
