// Debts: what accounts owe the pool, kept apart from what they hold.
#include <algorithm>

#include "bulkhead/ledger/ledger.h"

namespace bulkhead::ledger {
namespace {

// A rate as an exact fraction.
struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
};

Result<Fraction> interest_fraction(const Decimal& rate) {
  constexpr int kDigitsMax = 18;
  const auto refuse = [&] {
    return fail(ErrorCode::out_of_range, "rate", to_string(rate), "0 to 1, at most 18 decimals");
  };
  if (rate.mantissa < 0 || rate.exponent < -kDigitsMax || rate.exponent > 0) return refuse();
  Fraction fraction{rate.mantissa, 1};
  for (int i = rate.exponent; i < 0; ++i) fraction.denominator *= 10;
  if (fraction.numerator > fraction.denominator) return refuse();
  return fraction;
}

// ⌈amount·fraction⌉ for amount >= 0 and a fraction of at most 1: no step leaves 128 bits.
Amount share_up(Amount amount, Fraction fraction) {
  const Int128 whole = amount.units / fraction.denominator;
  const Int128 rest = amount.units % fraction.denominator;
  const Int128 product = rest * fraction.numerator;
  const Int128 part = (product + fraction.denominator - 1) / fraction.denominator;
  return Amount{whole * fraction.numerator + part};
}

Transfer made(Cause cause, TransferKind kind, const HoldingKey& debit, const HoldingKey& credit,
              Amount amount) {
  Transfer transfer;
  transfer.kind = kind;
  transfer.debit = debit;
  transfer.credit = credit;
  transfer.amount = amount;
  transfer.record = cause.record;
  transfer.time = cause.time;
  return transfer;
}

HoldingKey pool_at(const HoldingKey& other) {
  return {SystemOwner::pool, other.asset, other.place, Bucket::free};
}

}  // namespace

Status Ledger::borrow(Cause cause, const HoldingKey& to, Amount amount) {
  const std::array transfers = {
      made(cause, TransferKind::borrow, pool_at(to), to, amount),
      made(cause, TransferKind::borrow, debt_key(SystemOwner::pool, to.asset),
           debt_key(to.owner, to.asset), amount),
  };
  return apply_all(transfers);
}

Status Ledger::repay(Cause cause, const HoldingKey& from, Amount amount) {
  const std::array transfers = {
      made(cause, TransferKind::repay, from, pool_at(from), amount),
      made(cause, TransferKind::repay, debt_key(from.owner, from.asset),
           debt_key(SystemOwner::pool, from.asset), amount),
  };
  return apply_all(transfers);
}

Result<std::vector<InterestCharge>> Ledger::charge_interest(Cause cause, AssetIndex asset,
                                                            const Decimal& rate) {
  BULKHEAD_TRY(const Fraction fraction, interest_fraction(rate));
  std::vector<InterestCharge> charges;
  std::vector<Transfer> transfers;
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    if (accounts_[i].empty()) continue;
    const AccountIndex account(i);
    const Amount interest = share_up(debt(account, asset), fraction);
    if (interest.is_zero()) continue;
    charges.push_back({account, interest});
    transfers.push_back(made(cause, TransferKind::interest, debt_key(SystemOwner::pool, asset),
                             debt_key(account, asset), interest));
  }
  BULKHEAD_TRY_STATUS(apply_all(transfers));
  return charges;
}

Status Ledger::write_off(Cause cause, AccountIndex account, AssetIndex asset, PlaceIndex place,
                         SystemOwner payer, Amount amount) {
  const HoldingKey from{payer, asset, place, Bucket::free};
  const std::array transfers = {
      made(cause, TransferKind::waterfall, from, pool_at(from), amount),
      made(cause, TransferKind::write_off, debt_key(account, asset),
           debt_key(SystemOwner::pool, asset), amount),
  };
  return apply_all(transfers);
}

}  // namespace bulkhead::ledger
