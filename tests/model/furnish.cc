// The venue that the model test plays on.
#include "bulkhead/base/canonical.h"
#include "bulkhead/policy/defaults.h"
#include "bulkhead/pricing/scenario_set.h"
#include "generator.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;

// The same in every regime, so that regimes, which the market's own tests see to, change nothing.
// With `limits`, of an asset in a vault and of a vault (D9.3).
policy::ParameterSet parameters(bool limits) {
  policy::ParameterSet set = policy::default_parameters();
  set.market.stale_after = minutes(3);
  set.market.volatile_limit = 0.9;
  set.market.extreme_ratio = {1e6, 9e5};
  set.market.extreme_jump = {1e5, 9e4};
  set.market.jump_cap = 1e6;
  set.market.quorum_sources = 2;
  set.collateral.impact = 0;
  set.collateral.schedule = {{.asset = "AAA", .haircut_floor_bp = 2'500},
                             {.asset = "BBB", .haircut_floor_bp = 5'000},
                             {.asset = "DDD", .eligible = false},
                             {.asset = "SSS", .haircut_floor_bp = 1'000},
                             {.asset = "USD"}};
  if (limits) set.collateral.schedule[0].vault_limit_bp = 4'000;
  if (limits) set.collateral.schedule[1].account_limit_bp = 3'000;
  set.models.flat.assets = {
      {"AAA", 0.75, 1.25}, {"BBB", 0.5, 1.5}, {"DDD", 0, 2}, {"SSS", 0.875, 1.125}, {"USD", 1, 1}};
  set.models.flat.instruments = {{"AAA/USD:USD", 0.875, 1.125, 1},
                                 {"AAA/USD:USD-F", 0.875, 1.125, 1},
                                 {"BBB/USD:USD", 0.75, 1.25, 0.75}};
  policy::LadderParameters& ladder = set.ladder;
  ladder.dwell = {minutes(3), minutes(3), minutes(3), minutes(3)};
  ladder.calls.deadline = {minutes(12), minutes(12), minutes(12), minutes(12)};
  ladder.calls.minimum_transfer = usd(200);
  ladder.calls.minimum_transfer_of_margin_bp = 1'700;
  ladder.calls.rounding = usd(40);
  ladder.calls.dispute_clock = minutes(40);
  ladder.defaults.deleverage_after = minutes(20);
  ladder.defaults.auction_length = Duration{};
  ladder.sequestration.multiple_bp = {10'000, 10'000, 10'000, 10'000};
  ladder.sequestration.alarm_clear_after = minutes(12);
  ladder.sequestration.review_after = minutes(25);
  ladder.sequestration.false_alarms_max = 1;
  ladder.parameter_ramp = minutes(5);
  if (limits) ladder.sequestration.vault_concentration_bp = 6'000;
  return set;
}

market::Asset asset(const std::string& name) {
  const bool numeraire = name == "USD";
  market::Asset made;
  made.name = name;
  made.kind = numeraire       ? market::AssetKind::fiat
              : name == "SSS" ? market::AssetKind::stablecoin
                              : market::AssetKind::coin;
  made.numeraire = numeraire;
  made.adv = numeraire ? 0 : 1e9;
  return made;
}

market::Instrument contract(const std::string& coin, Decimal lot) {
  market::Instrument made;
  made.name = coin + "/USD:USD";
  made.underlying = coin;
  made.settlement = "USD";
  made.lot_size = lot;
  return made;
}

pricing::ScenarioSet still() {
  pricing::ScenarioSet set;
  set.as_of = kStart;
  set.window_begin = kStart - days(100);
  set.horizon = days(1);
  set.stressed_window = "none";
  for (const char* coin : {"AAA", "BBB", "DDD", "SSS"}) {
    for (const auto kind : {pricing::FactorKind::spot, pricing::FactorKind::perpetual_basis,
                            pricing::FactorKind::dated_basis}) {
      pricing::Factor factor;
      factor.asset = coin;
      factor.kind = kind;
      set.factors.push_back(factor);
    }
  }
  pricing::ScenarioBlock block;
  block.weights = {0, static_cast<std::uint32_t>(pricing::kWeightOne)};
  block.dates = {Timestamp{}, kStart - days(1)};
  block.moves.assign(2 * set.factors.size(), 0.0);
  set.filtered = set.stressed = set.long_run = block;
  return set;
}

}  // namespace

Bytes still_scenarios() { return encode(still()); }

std::vector<Command> furnish(std::size_t accounts) {
  std::vector<Command> commands;
  std::uint64_t id = 0;
  Timestamp now = kStart;
  const auto give = [&](const std::string& actor, en::CommandBody body) {
    Command command;
    command.time = now;
    command.actor = actor;
    command.id[15] = static_cast<std::uint8_t>(++id);
    command.body = std::move(body);
    commands.push_back(std::move(command));
  };
  en::Genesis genesis;
  genesis.venue = "model";
  genesis.parameters = parameters(accounts % 2 == 0);
  const auto person = [&genesis](std::string name, en::Role role, std::string member = "") {
    genesis.persons.push_back({std::move(name), role, Hash{1}, std::move(member)});
  };
  person("operator", en::Role::operator_);
  person("venue", en::Role::venue);
  person("feed", en::Role::feed);
  person("custodian", en::Role::custodian);
  person("auditor", en::Role::auditor);
  person("risk", en::Role::risk_manager);
  person("approver", en::Role::approver);
  person("second", en::Role::approver);
  person("planner", en::Role::operator_);
  for (const char* member : {"ann", "ben", "cat", "dan"}) person(member, en::Role::member, member);
  give("operator", genesis);
  give("operator", en::RegisterAsset{asset("USD")});
  for (const char* coin : {"AAA", "BBB", "DDD", "SSS"}) {
    give("operator", en::RegisterAsset{asset(coin)});
    for (const char* venue : {"a:", "b:"}) {
      market::Source source;
      source.name = std::string(venue) + coin;
      source.subject = coin;
      give("operator", en::RegisterSource{source});
    }
  }
  give("venue", en::RegisterInstrument{contract("AAA", {5, -1})});
  give("venue", en::RegisterInstrument{contract("BBB", {1, 0})});
  market::Instrument future = contract("AAA", {5, -1});
  future.name += "-F";
  future.kind = market::InstrumentKind::future;
  future.expiry = kStart + hours(4);
  give("venue", en::RegisterInstrument{future});
  market::Place place;
  place.name = "internal";
  give("operator", en::RegisterPlace{place});
  place.name = "vault";
  place.kind = market::PlaceKind::internal_vault;
  place.timeout = minutes(5);
  give("operator", en::RegisterPlace{place});
  place.name = "custodian";
  place.kind = market::PlaceKind::custodian;
  place.timeout = minutes(10);
  place.transfer_cost = 1;
  place.minimum_transfer = 20;
  give("operator", en::RegisterPlace{place});
  en::Observations first;
  for (const auto& [coin, price] :
       {std::pair{"AAA", 64.0}, {"BBB", 8.0}, {"DDD", 4.0}, {"SSS", 1.0}}) {
    for (const char* venue : {"a:", "b:"}) {
      first.items.push_back({std::string(venue) + coin, price, 0, now});
    }
  }
  give("feed", first);
  give("feed", en::Tick{});
  give("operator", en::AdoptScenarioSet{pricing::hash_of(still()), kStart, kStart - days(100)});
  give("operator",
       en::Grant{en::GrantKind::insurance_fund, "", "USD", Amount{500}, 1, kStart + days(300)});
  const char* members[] = {"ann", "ben", "cat", "dan"};
  for (std::size_t i = 0; i < accounts; ++i) {
    const std::string name = "a" + std::to_string(i);
    const auto mode = static_cast<en::StandingMode>(i % 3);
    give("venue", en::OpenAccount{name,
                                  members[i % 4],
                                  i < 2 ? "affiliates" : "",
                                  risk::MarginMode::joint,
                                  "flat",
                                  {mode, {"USD", "AAA"}}});
    give("operator", en::Deposit{name, "USD", "internal", Amount{1'000 + 500 * Int128(i)}});
    give("operator", en::Deposit{name, "AAA", "internal", Amount{20}});
  }
  return commands;
}

}  // namespace bulkhead::naive
