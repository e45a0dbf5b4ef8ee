// Verbs of the market: observations, scenario sets, grants, halts (D4.6, D5.2, DESIGN 3).
#include <algorithm>
#include <map>

#include "bulkhead/engine/portfolio.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

constexpr std::size_t kObservationsMax = 10'000;

bool is_finite(double x) { return x - x == 0; }

Status check_observation(const Context& context, const Observation& item, std::size_t i) {
  const std::string at = "items[" + std::to_string(i) + "].";
  if (!context.registry().find_source(item.source).valid()) {
    return fail(ErrorCode::source_unknown, at + "source", item.source, "a registered source");
  }
  if (!is_finite(item.price) || !(item.price > 0)) {
    return fail(ErrorCode::out_of_range, at + "price", std::to_string(item.price),
                "finite and above 0");
  }
  if (!is_finite(item.confidence) || item.confidence < 0) {
    return fail(ErrorCode::out_of_range, at + "confidence", std::to_string(item.confidence),
                "finite and at least 0");
  }
  return {};
}

// Everything that anyone holds or trades must be moved by the set.
Status check_book_covered(const Context& context, const pricing::PreparedSet& set) {
  const State& state = context.state;
  for (std::size_t i = 0; i < state.registry().instruments().size(); ++i) {
    if (state.positions.holders(InstrumentIndex(i)).empty()) continue;
    BULKHEAD_TRY_STATUS(covers_instrument(state, set, InstrumentIndex(i)));
  }
  for (std::size_t a = 0; a < state.accounts().size(); ++a) {
    for (const ledger::Holding& line : state.ledger.holdings(AccountIndex(a))) {
      BULKHEAD_TRY_STATUS(covers_asset(state, set, line.asset));
    }
    for (const positions::Order& order : state.orders.open(AccountIndex(a))) {
      if (!order.is_package()) BULKHEAD_TRY_STATUS(covers_instrument(state, set, order.instrument));
      for (const positions::OrderLeg& leg : order.legs) {
        BULKHEAD_TRY_STATUS(covers_instrument(state, set, leg.instrument));
      }
    }
  }
  return {};
}

// The fund's assets are lent to this partition: what is left of old grants goes back first.
Status move_fund(Context& context, ledger::SystemOwner fund, AssetIndex asset, Amount amount) {
  const auto key = [&context](ledger::SystemOwner owner, AssetIndex of) {
    return ledger::HoldingKey{owner, of, context.internal_place(), ledger::Bucket::free};
  };
  std::vector<ledger::Transfer> transfers;
  for (const ledger::Holding& left : context.state.ledger.holdings(fund)) {
    if (!left.balance.available().is_positive()) continue;
    transfers.push_back(context.transfer(ledger::TransferKind::withdrawal, left.key(fund),
                                         key(ledger::SystemOwner::external, left.asset),
                                         left.balance.available()));
  }
  if (amount.is_positive()) {
    transfers.push_back(context.transfer(ledger::TransferKind::deposit,
                                         key(ledger::SystemOwner::external, asset),
                                         key(fund, asset), amount));
  }
  return context.state.ledger.apply_all(transfers);
}

bool issues_or_carries(const market::Registry& registry, const Grant& command) {
  const bool issuer = command.kind == GrantKind::issuer_credit;
  return !command.subject.empty() && std::ranges::any_of(registry.assets(), [&](const auto& asset) {
    return (issuer ? asset.issuer : asset.chain) == command.subject;
  });
}

// What the quantity is of (DESIGN 3).
Status check_subject(const Context& context, const Grant& command) {
  const market::Registry& registry = context.registry();
  switch (command.kind) {
    case GrantKind::insurance_fund:
    case GrantKind::house_tranche:
      if (command.subject.empty()) return {};
      return fail(ErrorCode::out_of_range, "subject", command.subject, "empty: there is one fund");
    case GrantKind::planner: {
      const auto person = context.state.persons().find(command.subject);
      if (person != context.state.persons().end() && person->second.role == Role::operator_) {
        return {};
      }
      return fail(ErrorCode::out_of_range, "subject", command.subject, "a person of role operator");
    }
    case GrantKind::market_capacity:
      if (registry.find_instrument(command.subject).valid()) return {};
      BULKHEAD_TRY_STATUS(context.asset(command.subject, "subject"));
      return {};
    case GrantKind::asset_credit:
      BULKHEAD_TRY_STATUS(context.asset(command.subject, "subject"));
      return {};
    case GrantKind::issuer_credit:
    case GrantKind::chain_credit:
      if (issues_or_carries(registry, command)) return {};
      return fail(ErrorCode::out_of_range, "subject", command.subject,
                  "the issuer or chain of a registered asset");
    case GrantKind::place_capacity:
      break;
  }
  BULKHEAD_TRY_STATUS(context.place(command.subject, "subject"));
  return {};
}

Status check_grant(const Context& context, const Grant& command) {
  BULKHEAD_TRY_STATUS(check_subject(context, command));
  if (command.amount.is_negative()) {
    return fail(ErrorCode::out_of_range, "amount", to_string(command.amount), "at least 0");
  }
  const GrantState* last = context.state.grant(command.kind, command.subject);
  if (last != nullptr && command.epoch <= last->grant.epoch) {
    return fail(ErrorCode::grant_stale, "epoch", std::to_string(command.epoch),
                "more than " + std::to_string(last->grant.epoch));
  }
  if (command.expires <= context.now()) {
    return fail(ErrorCode::grant_stale, "expires", to_string(command.expires), "later than now");
  }
  return {};
}

}  // namespace

Status carry_out(Context& context, const Observations& command) {
  if (command.items.size() > kObservationsMax) {
    return fail(ErrorCode::too_large, "items", std::to_string(command.items.size()),
                "at most 10,000 observations");
  }
  for (std::size_t i = 0; i < command.items.size(); ++i) {
    BULKHEAD_TRY_STATUS(check_observation(context, command.items[i], i));
  }
  std::map<std::pair<std::string, market::Outcome>, std::uint32_t> dropped;
  for (const Observation& item : command.items) {
    const market::Outcome outcome = context.state.market.observe(
        context.registry().find_source(item.source), item.price, item.confidence, item.source_time,
        context.now(), context.parameters().market);
    if (outcome != market::Outcome::accepted) ++dropped[{item.source, outcome}];
  }
  for (const auto& [what, count] : dropped) {
    context.emit(ObservationsDropped{what.first, std::string(to_string(what.second)), count});
  }
  return {};
}

Status carry_out(Context& context, const AdoptScenarioSet& command) {
  BULKHEAD_TRY(const pricing::PreparedSet* set, context.valuer.prepare(command.hash));
  if (set->as_of() != command.as_of || command.as_of > context.now() ||
      command.as_of < context.state.counters().scenario_as_of) {
    return fail(ErrorCode::scenario_set_unfit, "as_of", to_string(command.as_of),
                "the set's own as-of time " + to_string(set->as_of()) +
                    ", not after now, not before the last set's");
  }
  if (set->window_begin() != command.window_begin) {
    return fail(ErrorCode::scenario_set_unfit, "window_begin", to_string(command.window_begin),
                "the set's own " + to_string(set->window_begin()));
  }
  BULKHEAD_TRY_STATUS(check_book_covered(context, *set));
  const auto scenarios = static_cast<std::uint32_t>(set->weights(pricing::Block::filtered).size());
  Counters& counters = context.state.edit_counters();
  counters.scenario_set = command.hash;
  counters.scenario_as_of = command.as_of;
  const Status fresh = context.valuer.refresh();
  BULKHEAD_ASSERT(fresh.has_value());
  for (std::size_t a = 0; a < context.state.accounts().size(); ++a) {
    if (!context.state.account(AccountIndex(a)).regime_stale) {
      context.state.edit_account(AccountIndex(a)).regime_stale = true;
    }
  }
  context.emit(ScenarioSetAdopted{command.hash, command.as_of, scenarios});
  return {};
}

Status carry_out(Context& context, const Grant& command) {
  BULKHEAD_TRY_STATUS(check_grant(context, command));
  const bool house = command.kind == GrantKind::house_tranche;
  if (house || command.kind == GrantKind::insurance_fund) {
    BULKHEAD_TRY(const AssetIndex asset, context.asset(command.asset));
    if (!context.internal_place().valid()) {
      return fail(ErrorCode::no_internal_place, "place", "", "register an internal ledger first");
    }
    BULKHEAD_TRY_STATUS(
        move_fund(context, house ? ledger::SystemOwner::house : ledger::SystemOwner::insurance,
                  asset, command.amount));
  }
  context.state.put_grant({command, Amount{}});
  context.emit(GrantTaken{command.kind, command.subject, command.amount});
  return {};
}

Status carry_out(Context& context, const SetHalt& command) {
  BULKHEAD_TRY(const AssetIndex asset, context.asset(command.asset));
  if (asset == context.registry().numeraire()) {
    return fail(ErrorCode::out_of_range, "asset", command.asset,
                "an asset that has a price: the numeraire is 1");
  }
  if (halt_under_stop(context, command.asset, command.halted)) {
    context.emit(HaltChanged{command.asset, command.halted});
    return {};
  }
  if (command.halted) {
    context.state.market.halt(asset, context.now());
  } else {
    context.state.market.resume(asset);
  }
  context.emit(HaltChanged{command.asset, command.halted});
  return {};
}

}  // namespace bulkhead::engine
