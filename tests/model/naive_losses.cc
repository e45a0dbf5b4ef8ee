// What others bore of a closed account's loss: it keeps what the member has with the venue until it
// is repaid or forgiven (D8.6).
#include <algorithm>

#include "naive_model.h"

namespace bulkhead::naive {

namespace en = engine;

// The first that were charged first; gains of the member's own accounts are nobody else's. A gain
// is told just before the loss that it pays for.
void NaiveModel::note_loss(const NaiveAccount& account, const std::vector<Event>& events,
                           std::size_t at) {
  const auto& covered = std::get<en::LossCovered>(events[at].body);
  std::size_t first = at;
  while (first > 0 && (std::holds_alternative<en::GainsReduced>(events[first - 1].body) ||
                       std::holds_alternative<en::BalanceChanged>(events[first - 1].body))) {
    --first;
  }
  std::vector<NaiveLossPart> borne = {{"the house", "", covered.asset, covered.house.units},
                                      {"the fund", "", covered.asset, covered.insurance.units}};
  for (std::size_t i = first; i < at; ++i) {
    const auto* taken = std::get_if<en::GainsReduced>(&events[i].body);
    if (taken == nullptr || find(events[i].account)->member == account.member) continue;
    borne.push_back({"a gain", events[i].account, covered.asset, taken->amount.units});
  }
  borne.push_back({"nobody", "", covered.asset, covered.bad_debt.units});
  for (const NaiveLossPart& part : borne) {
    if (part.amount > 0) losses_[account.name].push_back(part);
  }
}

Int128 NaiveModel::owed_for(const std::string& closed, const std::string& asset) const {
  Int128 sum = 0;
  const auto at = losses_.find(closed);
  if (at == losses_.end()) return sum;
  for (const NaiveLossPart& part : at->second) sum += part.asset == asset ? part.amount : 0;
  return sum;
}

// What the member still has here afterwards, against what it owes. `pledged`: the amount comes from
// there and does not count as free yet.
std::optional<NaiveModel::Verdict> NaiveModel::loss_stays(const NaiveAccount& account,
                                                          const std::string& asset, Int128 amount,
                                                          bool pledged) {
  std::int64_t owed = 0;
  for (const auto& [closed, parts] : losses_) {
    if (find(closed)->member != account.member) continue;
    for (const NaiveLossPart& part : parts) {
      owed += micros_down(part.amount, facts_.assets.at(part.asset).high);
    }
  }
  if (owed <= 0) return std::nullopt;
  std::int64_t free = 0;
  std::int64_t beyond = 0;
  for (const NaiveAccount& one : accounts_) {
    if (one.member != account.member) continue;
    const bool own = &one == &account;
    for (const auto& [name, held] : one.free) {
      const PriceFact& price = facts_.assets.at(name);
      const Int128 stays = own && !pledged && name == asset ? held - amount : held;
      if (price.quality < kStale) free += std::max<std::int64_t>(0, micros_down(stays, price.low));
    }
    const Book book = own && pledged ? book_without(one, asset, amount) : book_of(one);
    const Figures f = figures(terms_, facts_, book);
    beyond += f.least - unrealisable(one) -
              share_up(f.initial, terms_.parameters.ladder.levels.target_bp);
  }
  if (free + std::max<std::int64_t>(0, beyond) >= owed) return std::nullopt;
  return refuse(ErrorCode::group_short);
}

// Who was charged last is paid first.
void NaiveModel::pay_back(const std::string& closed, const std::string& asset, Int128 amount) {
  std::vector<NaiveLossPart>& parts = losses_.at(closed);
  for (std::size_t i = parts.size(); i-- > 0 && amount > 0;) {
    if (parts[i].asset != asset) continue;
    const Int128 paid = std::min(amount, parts[i].amount);
    if (!parts[i].account.empty()) find(parts[i].account)->free[asset] += paid;
    parts[i].amount -= paid;
    amount -= paid;
  }
  std::erase_if(parts, [](const NaiveLossPart& part) { return part.amount == 0; });
  if (parts.empty()) losses_.erase(closed);
}

NaiveModel::Verdict NaiveModel::on(const en::RepayLoss& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!terms_.assets.contains(c.asset)) return refuse(ErrorCode::asset_unknown);
  if (c.place != kHome) {
    return refuse(places_.contains(c.place) ? ErrorCode::holding_invalid
                                            : ErrorCode::place_unknown);
  }
  if (!may_act(*account)) return refuse(ErrorCode::not_own_account);
  if (c.amount.units <= 0) return refuse(ErrorCode::amount_not_positive);
  const NaiveAccount* closed = find(c.loss_of);
  if (closed == nullptr) return refuse(ErrorCode::account_unknown);
  if (closed->member != account->member) return refuse(ErrorCode::not_own_account);
  if (c.amount.units > owed_for(c.loss_of, c.asset)) return refuse(ErrorCode::debt_exceeded);
  if (c.amount.units > account->free[c.asset]) return refuse(ErrorCode::balance_exceeded);
  if (const auto no = free_leaves(*account, c.asset, c.amount.units)) return *no;
  account->free[c.asset] -= c.amount.units;
  pay_back(c.loss_of, c.asset, c.amount.units);
  return {};
}

}  // namespace bulkhead::naive
