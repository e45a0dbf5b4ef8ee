// How a transfer is carried out: first every check, then every change, through two writers.
#include "bulkhead/ledger/ledger.h"

#include <algorithm>
#include <tuple>

#include "bulkhead/base/sha256.h"

namespace bulkhead::ledger {
namespace {

bool before(const Holding& line, const HoldingKey& key) {
  return std::tuple(line.asset, line.place, line.bucket) <
         std::tuple(key.asset, key.place, key.bucket);
}

bool same_line(const Holding& line, const HoldingKey& key) {
  return line.asset == key.asset && line.place == key.place && line.bucket == key.bucket;
}

bool is_sticky(ErrorCode code) {
  return code == ErrorCode::pending_not_found || code == ErrorCode::pending_resolved ||
         code == ErrorCode::pending_mismatch || code == ErrorCode::balance_exceeded ||
         code == ErrorCode::amount_overflow;
}

std::unexpected<Error> beyond_limit(const HoldingKey& key, Amount amount) {
  return fail(ErrorCode::amount_overflow, "amount", to_string(amount),
              "at most 2^112 minor units in " + to_string(key));
}

bool resolves(Phase phase) { return phase == Phase::post_pending || phase == Phase::void_pending; }

}  // namespace

// What apply_all takes back when a later transfer of the batch fails.
struct Ledger::Undo {
  std::vector<std::pair<HoldingKey, Balance>> balances;
  std::vector<std::pair<TransferId, std::optional<Remembered>>> remembered;
  std::vector<std::pair<AssetIndex, Flows>> flows;
  std::size_t unverified = 0, holdings = 0, transfers = 0, flow_changes = 0,
              movements = 0;  // list lengths before
};

// --- writers -----------------------------------------------------------------------------------

void Ledger::set_balance(const HoldingKey& key, const Balance& balance) {
  Lines& own = lines(key.owner);
  const auto at = std::lower_bound(own.begin(), own.end(), key, before);
  const bool found = at != own.end() && same_line(*at, key);
  const Balance old = found ? at->balance : Balance{};
  if (undo_ != nullptr) undo_->balances.emplace_back(key, old);

  Totals& totals = totals_[key.asset];
  Amount& total = key.bucket == Bucket::debt ? totals.debts : totals.held;
  total = total + (balance.posted - old.posted);
  unverified_.push_back(key);
  changed_holdings_.push_back(key);
  if (key.owner.is_account() && balance.posted != old.posted) {
    movements_.push_back({key, kind_, balance.posted - old.posted, balance.posted});
  }

  if (balance.is_zero()) {
    if (found) own.erase(at);
  } else if (found) {
    at->balance = balance;
  } else {
    own.insert(at, Holding{key.asset, key.place, key.bucket, balance});
  }
}

void Ledger::set_remembered(const TransferId& id, const std::optional<Remembered>& remembered) {
  const auto at = remembered_.find(id);
  if (undo_ != nullptr) {
    undo_->remembered.emplace_back(
        id, at == remembered_.end() ? std::nullopt : std::optional(at->second));
  }
  if (at != remembered_.end()) index(id, at->second, false);
  if (remembered) {
    index(id, *remembered, true);
    remembered_.insert_or_assign(id, *remembered);
  } else if (at != remembered_.end()) {
    remembered_.erase(at);
  }
  changed_transfers_.push_back(id);
}

void Ledger::set_flows(AssetIndex asset, const Flows& flows) {
  if (flows == this->flows(asset)) return;
  Flows& current = flows_[asset];
  if (undo_ != nullptr) undo_->flows.emplace_back(asset, current);
  current = flows;
  changed_flows_.push_back(asset);
}

void Ledger::index(const TransferId& id, const Remembered& remembered, bool add) {
  if (remembered.outcome != Outcome::pending) {
    if (add) {
      resolved_by_time_.emplace(remembered.settled_at, id);
    } else {
      resolved_by_time_.erase({remembered.settled_at, id});
    }
    return;
  }
  const Transfer& transfer = remembered.transfer;
  const Amount change = add ? transfer.amount : -transfer.amount;
  PendingSums& credit = pending_sums_[transfer.credit];
  credit.in = credit.in + change;
  PendingSums& debit = pending_sums_[transfer.debit];
  debit.out = debit.out + change;
  for (const HoldingKey& key : {transfer.credit, transfer.debit}) {
    const auto at = pending_sums_.find(key);
    if (at->second.in.is_zero() && at->second.out.is_zero()) pending_sums_.erase(at);
  }
  for (const Owner owner : {transfer.debit.owner, transfer.credit.owner}) {
    if (add) {
      if (pending_by_owner_.emplace(owner, id).second) ++pending_counts_[owner];
    } else {
      pending_counts_[owner] -= pending_by_owner_.erase({owner, id});
    }
    if (pending_counts_[owner] == 0) pending_counts_.erase(owner);
  }
  pending_count_ = add ? pending_count_ + 1 : pending_count_ - 1;
}

Ledger::Lines& Ledger::lines(Owner owner) {
  if (owner.is_system()) return system_[static_cast<std::size_t>(owner.system())];
  const std::size_t account = owner.account().value;
  if (account >= accounts_.size()) accounts_.resize(account + 1);
  return accounts_[account];
}

const Ledger::Lines* Ledger::find_lines(Owner owner) const {
  if (owner.is_system()) return &system_[static_cast<std::size_t>(owner.system())];
  return owner.code < accounts_.size() ? &accounts_[owner.code] : nullptr;
}

Balance Ledger::balance(const HoldingKey& key) const {
  const Lines* own = find_lines(key.owner);
  if (own == nullptr) return {};
  const auto at = std::lower_bound(own->begin(), own->end(), key, before);
  return at != own->end() && same_line(*at, key) ? at->balance : Balance{};
}

// --- applying ----------------------------------------------------------------------------------

Result<Receipt> Ledger::apply(const Transfer& transfer) {
  const bool named = !is_none(transfer.id);
  if (transfer.phase == Phase::pend && !named) {
    return fail(ErrorCode::transfer_id_missing, "id", "", "an id of its own");
  }
  if (resolves(transfer.phase) && is_none(transfer.pending_id)) {
    return fail(ErrorCode::transfer_id_missing, "pending_id", "", "the id of a pending transfer");
  }
  if (named) {
    if (const Remembered* first = find(transfer.id)) return repeat(*first, transfer);
  }
  BULKHEAD_TRY_STATUS(check_shape(transfer));
  BULKHEAD_TRY_STATUS(check_room(transfer));
  Result<Receipt> receipt = carry_out(transfer);
  if (!receipt && named && undo_ == nullptr && is_sticky(receipt.error().code)) {
    remember_failure(transfer, receipt.error());
  }
  return receipt;
}

Status Ledger::apply_all(std::span<const Transfer> transfers) {
  BULKHEAD_ASSERT(undo_ == nullptr);
  Undo undo;
  undo.unverified = unverified_.size();
  undo.holdings = changed_holdings_.size();
  undo.transfers = changed_transfers_.size();
  undo.flow_changes = changed_flows_.size();
  undo.movements = movements_.size();
  undo_ = &undo;
  Status status;
  for (const Transfer& transfer : transfers) {
    if (Result<Receipt> receipt = apply(transfer); !receipt) {
      status = std::unexpected(receipt.error());
      break;
    }
  }
  undo_ = nullptr;
  if (!status) roll_back(undo);
  return status;
}

void Ledger::roll_back(const Undo& undo) {
  for (auto it = undo.balances.rbegin(); it != undo.balances.rend(); ++it) {
    set_balance(it->first, it->second);
  }
  for (auto it = undo.remembered.rbegin(); it != undo.remembered.rend(); ++it) {
    set_remembered(it->first, it->second);
  }
  for (auto it = undo.flows.rbegin(); it != undo.flows.rend(); ++it) {
    set_flows(it->first, it->second);
  }
  unverified_.resize(undo.unverified);
  changed_holdings_.resize(undo.holdings);
  changed_transfers_.resize(undo.transfers);
  changed_flows_.resize(undo.flow_changes);
  movements_.resize(undo.movements);
}

Result<Receipt> Ledger::repeat(const Remembered& first, const Transfer& transfer) const {
  const std::string_view difference = first_difference(first.transfer, transfer);
  if (!difference.empty()) {
    return fail(ErrorCode::transfer_conflict, difference, to_hex(transfer.id),
                "what the id stood for before");
  }
  if (first.outcome == Outcome::failed) {
    return fail(static_cast<ErrorCode>(first.code), first.field, first.value, first.detail);
  }
  const bool moved_then = first.transfer.phase != Phase::pend;
  return Receipt{moved_then ? first.moved : Amount{}, true};
}

Status Ledger::check_room(const Transfer& transfer) const {
  if (!is_none(transfer.id) && remembered_.size() >= kRememberedMax) {
    return fail(ErrorCode::too_large, "id", std::to_string(remembered_.size()),
                "at most 16,000,000 remembered transfers");
  }
  for (const HoldingKey& key : {transfer.debit, transfer.credit}) {
    if (!key.owner.is_account()) continue;
    const Lines* own = find_lines(key.owner);
    if (own != nullptr && own->size() >= kHoldingsPerAccountMax && balance(key).is_zero()) {
      return fail(ErrorCode::too_large, "credit", to_string(key),
                  "at most 4,096 holdings per account");
    }
    if (transfer.phase != Phase::pend) continue;
    const auto at = pending_counts_.find(key.owner);
    const std::size_t count = at == pending_counts_.end() ? 0 : at->second;
    if (count >= kPendingPerAccountMax) {
      return fail(ErrorCode::too_large, "debit", to_string(key),
                  "at most 1,024 pending transfers per account");
    }
  }
  return {};
}

Result<Receipt> Ledger::carry_out(const Transfer& transfer) {
  kind_ = transfer.kind;
  switch (transfer.phase) {
    case Phase::post:
      return post(transfer);
    case Phase::pend:
      return pend(transfer);
    case Phase::post_pending:
    case Phase::void_pending:
      return resolve(transfer);
  }
  return fail(ErrorCode::out_of_range, "phase", "", "a phase of the list");
}

// The balance after `amount` is reserved to leave (limits count pending).
Result<Balance> Ledger::taken(const HoldingKey& key, Amount amount) const {
  Balance result = balance(key);
  const Amount available = result.available();
  if (!key.owner.may_be_negative() && available < amount) {
    return fail(ErrorCode::balance_exceeded, "amount", to_string(amount),
                "at most " + to_string(available) + " of " + to_string(key));
  }
  BULKHEAD_TRY(const Amount left, subtract(available, amount));
  BULKHEAD_TRY(result.pending_out, add(result.pending_out, amount));
  if (left < -kBalanceMax || result.pending_out > kBalanceMax) return beyond_limit(key, amount);
  return result;
}

// The balance after `amount` is reserved to arrive.
Result<Balance> Ledger::added(const HoldingKey& key, Amount amount) const {
  Balance result = balance(key);
  BULKHEAD_TRY(result.pending_in, add(result.pending_in, amount));
  BULKHEAD_TRY(const Amount most, add(result.posted, result.pending_in));
  if (most > kBalanceMax || result.pending_in > kBalanceMax) return beyond_limit(key, amount);
  return result;
}

Result<Receipt> Ledger::post(const Transfer& transfer) {
  BULKHEAD_TRY(Balance debit, taken(transfer.debit, transfer.amount));
  BULKHEAD_TRY(Balance credit, added(transfer.credit, transfer.amount));
  BULKHEAD_TRY(const Flows total, flows_after(transfer, transfer.amount));
  debit.pending_out = debit.pending_out - transfer.amount;
  debit.posted = debit.posted - transfer.amount;
  credit.pending_in = credit.pending_in - transfer.amount;
  credit.posted = credit.posted + transfer.amount;
  set_balance(transfer.debit, debit);
  set_balance(transfer.credit, credit);
  set_flows(transfer.debit.asset, total);
  remember(transfer, Outcome::posted, transfer.amount);
  return Receipt{transfer.amount, false};
}

Result<Receipt> Ledger::pend(const Transfer& transfer) {
  BULKHEAD_TRY(const Balance debit, taken(transfer.debit, transfer.amount));
  BULKHEAD_TRY(const Balance credit, added(transfer.credit, transfer.amount));
  set_balance(transfer.debit, debit);
  set_balance(transfer.credit, credit);
  remember(transfer, Outcome::pending, Amount{});
  return Receipt{};
}

Result<Receipt> Ledger::resolve(const Transfer& transfer) {
  const Remembered* found = find(transfer.pending_id);
  if (found == nullptr || found->transfer.phase != Phase::pend ||
      found->outcome == Outcome::failed) {
    return fail(ErrorCode::pending_not_found, "pending_id", to_hex(transfer.pending_id),
                "the id of a pending transfer");
  }
  if (found->outcome != Outcome::pending) {
    return fail(ErrorCode::pending_resolved, "pending_id", to_hex(transfer.pending_id),
                bulkhead::to_string(found->outcome));
  }
  Remembered first = *found;
  const Amount held = first.transfer.amount;
  const bool voids = transfer.phase == Phase::void_pending;
  const std::string_view wrong = transfer.kind != first.transfer.kind       ? "kind"
                                 : transfer.debit != first.transfer.debit   ? "debit"
                                 : transfer.credit != first.transfer.credit ? "credit"
                                 : transfer.amount > held                   ? "amount"
                                 : voids && transfer.amount != held         ? "amount"
                                                                            : "";
  if (!wrong.empty()) {
    return fail(ErrorCode::pending_mismatch, wrong, to_string(transfer.amount),
                "as in the pending transfer of " + to_string(held));
  }
  const Amount moved = voids ? Amount{} : transfer.amount;
  BULKHEAD_TRY(const Flows total, flows_after(transfer, moved));
  Balance debit = balance(transfer.debit);
  Balance credit = balance(transfer.credit);
  BULKHEAD_ASSERT(debit.pending_out >= held && credit.pending_in >= held);
  debit.pending_out = debit.pending_out - held;
  debit.posted = debit.posted - moved;
  credit.pending_in = credit.pending_in - held;
  credit.posted = credit.posted + moved;
  set_balance(transfer.debit, debit);
  set_balance(transfer.credit, credit);
  set_flows(transfer.debit.asset, total);
  first.outcome = voids ? Outcome::pending_voided : Outcome::pending_posted;
  first.moved = moved;
  first.settled_at = transfer.time;
  set_remembered(transfer.pending_id, first);
  remember(transfer, Outcome::posted, moved);
  return Receipt{moved, false};
}

// The flows of the asset after the transfer moves `amount` in from or out to external.
Result<Flows> Ledger::flows_after(const Transfer& transfer, Amount amount) const {
  Flows total = flows(transfer.debit.asset);
  if (transfer.debit.owner == Owner(SystemOwner::external)) {
    BULKHEAD_TRY(total.deposited, add(total.deposited, amount));
  } else if (transfer.credit.owner == Owner(SystemOwner::external)) {
    BULKHEAD_TRY(total.withdrawn, add(total.withdrawn, amount));
  }
  return total;
}

void Ledger::remember(const Transfer& transfer, Outcome outcome, Amount moved) {
  if (is_none(transfer.id)) return;
  Remembered remembered;
  remembered.transfer = transfer;
  remembered.outcome = outcome;
  remembered.moved = moved;
  if (outcome != Outcome::pending) remembered.settled_at = transfer.time;
  set_remembered(transfer.id, remembered);
}

void Ledger::remember_failure(const Transfer& transfer, const Error& error) {
  Remembered remembered;
  remembered.transfer = transfer;
  remembered.outcome = Outcome::failed;
  remembered.settled_at = transfer.time;
  remembered.code = static_cast<std::uint32_t>(error.code);
  remembered.field = error.field;
  remembered.value = error.value;
  remembered.detail = error.detail;
  set_remembered(transfer.id, remembered);
}

void Ledger::forget_before(Timestamp time) {
  while (!resolved_by_time_.empty() && resolved_by_time_.begin()->first < time) {
    const TransferId id = resolved_by_time_.begin()->second;
    set_remembered(id, std::nullopt);
  }
}

}  // namespace bulkhead::ledger
