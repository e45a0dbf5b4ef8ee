#include "bulkhead/replay/book_writer.h"

#include <algorithm>
#include <cmath>

#include "bulkhead/base/elementary.h"

namespace bulkhead::replay {
namespace {

using engine::Side;

Status register_persons(engine::Genesis& genesis, const Hash& approver_key) {
  const auto add = [&genesis](const char* name, engine::Role role, const Hash& key = Hash{}) {
    genesis.persons.push_back({.name = name, .role = role, .public_key = key, .member = {}});
  };
  add(kOperator, engine::Role::operator_);
  add(kVenue, engine::Role::venue);
  add(kFeed, engine::Role::feed);
  add(kCustodian, engine::Role::custodian);
  add("risk-manager", engine::Role::risk_manager, approver_key);
  add("approver-1", engine::Role::approver, approver_key);
  add("approver-2", engine::Role::approver, approver_key);
  return {};
}

std::vector<market::Place> places() {
  return {{.name = kInternal,
           .kind = market::PlaceKind::internal_ledger,
           .timeout = minutes(1),
           .finality_p95 = seconds(0),
           .transfer_cost = 0,
           .cost_per_day = 0,
           .minimum_transfer = 0},
          {.name = kVault,
           .kind = market::PlaceKind::internal_vault,
           .timeout = minutes(10),
           .finality_p95 = seconds(1),
           .transfer_cost = 0,
           .cost_per_day = 0.0002,
           .minimum_transfer = 25},
          {.name = kCustodianPlace,
           .kind = market::PlaceKind::custodian,
           .timeout = minutes(30),
           .finality_p95 = minutes(8),
           .transfer_cost = 2,
           .cost_per_day = 0.00002,
           .minimum_transfer = 25}};
}

double price_of(const engine::State& state, std::string_view asset) {
  const AssetIndex index = state.registry().find_asset(asset);
  return index.valid() ? state.market.epoch().assets[index.value].mid : 0;
}

// Coins of the asset worth `value`, in minor units; 0 without a price.
Amount worth(const engine::State& state, const std::string& asset, double value) {
  const double price = price_of(state, asset);
  if (!(price > 0) || !(value > 0)) return {};
  return amount_of_coins(state.registry()[state.registry().find_asset(asset)], value / price);
}

Status deposit(Commander& commander, const feeds::Window& window, const PlannedAccount& account,
               const PlannedAmount& planned, bool pledge) {
  const Amount amount = worth(commander.state(), planned.asset, planned.value);
  if (!amount.is_positive()) return {};
  BULKHEAD_TRY_STATUS(commander.must(
      window.from, kVenue, engine::Deposit{account.name, planned.asset, kInternal, amount}));
  if (!pledge) return {};
  return commander.must(window.from, account.member,
                        engine::Pledge{account.name, planned.asset, kInternal, amount});
}

// Draws the loan and takes it out again as far as the rules let it: it was spent.
Status borrow(Commander& commander, const feeds::Window& window, const PlannedAccount& account,
              const PlannedAmount& planned) {
  const Amount amount = worth(commander.state(), planned.asset, planned.value);
  if (!amount.is_positive()) return {};
  BULKHEAD_TRY(const engine::Applied drawn,
               commander.send(window.from, account.member,
                              engine::Borrow{account.name, planned.asset, kInternal, amount}));
  if (drawn.refused) return {};
  BULKHEAD_TRY(const engine::Applied unpledged,
               commander.send(window.from, account.member,
                              engine::Unpledge{account.name, planned.asset, kInternal, amount}));
  if (unpledged.refused) return {};
  return commander.must(window.from, account.member,
                        engine::Withdraw{account.name, planned.asset, kInternal, amount});
}

Status open_position(Commander& commander, const feeds::Window& window,
                     const PlannedAccount& account, const PlannedPosition& planned) {
  const engine::State& state = commander.state();
  const InstrumentIndex index = state.registry().find_instrument(planned.instrument);
  if (!index.valid()) return {};
  const market::Instrument& terms = state.registry()[index];
  const market::InstrumentMark& mark = state.market.epoch().instruments[index.value];
  const double spot = price_of(state, terms.underlying);
  const bool in_numeraire = terms.inverse && !terms.is_option();
  const double per_lot = terms.lot_size.to_double() * (in_numeraire ? 1.0 : spot);
  const double settlement = price_of(state, terms.settlement);
  const double price = terms.is_option() ? mark.premium / settlement : mark.price;
  if (!(per_lot > 0) || !(price > 0)) return {};
  const auto lots = static_cast<std::int64_t>(std::abs(planned.notional) / per_lot);
  if (lots == 0) return {};
  engine::Fill fill;
  fill.account = account.name;
  fill.instrument = planned.instrument;
  fill.side = planned.notional > 0 ? Side::buy : Side::sell;
  fill.lots = lots;
  fill.price = decimal_of(price);
  return commander.must(window.from, kVenue, fill);
}

BookInstrumentKind book_kind(market::InstrumentKind kind) {
  switch (kind) {
    case market::InstrumentKind::perpetual:
      return BookInstrumentKind::perpetual;
    case market::InstrumentKind::future:
      return BookInstrumentKind::future;
    case market::InstrumentKind::call:
      return BookInstrumentKind::call;
    case market::InstrumentKind::put:
      return BookInstrumentKind::put;
  }
  return BookInstrumentKind::perpetual;
}

}  // namespace

Decimal decimal_of(double value) {
  std::int32_t exponent = 0;
  double scaled = value;
  while (scaled < 1e8 && exponent > -18) {
    scaled *= 10;
    --exponent;
  }
  auto mantissa = static_cast<std::int64_t>(std::llround(scaled));
  while (mantissa != 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    ++exponent;
  }
  return mantissa == 0 ? Decimal{} : Decimal{mantissa, exponent};
}

Amount amount_of_coins(const market::Asset& asset, double coins) {
  double units = coins;
  for (std::uint32_t i = 0; i < asset.decimals; ++i) units *= 10;
  return Amount{static_cast<Int128>(std::floor(units))};
}

policy::ParameterSet fit_to_window(policy::ParameterSet set, const feeds::Window& window) {
  set.ladder.defaults.tick_step_max = std::max(set.ladder.defaults.tick_step_max, window.step * 3);
  set.market.stable_restart_gap = std::max(set.market.stable_restart_gap, window.step * 3);
  for (const market::Asset& asset : window.assets) {
    if (collateral::find_terms(set.collateral, asset.name) != nullptr) continue;
    collateral::AssetTerms terms;
    terms.asset = asset.name;
    terms.haircut_floor_bp = 2'500;
    terms.opportunity_bp_per_year = 400;
    set.collateral.schedule.push_back(terms);
  }
  std::ranges::sort(set.collateral.schedule, {}, &collateral::AssetTerms::asset);
  return set;
}

Status write_venue(Commander& commander, const feeds::Window& window,
                   const std::vector<market::Source>& sources,
                   const policy::ParameterSet& parameters, const Hash& approver_key) {
  engine::Genesis genesis;
  genesis.venue = "bulkhead-replay";
  genesis.parameters = parameters;
  BULKHEAD_TRY_STATUS(register_persons(genesis, approver_key));
  BULKHEAD_TRY_STATUS(commander.must(window.from, kOperator, genesis));
  for (const market::Asset& asset : window.assets) {
    BULKHEAD_TRY_STATUS(commander.must(window.from, kOperator, engine::RegisterAsset{asset}));
  }
  for (const market::Place& place : places()) {
    BULKHEAD_TRY_STATUS(commander.must(window.from, kOperator, engine::RegisterPlace{place}));
  }
  for (const market::Instrument& instrument : window.instruments) {
    BULKHEAD_TRY_STATUS(
        commander.must(window.from, kOperator, engine::RegisterInstrument{instrument}));
  }
  for (const market::Source& source : sources) {
    BULKHEAD_TRY_STATUS(commander.must(window.from, kOperator, engine::RegisterSource{source}));
  }
  return {};
}

BookMarket book_market(const engine::State& state) {
  BookMarket market;
  const market::Epoch& epoch = state.market.epoch();
  for (std::size_t i = 0; i < state.registry().assets().size(); ++i) {
    const market::Asset& asset = state.registry().assets()[i];
    if (asset.numeraire) {
      market.numeraire = asset.name;
      continue;
    }
    if (!epoch.assets[i].priced()) continue;
    const bool stable =
        asset.kind != market::AssetKind::coin && asset.kind != market::AssetKind::token;
    const double volatility =
        std::max(epoch.underlyings[i].volatility_fast, epoch.underlyings[i].volatility_slow);
    market.assets.push_back({.name = asset.name,
                             .price = epoch.assets[i].mid,
                             .margin_rate = std::clamp(2.8 * volatility + 0.01, 0.02, 0.6),
                             .stablecoin = stable,
                             .weight = std::max(1.0, asset.adv / 1e8)});
  }
  for (std::size_t i = 0; i < state.registry().instruments().size(); ++i) {
    const market::Instrument& terms = state.registry().instruments()[i];
    if (!(epoch.instruments[i].price > 0)) continue;
    market.instruments.push_back({.name = terms.name,
                                  .underlying = terms.underlying,
                                  .kind = book_kind(terms.kind),
                                  .strike = terms.strike.to_double()});
  }
  return market;
}

Status write_accounts(Commander& commander, const feeds::Window& window, const BookPlan& plan) {
  for (const std::string& member : plan.members) {
    BULKHEAD_TRY_STATUS(commander.must(
        window.from, kOperator,
        engine::RegisterPerson{
            {.name = member, .role = engine::Role::member, .public_key = {}, .member = member}}));
  }
  for (const PlannedAccount& account : plan.accounts) {
    engine::OpenAccount open;
    open.account = account.name;
    open.member = account.member;
    open.mode = account.haircut_mode ? risk::MarginMode::haircut : risk::MarginMode::joint;
    open.model = "scenario_es";
    open.standing.mode = account.standing_instruction.empty() ? engine::StandingMode::none
                                                              : engine::StandingMode::automatic;
    open.standing.assets = account.standing_instruction;
    BULKHEAD_TRY_STATUS(commander.must(window.from, kOperator, open));
    for (const PlannedAmount& amount : account.pledged) {
      BULKHEAD_TRY_STATUS(deposit(commander, window, account, amount, true));
    }
    for (const PlannedAmount& amount : account.free) {
      BULKHEAD_TRY_STATUS(deposit(commander, window, account, amount, false));
    }
  }
  return {};
}

Status write_positions(Commander& commander, const feeds::Window& window, const BookPlan& plan) {
  for (const PlannedAccount& account : plan.accounts) {
    for (const PlannedAmount& debt : account.debts) {
      BULKHEAD_TRY_STATUS(borrow(commander, window, account, debt));
    }
    for (const PlannedPosition& position : account.positions) {
      BULKHEAD_TRY_STATUS(open_position(commander, window, account, position));
    }
  }
  return {};
}

Status write_insurance(Commander& commander, const feeds::Window& window, double insurance_value) {
  engine::Grant grant;
  grant.kind = engine::GrantKind::insurance_fund;
  const AssetIndex numeraire = commander.state().registry().numeraire();
  const market::Asset& asset = commander.state().registry()[numeraire];
  grant.asset = asset.name;
  grant.amount = amount_of_coins(asset, insurance_value);
  grant.epoch = 1;
  grant.expires = window.to + days(1);
  return commander.must(window.from, kOperator, grant);
}

}  // namespace bulkhead::replay
