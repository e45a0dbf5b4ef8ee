// Who holds what, where, and for what purpose: the keys and balances of the books (D6.1).
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/assert.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/ids.h"

namespace bulkhead::ledger {

// Owners that are not accounts. external: contra of deposits and withdrawals (never above zero in
// sum: minus what is inside). market: counterparty of every trade, funding and rounding. pool:
// lends assets and pays what an account could not. Those three may be negative; the rest may not.
enum class SystemOwner : std::uint8_t { external, market, pool, insurance, fees, house, suspense };
BULKHEAD_ENUM_NAMES(SystemOwner, "external", "market", "pool", "insurance", "fees", "house",
                    "suspense")
inline constexpr std::uint32_t kSystemOwnerCount = 7;

// An account or a system owner; accounts sort first, by index.
struct Owner {
  static constexpr std::uint32_t kFirstSystem = 0xffff'ff00U;

  std::uint32_t code = AccountIndex::kNone;  // of the account, or kFirstSystem + system owner

  constexpr Owner() = default;
  constexpr Owner(AccountIndex account) : code(account.value) {}  // NOLINT: converts on purpose
  constexpr Owner(SystemOwner owner)                              // NOLINT: converts on purpose
      : code(kFirstSystem + static_cast<std::uint32_t>(owner)) {}

  constexpr bool is_account() const { return code < kFirstSystem; }
  constexpr bool is_system() const {
    return code >= kFirstSystem && code < kFirstSystem + kSystemOwnerCount;
  }
  AccountIndex account() const {
    BULKHEAD_ASSERT(is_account());
    return AccountIndex(code);
  }
  SystemOwner system() const {
    BULKHEAD_ASSERT(is_system());
    return static_cast<SystemOwner>(code - kFirstSystem);
  }
  constexpr bool may_be_negative() const { return code >= kFirstSystem && code < kFirstSystem + 3; }

  friend constexpr bool operator==(Owner, Owner) = default;
  friend constexpr auto operator<=>(Owner, Owner) = default;
};

std::string to_string(Owner owner);  // "account 12", "market"

// debt holds what an account owes, positive, apart from holdings; its contra is the pool's debt,
// which is minus the sum of all debts. System owners have free (and the pool debt) only.
enum class Bucket : std::uint8_t { free, pledged, sequestered, debt };
BULKHEAD_ENUM_NAMES(Bucket, "free", "pledged", "sequestered", "debt")

struct HoldingKey {
  Owner owner;
  AssetIndex asset;
  PlaceIndex place;  // none for debt: what is owed lies nowhere
  Bucket bucket = Bucket::free;

  friend constexpr bool operator==(const HoldingKey&, const HoldingKey&) = default;
  friend constexpr auto operator<=>(const HoldingKey&, const HoldingKey&) = default;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "owner", self.owner.code);
    visit(2, "asset", self.asset.value);
    visit(3, "place", self.place.value);
    visit(4, "bucket", self.bucket);
  }
};

constexpr HoldingKey debt_key(Owner owner, AssetIndex asset) {
  return {owner, asset, PlaceIndex{}, Bucket::debt};
}

// "account 12, asset 3, place 0, pledged".
std::string to_string(const HoldingKey& key);

// Minor units. pending_in and pending_out are >= 0; posted changes only when a transfer is posted.
struct Balance {
  Amount posted;
  Amount pending_in;
  Amount pending_out;

  // What can still be taken: limits count pending.
  Amount available() const { return posted - pending_out; }
  constexpr bool is_zero() const {
    return posted.is_zero() && pending_in.is_zero() && pending_out.is_zero();
  }
  friend constexpr bool operator==(const Balance&, const Balance&) = default;
};

// One line of an owner's holdings.
struct Holding {
  AssetIndex asset;
  PlaceIndex place;
  Bucket bucket = Bucket::free;
  Balance balance;

  HoldingKey key(Owner owner) const { return {owner, asset, place, bucket}; }
};

}  // namespace bulkhead::ledger
