// Gains and losses as planned transfers.
#include "bulkhead/positions/settlement.h"

#include <string>

namespace bulkhead::positions {

using ledger::Bucket;
using ledger::debt_key;
using ledger::HoldingKey;
using ledger::SystemOwner;
using ledger::TransferKind;

PlaceIndex internal_place(const market::Registry& registry) {
  const auto places = registry.places();
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].kind == market::PlaceKind::internal_ledger) return PlaceIndex(i);
  }
  return {};
}

SettlementPlan::SettlementPlan(const market::Registry& registry, const ledger::Ledger& books,
                               ledger::Cause cause, const InLiquidation* in_liquidation)
    : registry_(&registry),
      books_(&books),
      cause_(cause),
      in_liquidation_(in_liquidation),
      internal_(internal_place(registry)) {}

Status SettlementPlan::settle(AccountIndex account, AssetIndex asset, Amount amount,
                              TransferKind kind, SystemOwner other) {
  if (!internal_.valid()) {
    return fail(ErrorCode::no_internal_place, "place", "", "a place of kind internal_ledger");
  }
  if (amount.is_zero()) return {};
  Settled settled{account, asset, kind, amount, {}, {}};
  BULKHEAD_TRY_STATUS(amount.is_positive() ? gain(settled, other) : lose(settled, other));
  settled_.push_back(settled);
  return {};
}

Status SettlementPlan::sell(const HoldingKey& from, Amount amount) {
  return add(TransferKind::sale, from, {SystemOwner::market, from.asset, from.place, Bucket::free},
             amount);
}

Status SettlementPlan::gain(Settled& settled, SystemOwner other) {
  const HoldingKey pledged{settled.account, settled.asset, internal_, Bucket::pledged};
  const HoldingKey owed = debt_key(settled.account, settled.asset);
  BULKHEAD_TRY_STATUS(pay_gain(settled, other));
  BULKHEAD_TRY(const Amount debt, available(owed));
  settled.repaid = min(debt, settled.amount);
  if (settled.repaid.is_zero()) return {};
  BULKHEAD_TRY_STATUS(add(TransferKind::repay, pledged,
                          {SystemOwner::pool, settled.asset, internal_, Bucket::free},
                          settled.repaid));
  return add(TransferKind::repay, owed, debt_key(SystemOwner::pool, settled.asset), settled.repaid);
}

Status SettlementPlan::pay_gain(const Settled& settled, SystemOwner other) {
  const HoldingKey pledged{settled.account, settled.asset, internal_, Bucket::pledged};
  const HoldingKey source{other, settled.asset, internal_, Bucket::free};
  Amount rest = settled.amount;
  if (other == SystemOwner::fees) {
    BULKHEAD_TRY(const Amount fees, available(source));
    const Amount paid = min(fees, rest);
    if (paid.is_positive()) {
      BULKHEAD_TRY_STATUS(add(settled.kind, source, pledged, paid));
      rest = rest - paid;
    }
    if (rest.is_zero()) return {};
    return add(TransferKind::trade, {SystemOwner::market, settled.asset, internal_, Bucket::free},
               pledged, rest);
  }
  return add(settled.kind, source, pledged, rest);
}

std::vector<HoldingKey> SettlementPlan::loss_order(AccountIndex account, AssetIndex asset) const {
  std::vector<HoldingKey> order{{account, asset, internal_, Bucket::pledged}};
  const auto places = registry_->places();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const PlaceIndex place(i);
    if (place == internal_ || places[i].kind != market::PlaceKind::internal_ledger) continue;
    order.push_back({account, asset, place, Bucket::pledged});
  }
  if (!in_liquidation(account)) order.push_back({account, asset, internal_, Bucket::free});
  return order;
}

bool SettlementPlan::in_liquidation(AccountIndex account) const {
  return in_liquidation_ != nullptr && *in_liquidation_ && (*in_liquidation_)(account);
}

Result<Amount> SettlementPlan::sequestered_left(AccountIndex account, AssetIndex asset) const {
  Amount left;
  for (const ledger::Holding& line : books_->holdings(account)) {
    if (line.asset == asset && line.bucket == Bucket::sequestered) {
      left = left + line.balance.posted;
    }
  }
  BULKHEAD_TRY(const Amount owed, available(debt_key(account, asset)));
  return max(Amount{}, left - owed);
}

Status SettlementPlan::lose(Settled& settled, SystemOwner other) {
  if (settled.amount.units == kInt128Min) {
    return fail(ErrorCode::amount_overflow, "amount", to_string(settled.amount), "above −2^127");
  }
  Amount missing = -settled.amount;
  Amount advanced;
  if (in_liquidation(settled.account)) {
    BULKHEAD_TRY(const Amount left, sequestered_left(settled.account, settled.asset));
    advanced = min(left, missing);
    missing = missing - advanced;
  }
  for (const HoldingKey& from : loss_order(settled.account, settled.asset)) {
    BULKHEAD_TRY(const Amount held, available(from));
    const Amount paid = min(held, missing);
    if (!paid.is_positive()) continue;
    BULKHEAD_TRY_STATUS(
        add(settled.kind, from, {other, from.asset, from.place, Bucket::free}, paid));
    missing = missing - paid;
  }
  settled.owed = missing = missing + advanced;
  if (missing.is_zero()) return {};
  BULKHEAD_TRY_STATUS(add(TransferKind::shortfall,
                          {SystemOwner::pool, settled.asset, internal_, Bucket::free},
                          {other, settled.asset, internal_, Bucket::free}, missing));
  return add(TransferKind::shortfall, debt_key(SystemOwner::pool, settled.asset),
             debt_key(settled.account, settled.asset), missing);
}

Result<Amount> SettlementPlan::available(const HoldingKey& key) const {
  const Amount now = books_->available(key);
  const auto at = planned_.find(key);
  return at == planned_.end() ? Result<Amount>(now) : bulkhead::add(now, at->second);
}

Status SettlementPlan::add(TransferKind kind, const HoldingKey& debit, const HoldingKey& credit,
                           Amount amount) {
  Amount& taken = planned_[debit];
  BULKHEAD_TRY(taken, subtract(taken, amount));
  Amount& given = planned_[credit];
  BULKHEAD_TRY(given, bulkhead::add(given, amount));
  ledger::Transfer transfer;
  transfer.kind = kind;
  transfer.debit = debit;
  transfer.credit = credit;
  transfer.amount = amount;
  transfer.record = cause_.record;
  transfer.time = cause_.time;
  transfers_.push_back(transfer);
  return {};
}

}  // namespace bulkhead::positions
