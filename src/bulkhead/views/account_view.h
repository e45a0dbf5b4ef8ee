// Everything that can be said of one account now, from state alone and by the code that decides:
// its stages, its requirement with parts, what it has and owes, and what would change its stages.
//
//   Result<AccountView> view = account_view(engine, account);
//   std::string json = wire::to_json(*view);
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/risk/explain.h"
#include "bulkhead/views/account_parts.h"

namespace bulkhead::views {

// Where one level of the ladder lies for this account (D7.1).
struct LevelLine {
  std::string level;  // "release", "target", "watch", "call", "sequester", "maintenance"
  BasisPoints of_margin_bp = 0;
  Usd equity;    // at which the level is reached: level · IM, rounded up
  Usd distance;  // E_mid less that: + above the level
  // Price of `price_asset` at which E_mid would be there, to first order in that price and at
  // today's IM; 0 if the account does not depend on a price, or the price would be negative.
  double price = 0;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "level", self.level);
    visit(2, "of_margin_bp", self.of_margin_bp);
    visit(3, "equity", self.equity);
    visit(4, "distance", self.distance);
    visit(5, "price", self.price);
  }
};

struct VaultView {
  policy::Vault stage = policy::Vault::none;
  Timestamp since;
  Usd required;  // R (D9.2)
  Usd held;      // stressed value held and on its way
  std::vector<SequesteredLine> assets;
  std::vector<LegLine> legs;              // that are not final
  std::vector<std::string> triggers;      // of D9.1 that hold now, in words
  bool triggers_clear = false;            // by their own hysteresis
  std::optional<Timestamp> last_ordered;  // sequestration
  std::optional<Timestamp> held_since;
  std::optional<Timestamp> review_at;             // longest time without a review (D9.5)
  std::string why;                                // in words; empty: nothing is sequestered
  policy::Reason trigger = policy::Reason::none;  // that began it
  Usd missing;                                    // of R
  std::vector<std::string> alarms;      // that concern it, with those not yet through hysteresis
  std::string order;                    // of two persons; empty: none
  bool fell_below_maintenance = false;  // since it began: it was no false alarm (D9.6)

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "stage", self.stage);
    visit(2, "since", self.since);
    visit(3, "required", self.required);
    visit(4, "held", self.held);
    visit(5, "assets", self.assets);
    visit(6, "legs", self.legs);
    visit(7, "triggers", self.triggers);
    visit(8, "triggers_clear", self.triggers_clear);
    visit(9, "last_ordered", self.last_ordered);
    visit(10, "held_since", self.held_since);
    visit(11, "review_at", self.review_at);
    visit(12, "why", self.why);
    visit(13, "trigger", self.trigger);
    visit(14, "missing", self.missing);
    visit(15, "alarms", self.alarms);
    visit(16, "order", self.order);
    visit(17, "fell_below_maintenance", self.fell_below_maintenance);
  }
};

// What would give back what is sequestered (D9.5).
struct ReleaseView {
  Usd equity_needed;                     // release level · IM
  Usd short_by;                          // of that, at E_least; 0: reached
  std::optional<Timestamp> dwell_since;  // the level holds with every trigger clear since
  Duration dwell;                        // through which it must hold
  std::optional<Timestamp> earliest;     // if nothing changes
  std::vector<std::string> conditions;   // in words, those that are not met

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "equity_needed", self.equity_needed);
    visit(2, "short_by", self.short_by);
    visit(3, "dwell_since", self.dwell_since);
    visit(4, "dwell", self.dwell);
    visit(5, "earliest", self.earliest);
    visit(6, "conditions", self.conditions);
  }
};

// Of an account in default: what is auctioned of it now, and who has paid what of its losses
// (D10.2, D10.3).
struct DefaultView {
  std::uint64_t auction = 0;  // 0: none is open
  std::vector<engine::PlanLine> offered;
  BasisPoints price_bp = 0;  // of fair, now
  Timestamp auction_ends;
  Usd lost;  // realised in liquidation
  engine::LossCharges charges;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "auction", self.auction);
    visit(2, "offered", self.offered);
    visit(3, "price_bp", self.price_bp);
    visit(4, "auction_ends", self.auction_ends);
    visit(5, "lost", self.lost);
    visit(6, "charges", self.charges);
  }
};

struct AccountView {
  // The state that was looked at.
  std::uint64_t next_record = 0;   // every record below it is in
  std::uint64_t epoch_record = 0;  // of the tick that closed the market epoch
  Timestamp time;                  // of that tick
  Hash scenario_set{};
  std::uint32_t parameter_version = 0;

  std::string account;
  std::string member;
  std::string group;
  risk::MarginMode mode = risk::MarginMode::joint;
  std::string model;
  std::string numeraire;

  policy::Coverage coverage = policy::Coverage::normal;
  Timestamp coverage_since;
  policy::Default default_ = policy::Default::none;
  Timestamp default_since;
  market::Regime regime = market::Regime::normal;
  std::optional<BasisPoints> coverage_bp;  // E / IM, rounded down; none if IM = 0

  risk::RequirementDetail detail;
  std::vector<BalanceLine> balances;
  std::vector<DebtLine> debts;
  std::vector<PositionLine> positions;
  std::vector<OrderLine> orders;
  std::vector<CallLine> calls;
  std::vector<CureLine> cures;  // that restore the target, cheapest first
  std::string price_asset;      // whose price moves the account most
  double price = 0;             // of it, now
  std::vector<LevelLine> levels;
  VaultView vault;
  ReleaseView release;
  std::vector<std::string> blocked;  // acts that a price below `good` keeps from being done
  std::string worst_price;           // what it is the price of; empty: all good
  std::vector<DeliveryLine> deliveries;
  std::vector<InstructionLine> instructions;
  std::vector<std::string> in_force;  // stops, orders and graces that concern it, in words
  std::string without_figures;  // why there is no figure yet, only stages and amounts; else empty
  std::optional<DefaultView> liquidation;  // none: not in default
  std::vector<CountingLine> counting;
  std::vector<SubstitutionLine> substitutions;
  std::optional<Timestamp> parameters_ramp_until;  // levels, haircuts and limits move until then

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "next_record", self.next_record);
    visit(2, "epoch_record", self.epoch_record);
    visit(3, "time", self.time);
    visit(4, "scenario_set", self.scenario_set);
    visit(5, "parameter_version", self.parameter_version);
    visit(6, "account", self.account);
    visit(7, "member", self.member);
    visit(8, "group", self.group);
    visit(9, "mode", self.mode);
    visit(10, "model", self.model);
    visit(11, "numeraire", self.numeraire);
    visit(12, "coverage", self.coverage);
    visit(13, "coverage_since", self.coverage_since);
    visit(14, "default", self.default_);
    visit(15, "default_since", self.default_since);
    visit(16, "regime", self.regime);
    visit(17, "coverage_bp", self.coverage_bp);
    visit(18, "detail", self.detail);
    visit(19, "balances", self.balances);
    visit(20, "debts", self.debts);
    visit(21, "positions", self.positions);
    visit(22, "orders", self.orders);
    visit(23, "calls", self.calls);
    visit(24, "cures", self.cures);
    visit(25, "price_asset", self.price_asset);
    visit(26, "price", self.price);
    visit(27, "levels", self.levels);
    visit(28, "vault", self.vault);
    visit(29, "release", self.release);
    visit(30, "blocked", self.blocked);
    visit(31, "worst_price", self.worst_price);
    visit(32, "deliveries", self.deliveries);
    visit(33, "instructions", self.instructions);
    visit(34, "in_force", self.in_force);
    visit(35, "without_figures", self.without_figures);
    visit(36, "liquidation", self.liquidation);
    visit(37, "counting", self.counting);
    visit(38, "substitutions", self.substitutions);
    visit(39, "parameters_ramp_until", self.parameters_ramp_until);
  }
};

// account_unknown; factor_missing where figures cannot be had.
Result<AccountView> account_view(engine::Engine& engine, std::string_view account);

}  // namespace bulkhead::views
