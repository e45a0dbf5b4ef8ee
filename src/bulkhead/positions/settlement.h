// How a gain or a loss in an asset reaches an account, as balanced transfers that are planned first
// and posted together (D3.3, D6.1).
//
// A gain repays the account's debt in that asset first; the rest is pledged at the internal place.
// A loss takes what is available pledged at the internal place, then pledged at the other places of
// kind internal_ledger in order of their index, then free at the internal place; what is missing
// becomes a debt in that asset and the pool pays. Sequestered assets are never touched. What is
// taken goes to the other side at the place where it lies. A rebate beyond what `fees` has comes
// from the market.
//
// A loss of an account in liquidation is charged to its sequestered assets first (D10.3): as far as
// they are not spoken for by a debt, the loss becomes a debt which the pool pays at once, until
// they have come back to pay it. Its free assets are not touched.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "bulkhead/ledger/ledger.h"
#include "bulkhead/market/registry.h"

namespace bulkhead::positions {

// What one settlement did to one account, for events.
struct Settled {
  AccountIndex account;
  AssetIndex asset;
  ledger::TransferKind kind = ledger::TransferKind::none;
  Amount amount;  // + gain, − loss
  Amount repaid;  // part of a gain that repaid debt, >= 0
  Amount owed;    // part of a loss that became debt, >= 0
};

// Whether an account is in liquidation now.
using InLiquidation = std::function<bool(AccountIndex)>;

// Collects transfers that see each other's effect before any is posted.
class SettlementPlan {
 public:
  SettlementPlan(const market::Registry& registry, const ledger::Ledger& books, ledger::Cause cause,
                 const InLiquidation* in_liquidation = nullptr);

  // amount of either sign; 0 plans nothing. `other` gives the gain or receives the loss. kind:
  // trade, funding, settlement (other: market), fee (other: fees). Errors: no_internal_place,
  // amount_overflow.
  Status settle(AccountIndex account, AssetIndex asset, Amount amount, ledger::TransferKind kind,
                ledger::SystemOwner other);
  // `amount` of an account's holding goes to the market (kind sale).
  Status sell(const ledger::HoldingKey& from, Amount amount);

  const std::vector<ledger::Transfer>& transfers() const { return transfers_; }
  const std::vector<Settled>& settled() const { return settled_; }

 private:
  Result<Amount> available(const ledger::HoldingKey& key) const;
  Status add(ledger::TransferKind kind, const ledger::HoldingKey& debit,
             const ledger::HoldingKey& credit, Amount amount);
  Status gain(Settled& settled, ledger::SystemOwner other);
  Status pay_gain(const Settled& settled, ledger::SystemOwner other);
  Status lose(Settled& settled, ledger::SystemOwner other);
  std::vector<ledger::HoldingKey> loss_order(AccountIndex account, AssetIndex asset) const;
  bool in_liquidation(AccountIndex account) const;
  // Of the account's sequestered assets, what no debt in the same asset speaks for.
  Result<Amount> sequestered_left(AccountIndex account, AssetIndex asset) const;

  const market::Registry* registry_;
  const ledger::Ledger* books_;
  ledger::Cause cause_;
  const InLiquidation* in_liquidation_;
  PlaceIndex internal_;
  std::vector<ledger::Transfer> transfers_;
  std::vector<Settled> settled_;
  std::map<ledger::HoldingKey, Amount> planned_;  // change of posted by the plan so far
};

// The first place of kind internal_ledger; invalid if there is none.
PlaceIndex internal_place(const market::Registry& registry);

}  // namespace bulkhead::positions
