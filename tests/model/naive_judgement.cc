// What an account may do, judged as if done, and what a movement does to its books.
#include <algorithm>
#include <cmath>

#include "naive_model.h"

namespace bulkhead::naive {
namespace {

// The share of an amount that `part` of `whole` lots is, rounded down.
Int128 share_of(Int128 amount, std::int64_t part, std::int64_t whole) {
  const Int128 product = amount * part;
  const Int128 quotient = product / whole;
  return quotient * whole > product ? quotient - 1 : quotient;
}

std::int64_t size_of(std::int64_t lots) { return lots < 0 ? -lots : lots; }

}  // namespace

Book NaiveModel::book_of(const NaiveAccount& account) const {
  Book book;
  const auto count = [&](const std::string& asset, Int128 amount) {
    if (amount != 0 && terms_.assets.at(asset)) book.collateral[asset] += amount;
  };
  for (const auto& [asset, amount] : account.pledged) count(asset, amount);
  for (const auto& [where, amount] : account.vault) count(where.first, amount);
  for (const auto& [asset, amount] : account.debts) {
    if (amount != 0) book.debts[asset] = amount;
  }
  for (const auto& [contract, position] : account.positions) {
    if (position.lots != 0) book.positions[contract] = position.lots;
    book.leg += position.leg;
  }
  std::map<std::uint64_t, OpenPackage> packages;
  for (const auto& [name, order] : account.orders) {
    if (over(order)) continue;
    if (order.legs.empty()) book.orders.push_back({order.contract, order.lots, order.limit});
    if (!order.legs.empty()) packages[order.age] = order.package();
  }
  for (const auto& [age, package] : packages) book.packages.push_back(package);
  return book;
}

Figures NaiveModel::figures_of(const NaiveAccount& account) const {
  return figures(terms_, facts_, book_of(account));
}

// D7.5. At the floor of IM small risks do not show, so that IM must fall or the position shrink.
bool NaiveModel::reduces(const Figures& before, const Figures& after, std::int64_t cost,
                         bool shrinks) const {
  if (after.initial > before.initial) return false;
  if (!shrinks && after.initial == before.initial) return false;
  return after.mid - after.initial + cost >= before.mid - before.initial;
}

std::optional<NaiveModel::Verdict> NaiveModel::new_risk(const NaiveAccount& account,
                                                        const Book& after,
                                                        const std::vector<std::string>& in) {
  const Figures now = figures_of(account);
  const Figures then = figures(terms_, facts_, after);
  if (reduces(now, then, 0, false)) return std::nullopt;
  bool halted = stopped(engine::StopButton::reduce_only, account.name);
  for (const std::string& contract : in) {
    halted = halted || stops_.contains({engine::StopButton::halt_market, contract});
  }
  if (halted) return refuse(ErrorCode::stop_in_force);
  if (account.default_stage != DefaultStage::none) return refuse(ErrorCode::stage_forbids);
  if (account.cover != Cover::normal) return refuse(ErrorCode::stage_forbids);
  if (!at_level(then.least, 10'000, then.initial)) return refuse(ErrorCode::margin_insufficient);
  return std::nullopt;
}

Book NaiveModel::book_without(const NaiveAccount& account, const std::string& asset,
                              Int128 amount) const {
  Book book = book_of(account);
  if (!terms_.assets.at(asset)) return book;
  book.collateral[asset] -= amount;
  if (book.collateral[asset] == 0) book.collateral.erase(asset);
  return book;
}

// D8.6, with the obligations the account has.
std::optional<NaiveModel::Verdict> NaiveModel::collateral_leaves(const NaiveAccount& account,
                                                                 const std::string& asset,
                                                                 const Book& book,
                                                                 std::int64_t charge) {
  const Book now = book_of(account);
  const bool owes = now.owes();
  Figures then = figures(terms_, facts_, book);
  then.least -= charge + unrealisable(account);
  if (!owes) return ready_ ? group_stays(account, then) : std::nullopt;
  if (account.default_stage != DefaultStage::none) return refuse(ErrorCode::stage_forbids);
  if (account.cover != Cover::normal) return refuse(ErrorCode::stage_forbids);
  if (account.open_calls() > 0) return refuse(ErrorCode::stage_forbids);
  // D4.5: only its own price keeps an asset from moving.
  const auto held = [&asset](const Book& of) {
    const auto at = of.collateral.find(asset);
    return at == of.collateral.end() ? Int128{0} : at->second;
  };
  if (counts(account, asset, held(now) - held(book)) > 0 &&
      facts_.assets.at(asset).quality > kWide) {
    return refuse(ErrorCode::price_not_good);
  }
  if (!at_level(then.least, terms_.parameters.ladder.levels.target_bp, then.initial)) {
    return refuse(ErrorCode::below_target);
  }
  if (const auto no = group_stays(account, then)) return no;
  if (account.vault_stage == VaultStage::none) return std::nullopt;
  if (vault_stressed(account) < required(then)) return refuse(ErrorCode::vault_short);
  return std::nullopt;
}

// D8.6: while one account of the member or its affiliates is called, all together keep the target.
std::optional<NaiveModel::Verdict> NaiveModel::group_stays(const NaiveAccount& account,
                                                           const Figures& then) {
  const int target = terms_.parameters.ladder.levels.target_bp;
  std::int64_t equity = then.least;
  std::int64_t needed = share_up(then.initial, target);
  bool called = false;
  for (const NaiveAccount& other : accounts_) {
    if (other.name == account.name) continue;
    if (other.member != account.member && other.group != account.group) continue;
    const Figures f = figures_of(other);
    equity += f.least - unrealisable(other);
    needed += share_up(f.initial, target);
    called = called || other.cover == Cover::called || other.open_calls() > 0 ||
             other.default_stage == DefaultStage::declared ||
             other.default_stage == DefaultStage::liquidating;
  }
  if (!called || equity >= needed) return std::nullopt;
  return refuse(ErrorCode::group_short);
}

std::int64_t NaiveModel::value(const std::string& asset, Int128 amount) const {
  return micros_down(amount, facts_.assets.at(asset).mid);
}

const collateral::AssetTerms& NaiveModel::schedule(const std::string& asset) const {
  return *std::ranges::find(terms_.parameters.collateral.schedule, asset,
                            &collateral::AssetTerms::asset);
}

Int128 NaiveModel::counts(const NaiveAccount& account, const std::string& asset,
                          Int128 amount) const {
  if (!terms_.assets.at(asset)) return 0;
  if (schedule(asset).account_limit_bp >= 10'000) return amount;
  const Book book = book_of(account);
  const auto most = most_counted(terms_, facts_, book, figures(terms_, facts_, book), asset);
  return most ? std::min(amount, *most) : amount;
}

// Market value less the haircut of what counts; the tests' scenarios move nothing, so no stress is
// worse.
std::int64_t NaiveModel::stressed(const NaiveAccount& account, const std::string& asset,
                                  Int128 amount) const {
  const std::int64_t worth = value(asset, counts(account, asset, amount));
  return static_cast<std::int64_t>(static_cast<Int128>(worth) *
                                   (10'000 - schedule(asset).haircut_floor_bp) / 10'000);
}

Int128 NaiveModel::in_vaults(const NaiveAccount& account, const std::string& asset) const {
  Int128 sum = 0;
  for (const auto& [place, terms] : places_) {
    if (terms.vault) sum += account.available({asset, place}) + account.incoming({asset, place});
  }
  return sum;
}

std::int64_t NaiveModel::stressed_more(const NaiveAccount& account, const std::string& asset,
                                       Int128 amount) const {
  const Int128 held = in_vaults(account, asset);
  return stressed(account, asset, held + amount) - stressed(account, asset, held);
}

Int128 NaiveModel::pledged_in_all(const NaiveAccount& account, const std::string& asset) const {
  Int128 sum = 0;
  if (const auto at = account.pledged.find(asset); at != account.pledged.end()) sum += at->second;
  for (const auto& [where, amount] : account.vault) {
    if (where.first == asset) sum += amount;
  }
  return sum;
}

// A gain is that of a coin's contracts at the lowest of its points, and counts no more than at the
// stable price. The markets of these tests are deep enough to realise any within a day.
std::int64_t NaiveModel::unrealisable(const NaiveAccount& account) const {
  std::map<std::string, std::array<std::int64_t, 4>> gains;  // low, mid, high, stable
  for (const auto& [name, held] : account.positions) {
    if (held.lots == 0) continue;
    const PriceFact& lot = facts_.contracts.at(name);
    auto& sums = gains[terms_.contracts.at(name).underlying];
    const std::int64_t leg = micros_down(held.leg, 1);
    const double at[] = {lot.low, lot.mid, lot.high, lot.stable};
    for (std::size_t i = 0; i < 4; ++i) {
      if (i < 3 || lot.stable > 0) sums[i] += leg + micros_down(held.lots, at[i]);
    }
  }
  std::int64_t sum = 0;
  for (const auto& [coin, value] : gains) {
    const std::int64_t least = std::min({value[0], value[1], value[2]});
    if (least > 0) sum += least - std::clamp<std::int64_t>(value[3], 0, least);
  }
  return sum;
}

// Held and not on its way out, and on its way in unless the place is silent; asset by asset. What
// is halted, or lies where it is not safe, makes up nothing.
std::int64_t NaiveModel::vault_stressed(const NaiveAccount& account) const {
  std::map<std::string, Int128> sums;
  for (const auto& [asset, eligible] : terms_.assets) {
    if (facts_.assets.at(asset).quality == kHalted) continue;
    for (const auto& [place, terms] : places_) {
      if (!terms.vault || alarmed(place)) continue;
      const AssetPlace where{asset, place};
      sums[asset] += account.available(where);
      const auto leg = account.legs.find(where);
      if (leg != account.legs.end() && leg->second.status == policy::LegStatus::unknown) continue;
      sums[asset] += account.incoming(where);
    }
  }
  std::int64_t sum = 0;
  for (const auto& [asset, amount] : sums) sum += stressed(account, asset, amount);
  return sum;
}

// D9.2. Every regime has the same multiple in these tests.
std::int64_t NaiveModel::required(const Figures& f) const {
  const int k = terms_.parameters.ladder.sequestration.multiple_bp.normal;
  return std::max<std::int64_t>(0, f.debts - f.positions + share_up(f.obligations_maintenance, k));
}

Timestamp NaiveModel::due(const NaiveCall& call) const {
  return std::max({call.deadline, grace_until_, call.stayed_until});
}

std::int64_t NaiveModel::credit_value(const NaiveAccount& account, const std::string& asset,
                                      Int128 amount) const {
  const PriceFact& price = facts_.assets.at(asset);
  if (!ready_ || price.quality >= kStale || !terms_.assets.at(asset)) return 0;
  const Int128 pledged = pledged_in_all(account, asset);
  const Int128 more = counts(account, asset, pledged + amount) - counts(account, asset, pledged);
  return std::max<std::int64_t>(0, micros_down(more, price.low));
}

std::int64_t NaiveModel::credited_value(const NaiveAccount& account, const std::string& asset,
                                        Int128 amount) const {
  const Int128 pledged = pledged_in_all(account, asset);
  const Int128 before = std::max<Int128>(0, pledged - amount);
  const Int128 more = counts(account, asset, pledged) - counts(account, asset, before);
  return std::max<std::int64_t>(0, micros_down(more, facts_.assets.at(asset).low));
}

// D4.5, D8.1: a delivery counts at its low edge, towards the oldest call that can still be met; at
// a stale or worse price it waits.
void NaiveModel::credit(NaiveAccount& account, const std::string& asset, Int128 amount) {
  if (!terms_.assets.at(asset) || account.open_calls() == 0) return;
  if (facts_.assets.at(asset).quality >= kStale) {
    account.waiting[asset] += amount;
    return;
  }
  credit_calls(account, credited_value(account, asset, amount), now_);
}

// `as_of`: when it was here, or seen on its way.
void NaiveModel::credit_calls(NaiveAccount& account, std::int64_t credit, Timestamp as_of) {
  if (!ready_) return;
  std::int64_t left = credit;
  for (auto& [number, call] : account.calls) {
    if (left <= 0) break;
    if (!call.open() || as_of > due(call)) continue;
    const std::int64_t taken = std::min(left, call.outstanding());
    left -= taken;
    call.delivered += taken;
    call.status = call.delivered >= call.unrounded ? policy::CallStatus::met
                                                   : policy::CallStatus::partly_delivered;
  }
  drop_proposals(account);
}

void NaiveModel::credit_waiting(NaiveAccount& account) {
  const std::map<std::string, Int128> before = account.waiting;
  for (const auto& [asset, amount] : before) {
    if (facts_.assets.at(asset).quality != kGood) continue;
    account.waiting.erase(asset);
    credit(account, asset, amount);
  }
  if (account.open_calls() == 0) account.waiting.clear();
}

void NaiveModel::drop_proposals(NaiveAccount& account) {
  std::erase_if(account.top_ups, [&account](const auto& entry) {
    const auto call = account.calls.find(entry.second.call);
    return call == account.calls.end() || !call->second.open();
  });
}

// A gain pays debts of its asset first; a loss takes pledged, then free, then becomes a debt. In
// liquidation what is sequestered speaks for it first, as a debt until it has come back, and what
// is free stays (D10.3).
void NaiveModel::settle(NaiveAccount& account, const std::string& asset, Int128 amount) {
  if (amount > 0) {
    const Int128 repaid = std::min(account.debts[asset], amount);
    account.debts[asset] -= repaid;
    account.pledged[asset] += amount - repaid;
    return;
  }
  Int128 missing = -amount;
  const bool liquidating = account.default_stage == DefaultStage::liquidating;
  if (liquidating) {
    Int128 left = -account.debts[asset];
    for (const auto& [where, held] : account.vault) {
      if (where.first == asset) left += held;
    }
    const Int128 advanced = std::clamp<Int128>(left, 0, missing);
    account.debts[asset] += advanced;
    missing -= advanced;
  }
  const Int128 pledged = std::min(account.available(asset), missing);
  account.pledged[asset] -= pledged;
  missing -= pledged;
  const Int128 free = liquidating ? 0 : std::min(account.free[asset], missing);
  account.free[asset] -= free;
  account.debts[asset] += missing - free;
}

// D3.3: the new leg is rounded once against the account; what closes is realised with its share.
Int128 NaiveModel::book_trade(NaiveAccount& account, const std::string& contract, std::int64_t lots,
                              double price) {
  NaivePosition& held = account.positions[contract];
  const Int128 leg = whole_down(-lots, terms_.contracts.at(contract).lot * price);
  const bool opposite = held.lots != 0 && (held.lots > 0) != (lots > 0);
  Int128 realised = 0;
  if (opposite) {
    const std::int64_t closed = std::min(size_of(held.lots), size_of(lots));
    realised =
        share_of(held.leg, closed, size_of(held.lots)) + share_of(leg, closed, size_of(lots));
  }
  held.leg += leg - realised;
  held.lots += lots;
  if (held.lots == 0 && held.leg == 0) account.positions.erase(contract);
  return realised;
}

void NaiveModel::trade(NaiveAccount& account, const std::string& contract, std::int64_t lots,
                       double price) {
  const Int128 realised = book_trade(account, contract, lots, price);
  if (realised != 0) settle(account, terms_.numeraire, realised);
}

}  // namespace bulkhead::naive
