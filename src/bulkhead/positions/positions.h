// Positions as integer lots and an integer settlement leg per (owner, instrument), and what happens
// to them: fills, funding, settlement, expiry (D3.3). Each becomes balanced ledger transfers.
//
// Every trade has two sides; the venue's market owner may be one, and takes all rounding. So per
// instrument, over all accounts and the market: Σ lots = 0 and Σ legs = 0. When an account realises
// an amount it moves from its leg to its holdings, and the market's leg and holding move the other
// way; the market's P&L is its holding plus its legs plus its lots at the mark.
//
// Each verb is checked in full before anything changes: on error nothing has.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/keyed_state.h"
#include "bulkhead/ledger/ledger.h"
#include "bulkhead/market/registry.h"
#include "bulkhead/positions/settlement.h"

namespace bulkhead::positions {

inline constexpr std::size_t kPositionsPerAccountMax = 1000;
// |leg| of an account, in minor units: sums over all accounts stay far inside 128 bits (D2.6).
inline constexpr Amount kLegMax{Int128{1} << 99};

struct Position {
  InstrumentIndex instrument;
  std::int64_t lots = 0;  // + long, − short
  Amount leg;             // settlement asset, minor units; 0 for options of accounts

  friend bool operator==(const Position&, const Position&) = default;
};

// One trade. price: of futures and perpetuals in the instrument's quote (settlement units if
// linear, numéraire if inverse), of options the premium per coin in the settlement asset.
// Fees in minor units of the settlement asset: + paid, − rebate; the market pays none.
struct Fill {
  InstrumentIndex instrument;
  ledger::Owner buyer;    // an account or SystemOwner::market
  ledger::Owner seller;   // likewise, another
  std::int64_t lots = 0;  // > 0
  double price = 0;
  Amount buyer_fee;
  Amount seller_fee;
};

// What changed in one position, for events.
struct PositionChange {
  ledger::Owner owner;
  InstrumentIndex instrument;
  std::int64_t lots_before = 0;
  std::int64_t lots = 0;
  Amount leg;
  Amount realised;  // moved from the leg to holdings, or paid as premium or funding: + gain
};

struct Effects {
  std::vector<PositionChange> positions;  // in the order: buyer, seller; or by account
  std::vector<Settled> settled;           // in the order of posting
};

class Positions {
 public:
  Positions(const market::Registry& registry, ledger::Ledger& books,
            InLiquidation in_liquidation = {})
      : registry_(&registry), ledger_(&books), in_liquidation_(std::move(in_liquidation)) {}

  // Errors: instrument_unknown, party_invalid, same_party, lots_not_positive, price_invalid,
  // lots_overflow, position_limit, amount_overflow, no_internal_place.
  Result<Effects> fill(ledger::Cause cause, const Fill& fill);
  // Fills of different instruments that settle in one asset, all in one: what they realise and cost
  // is paid as one sum per account. Errors as above; also out_of_range.
  Result<Effects> fill_all(ledger::Cause cause, std::span<const Fill> fills);
  // The same without changing anything.
  Status check_fill(const Fill& fill) const;

  // Every account long in a future or perpetual pays rate·notional at `mark` (receives if rate <
  // 0), every short the reverse, against the market; each amount rounded against the account.
  Result<Effects> fund(ledger::Cause cause, InstrumentIndex instrument, double rate, double mark);

  // Pays every account's profit or loss since entry at `price`. Futures and perpetuals keep their
  // lots with `price` as new entry price.
  Result<Effects> settle(ledger::Cause cause, InstrumentIndex instrument, double price);

  // The same at the settlement price, and closes all positions of the instrument; options pay their
  // intrinsic value (price: of the underlying, in the strike's quote).
  Result<Effects> expire(ledger::Cause cause, InstrumentIndex instrument, double price);

  // Credits (+) or charges (−) an account outside of trades: fees, rebates, adjustments.
  Result<Settled> settle_amount(ledger::Cause cause, AccountIndex account, AssetIndex asset,
                                Amount amount, ledger::TransferKind kind,
                                ledger::SystemOwner other);

  // What the account has gained in a future or perpetual and not been paid becomes less by `amount`
  // > 0, the market's more: its leg is struck anew, no holding moves (D10.3). Errors:
  // instrument_unknown, party_invalid (no position), amount_not_positive, amount_overflow.
  Result<PositionChange> reduce_gain(InstrumentIndex instrument, AccountIndex account,
                                     Amount amount);

  // After default: `amount` of the holding `from` goes to the market for `proceeds` of another
  // asset, which repay debt first and are pledged then (kind sale).
  Result<Settled> sell_collateral(ledger::Cause cause, const ledger::HoldingKey& from,
                                  Amount amount, AssetIndex into, Amount proceeds);

  // Sorted by instrument, no entry with neither lots nor leg. Valid until the next change.
  std::span<const Position> positions(ledger::Owner owner) const;
  Position position(ledger::Owner owner, InstrumentIndex instrument) const;  // zero if none
  // Accounts with a position in the instrument, ascending.
  std::span<const std::uint32_t> holders(InstrumentIndex instrument) const;
  // Σ of the long lots of accounts, saturated at 2^63 − 1.
  std::int64_t open_interest_lots(InstrumentIndex instrument) const;
  double entry_price(ledger::Owner owner, InstrumentIndex instrument) const;  // display only
  std::size_t account_count() const { return accounts_.size(); }

  // Σ lots = 0 and Σ legs = 0 per instrument that changed since the last call; and over all.
  Status verify_changed();
  Status check_invariants() const;

  // "positions/position/<owner>/<instrument>", zero-padded to ten digits.
  void collect_changes(ChangeSet& out);
  // Accounts of those records; before collect_changes. Repetitions stay in.
  void add_changed_accounts(std::vector<std::uint32_t>& out) const;
  Status restore(std::string_view key, std::span<const std::uint8_t> value);
  Status finish_restore();

 private:
  using Lines = std::vector<Position>;  // of one owner, sorted by instrument
  // What becomes of one account's position, before it does.
  struct Change {
    AccountIndex account;
    Position before;
    Position after;
    Amount realised;  // to holdings
    Amount fee;       // + paid
  };
  // Σ over accounts and market, kept change by change, and who holds.
  struct InstrumentTotals {
    Int128 lots = 0;
    Int128 legs = 0;
    Int128 long_lots = 0;  // of accounts
    std::vector<std::uint32_t> holders;
  };

  Status check_instrument(InstrumentIndex instrument) const;
  Status check_parties(const Fill& fill) const;
  Result<std::vector<Change>> plan_fill(const Fill& fill) const;
  Result<Change> plan_side(const Fill& fill, AccountIndex account, std::int64_t lots) const;
  Status plan_settlement(InstrumentIndex instrument, std::span<const Change> changes,
                         ledger::TransferKind kind, SettlementPlan& plan) const;
  // The market's position after it has taken the other side of every change.
  Result<Position> market_after(InstrumentIndex instrument, std::span<const Change> changes) const;
  Result<Effects> carry_out(ledger::Cause cause, InstrumentIndex instrument,
                            std::span<const Change> changes, ledger::TransferKind kind);
  void put(InstrumentIndex instrument, std::span<const Change> changes, const Position& market,
           Effects& effects);
  Status check_together(std::span<const Fill> fills) const;
  Result<Effects> realise_all(ledger::Cause cause, InstrumentIndex instrument, double price,
                              bool close);
  void set_position(ledger::Owner owner, const Position& position);
  void count(ledger::Owner owner, const Position& old, const Position& now);
  Lines& lines(ledger::Owner owner);
  const Lines* find_lines(ledger::Owner owner) const;

  const market::Registry* registry_;
  ledger::Ledger* ledger_;
  InLiquidation in_liquidation_;
  std::vector<Lines> accounts_;
  Lines market_;
  std::vector<InstrumentTotals> totals_;  // by instrument, derived
  std::vector<InstrumentIndex> unverified_;
  std::set<std::pair<ledger::Owner, InstrumentIndex>> changed_;
};

}  // namespace bulkhead::positions
