// What a run costs its members and what it was good for: equity at the start, collateral that
// cannot be taken back, and sequestrations by the engine's own score (D9.6).
#include <algorithm>

#include "bulkhead/replay/collector.h"

namespace bulkhead::replay {
namespace {

double whole(Usd value) { return static_cast<double>(value.micros) / 1e6; }

}  // namespace

void Collector::open(Timestamp end) {
  reference_.open(engine_, end);
  const auto figures = engine_.figures();
  if (!figures) return;
  for (std::size_t i = 0; i < engine_.state().accounts().size(); ++i) {
    totals_.opening_equity += whole((*figures)->requirement(AccountIndex(i)).equity_mid);
  }
}

void Collector::count_score(engine::ScoreOutcome outcome) {
  switch (outcome) {
    case engine::ScoreOutcome::false_alarm:
      ++totals_.scored_false;
      return;
    case engine::ScoreOutcome::needed:
      ++totals_.scored_needed;
      return;
    case engine::ScoreOutcome::late:
      ++totals_.scored_late;
      return;
    case engine::ScoreOutcome::missed:
      ++totals_.scored_missed;
      return;
  }
}

// The engine scores what has ended; the rest is counted by what it has come to.
void Collector::count_open_scores() {
  for (const auto& [account, vault] : engine_.state().vaults()) {
    if (!vault.episode) continue;
    if (vault.episode->late) {
      ++totals_.scored_late;
    } else if (vault.episode->breached) {
      ++totals_.scored_needed;
    } else {
      ++totals_.scored_open;
    }
  }
}

double Collector::tied_up(const engine::AccountState& account, const risk::Requirement& needed,
                          double sequestered) const {
  const double all = std::max(0.0, whole(needed.collateral));
  if (needed.initial <= Usd{}) return std::min(all, sequestered);
  const policy::LadderState& ladder = account.ladder;
  const bool free_to_move = ladder.coverage == policy::Coverage::normal &&
                            ladder.default_ == policy::Default::none && account.open_calls == 0;
  if (!free_to_move) return all;
  const BasisPoints target = engine_.state().parameters().ladder.levels.target_bp;
  const Usd kept = std::max(scale_up(needed.initial, target, 10'000), needed.initial_stressed);
  const double spare = std::max(0.0, whole(needed.equity_least - kept));
  return std::min(all, std::max(sequestered, all - spare));
}

}  // namespace bulkhead::replay
