// Which holdings each kind of transfer may join: segregation as one table (D6.1, D10.3). What is
// not in the table cannot happen: no kind but `correction` moves one account's holding to
// another's, and nothing but release, sale, waterfall, move and receipt takes from what is
// sequestered.
#include <array>
#include <utility>

#include "bulkhead/ledger/transfer.h"

namespace bulkhead::ledger {
namespace {

// One bit per kind of holding.
using Mask = std::uint32_t;
constexpr Mask kFree = 1U << 0;
constexpr Mask kPledged = 1U << 1;
constexpr Mask kSequestered = 1U << 2;
constexpr Mask kDebt = 1U << 3;
constexpr Mask kPoolDebt = 1U << 4;
constexpr Mask system_bit(SystemOwner owner) { return 1U << (8 + static_cast<unsigned>(owner)); }
constexpr Mask kExternal = system_bit(SystemOwner::external);
constexpr Mask kMarket = system_bit(SystemOwner::market);
constexpr Mask kPool = system_bit(SystemOwner::pool);
constexpr Mask kFees = system_bit(SystemOwner::fees);
constexpr Mask kSuspense = system_bit(SystemOwner::suspense);
constexpr Mask kVenue = kMarket | kPool | system_bit(SystemOwner::insurance) | kFees |
                        system_bit(SystemOwner::house) | kSuspense;
constexpr Mask kOwn = kFree | kPledged;
constexpr Mask kHeld = kOwn | kSequestered;
constexpr Mask kAll = kHeld | kVenue | kExternal;

enum class Relation : std::uint8_t {
  any,
  same_owner,
  same_owner_and_place,
  same_owner_and_bucket  // another place, then
};

struct Shape {
  TransferKind kind;
  Mask debit;
  Mask credit;
  Relation relation;
};

constexpr auto kShapes = std::to_array<Shape>({
    {TransferKind::deposit, kExternal, kOwn | kVenue, Relation::any},
    {TransferKind::withdrawal, kFree | kVenue, kExternal, Relation::any},
    {TransferKind::pledge, kFree, kPledged, Relation::same_owner_and_place},
    {TransferKind::unpledge, kPledged, kFree, Relation::same_owner_and_place},
    {TransferKind::sequester, kPledged, kSequestered, Relation::same_owner},
    {TransferKind::release, kSequestered, kPledged, Relation::same_owner},
    {TransferKind::move, kHeld | kVenue, kHeld | kVenue, Relation::same_owner_and_bucket},
    {TransferKind::trade, kOwn, kMarket, Relation::any},
    {TransferKind::trade, kMarket, kOwn, Relation::any},
    {TransferKind::fee, kOwn, kFees, Relation::any},
    {TransferKind::fee, kFees, kOwn, Relation::any},
    {TransferKind::funding, kOwn, kMarket, Relation::any},
    {TransferKind::funding, kMarket, kOwn, Relation::any},
    {TransferKind::settlement, kOwn, kMarket, Relation::any},
    {TransferKind::settlement, kMarket, kOwn, Relation::any},
    {TransferKind::borrow, kPool, kOwn, Relation::any},
    {TransferKind::borrow, kPoolDebt, kDebt, Relation::any},
    {TransferKind::repay, kOwn, kPool, Relation::any},
    {TransferKind::repay, kDebt, kPoolDebt, Relation::any},
    {TransferKind::interest, kPoolDebt, kDebt, Relation::any},
    {TransferKind::shortfall, kPool, kVenue, Relation::any},
    {TransferKind::shortfall, kPoolDebt, kDebt, Relation::any},
    {TransferKind::sale, kHeld, kMarket, Relation::any},
    {TransferKind::sale, kMarket, kOwn, Relation::any},
    {TransferKind::waterfall, kHeld | kVenue, kVenue, Relation::any},
    {TransferKind::write_off, kDebt, kPoolDebt, Relation::any},
    {TransferKind::receipt, kExternal | kSuspense, kHeld, Relation::any},
    {TransferKind::receipt, kHeld, kExternal | kSuspense, Relation::any},
    {TransferKind::receipt, kExternal, kSuspense, Relation::any},
    {TransferKind::receipt, kSuspense, kExternal, Relation::any},
    {TransferKind::correction, kAll, kAll, Relation::any},
    {TransferKind::correction, kDebt | kPoolDebt, kDebt | kPoolDebt, Relation::any},
});

// The bit of a holding, 0 if it cannot exist.
Mask bit_of(const HoldingKey& key) {
  if (!key.asset.valid()) return 0;
  if (key.place.valid() == (key.bucket == Bucket::debt)) return 0;
  if (key.owner.is_account()) return 1U << static_cast<unsigned>(key.bucket);
  if (!key.owner.is_system()) return 0;
  const SystemOwner owner = key.owner.system();
  if (key.bucket == Bucket::free) return system_bit(owner);
  return key.bucket == Bucket::debt && owner == SystemOwner::pool ? kPoolDebt : 0;
}

bool holds(Relation relation, const HoldingKey& debit, const HoldingKey& credit) {
  switch (relation) {
    case Relation::any:
      return true;
    case Relation::same_owner:
      return debit.owner == credit.owner;
    case Relation::same_owner_and_place:
      return debit.owner == credit.owner && debit.place == credit.place;
    case Relation::same_owner_and_bucket:
      return debit.owner == credit.owner && debit.bucket == credit.bucket;
  }
  return false;
}

bool allowed(TransferKind kind, const HoldingKey& debit, const HoldingKey& credit) {
  const Mask from = bit_of(debit);
  const Mask to = bit_of(credit);
  for (const Shape& shape : kShapes) {
    if (shape.kind == kind && (shape.debit & from) != 0 && (shape.credit & to) != 0 &&
        holds(shape.relation, debit, credit)) {
      return true;
    }
  }
  return false;
}

}  // namespace

Status check_shape(const Transfer& transfer) {
  if (!transfer.amount.is_positive()) {
    return fail(ErrorCode::amount_not_positive, "amount", to_string(transfer.amount),
                "minor units above zero");
  }
  for (const auto& [name, key] :
       {std::pair("debit", transfer.debit), std::pair("credit", transfer.credit)}) {
    if (bit_of(key) == 0) {
      return fail(ErrorCode::holding_invalid, name, to_string(key),
                  "an account's bucket, or free of a system owner; debt has no place");
    }
  }
  if (transfer.debit == transfer.credit) {
    return fail(ErrorCode::holdings_equal, "credit", to_string(transfer.credit),
                "another holding than debit");
  }
  if (transfer.debit.asset != transfer.credit.asset ||
      (transfer.debit.bucket == Bucket::debt) != (transfer.credit.bucket == Bucket::debt)) {
    return fail(ErrorCode::asset_mismatch, "credit", to_string(transfer.credit),
                "the asset of debit, and a debt for a debt");
  }
  if (!allowed(transfer.kind, transfer.debit, transfer.credit)) {
    return fail(ErrorCode::kind_not_allowed, "kind", bulkhead::to_string(transfer.kind),
                "a kind that may go from " + to_string(transfer.debit) + " to " +
                    to_string(transfer.credit));
  }
  return {};
}

}  // namespace bulkhead::ledger
