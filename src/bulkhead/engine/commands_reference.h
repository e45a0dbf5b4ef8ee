// Commands that make things known: the first record, persons, assets, instruments, sources, places,
// accounts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/fields.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/policy/parameters.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::engine {

inline constexpr std::uint32_t kLogFormat = 1;
inline constexpr std::uint32_t kBehaviourVersion = 1;

// D11.1. What each may do stands in engine/roles.h.
enum class Role : std::uint8_t {
  none,
  member,
  venue,
  risk_manager,
  approver,
  auditor,
  operator_,
  custodian,
  feed
};
BULKHEAD_ENUM_NAMES(Role, "none", "member", "venue", "risk_manager", "approver", "auditor",
                    "operator", "custodian", "feed")

struct Person {
  std::string name;  // the `actor` of this person's commands
  Role role = Role::none;
  Hash public_key{};   // Ed25519; all-zero: signs nothing
  std::string member;  // role member: whose accounts
  Hash commitment{};   // salted, to what is known of the person outside (D11.3); all-zero: none

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "name", self.name);
    visit(2, "role", self.role);
    visit(3, "public_key", self.public_key);
    visit(4, "member", self.member);
    visit(5, "commitment", self.commitment);
  }
};

// First record of every log: everything that behaviour depends on (DESIGN 10).
struct Genesis {
  static constexpr int kTag = 10;
  static constexpr std::string_view kName = "genesis";
  std::uint32_t format = kLogFormat;
  std::uint32_t behaviour = kBehaviourVersion;
  std::string venue;
  policy::ParameterSet parameters;
  std::vector<Person> persons;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "format", self.format);
    visit(2, "behaviour", self.behaviour);
    visit(3, "venue", self.venue);
    visit(4, "parameters", self.parameters);
    visit(5, "persons", self.persons);
  }
};

struct RegisterPerson {
  static constexpr int kTag = 11;
  static constexpr std::string_view kName = "register_person";
  Person person;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "person", self.person);
  }
};

// Another commitment to what is known of a person outside, or none: the salt leaked, the data
// changed, or it was erased (D11.3).
struct RenewCommitment {
  static constexpr int kTag = 18;
  static constexpr std::string_view kName = "renew_commitment";
  std::string person;
  Hash commitment{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "person", self.person);
    visit(2, "commitment", self.commitment);
  }
};

struct RegisterAsset {
  static constexpr int kTag = 12;
  static constexpr std::string_view kName = "register_asset";
  market::Asset asset;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
  }
};

struct RegisterInstrument {
  static constexpr int kTag = 13;
  static constexpr std::string_view kName = "register_instrument";
  market::Instrument instrument;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
  }
};

struct RegisterSource {
  static constexpr int kTag = 14;
  static constexpr std::string_view kName = "register_source";
  market::Source source;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "source", self.source);
  }
};

struct RegisterPlace {
  static constexpr int kTag = 15;
  static constexpr std::string_view kName = "register_place";
  market::Place place;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "place", self.place);
  }
};

// What may be pulled from free balances when a call is open (D8.4).
enum class StandingMode : std::uint8_t { none, automatic, propose };
BULKHEAD_ENUM_NAMES(StandingMode, "none", "automatic", "propose")

struct StandingInstruction {
  StandingMode mode = StandingMode::none;
  std::vector<std::string> assets;  // in this order
  bool set_off = false;  // what is free here may pay for the member's other accounts (D10.3)

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "mode", self.mode);
    visit(2, "assets", self.assets);
    visit(3, "set_off", self.set_off);
  }
};

struct OpenAccount {
  static constexpr int kTag = 16;
  static constexpr std::string_view kName = "open_account";
  std::string account;
  std::string member;
  std::string group;  // affiliate group; empty: the member alone
  risk::MarginMode mode = risk::MarginMode::joint;
  std::string model;  // margin model by name: "scenario_es", "scenario_grid", "flat"
  StandingInstruction standing;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "member", self.member);
    visit(3, "group", self.group);
    visit(4, "mode", self.mode);
    visit(5, "model", self.model);
    visit(6, "standing", self.standing);
  }
};

struct SetStandingInstruction {
  static constexpr int kTag = 17;
  static constexpr std::string_view kName = "set_standing_instruction";
  std::string account;
  StandingInstruction standing;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "standing", self.standing);
  }
};

}  // namespace bulkhead::engine
