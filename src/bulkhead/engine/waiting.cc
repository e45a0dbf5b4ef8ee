#include "bulkhead/engine/waiting.h"

#include <algorithm>

#include "bulkhead/engine/context.h"
#include "bulkhead/engine/custody_moves.h"
#include "bulkhead/engine/ladder_vault.h"
#include "bulkhead/engine/substitution_offers.h"
#include "bulkhead/policy/default.h"
#include "bulkhead/policy/ladder.h"

namespace bulkhead::engine {
namespace {

using policy::Coverage;

double whole(Usd value) { return static_cast<double>(value.micros) * 1e-6; }

// No episode to be scored, and nothing told of that may have to be taken back.
bool is_idle(const VaultRecord& vault) {
  return !vault.episode && !vault.order && !vault.short_told && !vault.missed_told &&
         !vault.held_back_told && !vault.stranded_told;
}

// Nothing is held, ordered, blocked, promised or automatic.
bool only_waits(const Context& context, AccountIndex account, const PoorAssets& poor) {
  const AccountState& state = context.state.account(account);
  return state.ladder.default_ == policy::Default::none &&
         state.ladder.vault == policy::Vault::none && state.blocked == 0 && state.kept.empty() &&
         state.waiting.empty() && state.failed_due == Usd{} && state.open_deliveries == 0 &&
         (state.open_calls == 0 || state.standing.mode == StandingMode::none) &&
         !anything_held(context, account) &&
         (!context.state.has_vault(account) || is_idle(context.state.vault(account))) &&
         !holds_poor(context, account, poor);
}

// E is one value, whatever edge an act must pass, and stays so while qualities are what they are.
bool has_one_equity(const risk::Requirement& figures) {
  return figures.quality == market::Quality::good && figures.equity_greatest == figures.equity_mid;
}

bool counts_on(const policy::Streak& streak) {
  return streak.since && streak.count < policy::kStreakMost;
}

class Builder {
 public:
  Builder(const Context& context, AccountIndex account, const policy::Standing& standing)
      : context_(context),
        state_(context.state.account(account)),
        levels_(context.ladder().levels),
        standing_(standing) {
    wait_.account = account;
  }

  void above(BasisPoints level_bp) { wait_.edges.push_back({.level = level_bp * 1e-4}); }
  void below(BasisPoints level_bp) {
    wait_.edges.push_back({.level = level_bp * 1e-4, .above = false});
  }
  void above(const risk::Edge& edge) { wait_.edges.push_back(edge); }
  void end_at(Timestamp time) { wait_.until = std::min(wait_.until.value_or(time), time); }
  bool is_at(BasisPoints level_bp) const {
    return policy::at_level(standing_, standing_.equity_mid, level_bp);
  }
  Duration dwell() const { return context_.ladder().dwell.at(standing_.regime); }

  // Between the levels of sequestration and call: called, and what is open covers the need or may
  // not be added to yet (D8.1).
  bool add_shortfall() {
    if (state_.ladder.coverage != Coverage::called || state_.call_missed) return false;
    if (!has_one_equity(context_.valuer.requirement(wait_.account))) return false;
    if (counts_on(state_.ladder.call_breach) || counts_on(state_.ladder.call_breach_near)) {
      return false;
    }
    above(std::max(levels_.sequester_bp, levels_.maintenance_bp));
    below(levels_.call_bp);
    if (state_.open_calls >= context_.ladder().calls.open_calls_max) return true;
    Usd open;
    Timestamp newest;
    for (const policy::Call& call : context_.state.open_calls(wait_.account)) {
      open += call.outstanding();
      newest = std::max(newest, call.issued);
    }
    if (open > Usd{} && context_.now() - newest < dwell()) {
      end_at(newest + dwell());
      return true;
    }
    const policy::CallParameters& calls = context_.ladder().calls;
    const double target = levels_.target_bp * 1e-4;
    above({.level = target, .offset = whole(open + calls.minimum_transfer)});
    above({.level = target - calls.minimum_transfer_of_margin_bp * 1e-4, .offset = whole(open)});
    return true;
  }

  // At the call level or above it, on the way out or not: no edge of E is below E_mid, so that no
  // streak begins.
  bool add_cover() {
    const Coverage coverage = state_.ladder.coverage;
    if (coverage == Coverage::normal) {
      above(levels_.watch_bp);
      return is_at(levels_.watch_bp);
    }
    above(levels_.call_bp);
    if (is_at(levels_.target_bp)) {
      if (!state_.ladder.exit_dwell.since) return false;
      above(levels_.target_bp);
      end_at(*state_.ladder.exit_dwell.since + dwell());
      return true;
    }
    below(levels_.target_bp);
    return coverage == Coverage::watch || state_.open_calls > 0;
  }

  std::optional<Wait> finish() && { return std::move(wait_); }

 private:
  const Context& context_;
  const AccountState& state_;
  const policy::Levels& levels_;
  const policy::Standing& standing_;
  Wait wait_;
};

}  // namespace

std::optional<Wait> wait_of(const Context& context, AccountIndex account, const PoorAssets& poor) {
  const policy::Standing standing = context.valuer.standing(account);
  // Of a price that is stale or worse E_greatest would be judged (D4.4).
  if (!standing.has_obligations || standing.unpriced ||
      standing.worst_quality >= market::Quality::stale) {
    return std::nullopt;
  }
  if (!only_waits(context, account, poor)) return std::nullopt;
  const policy::SequestrationInput input =
      sequestration_input(context.state, context.valuer, account, standing);
  if (policy::triggers(input, context.ladder()).any()) return std::nullopt;
  if (standing.equity_mid < standing.maintenance_margin) return std::nullopt;
  const auto look_ahead = context.valuer.look_ahead_edge(account);
  if (!look_ahead) return std::nullopt;

  Builder wait(context, account, standing);
  wait.above(*look_ahead);
  const policy::Levels& levels = context.ladder().levels;
  if (standing.regime == market::Regime::extreme) wait.above(levels.watch_bp);
  const bool stays = wait.is_at(levels.call_bp) ? wait.add_cover() : wait.add_shortfall();
  if (!stays) return std::nullopt;
  if (context.state.has_vault(account)) {
    for (const Timestamp time : context.state.vault(account).false_alarms) {
      wait.end_at(time + context.ladder().sequestration.false_alarm_window);
    }
  }
  return std::move(wait).finish();
}

}  // namespace bulkhead::engine
