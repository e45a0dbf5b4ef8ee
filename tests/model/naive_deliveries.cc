// Deliveries that are promised, on their way or failed, what calls make of them, and disputes
// (D6.2, D8.2, D8.3).
#include <algorithm>

#include "naive_model.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;
using policy::CallStatus;
using policy::DeliveryStatus;

constexpr std::size_t kOpenDeliveries = 64;
constexpr Duration kOverdueFor = days(7);

}  // namespace

// 0: it counts nothing.
Timestamp NaiveModel::counts_until(const NaiveDelivery& delivery) const {
  if (delivery.status == DeliveryStatus::in_transit) {
    return delivery.seen + places_.at(delivery.place).timeout;
  }
  if (delivery.status != DeliveryStatus::agreed) return {};
  if (delivery.deadline == Timestamp{}) return delivery.settles;
  return std::min(delivery.settles, delivery.deadline);
}

// When time alone makes something of it: a promise that is late or past the deadline of the call it
// stands in for, what was seen and does not come, what is overdue for a week.
Timestamp NaiveModel::delivery_due(const NaiveDelivery& delivery) const {
  switch (delivery.status) {
    case DeliveryStatus::overdue:
      return delivery.since + kOverdueFor;
    case DeliveryStatus::in_transit:
      return delivery.seen + places_.at(delivery.place).timeout;
    default:
      return delivery.netted > 0 ? std::min(delivery.settles, delivery.deadline) : delivery.settles;
  }
}

// After a broken word only what was promised before it counts, until it is seen. Open calls take
// what is not netted first.
std::vector<NaiveCounted> NaiveModel::counted(const NaiveAccount& account,
                                              std::int64_t open_calls) const {
  std::vector<NaiveCounted> found;
  const auto broken = broken_.find(account.member);
  for (const auto& [number, delivery] : account.deliveries) {
    const bool trusted = delivery.status == DeliveryStatus::in_transit || broken == broken_.end() ||
                         number <= broken->second;
    if (now_ >= counts_until(delivery) || !trusted) continue;
    const std::int64_t value = credit_value(account, delivery.asset, delivery.outstanding);
    const std::int64_t over = std::max<std::int64_t>(0, value - delivery.netted);
    const std::int64_t taken = std::min(over, open_calls);
    open_calls -= taken;
    found.push_back({number, value, delivery.netted, over - taken});
  }
  return found;
}

void NaiveModel::net(NaiveAccount& account, const std::vector<NaiveCounted>& deliveries,
                     std::int64_t gap, Timestamp deadline) {
  for (const NaiveCounted& one : deliveries) gap -= std::min(one.value, one.netted);
  for (const NaiveCounted& one : deliveries) {
    const std::int64_t part = std::min(one.spare, std::max<std::int64_t>(0, gap));
    gap -= part;
    if (part == 0) continue;
    NaiveDelivery& delivery = account.deliveries.at(one.number);
    delivery.netted += part;
    if (delivery.deadline == Timestamp{}) delivery.deadline = deadline;
  }
}

NaiveModel::Verdict NaiveModel::on(const en::PromiseDelivery& c) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!terms_.assets.contains(c.asset)) return refuse(ErrorCode::asset_unknown);
  if (!places_.contains(c.place)) return refuse(ErrorCode::place_unknown);
  if (!may_act(*account)) return refuse(ErrorCode::not_own_account);
  if (c.amount.units <= 0) return refuse(ErrorCode::amount_not_positive);
  if (!terms_.assets.at(c.asset)) return refuse(ErrorCode::out_of_range);
  if (c.settles <= now_ || c.settles > now_ + days(30)) return refuse(ErrorCode::out_of_range);
  if (account->deliveries.size() >= kOpenDeliveries) return refuse(ErrorCode::too_large);
  NaiveDelivery made;
  made.number = ++last_delivery_;
  made.asset = c.asset;
  made.place = c.place;
  made.outstanding = c.amount.units;
  made.settles = c.settles;
  made.since = now_;
  account->deliveries[made.number] = made;
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::ReportDelivery& c) {
  for (NaiveAccount& account : accounts_) {
    const auto at = account.deliveries.find(c.delivery);
    if (at == account.deliveries.end()) continue;
    NaiveDelivery& delivery = at->second;
    const Int128 amount = c.amount.units;
    if (amount <= 0) return refuse(ErrorCode::amount_not_positive);
    if (amount > delivery.outstanding) return refuse(ErrorCode::out_of_range);
    if (c.word == en::DeliveryWord::arrived) return arrived(account, delivery, amount);
    if (c.word == en::DeliveryWord::failed) {
      if (delivery.status != DeliveryStatus::overdue) break_promise(account, delivery, amount);
      delivery.outstanding -= amount;
      delivery.part_failed = true;
      end_if_done(account, c.delivery, false);
      return {};
    }
    if (amount != delivery.outstanding) return refuse(ErrorCode::out_of_range);
    if (delivery.status == DeliveryStatus::in_transit) return refuse(ErrorCode::delivery_unknown);
    delivery.status = DeliveryStatus::in_transit;
    delivery.seen = now_;
    delivery.since = now_;
    return {};
  }
  return refuse(ErrorCode::delivery_unknown);
}

// What came is pledged; it meets calls with what it did not already stand in for, as of the time at
// which it was seen.
NaiveModel::Verdict NaiveModel::arrived(NaiveAccount& account, NaiveDelivery& delivery,
                                        Int128 amount) {
  const bool seen = delivery.status == DeliveryStatus::in_transit && now_ <= counts_until(delivery);
  const bool in_time =
      seen || (delivery.status == DeliveryStatus::agreed && now_ <= delivery.settles);
  const Timestamp as_of = seen ? delivery.seen : now_;
  const std::int64_t value = credit_value(account, delivery.asset, amount);
  account.pledged[delivery.asset] += amount;
  const std::int64_t stood_in = std::min(value, delivery.netted);
  delivery.netted -= stood_in;
  delivery.outstanding -= amount;
  end_if_done(account, delivery.number, in_time);
  credit_calls(account, value - stood_in, as_of);
  return {};
}

// A word kept in full and in time makes up for an older broken one.
void NaiveModel::end_if_done(NaiveAccount& account, std::uint64_t number, bool in_time) {
  const NaiveDelivery& delivery = account.deliveries.at(number);
  if (delivery.outstanding != 0) return;
  const auto broken = broken_.find(account.member);
  if (in_time && !delivery.part_failed && broken != broken_.end() && number > broken->second) {
    broken_.erase(broken);
  }
  account.deliveries.erase(number);
}

// The share of what it stood in for that fails with a part of it is due under the old deadline; the
// member's later promises count nothing until they are seen, and no call waits any more.
void NaiveModel::break_promise(NaiveAccount& account, NaiveDelivery& delivery, Int128 part) {
  const Int128 whole = delivery.outstanding;
  const auto share =
      static_cast<std::int64_t>((Int128{delivery.netted} * part + whole - 1) / whole);
  delivery.netted -= share;
  if (share > 0) {
    account.failed_deadline = account.failed_due == 0
                                  ? delivery.deadline
                                  : std::min(account.failed_deadline, delivery.deadline);
    account.failed_due += share;
  }
  broken_[account.member] = last_delivery_;
  for (auto& [number, call] : account.calls) call.stayed_until = Timestamp{};
}

void NaiveModel::expire_delivery(NaiveAccount& account, std::uint64_t number) {
  NaiveDelivery& delivery = account.deliveries.at(number);
  const bool late = delivery.status == DeliveryStatus::in_transit || now_ >= delivery.settles;
  if (delivery.status == DeliveryStatus::overdue) {
    account.deliveries.erase(number);
  } else if (late) {
    break_promise(account, delivery, delivery.outstanding);
    delivery.status = DeliveryStatus::overdue;
    delivery.since = now_;
  } else {
    // Not late yet, but what it stood in for is due now.
    account.failed_deadline = account.failed_due == 0
                                  ? delivery.deadline
                                  : std::min(account.failed_deadline, delivery.deadline);
    account.failed_due += delivery.netted;
    delivery.netted = 0;
  }
}

// Past its deadline a call waits for what was seen on its way in time, as far as that covers it and
// all older ones, and for the end of a dispute, as far as only that is missing.
bool NaiveModel::stays_open(NaiveAccount& account, NaiveCall& call) {
  std::int64_t seen = 0;
  std::optional<Timestamp> until;
  for (const auto& [number, delivery] : account.deliveries) {
    if (delivery.status != DeliveryStatus::in_transit || now_ >= counts_until(delivery)) continue;
    if (delivery.seen > due(call)) continue;
    const std::int64_t value = credit_value(account, delivery.asset, delivery.outstanding);
    seen += std::max<std::int64_t>(0, value - delivery.netted);
    until = std::min(until.value_or(counts_until(delivery)), counts_until(delivery));
  }
  for (const auto& [number, older] : account.calls) {
    if (number < call.number && older.open()) seen -= std::min(seen, older.undelivered());
  }
  const bool disputed = call.disputed > 0 && now_ < call.dispute_ends;
  const std::int64_t missing = disputed ? call.undisputed() : call.undelivered();
  if (missing == 0 && !disputed) return false;
  if (missing > 0 && (seen < missing || !until)) return false;
  if (missing == 0) {
    call.stayed_until = call.dispute_ends;
  } else {
    call.stayed_until = disputed ? std::min(*until, call.dispute_ends) : *until;
  }
  return true;
}

// D8.2: what a delivery stood in for and did not bring is called at once, under its old deadline
// and without a least amount, as far as it is still missing.
void NaiveModel::call_failed_part(NaiveAccount& account, const Figures& f) {
  const policy::LadderParameters& rules = terms_.parameters.ladder;
  if (account.failed_due == 0 || account.cover != Cover::called || account.call_missed) return;
  if (account.open_calls() >= rules.calls.open_calls_max) return;
  const std::int64_t failed = std::exchange(account.failed_due, 0);
  const Timestamp deadline = std::exchange(account.failed_deadline, Timestamp{});
  std::int64_t open = 0;
  for (const auto& [number, call] : account.calls) open += call.open() ? call.outstanding() : 0;
  std::int64_t credited = open;
  for (const NaiveCounted& one : counted(account, open)) {
    credited += std::min(one.value, one.netted) + one.spare;
  }
  const std::int64_t target = share_up(f.initial, rules.levels.target_bp);
  const std::int64_t need = std::min(failed, target - preventive(f) - credited);
  if (need <= 0) return;
  const std::int64_t unit = rules.calls.rounding.micros;
  NaiveCall call;
  call.number = ++last_call_;
  call.unrounded = need;
  call.amount = (need + unit - 1) / unit * unit;
  call.issued = now_;
  call.deadline = deadline;
  account.calls[call.number] = call;
}

NaiveAccount* NaiveModel::owner_of_call(std::uint64_t number) {
  for (NaiveAccount& account : accounts_) {
    const auto at = account.calls.find(number);
    if (at != account.calls.end() && at->second.open()) return &account;
  }
  return nullptr;
}

NaiveModel::Verdict NaiveModel::on(const en::DisputeCall& c) {
  NaiveAccount* account = owner_of_call(c.call);
  if (account == nullptr) return refuse(ErrorCode::dispute_closed);
  if (!may_act(*account)) return refuse(ErrorCode::not_own_account);
  const bool named = terms_.assets.contains(c.name) || terms_.contracts.contains(c.name);
  if (c.subject == en::DisputeSubject::parameter && (c.name.empty() || c.name.contains('/'))) {
    return refuse(ErrorCode::bad_name);
  }
  if (c.subject != en::DisputeSubject::parameter && !named) return refuse(ErrorCode::out_of_range);
  NaiveCall& call = account->calls.at(c.call);
  if (call.dispute_ends != Timestamp{} || now_ > due(call)) {
    return refuse(ErrorCode::dispute_closed);
  }
  if (c.amount.micros <= 0 || c.amount.micros > call.outstanding()) {
    return refuse(ErrorCode::out_of_range);
  }
  call.disputed = std::min(c.amount.micros, call.undelivered());
  call.dispute_ends = now_ + terms_.parameters.ladder.calls.dispute_clock;
  return {};
}

NaiveModel::Verdict NaiveModel::on(const en::ResolveDispute& c) {
  NaiveAccount* account = owner_of_call(c.call);
  if (account == nullptr) return refuse(ErrorCode::dispute_closed);
  NaiveCall& call = account->calls.at(c.call);
  if (call.disputed == 0) return refuse(ErrorCode::dispute_closed);
  if (c.owed.micros < 0 || c.owed.micros > call.disputed) return refuse(ErrorCode::out_of_range);
  const std::int64_t dropped = call.disputed - c.owed.micros;
  call.disputed = 0;
  call.unrounded -= dropped;
  call.amount -= dropped;
  call.stayed_until = Timestamp{};
  if (call.undelivered() == 0) call.status = CallStatus::met;
  drop_proposals(*account);
  return {};
}

}  // namespace bulkhead::naive
