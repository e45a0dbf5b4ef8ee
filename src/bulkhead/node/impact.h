// What other parameters, or another margin model of accounts, would do if they were proposed,
// approved and effective now (D11.1): two engines at the same moment of a log run on through the
// same ticks at unchanged prices, one as things are, one with the change. Both are the real engine;
// nothing is written anywhere.
//
//   BULKHEAD_TRY(const Impact impact, impact_of(*as_it_is, *as_it_would_be, parameters, {}));
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/engine.h"

namespace bulkhead::node {

// Where an account stands after the last tick, and what happened to it on the way.
struct Outcome {
  Usd initial;      // IM
  Usd maintenance;  // MM
  Usd equity;       // E_mid
  std::string coverage;
  std::string vault;
  std::string default_;
  Usd called;    // Σ of the calls issued
  Usd required;  // largest R of the sequestrations ordered; 0: none
  bool sequestered = false;
  bool defaulted = false;
  bool liquidated = false;

  friend bool operator==(const Outcome&, const Outcome&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "initial", self.initial);
    visit(2, "maintenance", self.maintenance);
    visit(3, "equity", self.equity);
    visit(4, "coverage", self.coverage);
    visit(5, "vault", self.vault);
    visit(6, "default", self.default_);
    visit(7, "called", self.called);
    visit(8, "required", self.required);
    visit(9, "sequestered", self.sequestered);
    visit(10, "defaulted", self.defaulted);
    visit(11, "liquidated", self.liquidated);
  }
};

struct ImpactLine {
  std::string account;
  std::string member;
  Outcome without;  // under the set in force
  Outcome with;     // under the new one
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "member", self.member);
    visit(3, "without", self.without);
    visit(4, "with", self.with);
  }
};

// Over all accounts.
struct ImpactTotal {
  Usd initial;
  Usd maintenance;
  Usd called;
  std::uint32_t accounts_called = 0;
  std::uint32_t accounts_sequestered = 0;
  std::uint32_t accounts_defaulted = 0;
  std::uint32_t accounts_liquidated = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "initial", self.initial);
    visit(2, "maintenance", self.maintenance);
    visit(3, "called", self.called);
    visit(4, "accounts_called", self.accounts_called);
    visit(5, "accounts_sequestered", self.accounts_sequestered);
    visit(6, "accounts_defaulted", self.accounts_defaulted);
    visit(7, "accounts_liquidated", self.accounts_liquidated);
  }
};

// What is proposed. When a change takes effect is not read: it is now.
using Change = std::variant<policy::ParameterSet, engine::ModelChange>;

struct Impact {
  Timestamp from;
  Timestamp to;
  std::uint32_t ticks = 0;
  std::uint32_t version = 0;  // in force
  std::uint32_t new_version = 0;
  std::uint32_t accounts = 0;
  ImpactTotal without;
  ImpactTotal with;
  std::vector<ImpactLine> lines;  // accounts that would stand otherwise, largest change of IM first
  std::uint32_t models_changed = 0;  // accounts that would be margined by another model
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "from", self.from);
    visit(2, "to", self.to);
    visit(3, "ticks", self.ticks);
    visit(4, "version", self.version);
    visit(5, "new_version", self.new_version);
    visit(6, "accounts", self.accounts);
    visit(7, "without", self.without);
    visit(8, "with", self.with);
    visit(9, "lines", self.lines);
    visit(10, "models_changed", self.models_changed);
  }
};

struct ImpactOptions {
  std::uint32_t ticks = 5;
  Duration step = minutes(1);
};

// Both engines stand at the same moment of the same log; both are used up. Errors: those of the
// engine for a change that it refuses, out_of_range when no account would change its model,
// not_found when the log knows no person of a role that it takes (feed, risk manager, two
// approvers), no_scenario_set when figures cannot be had.
Result<Impact> impact_of(engine::Engine& as_it_is, engine::Engine& as_it_would_be,
                         const Change& change, const ImpactOptions& options);

}  // namespace bulkhead::node
