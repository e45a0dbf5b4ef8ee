// Orders of members, single or for a package of contracts, and fills of packages: judged as if done
// in all their legs together (D7.5).
#include <algorithm>
#include <cmath>

#include "naive_model.h"

namespace bulkhead::naive {

namespace en = engine;

namespace {

std::int64_t size_of(std::int64_t lots) { return lots < 0 ? -lots : lots; }

int sign_of(en::Side side) { return side == en::Side::buy ? 1 : -1; }

}  // namespace

std::map<std::string, std::int64_t> NaiveOrder::unit() const {
  const int sign = lots > 0 ? 1 : -1;
  if (legs.empty()) return {{contract, sign}};
  std::map<std::string, std::int64_t> out;
  for (const auto& [name, per] : legs) out[name] = sign * per;
  return out;
}

OpenPackage NaiveOrder::package() const {
  return {unit(), size_of(lots), lots > 0 ? limit : -limit};
}

bool NaiveModel::over(const NaiveOrder& order) const {
  for (const auto& [name, lots] : order.unit()) {
    const Timestamp expiry = terms_.contracts.at(name).expiry;
    if (expiry != Timestamp{} && last_tick_ > expiry) return true;
  }
  return false;
}

void NaiveModel::fill_at_limit(Book& book, const NaiveOrder& order, std::int64_t count) const {
  for (const auto& [name, lots] : order.unit()) {
    book.positions[name] += lots * count;
    if (book.positions[name] == 0) book.positions.erase(name);
  }
  const double one = order.legs.empty() ? terms_.contracts.at(order.contract).lot * order.limit *
                                              (order.lots > 0 ? 1 : -1)
                                        : order.package().limit;
  book.leg += static_cast<Int128>(std::floor(-one * static_cast<double>(count)));
}

// The closing band is that of all of a single order, and of what the legs of a package close.
bool NaiveModel::fill_reduces(const Book& before, const NaiveOrder& order,
                              std::int64_t count) const {
  bool shrinks = true;
  double notional = 0;
  for (const auto& [name, lots] : order.unit()) {
    const auto at = before.positions.find(name);
    const bool against = at != before.positions.end() && (at->second > 0) != (lots > 0);
    const std::int64_t closed = against ? std::min(size_of(lots * count), size_of(at->second)) : 0;
    shrinks = shrinks && closed == size_of(lots * count);
    const ContractTerms& contract = terms_.contracts.at(name);
    notional += static_cast<double>(order.legs.empty() ? size_of(lots * count) : closed) *
                contract.lot * facts_.assets.at(contract.underlying).mid;
  }
  const std::int64_t band = share_down(static_cast<std::int64_t>(notional * 1e6),
                                       terms_.parameters.ladder.defaults.closing_band_bp);
  Book then = before;
  fill_at_limit(then, order, count);
  return reduces(figures(terms_, facts_, before), figures(terms_, facts_, then), band, shrinks);
}

// Each lot that is open of its kind goes with it. What else is open may have been filled before, or
// not; of more than three kinds, what trades none of its contracts on the same side all together.
std::optional<NaiveModel::Verdict> NaiveModel::new_order(const NaiveAccount& account,
                                                         const std::string& id,
                                                         const NaiveOrder& order,
                                                         const NaiveAccount& rest) {
  using Kind = std::map<std::string, std::int64_t>;
  const Kind unit = order.unit();
  std::int64_t count = size_of(order.lots);
  std::map<Kind, std::vector<NaiveOrder>> meeting;
  std::map<Kind, std::vector<NaiveOrder>> apart;
  for (const auto& [name, other] : account.orders) {
    if (name == id || over(other)) continue;
    const Kind does = other.unit();
    bool meets = false;
    for (const auto& [contract, lots] : does) {
      const auto own = unit.find(contract);
      meets = meets || (own != unit.end() && (own->second > 0) == (lots > 0));
    }
    if (does == unit) {
      count += size_of(other.lots);
    } else {
      (meets ? meeting : apart)[does].push_back(other);
    }
  }
  const bool together = meeting.size() + apart.size() > 3;
  std::vector<std::vector<NaiveOrder>> beside;
  for (const auto& [kind, orders] : meeting) beside.push_back(orders);
  for (const auto& [kind, orders] : apart) {
    if (!together || beside.size() == meeting.size()) beside.emplace_back();
    beside.back().insert(beside.back().end(), orders.begin(), orders.end());
  }
  bool good = meeting.size() <= 3;
  for (unsigned filled = 0; good && filled < 1U << beside.size(); ++filled) {
    Book without = book_of(account);
    without.orders.clear();
    without.packages.clear();
    for (std::size_t i = 0; i < beside.size(); ++i) {
      if ((filled >> i & 1U) == 0) continue;
      for (const NaiveOrder& one : beside[i]) fill_at_limit(without, one, size_of(one.lots));
    }
    good = fill_reduces(without, order, count);
  }
  if (good) return std::nullopt;
  NaiveAccount with = rest;
  with.orders[id] = order;
  std::vector<std::string> contracts;
  for (const auto& [name, lots] : unit) contracts.push_back(name);
  return new_risk(account, book_of(with), contracts);
}

std::optional<NaiveModel::Verdict> NaiveModel::legs_fit(
    const std::vector<en::OrderLeg>& legs) const {
  std::map<std::string, std::int64_t> seen;
  for (const en::OrderLeg& leg : legs) {
    if (!terms_.contracts.contains(leg.instrument)) return refuse(ErrorCode::instrument_unknown);
    if (leg.lots <= 0) return refuse(ErrorCode::lots_not_positive);
    if (!seen.try_emplace(leg.instrument, leg.lots).second) return refuse(ErrorCode::malformed);
  }
  if (legs.size() < 2 || legs.size() > 8) return refuse(ErrorCode::out_of_range);
  return std::nullopt;
}

NaiveModel::Verdict NaiveModel::on(const en::PlaceOrder& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  NaiveOrder order{c.instrument, sign_of(c.side) * c.lots, c.limit.to_double()};
  if (c.legs.empty()) {
    if (!terms_.contracts.contains(c.instrument)) return refuse(ErrorCode::instrument_unknown);
  } else {
    if (!c.instrument.empty()) return refuse(ErrorCode::malformed);
    if (const auto no = legs_fit(c.legs)) return *no;
    for (const en::OrderLeg& leg : c.legs)
      order.legs[leg.instrument] = sign_of(leg.side) * leg.lots;
  }
  if (!may_act(*account)) return refuse(ErrorCode::not_own_account);
  if (c.lots <= 0) return refuse(ErrorCode::lots_not_positive);
  for (const auto& [name, lots] : order.unit()) {
    if (expired(name)) return refuse(ErrorCode::instrument_expired);
  }
  if (c.legs.empty() && !(order.limit > 0)) return refuse(ErrorCode::price_invalid);
  order.age = ++orders_placed_;
  const bool taken = account->orders.contains(c.order);
  NaiveAccount rest = *account;
  // A name that is taken is refused at last; until then both are there.
  if (taken) rest.orders[c.order + "+"] = rest.orders.at(c.order);
  if (const auto no = new_order(*account, c.order, order, rest)) return *no;
  if (taken) return refuse(ErrorCode::order_exists);
  account->orders[c.order] = order;
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::AmendOrder& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!may_act(*account)) return refuse(ErrorCode::not_own_account);
  if (c.lots <= 0) return refuse(ErrorCode::lots_not_positive);
  const auto at = account->orders.find(c.order);
  if (at == account->orders.end()) return refuse(ErrorCode::order_not_found);
  NaiveOrder after = at->second;
  for (const auto& [name, lots] : after.unit()) {
    if (expired(name)) return refuse(ErrorCode::instrument_expired);
  }
  after.lots = after.lots > 0 ? c.lots : -c.lots;
  after.limit = c.limit.to_double();
  if (after.legs.empty() && !(after.limit > 0)) return refuse(ErrorCode::price_invalid);
  if (const auto no = new_order(*account, c.order, after, *account)) return *no;
  account->orders[c.order] = after;
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::CancelOrder& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!may_act(*account)) return refuse(ErrorCode::not_own_account);
  if (account->orders.erase(c.order) == 0) return refuse(ErrorCode::order_not_found);
  return {};
}

// All legs, each as often as packages were filled.
NaiveModel::Verdict NaiveModel::fill_package(NaiveAccount& account, const en::Fill& c) {
  for (const en::FilledLeg& leg : c.legs) {
    if (!terms_.contracts.contains(leg.instrument)) return refuse(ErrorCode::instrument_unknown);
  }
  if (c.lots <= 0) return refuse(ErrorCode::lots_not_positive);
  for (const en::FilledLeg& leg : c.legs) {
    if (expired(leg.instrument)) return refuse(ErrorCode::instrument_expired);
  }
  if (account.default_stage == DefaultStage::closed) return refuse(ErrorCode::stage_forbids);
  NaiveAccount* other = c.counterparty.empty() ? nullptr : find(c.counterparty);
  if (!c.counterparty.empty()) {
    if (other == nullptr) return refuse(ErrorCode::account_unknown);
    if (other->default_stage == DefaultStage::closed) return refuse(ErrorCode::stage_forbids);
  }
  if (!c.instrument.empty() || c.price.mantissa != 0 || c.fee.units != 0 || c.instruction != 0) {
    return refuse(ErrorCode::malformed);
  }
  const auto order = account.orders.find(c.order);
  if (order == account.orders.end() || order->second.legs.empty() ||
      (order->second.lots > 0) != (c.side == en::Side::buy)) {
    return refuse(ErrorCode::order_not_found);
  }
  if (c.lots > size_of(order->second.lots)) return refuse(ErrorCode::order_overfilled);
  std::map<std::string, std::int64_t> wanted;
  for (const auto& [name, lots] : order->second.unit()) wanted[name] = lots * c.lots;
  std::map<std::string, std::int64_t> done;
  for (const en::FilledLeg& leg : c.legs) done[leg.instrument] = sign_of(leg.side) * leg.lots;
  if (done != wanted || c.legs.size() != wanted.size()) return refuse(ErrorCode::malformed);
  if (other == &account) return refuse(ErrorCode::same_party);
  for (const en::FilledLeg& leg : c.legs) {
    if (!(leg.price.to_double() > 0)) return refuse(ErrorCode::price_invalid);
  }
  trade_legs(c, 1);
  order->second.lots -= sign_of(c.side) * c.lots;
  if (order->second.lots == 0) account.orders.erase(order);
  return {};
}

// What the legs realise is one sum, and so are their fees.
void NaiveModel::trade_legs(const en::Fill& c, int sign) {
  NaiveAccount& account = *find(c.account);
  NaiveAccount* other = c.counterparty.empty() ? nullptr : find(c.counterparty);
  Int128 realised = 0;
  Int128 of_other = 0;
  Int128 fees = 0;
  for (const en::FilledLeg& leg : c.legs) {
    const std::int64_t lots = sign * sign_of(leg.side) * leg.lots;
    realised += book_trade(account, leg.instrument, lots, leg.price.to_double());
    fees += sign * leg.fee.units;
    if (other == nullptr) continue;
    of_other += book_trade(*other, leg.instrument, -lots, leg.price.to_double());
  }
  if (realised != 0) settle(account, terms_.numeraire, realised);
  if (of_other != 0) settle(*other, terms_.numeraire, of_other);
  if (fees != 0) settle(account, terms_.numeraire, -fees);
}

}  // namespace bulkhead::naive
