// Sequestration, evacuation and release of one account within a tick (D9).
#include <algorithm>

#include "naive_model.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;
using policy::LegStatus;
using policy::Reason;

std::string show(Int128 value) { return to_string(value); }

std::int64_t micros(double numeraire) { return static_cast<std::int64_t>(numeraire * 1e6); }

}  // namespace

void NaiveModel::follow_legs(NaiveAccount& account) {
  if (account.any_leg_open()) return;
  const bool held = account.anything_held();
  if (account.vault_stage == VaultStage::none && !held) return;
  const VaultStage to = held ? VaultStage::held : VaultStage::none;
  if (account.vault_stage != to) account.release = {};
  account.vault_stage = to;
  if (!held) account.held_since.reset();
  if (held && !account.held_since) account.held_since = now_;
}

// Coins are moved in lots worth at least one unit of numéraire.
Int128 NaiveModel::lot_of(const std::string& asset) const {
  Int128 lot = 1;
  while (micros_down(lot, facts_.assets.at(asset).mid) < 1'000'000) lot *= 10;
  return lot;
}

// D9.4: a silent place is passed over; one that refused, for a dwell, and while another can serve.
// D9.1: one under alarm takes nothing.
bool NaiveModel::serves(const NaiveAccount& account, const std::string& asset,
                        const std::string& place) const {
  enum class Word { yes, refused_now, refused_before, silent };
  const auto word = [&](const std::string& name) {
    const auto at = account.legs.find({asset, name});
    if (at == account.legs.end()) return Word::yes;
    if (at->second.status == LegStatus::unknown) return Word::silent;
    if (at->second.status != LegStatus::rejected) return Word::yes;
    return now_ - at->second.instructed < dwell() ? Word::refused_now : Word::refused_before;
  };
  if (alarmed(place)) return false;
  const Word own = word(place);
  if (own != Word::refused_before) return own == Word::yes;
  return std::ranges::none_of(places_, [&](const auto& other) {
    return other.second.vault && !alarmed(other.first) && word(other.first) == Word::yes;
  });
}

// The limits of the asset in the vault and of the vault, as shares of R (D9.3), with what is on its
// way there and so much more of both.
bool NaiveModel::fits(const NaiveAccount& account, const AssetPlace& where, std::int64_t wanted,
                      std::int64_t more, std::int64_t value_more) const {
  const auto there = [&](const std::string& asset) {
    const AssetPlace at{asset, where.second};
    return account.available(at) + account.incoming(at);
  };
  const int limit = schedule(where.first).vault_limit_bp;
  if (limit < 10'000 &&
      stressed(account, where.first, there(where.first)) + more > share_down(wanted, limit)) {
    return false;
  }
  const int share = terms_.parameters.ladder.sequestration.vault_concentration_bp;
  if (share >= 10'000) return true;
  std::int64_t sum = value_more;
  for (const auto& [asset, eligible] : terms_.assets) sum += value(asset, there(asset));
  return sum <= share_down(wanted, share);
}

bool NaiveModel::has_room(const NaiveAccount& account, const AssetPlace& where,
                          std::int64_t wanted) const {
  const Int128 lot = lot_of(where.first);
  const std::optional<std::int64_t> room = room_of(where.second);
  if (room && *room < value(where.first, lot)) return false;
  return fits(account, where, wanted, stressed(account, where.first, lot), value(where.first, lot));
}

// Each leg is at least what its place takes, in whole lots, whatever the limits.
bool NaiveModel::within_limits(const NaiveAccount& account, const AssetPlace& where,
                               std::int64_t wanted,
                               const engine::SequestrationOrdered& ordered) const {
  const std::int64_t least = micros(places_.at(where.second).minimum_transfer);
  std::int64_t slack = 0;
  for (const en::SequestrationLeg& leg : ordered.legs) {
    if (least > 0 && leg.to_place == where.second)
      slack += least + value(leg.asset, lot_of(leg.asset));
  }
  return fits(account, where, wanted, -slack, -slack);
}

// Something of the asset could still go there.
bool NaiveModel::may_take(const NaiveAccount& account, const AssetPlace& where,
                          std::int64_t wanted) const {
  const auto& [asset, place] = where;
  const Int128 left = account.available(asset);
  return terms_.assets.at(asset) && facts_.assets.at(asset).quality != kHalted &&
         left >= lot_of(asset) && stressed_more(account, asset, lot_of(asset)) > 0 &&
         value(asset, left) >= micros(places_.at(place).minimum_transfer) &&
         room_of(place).value_or(INT64_MAX) > micros(places_.at(place).minimum_transfer) &&
         serves(account, asset, place) && has_room(account, where, wanted);
}

// D9.1: what lies at a place under alarm goes elsewhere, all that is not on its way already.
void NaiveModel::evacuate(NaiveAccount& account, const Figures& f) {
  if (!f.owes) return;
  std::vector<const en::SequestrationOrdered*>& said = ordered_[account.name];
  const auto takes = [&](const std::string& asset, const std::string& place) {
    return serves(account, asset, place) && room_of(place).value_or(1) > 0;
  };
  std::map<AssetPlace, Int128> lines;
  const auto endangered = [&](const std::string& asset, const std::string& from, Int128 amount) {
    if (amount <= 0 || !alarmed(from)) return;
    const bool way_out = std::ranges::any_of(places_, [&](const auto& other) {
      return other.second.vault && other.first != from && takes(asset, other.first);
    });
    if (way_out) lines[{asset, from}] = amount;
  };
  for (const auto& [asset, amount] : account.pledged) {
    endangered(asset, kHome, account.available(asset));
  }
  for (const auto& [where, amount] : account.vault) {
    endangered(where.first, where.second, account.available(where));
  }
  if (lines.empty()) return;
  if (said.empty() || said.front()->trigger != Reason::alarm) {
    complain(account.name + ": nothing was evacuated");
    return;
  }
  const en::SequestrationOrdered& ordered = *said.front();
  said.erase(said.begin());
  std::set<AssetPlace> told;
  for (const en::SequestrationLeg& leg : ordered.legs) {
    const auto line = lines.find({leg.asset, leg.from_place});
    if (line == lines.end() || line->second != leg.amount.units || leg.to_place == leg.from_place ||
        !takes(leg.asset, leg.to_place)) {
      complain(account.name + ": evacuated otherwise than asked for: " + leg.asset + " from " +
               leg.from_place + " to " + leg.to_place);
      return;
    }
    lines.erase(line);
    const bool home = leg.from_place == kHome;
    if (!home) told.insert({leg.asset, leg.from_place});
    told.insert({leg.asset, leg.to_place});
  }
  if (!lines.empty()) complain(account.name + ": something was left where it is not safe");
  begin_episode(account);
  for (const en::SequestrationLeg& leg : ordered.legs) {
    const bool home = leg.from_place == kHome;
    send(account, leg.asset, home ? "" : leg.from_place, leg.to_place, leg.amount.units);
    use_room(leg.to_place, leg.asset, leg.amount.units);
  }
  for (const AssetPlace& where : told) instruct(account, where);
  if (account.vault_stage != VaultStage::moving) account.release = {};
  account.vault_stage = VaultStage::moving;
}

// D9.2: when and how much is predicted; of which assets, that it is allowed, enough, and the least.
NaiveModel::Demand NaiveModel::demand(const NaiveAccount& account, const Figures& f) const {
  const policy::SequestrationParameters& rules = terms_.parameters.ladder.sequestration;
  Demand made;
  // What liquidation has paid back in this very tick is owed no more.
  const Figures now = figures_of(account);
  made.why = trigger(account, f, now);
  made.wanted = required(now);
  if (made.why == Reason::ordered && account.order->value > 0) {
    made.wanted = std::min(made.wanted, account.order->value);
  }
  made.held = account.vault_stage == VaultStage::none ? 0 : vault_stressed(account);
  std::optional<double> least;
  for (const auto& [name, place] : places_) {
    if (place.vault) {
      least = std::min(least.value_or(place.minimum_transfer), place.minimum_transfer);
    }
  }
  const std::int64_t threshold =
      std::max(share_up(made.wanted, rules.gap_bp), micros(least.value_or(0)));
  const bool paused = account.last_sequestration && now_ - *account.last_sequestration < dwell();
  // D9.6: what only foresees is not followed after too many false alarms.
  const bool foresees =
      made.why == Reason::look_ahead && !alarms_of(account).first && !account.order.has_value();
  const bool limited = foresees && account.false_alarms.size() >= rules.false_alarms_max;
  made.act = account.default_stage == DefaultStage::none && made.why != Reason::none &&
             made.gap() > threshold && !limited && !paused;
  return made;
}

std::vector<std::size_t> NaiveModel::serve_by_need() {
  const bool limited = std::ranges::any_of(grants_, [this](const auto& grant) {
    return grant.first.first == en::GrantKind::place_capacity && grant.second.expires >= now_;
  });
  if (!limited) return {};
  std::vector<std::pair<std::int64_t, std::size_t>> uncovered;
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    const Demand asked = demand(accounts_[i], figures_of(accounts_[i]));
    if (asked.act) uncovered.emplace_back(-asked.gap(), i);
  }
  std::ranges::sort(uncovered);
  std::vector<std::size_t> order;
  for (const auto& [gap, i] : uncovered) {
    sequester(accounts_[i], figures_of(accounts_[i]));
    order.push_back(i);
  }
  return order;
}

void NaiveModel::sequester(NaiveAccount& account, const Figures& f) {
  const Demand asked = demand(account, f);
  const auto [why, wanted, held, asks] = asked;
  const std::int64_t gap = asked.gap();
  bool possible = false;
  for (const auto& [asset, eligible] : terms_.assets) {
    for (const auto& [name, place] : places_) {
      possible = possible || (place.vault && may_take(account, {asset, name}, wanted));
    }
  }
  std::vector<const en::SequestrationOrdered*>& said = ordered_[account.name];
  if (!asks || !possible) return;
  if (said.empty()) {
    complain(account.name + ": nothing was sequestered, R " + show(wanted) + " held " + show(held));
    return;
  }
  const en::SequestrationOrdered& ordered = *said.front();
  said.erase(said.begin());
  if (ordered.required.micros != wanted || ordered.held.micros != held || ordered.trigger != why) {
    complain(account.name + ": R and held are " + show(wanted) + " and " + show(held));
  }
  check_choice(account, ordered, gap);
  begin_episode(account);
  account.last_sequestration = now_;
  if (account.vault_stage != VaultStage::moving) account.release = {};
  account.vault_stage = VaultStage::moving;
}

void NaiveModel::check_choice(NaiveAccount& account, const en::SequestrationOrdered& ordered,
                              std::int64_t gap) {
  const std::int64_t wanted = ordered.required.micros;
  std::int64_t sum = 0;
  std::int64_t smallest = INT64_MAX;
  std::int64_t rounded = 0;
  std::set<AssetPlace> told;
  for (const en::SequestrationLeg& leg : ordered.legs) {
    if (!may_take(account, {leg.asset, leg.to_place}, wanted)) {
      complain(account.name + ": a place was chosen that may not take " + leg.asset);
    }
  }
  for (const en::SequestrationLeg& leg : ordered.legs) {
    const AssetPlace where{leg.asset, leg.to_place};
    const std::int64_t gained = stressed_more(account, leg.asset, leg.amount.units);
    sum += gained;
    smallest = std::min(smallest, stressed(account, leg.asset, lot_of(leg.asset)));
    // The place's least may be more than what is needed of it.
    const std::int64_t at_least = micros(places_.at(leg.to_place).minimum_transfer);
    if (value(leg.asset, leg.amount.units) <= at_least + value(leg.asset, lot_of(leg.asset))) {
      rounded += gained;
    }
    send(account, leg.asset, "", leg.to_place, leg.amount.units);
    told.insert(where);
    if (account.available(leg.asset) < 0) complain(account.name + ": more than is pledged");
  }
  std::map<std::string, std::int64_t> taken;  // beyond what round sums and least amounts make
  for (const en::SequestrationLeg& leg : ordered.legs) {
    const std::int64_t least = micros(places_.at(leg.to_place).minimum_transfer);
    taken[leg.to_place] += value(leg.asset, leg.amount.units);
    if (least > 0) taken[leg.to_place] -= least + value(leg.asset, lot_of(leg.asset));
  }
  for (const auto& [place, market] : taken) {
    if (market > room_of(place).value_or(INT64_MAX))
      complain(account.name + ": no room in " + place);
  }
  for (const en::SequestrationLeg& leg : ordered.legs) {
    use_room(leg.to_place, leg.asset, leg.amount.units);
  }
  for (const AssetPlace& where : told) {
    if (!within_limits(account, where, wanted, ordered)) {
      complain(account.name + ": more " + where.first + " than may lie in " + where.second);
    }
  }
  if (sum + ordered.missing.micros < gap) {
    complain(account.name + ": less than R is sequestered: " + std::to_string(sum) + " and " +
             std::to_string(ordered.missing.micros) + " missing of " + std::to_string(gap) +
             ", by its own account required " + std::to_string(ordered.required.micros) +
             ", held " + std::to_string(ordered.held.micros));
  }
  if (sum - rounded - smallest >= gap) complain(account.name + ": more than needed is sequestered");
  if (ordered.missing.micros > 0) {
    for (const auto& [asset, eligible] : terms_.assets) {
      for (const auto& [name, place] : places_) {
        if (place.vault && may_take(account, {asset, name}, wanted)) {
          complain(account.name + ": more " + asset + " could go to " + name + ", and R is short");
        }
      }
    }
  }
  for (const AssetPlace& where : told) instruct(account, where);
}

// D4.5: what has no good or wide price stays where it is.
bool NaiveModel::may_move(const std::string& asset) const {
  return facts_.assets.at(asset).quality <= kWide;
}

void NaiveModel::give_all_back(NaiveAccount& account) {
  begin_episode(account);
  for (const auto& [where, held] : account.vault) {
    const Int128 left = account.available(where);
    if (left <= 0 || !may_move(where.first)) continue;
    send(account, where.first, where.second, "", left);
    instruct(account, where);
  }
  account.vault_stage = VaultStage::releasing;
  account.release = {};
}

// D9.5.
void NaiveModel::release(NaiveAccount& account, const Figures& f,
                         const std::vector<Event>& events) {
  const bool stop = stopped(en::StopButton::stop_releases, account.name);
  const bool reviewed = !stop && review(account, f, events);
  const bool act = !stop && !reviewed && account.vault_stage == VaultStage::held &&
                   account.release.through(dwell(), now_) && leaves_enough(f) &&
                   std::ranges::any_of(account.vault, [&](const auto& line) {
                     return account.available(line.first) > 0 && may_move(line.first.first);
                   });
  bool told = false;
  for (const auto* order : all_said<en::ReleaseOrdered>(events, account.name)) {
    told |= order->reason == Reason::release_through_dwell;
  }
  if (act != told) {
    complain(account.name + (act ? ": nothing was released" : ": released without the dwell"));
  }
  if (act) give_all_back(account);
}

// D9.4: what landed twice goes back, as long as R stays covered.
void NaiveModel::release_surplus(NaiveAccount& account, const Figures& f,
                                 const std::vector<Event>& events) {
  const auto* told = said<en::ReleaseOrdered>(events, account.name);
  const bool ordered = told != nullptr && told->reason == Reason::surplus;
  if (ordered && (!account.surplus_due || account.vault_stage != VaultStage::held)) {
    complain(account.name + ": a surplus was released that nobody expected");
  }
  // D4.4: at a poor price it must leave the target at the least equity.
  if (!account.surplus_due || account.vault_stage != VaultStage::held ||
      (f.quality != kGood && !leaves_enough(f)) || alarmed(kHome) ||
      stopped(en::StopButton::stop_releases, account.name)) {
    if (ordered) complain(account.name + ": a surplus was released that must stay");
    return;
  }
  account.surplus_due = false;
  // Of what is owed after the last payments of a default that has ended in this tick.
  const std::int64_t wanted = required(figures_of(account));
  const int gap = terms_.parameters.ladder.sequestration.gap_bp;
  if (!ordered) return;
  if (vault_stressed(account) <= wanted + share_up(wanted, gap)) {
    complain(account.name + ": released what is no surplus");
  }
  begin_episode(account);
  for (const en::SequestrationLeg& leg : told->legs) {
    send(account, leg.asset, leg.from_place, "", leg.amount.units);
    instruct(account, {leg.asset, leg.from_place});
  }
  if (const std::int64_t left = vault_stressed(account); left < wanted) {
    complain(account.name + ": released below R: " + std::to_string(left) + " stays of " +
             std::to_string(wanted));
  }
  account.vault_stage = VaultStage::releasing;
  account.release = {};
}

}  // namespace bulkhead::naive
