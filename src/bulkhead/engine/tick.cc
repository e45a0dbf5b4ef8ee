// The verb of a tick: closes the market epoch, fires timers, evaluates everyone, and moves the
// ladder of those whose figures say so, in an order that favours nobody (D2.4, D4.6, D7.4).
#include <algorithm>
#include <set>

#include "bulkhead/engine/alarms.h"
#include "bulkhead/engine/break_glass.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/deliveries.h"
#include "bulkhead/engine/evacuation.h"
#include "bulkhead/engine/exchange.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/ladder_calls.h"
#include "bulkhead/engine/ladder_default.h"
#include "bulkhead/engine/ladder_vault.h"
#include "bulkhead/engine/model_monitor.h"
#include "bulkhead/engine/ramps.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/substitution_offers.h"
#include "bulkhead/engine/timers.h"
#include "bulkhead/engine/vault_score.h"
#include "bulkhead/engine/verbs.h"
#include "bulkhead/engine/waiting.h"
#include "bulkhead/policy/default.h"

namespace bulkhead::engine {
namespace {

void notice_outage(Context& context) {
  const Counters& counters = context.state.counters();
  if (counters.last_tick.ns == 0 ||
      !policy::is_outage(counters.last_tick, context.now(), context.ladder())) {
    return;
  }
  const Timestamp until = context.now() + context.ladder().defaults.outage_grace;
  context.emit(OutageNoticed{context.now() - counters.last_tick, until});
  context.state.edit_counters().grace_until = until;
}

void close_epoch(Context& context) {
  const market::EpochChange& change =
      context.state.market.close_epoch(context.now(), context.record, context.parameters().market);
  for (const auto& [asset, from, to] : change.assets) {
    context.emit(QualityChanged{context.registry()[asset].name, from, to});
  }
  for (const auto& [instrument, from, to] : change.instruments) {
    context.emit(QualityChanged{context.registry()[instrument].name, from, to});
  }
  for (const auto& [underlying, from, to] : change.regimes) {
    context.emit(RegimeChanged{context.registry()[underlying].name, from, to});
  }
  if (!change.empty()) context.valuer.end_waits();
  context.valuer.forget_epoch();
  const Status fresh = context.valuer.refresh();
  BULKHEAD_ASSERT(fresh.has_value());
}

// D7.3: who counts for an account's regime changes only at fills, transfers, adoption and expiry.
void renew_regime_members(Context& context, AccountIndex account,
                          std::vector<std::uint32_t> members) {
  AccountState& state = context.state.edit_account(account);
  state.regime_stale = false;
  if (state.regime_underlyings == members) return;
  state.regime_underlyings = std::move(members);
  context.valuer.touch(account);
}

// An account whose membership is to be taken anew has been edited since the last tick. What one
// comes to does not hang on another's regime.
void renew_regime_members(Context& context, const State::Stirred& stirred) {
  std::vector<AccountIndex> stale;
  const auto look = [&](std::size_t a) {
    if (context.state.account(AccountIndex(a)).regime_stale) stale.emplace_back(a);
  };
  if (stirred.all) {
    for (std::size_t a = 0; a < context.state.accounts().size(); ++a) look(a);
  } else {
    for (const std::uint32_t a : stirred.accounts) look(a);
  }
  std::vector<std::vector<std::uint32_t>> members = context.valuer.regime_members(stale);
  for (std::size_t i = 0; i < stale.size(); ++i) {
    renew_regime_members(context, stale[i], std::move(members[i]));
  }
}

void follow_coverage(Context& context, AccountIndex account, const policy::Standing& standing) {
  const policy::CoverageDecision decision = policy::next_coverage(
      context.state.account(account).ladder, standing, context.state.account(account).open_calls,
      context.ladder(), context.now());
  if (decision.changed()) {
    context.state.edit_account(account).ladder = decision.state;
    // A missed call is a ground of default only while the same `called` lasts (D10.1).
    if (decision.transition.from == policy::Coverage::called) {
      context.state.edit_account(account).call_missed = false;
      forget_netting(context, account);
    }
    context.emit(account, CoverageChanged{.from = decision.transition.from,
                                          .to = decision.transition.to,
                                          .reason = decision.transition.reason,
                                          .figures = context.figures(account)});
  }
  call_failed_part(context, account, standing);
  for (const policy::CoverageAct act : decision.acts()) {
    if (act == policy::CoverageAct::issue_call) issue_call(context, account, standing);
    if (act == policy::CoverageAct::withdraw_calls) withdraw_calls(context, account);
  }
}

// Everything that the figures of this tick ask of one account.
void step(Context& context, AccountIndex account, const PoorAssets& poor) {
  const policy::Standing standing = context.valuer.standing(account);
  follow_score(context, account, standing);
  const policy::Default before = context.state.account(account).ladder.default_;
  follow_default(context, account, standing);
  const policy::Default now = context.state.account(account).ladder.default_;
  if (now != policy::Default::none) {
    if (before != policy::Default::none && now != policy::Default::closed) {
      liquidate(context, account, standing);
    }
    follow_legs(context, account);
    if (now == policy::Default::closed) follow_coverage(context, account, standing);
    follow_substitution(context, account);
    return;
  }
  credit_waiting(context, account);
  follow_coverage(context, account, standing);
  top_up(context, account);
  follow_legs(context, account);
  follow_substitution(context, account);
  offer_substitution(context, account, poor);
  evacuate(context, account, standing);
  sequester(context, account,
            sequestration_input(context.state, context.valuer, account, standing));
  release(context, account, standing);
  release_surplus(context, account, standing);
}

// Nothing of the ladder is under way, nothing is held and nothing is breached: no step can change
// anything. What a place reports late or unasked is held while the vault is still `none` (D9.4).
bool at_rest(const Context& context, AccountIndex account, const policy::Standing& standing,
             const policy::SequestrationInput& input, const PoorAssets& poor) {
  const AccountState& state = context.state.account(account);
  const policy::LadderState& ladder = state.ladder;
  const policy::Levels& levels = context.ladder().levels;
  return ladder.coverage == policy::Coverage::normal && ladder.vault == policy::Vault::none &&
         (ladder.default_ == policy::Default::none || ladder.default_ == policy::Default::closed) &&
         state.open_calls == 0 && state.blocked == 0 && !state.call_missed &&
         !context.state.has_vault(account) && !anything_held(context, account) &&
         policy::at_level(standing, policy::preventive_equity(standing), levels.watch_bp) &&
         !ladder.maintenance_breach.since.has_value() && state.kept.empty() &&
         !holds_poor(context, account, poor) && !policy::triggers(input, context.ladder()).any();
}

// Where the capacity of a place is limited, who has most of R uncovered is served first (D9.6).
void serve_by_need(Context& context, const std::vector<policy::TripOrder>& awake) {
  if (!context.state.has_live_grant(GrantKind::place_capacity, context.now())) return;
  const auto input = [&context](AccountIndex account) {
    return sequestration_input(context.state, context.valuer, account,
                               context.valuer.standing(account));
  };
  std::vector<policy::TripOrder> uncovered;
  for (const policy::TripOrder& trip : awake) {
    const AccountIndex account(trip.account);
    const policy::SequestrationDecision decision = policy::decide_sequestration(
        context.state.account(account).ladder, input(account), context.ladder(), context.now());
    if (decision.act) uncovered.push_back({decision.gap, trip.account});
  }
  std::ranges::sort(uncovered, [](const auto& a, const auto& b) { return a < b; });
  for (const policy::TripOrder& next : uncovered) {
    sequester(context, AccountIndex(next.account), input(AccountIndex(next.account)));
  }
}

// The timers of an account as this tick moves them, and whether it is at rest.
struct Passed {
  policy::LadderState ladder;
  Usd shortfall;
  bool at_rest = false;
};

Passed pass(Context& context, AccountIndex account, const PoorAssets& poor) {
  const policy::Standing standing = context.valuer.standing(account);
  const policy::SequestrationInput input =
      sequestration_input(context.state, context.valuer, account, standing);
  const policy::LadderState& now = context.state.account(account).ladder;
  return {.ladder =
              policy::advance_timers(now, standing, policy::triggers_clear(input, context.ladder()),
                                     context.ladder(), context.now()),
          .shortfall = standing.maintenance_margin - standing.equity_mid,
          .at_rest = at_rest(context, account, standing, input, poor)};
}

// A timer that runs counts ticks: nobody sleeps with one.
bool timers_run(const policy::LadderState& ladder) {
  return ladder.exit_dwell.since || ladder.release_dwell.since || ladder.maintenance_breach.since ||
         ladder.call_breach.since || ladder.maintenance_breach_near.since ||
         ladder.call_breach_near.since || ladder.negative_near.since;
}

// Sleepers of whom this tick would have moved anything: none, if regions are sound.
void check_sleepers(Context& context, const PoorAssets& poor) {
  const std::uint64_t every = context.valuer.check_every();
  if (every == 0) return;
  TickCounts& counts = context.valuer.counts();
  for (std::size_t a = counts.ticks % every; a < context.state.accounts().size(); a += every) {
    const AccountIndex account(a);
    if (!context.valuer.asleep(account)) continue;
    const Passed passed = pass(context, account, poor);
    const bool stays = context.valuer.rests(account) ? passed.at_rest
                                                     : wait_of(context, account, poor).has_value();
    ++counts.checked;
    if (!stays || !(passed.ladder == context.state.account(account).ladder)) {
      ++counts.missed;
    }
  }
}

// Largest shortfall first (D7.4). Whoever was at rest and is drawn into another's turn gets its
// own, if its place in the order has not passed.
void take_turns(Context& context, const std::vector<policy::TripOrder>& awake,
                const PoorAssets& poor) {
  std::set<policy::TripOrder> turns(awake.begin(), awake.end());
  std::set<std::uint32_t> known;
  for (const policy::TripOrder& turn : awake) known.insert(turn.account);
  context.drawn_in.clear();
  while (!turns.empty()) {
    const policy::TripOrder turn = *turns.begin();
    turns.erase(turns.begin());
    step(context, AccountIndex(turn.account), poor);
    for (const policy::TripOrder& other : context.drawn_in) {
      if (known.insert(other.account).second && turn < other) turns.insert(other);
    }
    context.drawn_in.clear();
  }
}

// Those whose turn has changed nothing, as far as it will not by itself.
void let_wait(Context& context, const std::vector<policy::TripOrder>& awake,
              const PoorAssets& poor) {
  if (context.state.stirred().all || !context.valuer.lets_sleep()) return;
  State::Stirred stirred = context.state.stirred();
  std::ranges::sort(stirred.accounts);
  std::vector<Wait> waits;
  for (const policy::TripOrder& turn : awake) {
    if (std::ranges::binary_search(stirred.accounts, turn.account)) continue;
    if (auto wait = wait_of(context, AccountIndex(turn.account), poor)) {
      waits.push_back(std::move(*wait));
    }
  }
  context.valuer.let_wait(waits);
}

void run_ladder(Context& context) {
  const State::Stirred stirred = context.state.take_stirred();
  renew_regime_members(context, stirred);
  context.state.take_stirred();  // of the same accounts
  const PoorAssets poor = poor_assets(context);
  const std::vector<AccountIndex> due = context.valuer.due(stirred, poor);
  context.valuer.evaluate(due);
  check_sleepers(context, poor);
  std::vector<policy::TripOrder> awake;
  std::vector<AccountIndex> resting;
  for (const AccountIndex account : due) {
    const Passed passed = pass(context, account, poor);
    if (!(passed.ladder == context.state.account(account).ladder)) {
      context.state.edit_account(account).ladder = passed.ladder;
    }
    if (passed.at_rest) {
      ++context.valuer.counts().at_rest;
      if (!timers_run(passed.ladder)) resting.push_back(account);
    } else {
      awake.push_back({passed.shortfall, account.value});
    }
  }
  context.valuer.let_sleep(resting);
  serve_by_need(context, awake);
  take_turns(context, awake, poor);
  let_wait(context, awake, poor);
}

}  // namespace

Status carry_out(Context& context, const Tick&) {
  notice_outage(context);
  expire_stops(context);
  follow_ramp(context);
  close_epoch(context);
  if (context.valuer.ready()) watch_models(context);
  end_fading(context);
  watch_alarms(context);
  expire_break_glass(context);
  fire_timers(context);
  if (context.valuer.ready()) run_ladder(context);
  context.state.memory.forget_before(context.now() - kCommandMemory);
  context.state.ledger.forget_before(context.now() - kCommandMemory);
  context.state.forget_corrections_before(context.now() - kCommandMemory);
  context.state.edit_counters().last_tick = context.now();
  return {};
}

}  // namespace bulkhead::engine
