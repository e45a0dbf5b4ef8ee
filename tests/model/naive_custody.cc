// What is on its way between an account's own buckets, and what the words of places make of the
// books (D9.4).
#include <algorithm>

#include "naive_model.h"

namespace bulkhead::naive {

namespace en = engine;
using policy::LegStatus;

void NaiveModel::instruct(NaiveAccount& account, const AssetPlace& where) {
  NaiveLeg& leg = account.legs[where];
  ++leg.seq;
  leg.target = account.available(where) + account.incoming(where);
  leg.status = LegStatus::instructed;
  leg.instructed = now_;
  leg.timeout_at = now_ + places_.at(where.second).timeout;
}

// A place hears again what it shall hold, if that is another amount now.
void NaiveModel::renew(NaiveAccount& account, const AssetPlace& where) {
  const auto leg = account.legs.find(where);
  const Int128 shall = account.available(where) + account.incoming(where);
  if (leg == account.legs.end() || leg->second.target != shall) instruct(account, where);
}

void NaiveModel::send(NaiveAccount& account, const std::string& asset, const std::string& from,
                      const std::string& to, Int128 amount) {
  if (amount > 0) account.ways.push_back({++last_way_, asset, from, to, amount});
}

// So much of it has come; what has not stays on its way, behind all others.
void NaiveModel::finish(NaiveAccount& account, const NaiveWay& way, Int128 moved) {
  std::erase_if(account.ways, [&](const NaiveWay& other) { return other.number == way.number; });
  const auto balance = [&](const std::string& place) -> Int128& {
    return place.empty() ? account.pledged[way.asset] : account.vault[{way.asset, place}];
  };
  balance(way.from) -= moved;
  balance(way.to) += moved;
  send(account, way.asset, way.from, way.to, way.amount - moved);
}

// D9.4: only a word about the instruction in force ends it; the newest final word of what a place
// holds is booked, whatever was asked.
NaiveModel::Verdict NaiveModel::on(const en::CustodyReceipt& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!terms_.assets.contains(c.asset)) return refuse(ErrorCode::asset_unknown);
  if (!places_.contains(c.place)) return refuse(ErrorCode::place_unknown);
  if (c.observed.units < 0) return refuse(ErrorCode::out_of_range);
  if (!places_.at(c.place).vault) return refuse(ErrorCode::holding_invalid);
  const AssetPlace where{c.asset, c.place};
  const auto at = account->legs.find(where);
  NaiveLeg leg = at == account->legs.end() ? NaiveLeg{} : at->second;
  if (c.seq > leg.seq) return refuse(ErrorCode::receipt_unasked);
  const bool rejected = c.status == en::ReceiptStatus::rejected;
  const bool applied = c.status == en::ReceiptStatus::applied && c.final_;
  const std::tuple word{c.as_of, c.seq, rejected || applied};
  const bool news = word > leg.newest;
  if (news) {
    leg.newest = word;
    leg.observed = c.observed.units;
  }
  const LegStatus before = leg.status;
  if (c.seq == leg.seq && leg.open()) {
    leg.status = rejected  ? LegStatus::rejected
                 : applied ? LegStatus::applied
                           : LegStatus::in_transit;
  }
  const bool ended = leg.status != before && !leg.open();
  if (news || leg.status != before) account->legs[where] = leg;
  if ((news && (rejected || applied)) || ended) book(*account, where, ended);
  if (ended && before == LegStatus::unknown) account->surplus_due = true;
  return {};
}

// The books of a place follow what it says it holds. More: what was on its way, what had left and
// is back, what had been lost, what was encumbered for it before; the rest is nobody's. Less: what
// was to leave, what was nobody's; the rest is lost.
void NaiveModel::book(NaiveAccount& account, const AssetPlace& where, bool ended) {
  NaiveLeg& leg = account.legs[where];
  std::set<AssetPlace> others;
  const Int128 there = account.vault[where] - leg.departed + leg.suspense;
  if (leg.observed > there) leg.suspense += arrive(account, where, leg.observed - there, others);
  const Int128 back = leg.observed < there ? leave(account, where, there - leg.observed) : 0;
  if (ended) give_back(account, where, others);
  for (const AssetPlace& other : others) renew(account, other);
  if (!ended) renew(account, where);
  // In default what comes back pays what is owed in its asset at once (D10.3).
  const bool pays = account.default_stage == DefaultStage::declared ||
                    account.default_stage == DefaultStage::liquidating;
  if (!pays) return;
  const Int128 paid = std::min({back, account.debts[where.first], account.available(where.first)});
  if (paid <= 0) return;
  account.pledged[where.first] -= paid;
  account.debts[where.first] -= paid;
}

// What of it nobody can explain.
Int128 NaiveModel::arrive(NaiveAccount& account, const AssetPlace& where, Int128 more,
                          std::set<AssetPlace>& others) {
  NaiveLeg& leg = account.legs[where];
  const std::vector<NaiveWay> before = account.ways;
  for (const NaiveWay& way : before) {
    if (way.asset != where.first || way.to != where.second || more == 0) continue;
    const Int128 came = std::min(more, way.amount);
    more -= came;
    finish(account, way, came);
    if (way.from.empty()) continue;
    NaiveLeg& source = account.legs[{way.asset, way.from}];
    source.departed -= std::min(source.departed, came);
    others.insert({way.asset, way.from});
  }
  const Int128 back = std::min(more, leg.departed);
  leg.departed -= back;
  more -= back;
  const Int128 found = std::min(more, leg.lost);
  leg.lost -= found;
  more -= found;
  const Int128 taken = std::min({more, leg.given_back, account.available(where.first)});
  leg.given_back -= taken;
  account.pledged[where.first] -= taken;
  account.vault[where] += found + taken;
  return more - taken;
}

// Returns what came back from there.
Int128 NaiveModel::leave(NaiveAccount& account, const AssetPlace& where, Int128 less) {
  Int128 back = 0;
  NaiveLeg& leg = account.legs[where];
  const std::vector<NaiveWay> before = account.ways;
  Int128 to_places = 0;
  for (const NaiveWay& way : before) {
    if (way.asset != where.first || way.from != where.second) continue;
    if (!way.to.empty()) {
      to_places += way.amount;
    } else if (less > 0) {
      const Int128 went = std::min(less, way.amount);
      less -= went;
      back += went;
      finish(account, way, went);
    }
  }
  const Int128 going = std::min(less, std::max<Int128>(0, to_places - leg.departed));
  leg.departed += going;
  less -= going;
  const Int128 gone = std::min(less, leg.suspense);
  leg.suspense -= gone;
  lose(account, where, less - gone);
  return back;
}

void NaiveModel::lose(NaiveAccount& account, const AssetPlace& where, Int128 amount) {
  if (amount <= 0) return;
  account.vault[where] -= amount;
  account.legs[where].lost += amount;
}

// The instruction has ended: what it did not move goes back. What has left for another place and is
// not called for there any more is lost, or, if it has been released since, was what was nobody's.
void NaiveModel::give_back(NaiveAccount& account, const AssetPlace& where,
                           std::set<AssetPlace>& others) {
  NaiveLeg& leg = account.legs[where];
  const std::vector<NaiveWay> before = account.ways;
  Int128 gone = leg.departed;
  Int128 under_way = 0;
  for (const NaiveWay& way : before) {
    const bool in = way.asset == where.first && way.to == where.second;
    const bool out = way.asset == where.first && way.from == where.second;
    if (!in && !out) continue;
    Int128 kept = 0;
    if (in && way.from.empty()) leg.given_back += way.amount;
    if (in && !way.from.empty()) others.insert({way.asset, way.from});
    if (out && !way.to.empty()) {
      kept = std::min(gone, way.amount);
      gone -= kept;
      under_way += kept;
      if (kept == way.amount) continue;
      others.insert({way.asset, way.to});
    }
    std::erase_if(account.ways, [&](const NaiveWay& other) { return other.number == way.number; });
    send(account, way.asset, way.from, way.to, kept);
  }
  const Int128 over = leg.departed - under_way;
  if (over <= 0) return;
  leg.departed = under_way;
  const Int128 own = std::min(over, account.available(where));
  lose(account, where, own);
  leg.suspense -= over - own;
}

}  // namespace bulkhead::naive
