#include "bulkhead/engine/vault_score.h"

#include <algorithm>

namespace bulkhead::engine {
namespace {

constexpr std::int64_t kSecondsPerYear = 365 * 86'400;
constexpr Int128 kUnitsPerMicro = Int128{10'000} * kSecondsPerYear;  // bp · seconds of a year
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

bool breached(const policy::Standing& standing) {
  return standing.has_obligations && standing.equity_mid < standing.maintenance_margin;
}

// bp a year that it costs to keep an asset at a place.
std::int64_t rate_bp(const Context& context, AssetIndex asset, PlaceIndex place) {
  const collateral::AssetTerms* terms =
      collateral::find_terms(context.parameters().collateral, context.registry()[asset].name);
  const double held = context.registry()[place].cost_per_day * 365 * 10'000;
  return (terms == nullptr ? 0 : terms->opportunity_bp_per_year) + static_cast<std::int64_t>(held);
}

void accrue(const Context& context, AccountIndex account, Episode& episode) {
  const Timestamp last = std::max(context.state.counters().last_tick, episode.opened);
  const std::int64_t seconds = (context.now() - last).ns / kNsPerSecond;
  Usd total;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket != ledger::Bucket::sequestered) continue;
    const Usd value = context.valuer.market_value(line.asset, line.balance.posted);
    total += value;
    episode.cost_units.units +=
        Int128{value.micros} * rate_bp(context, line.asset, line.place) * seconds;
  }
  episode.most = max(episode.most, total);
}

Usd cost_of(const Episode& episode) {
  const Int128 micros = (episode.cost_units.units + kUnitsPerMicro - 1) / kUnitsPerMicro;
  return saturate_usd(micros + episode.transfers.micros);
}

void tell(Context& context, AccountIndex account, const Episode& episode, ScoreOutcome outcome) {
  context.emit(account, SequestrationScored{.outcome = outcome,
                                            .trigger = episode.trigger,
                                            .opened = episode.opened,
                                            .most = episode.most,
                                            .cost = cost_of(episode),
                                            .figures = context.figures(account)});
}

ScoreOutcome outcome_of(const Episode& episode) {
  if (episode.late) return ScoreOutcome::late;
  return episode.breached ? ScoreOutcome::needed : ScoreOutcome::false_alarm;
}

void forget_old(const Context& context, VaultRecord& vault) {
  const Duration window = context.ladder().sequestration.false_alarm_window;
  std::erase_if(vault.false_alarms, [&](Timestamp time) { return context.now() - time > window; });
}

}  // namespace

void score_moves(Context& context, AccountIndex account, const std::vector<VaultMove>& moves,
                 policy::Reason trigger) {
  VaultRecord vault = context.state.vault(account);
  if (!vault.episode) {
    vault.episode = Episode{.opened = context.now(),
                            .trigger = trigger,
                            .breached = false,
                            .late = breached(context.valuer.standing(account)),
                            .cost_units = {},
                            .transfers = {},
                            .most = {}};
  }
  for (const VaultMove& move : moves) {
    for (const PlaceIndex place : {move.source, move.destination}) {
      const double cost = context.registry()[place].transfer_cost * 1e6;
      vault.episode->transfers += Usd{static_cast<std::int64_t>(cost)};
    }
  }
  context.state.put_vault(vault);
}

void follow_score(Context& context, AccountIndex account, const policy::Standing& standing) {
  if (context.ladder().kind == policy::LadderKind::liquidate_only) return;
  const bool below = breached(standing);
  if (!below && !context.state.has_vault(account)) return;
  VaultRecord vault = context.state.vault(account);
  forget_old(context, vault);
  const bool missed = below && !vault.episode && !vault.missed_told;
  vault.missed_told = below && (missed || vault.missed_told);
  if (vault.episode) {
    accrue(context, account, *vault.episode);
    vault.episode->breached = vault.episode->breached || below;
  }
  const bool ended = vault.episode &&
                     context.state.account(account).ladder.vault == policy::Vault::none &&
                     vault.episode->opened < context.now();
  const std::optional<Episode> episode = vault.episode;
  if (ended) {
    if (outcome_of(*episode) == ScoreOutcome::false_alarm) {
      vault.false_alarms.push_back(context.now());
    }
    vault.episode.reset();
    vault.reviewed.reset();
  }
  context.state.put_vault(vault);
  if (ended) tell(context, account, *episode, outcome_of(*episode));
  if (missed) {
    tell(context, account,
         Episode{.opened = context.now(),
                 .trigger = policy::Reason::none,
                 .breached = true,
                 .late = false,
                 .cost_units = {},
                 .transfers = {},
                 .most = {}},
         ScoreOutcome::missed);
  }
}

std::uint32_t recent_false_alarms(const State& state, AccountIndex account, Timestamp now) {
  if (!state.has_vault(account)) return 0;
  const Duration window = state.parameters().ladder.sequestration.false_alarm_window;
  const VaultRecord vault = state.vault(account);
  return static_cast<std::uint32_t>(std::ranges::count_if(
      vault.false_alarms, [&](Timestamp time) { return now - time <= window; }));
}

void note_held_back(Context& context, AccountIndex account, bool held_back,
                    const policy::SequestrationDecision& decision) {
  VaultRecord vault = context.state.vault(account);
  if (vault.held_back_told == held_back) return;
  vault.held_back_told = held_back;
  context.state.put_vault(vault);
  if (!held_back) return;
  context.emit(account, SequestrationHeldBack{.trigger = decision.triggers.first(),
                                              .false_alarms = recent_false_alarms(
                                                  context.state, account, context.now()),
                                              .required = decision.required,
                                              .held = decision.held,
                                              .figures = context.figures(account)});
}

}  // namespace bulkhead::engine
