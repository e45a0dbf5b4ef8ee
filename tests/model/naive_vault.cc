// Custody and sequestration of one account within a tick (D9).
#include <algorithm>

#include "naive_model.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;
using policy::LegStatus;

std::string show(Int128 value) { return to_string(value); }

}  // namespace

void NaiveModel::follow_legs(NaiveAccount& account) {
  if (account.any_leg_open()) return;
  const bool held = account.anything_held();
  if (account.vault_stage == VaultStage::none && !held) return;
  const VaultStage to = held ? VaultStage::held : VaultStage::none;
  if (account.vault_stage != to) account.release = {};
  account.vault_stage = to;
}

void NaiveModel::instruct(NaiveAccount& account, const AssetPlace& where) {
  NaiveLeg& leg = account.legs[where];
  ++leg.seq;
  leg.target = account.vault[where] + account.incoming[where] - account.outgoing[where];
  leg.status = LegStatus::instructed;
  leg.instructed = now_;
  leg.timeout_at = now_ + places_.at(where.second).timeout;
}

// D9.4: a silent place is passed over; one that refused, for a dwell, and while another can serve.
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
  const Word own = word(place);
  if (own != Word::refused_before) return own == Word::yes;
  return std::ranges::none_of(places_, [&](const auto& other) {
    return other.second.vault && word(other.first) == Word::yes;
  });
}

// D9.2: when and how much is predicted; of which assets, only that it is the least of them.
void NaiveModel::sequester(NaiveAccount& account, const Figures& f,
                           const std::vector<Event>& events) {
  const policy::LadderParameters& rules = terms_.parameters.ladder;
  const std::int64_t wanted = required(f);
  const std::int64_t held = account.vault_stage == VaultStage::none ? 0 : vault_stressed(account);
  const std::int64_t gap = std::max<std::int64_t>(0, wanted - held);
  double least = 0;
  for (const auto& [name, place] : places_) least = std::max(least, place.minimum_transfer);
  const std::int64_t threshold = std::max(share_up(wanted, rules.sequestration.gap_bp),
                                          static_cast<std::int64_t>(least * 1e6));
  const bool paused = account.last_sequestration && now_ - *account.last_sequestration < dwell();
  bool possible = false;
  for (const auto& [asset, eligible] : terms_.assets) {
    for (const auto& [name, place] : places_) {
      possible |= eligible && place.vault && account.available(asset) > 0 &&
                  serves(account, asset, name) && stressed(asset, 1) > 0;
    }
  }
  const bool act = triggered(f) && gap > threshold && !paused && possible;
  const auto* ordered = said<en::SequestrationOrdered>(events, account.name);
  if (act != (ordered != nullptr)) {
    complain(account.name + (act ? ": nothing was sequestered, R " : ": sequestered, R ") +
             show(wanted) + " held " + show(held));
  }
  if (ordered == nullptr) return;
  if (ordered->required.micros != wanted || ordered->held.micros != held) {
    complain(account.name + ": R and held are " + show(wanted) + " and " + show(held));
  }
  std::int64_t sum = 0;
  std::int64_t smallest = INT64_MAX;
  std::set<AssetPlace> told;
  for (const en::SequestrationLeg& leg : ordered->legs) {
    const AssetPlace where{leg.asset, leg.to_place};
    const std::int64_t unit = stressed(leg.asset, 1);
    sum += unit * static_cast<std::int64_t>(leg.amount.units);
    smallest = std::min(smallest, unit);
    if (!serves(account, leg.asset, leg.to_place)) {
      complain(account.name + ": a place that does not serve was chosen");
    }
    account.incoming[where] += leg.amount.units;
    told.insert(where);
    if (account.available(leg.asset) < 0) complain(account.name + ": more than is pledged");
  }
  if (sum + ordered->missing.micros < gap) complain(account.name + ": less than R is sequestered");
  if (sum - smallest >= gap) complain(account.name + ": more than needed is sequestered");
  for (const AssetPlace& where : told) instruct(account, where);
  account.last_sequestration = now_;
  if (account.vault_stage != VaultStage::moving) account.release = {};
  account.vault_stage = VaultStage::moving;
}

// D9.5.
void NaiveModel::release(NaiveAccount& account, const Figures& f,
                         const std::vector<Event>& events) {
  const bool act = account.vault_stage == VaultStage::held &&
                   account.release.through(dwell(), now_) && f.quality == kGood &&
                   account.anything_held();
  const auto* told = said<en::ReleaseOrdered>(events, account.name);
  const bool ordered = told != nullptr && told->reason != policy::Reason::surplus;
  if (act != ordered) {
    complain(account.name + (act ? ": nothing was released" : ": released without the dwell"));
  }
  if (!act) return;
  for (auto& [where, held] : account.vault) {
    const Int128 left = held - account.outgoing[where];
    if (left <= 0) continue;
    account.outgoing[where] += left;
    instruct(account, where);
  }
  account.vault_stage = VaultStage::releasing;
  account.release = {};
}

// D9.4: what landed twice goes back, as long as R stays covered.
void NaiveModel::release_surplus(NaiveAccount& account, const Figures& f,
                                 const std::vector<Event>& events) {
  const auto* told = said<en::ReleaseOrdered>(events, account.name);
  const bool ordered = told != nullptr && told->reason == policy::Reason::surplus;
  if (ordered && (!account.surplus_due || account.vault_stage != VaultStage::held)) {
    complain(account.name + ": a surplus was released that nobody expected");
  }
  if (!account.surplus_due || account.vault_stage != VaultStage::held || f.quality != kGood) return;
  account.surplus_due = false;
  const std::int64_t wanted = required(f);
  const int gap = terms_.parameters.ladder.sequestration.gap_bp;
  if (!ordered) return;
  if (vault_stressed(account) <= wanted + share_up(wanted, gap)) {
    complain(account.name + ": released what is no surplus");
  }
  for (const en::SequestrationLeg& leg : told->legs) {
    account.outgoing[{leg.asset, leg.from_place}] += leg.amount.units;
    instruct(account, {leg.asset, leg.from_place});
  }
  if (vault_stressed(account) < wanted) complain(account.name + ": released below R");
  account.vault_stage = VaultStage::releasing;
  account.release = {};
}

}  // namespace bulkhead::naive
