// Alarms, orders of two persons, scores and reviews of one account (D9.1, D9.5, D9.6).
#include <algorithm>

#include "naive_model.h"

namespace bulkhead::naive {

namespace en = engine;
using policy::Reason;

// D9.1: a stablecoin away from its peg, a halted asset; clear again only through the hysteresis.
void NaiveModel::watch_alarms() {
  const policy::SequestrationParameters& rules = terms_.parameters.ladder.sequestration;
  const auto peg = [](int below_bp) { return 1'000'000 - std::int64_t{below_bp} * 100; };
  for (const auto& [asset, pegged] : pegged_) {
    const auto at = facts_.assets.find(asset);
    if (at == facts_.assets.end()) continue;
    const PriceFact& price = at->second;
    const bool poor = price.quality >= kStale;
    const bool halted = price.quality == kHalted;
    const bool off = pegged && micros_down(1, poor ? price.high : price.mid) < peg(rules.depeg_bp);
    const auto now = asset_alarms_.find(asset);
    if (halted || off) {
      const auto cause = halted ? en::AlarmCause::asset_halted : en::AlarmCause::depeg;
      asset_alarms_[asset] = {cause, std::nullopt};
    } else if (now != asset_alarms_.end() && !now->second.clear_since && !poor) {
      if (pegged && micros_down(1, price.low) < peg(rules.depeg_clear_bp)) continue;
      now->second.clear_since = now_;
    }
  }
  for (auto* alarms : {&asset_alarms_, &place_alarms_}) {
    std::erase_if(*alarms, [&](const auto& entry) {
      const auto& since = entry.second.clear_since;
      return since && now_ - *since >= rules.alarm_clear_after;
    });
  }
}

bool NaiveModel::alarmed(const std::string& place) const {
  const auto at = place_alarms_.find(place);
  return at != place_alarms_.end() && !at->second.clear_since;
}

std::pair<bool, bool> NaiveModel::alarms_of(const NaiveAccount& account) const {
  bool raised = false;
  bool any = false;
  const auto look = [&](const std::map<std::string, NaiveAlarm>& alarms, const std::string& name) {
    const auto at = alarms.find(name);
    if (at == alarms.end()) return;
    any = true;
    raised = raised || !at->second.clear_since;
  };
  for (const auto& [asset, amount] : account.pledged) {
    if (amount <= 0) continue;
    look(asset_alarms_, asset);
    look(place_alarms_, kHome);
  }
  for (const auto& [where, amount] : account.vault) {
    any = any || place_alarms_.contains(kHome);  // where it would go back to
    if (amount <= 0) continue;
    look(asset_alarms_, where.first);
    look(place_alarms_, where.second);
  }
  return {raised, any};
}

// The tests' scenarios move nothing: the chance of a breach is one below MM and else none.
// `fresh`: what a top-up of this tick has made of the figures; coverage is of before it.
Reason NaiveModel::trigger(const NaiveAccount& account, const Figures& f,
                           const Figures& fresh) const {
  const policy::Levels& levels = terms_.parameters.ladder.levels;
  if (f.owes && !at_level(preventive(f), levels.sequester_bp, f.initial)) {
    return Reason::below_sequester;
  }
  if (f.owes && fresh.mid < fresh.maintenance) return Reason::look_ahead;
  if (alarms_of(account).first) return Reason::alarm;
  return account.order ? Reason::ordered : Reason::none;
}

bool NaiveModel::clear(const NaiveAccount& account, const Figures& f) const {
  if (!f.owes) return true;
  return at_level(f.least, terms_.parameters.ladder.levels.release_bp, f.initial) &&
         f.mid >= f.maintenance && !alarms_of(account).second && !account.order;
}

// D8.6 of a release, which changes nothing of the book. Under `flat` nothing is more stressed.
bool NaiveModel::leaves_enough(const Figures& f) const {
  return !f.owes || (at_level(f.least, terms_.parameters.ladder.levels.target_bp, f.initial) &&
                     f.least >= f.initial);
}

NaiveModel::Verdict NaiveModel::on(const en::SetPlaceAlarm& c) {
  if (!places_.contains(c.place)) return refuse(ErrorCode::place_unknown);
  const auto now = place_alarms_.find(c.place);
  if (!c.raised) {
    if (now == place_alarms_.end()) return refuse(ErrorCode::alarm_not_raised);
    if (!now->second.clear_since) now->second.clear_since = now_;
    return {};
  }
  if (c.cause != en::AlarmCause::chain_halted && c.cause != en::AlarmCause::custodian_alarm) {
    return refuse(ErrorCode::out_of_range);
  }
  place_alarms_[c.place] = {c.cause, std::nullopt};
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::Propose& c) {
  if (proposals_.contains(c.proposal)) return refuse(ErrorCode::name_taken);
  if (c.expires <= now_) return refuse(ErrorCode::out_of_range);
  if (const auto other = propose_other(c)) return *other;
  if (const auto* order = std::get_if<en::SequestrationOrder>(&c.content)) {
    if (find(order->account) == nullptr) return refuse(ErrorCode::account_unknown);
    if (order->reason.empty()) return refuse(ErrorCode::missing_field);
    if (order->value.micros < 0 || order->until <= now_) return refuse(ErrorCode::out_of_range);
    proposals_[c.proposal] = {order->account, c.expires, *order, {}, false};
    return {};
  }
  const auto& order = std::get<en::ReleaseOrder>(c.content);
  if (find(order.account) == nullptr) return refuse(ErrorCode::account_unknown);
  if (order.reason.empty()) return refuse(ErrorCode::missing_field);
  if (order.amount.units < 0) return refuse(ErrorCode::out_of_range);
  if (order.asset.empty() && (!order.place.empty() || order.amount.units != 0)) {
    return refuse(ErrorCode::missing_field);
  }
  if (!order.asset.empty()) {
    if (!terms_.assets.contains(order.asset)) return refuse(ErrorCode::asset_unknown);
    if (!places_.contains(order.place)) return refuse(ErrorCode::place_unknown);
  }
  proposals_[c.proposal] = {order.account, c.expires, order, {}, false};
  return {};
}

NaiveModel::Verdict NaiveModel::approve(const std::string& name) {
  if (const auto other = approve_other(name)) return *other;
  const NaiveProposal proposal = proposals_.at(name);
  NaiveAccount& account = *find(proposal.account);
  if (const auto* order = std::get_if<en::ReleaseOrder>(&proposal.order)) {
    const Verdict verdict = approve(account, *order);
    if (verdict.accepted) proposals_.erase(name);
    return verdict;
  }
  const auto& order = std::get<en::SequestrationOrder>(proposal.order);
  account.order = NaiveHoldOrder{order.value.micros, order.until};
  proposals_.erase(name);
  return {};
}

NaiveModel::Verdict NaiveModel::approve(NaiveAccount& account, const en::ReleaseOrder& order) {
  if (stopped(en::StopButton::stop_releases, account.name)) {
    return refuse(ErrorCode::stop_in_force);
  }
  if (account.default_stage != DefaultStage::none) return refuse(ErrorCode::stage_forbids);
  if (account.vault_stage != VaultStage::held && account.vault_stage != VaultStage::releasing) {
    return refuse(ErrorCode::stage_forbids);
  }
  if (alarmed(kHome)) return refuse(ErrorCode::stage_forbids);
  const Figures f = figures_of(account);
  if (!leaves_enough(f)) return refuse(ErrorCode::below_target);
  std::map<AssetPlace, Int128> moves;
  for (const auto& [where, amount] : account.vault) {
    Int128 left = account.available(where);
    if (!order.asset.empty() && where != AssetPlace{order.asset, order.place}) continue;
    if (!may_move(where.first)) continue;
    if (!order.asset.empty() && order.amount.units > 0) left = std::min(left, order.amount.units);
    if (left > 0) moves[where] = left;
  }
  if (moves.empty()) return refuse(ErrorCode::nothing_to_release);
  account.order.reset();
  begin_episode(account);
  for (const auto& [where, amount] : moves) {
    send(account, where.first, where.second, "", amount);
    instruct(account, where);
  }
  if (account.vault_stage != VaultStage::releasing) account.release = {};
  account.vault_stage = VaultStage::releasing;
  account.last_sequestration = now_;
  return {};
}

void NaiveModel::begin_episode(NaiveAccount& account) {
  if (account.episode) return;
  const Figures f = figures_of(account);
  account.episode = NaiveEpisode{now_, false, f.owes && f.mid < f.maintenance};
}

// D9.6: what was held is scored when nothing is held any more; a breach with nothing held, once.
void NaiveModel::score(NaiveAccount& account, const Figures& f, const std::vector<Event>& events) {
  const Duration window = terms_.parameters.ladder.sequestration.false_alarm_window;
  const bool below = f.owes && f.mid < f.maintenance;
  std::erase_if(account.false_alarms, [&](Timestamp at) { return now_ - at > window; });
  std::vector<en::ScoreOutcome> expected;
  const bool unseen = below && !account.episode;
  if (account.episode) account.episode->breached = account.episode->breached || below;
  if (account.episode && account.vault_stage == VaultStage::none &&
      account.episode->opened < now_) {
    const NaiveEpisode& was = *account.episode;
    expected.push_back(was.late       ? en::ScoreOutcome::late
                       : was.breached ? en::ScoreOutcome::needed
                                      : en::ScoreOutcome::false_alarm);
    if (expected.back() == en::ScoreOutcome::false_alarm) account.false_alarms.push_back(now_);
    account.episode.reset();
    account.reviewed.reset();
  }
  if (unseen && !account.miss_told) expected.push_back(en::ScoreOutcome::missed);
  account.miss_told = below && (unseen || account.miss_told);
  std::vector<en::ScoreOutcome> told;
  for (const auto* scored : all_said<en::SequestrationScored>(events, account.name)) {
    told.push_back(scored->outcome);
  }
  if (told != expected) complain(account.name + ": scored otherwise");
}

// D9.5: what was held longest is reviewed; true if it goes back.
bool NaiveModel::review(NaiveAccount& account, const Figures& f, const std::vector<Event>& events) {
  const Duration length = terms_.parameters.ladder.sequestration.review_after;
  const auto* told = said<en::SequestrationReviewed>(events, account.name);
  const bool due = account.vault_stage == VaultStage::held &&
                   now_ - *account.held_since >= length &&
                   !(account.reviewed && *account.reviewed >= *account.held_since &&
                     now_ - *account.reviewed < length);
  if (due != (told != nullptr)) {
    complain(account.name + (due ? ": no review was held" : ": a review that is not due"));
  }
  if (!due) return false;
  account.reviewed = now_;
  bool anything = false;
  for (const auto& [where, held] : account.vault) {
    anything |= account.available(where) > 0 && may_move(where.first);
  }
  const bool released = trigger(account, f, figures_of(account)) == Reason::none &&
                        clear(account, f) && leaves_enough(f) && anything;
  if (told != nullptr && told->released != released) {
    complain(account.name + (released ? ": the review kept what nothing asks for"
                                      : ": the review released what must stay"));
  }
  if (released) give_all_back(account);
  return released;
}

}  // namespace bulkhead::naive
