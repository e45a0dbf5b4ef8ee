// The books: double entry after TigerBeetle's model. Every change is a Transfer; after each command
// verify_changed() shows that nothing was made, lost, or taken below zero (D2.5).
//
//   Ledger ledger;
//   auto done = ledger.apply({.kind = TransferKind::deposit, .debit = {SystemOwner::external, btc,
//   p},
//                             .credit = {account, btc, p, Bucket::free}, .amount = Amount{5}});
//   BULKHEAD_TRY_STATUS(ledger.verify_changed());
//
// Signs: for every asset, Σ posted over all owners and buckets but debt is 0 (external is minus
// what was deposited less what was withdrawn), and so is Σ posted over the debt buckets (the pool's
// debt bucket is minus what it is owed).
//
// Errors of apply, in the order in which they are looked for:
//   transfer_id_missing, (id known) transfer_conflict | the first answer, error or not;
//   check_shape's; too_large (a limit below); pending_not_found; pending_resolved;
//   pending_mismatch; balance_exceeded; amount_overflow.
// Errors from pending_not_found on depend on state and are sticky: the same id fails alike until it
// is forgotten, so that a late repetition cannot succeed after its sender has given up.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/base/decimal.h"
#include "bulkhead/base/keyed_state.h"
#include "bulkhead/base/result.h"
#include "bulkhead/ledger/transfer.h"

namespace bulkhead::ledger {

inline constexpr std::size_t kHoldingsPerAccountMax = 4096;
inline constexpr std::size_t kPendingPerAccountMax = 1024;
// |posted|, pending and what is available of one holding, in minor units: far above any supply, and
// sums over holdings stay inside 128 bits.
inline constexpr Amount kBalanceMax{Int128{1} << 112};
inline constexpr std::size_t kRememberedMax = 16'000'000;

enum class Outcome : std::uint8_t { posted, pending, pending_posted, pending_voided, failed };
BULKHEAD_ENUM_NAMES(Outcome, "posted", "pending", "pending_posted", "pending_voided", "failed")

// What became of an identified transfer.
struct Remembered {
  Transfer transfer;
  Outcome outcome = Outcome::posted;
  Amount moved;            // posted now, or by the resolution of a pending transfer
  Timestamp settled_at;    // of the command that posted, resolved or failed it; 0 while pending
  std::uint32_t code = 0;  // failed: the error
  std::string field;
  std::string value;
  std::string detail;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "transfer", self.transfer);
    visit(2, "outcome", self.outcome);
    visit(3, "moved", self.moved);
    visit(4, "settled_at", self.settled_at);
    visit(5, "code", self.code);
    visit(6, "field", self.field);
    visit(7, "value", self.value);
    visit(8, "detail", self.detail);
  }
};

struct Receipt {
  Amount moved;           // posted by this transfer, 0 for pend and void_pending
  bool repeated = false;  // known before: nothing changed now
};

// What each command that makes transfers passes on to them.
struct Cause {
  std::uint64_t record = 0;
  Timestamp time;
};

// A change of an account's posted balance, for events.
struct Movement {
  HoldingKey key;
  TransferKind kind = TransferKind::none;
  Amount change;
  Amount posted;  // after
};

struct AssetTotal {
  AssetIndex asset;
  Bucket bucket = Bucket::free;
  Amount amount;  // posted over all places
};

// Deposits and withdrawals recorded per asset since genesis (D2.5).
struct Flows {
  Amount deposited;
  Amount withdrawn;
  friend bool operator==(const Flows&, const Flows&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "deposited", self.deposited);
    visit(2, "withdrawn", self.withdrawn);
  }
};

struct InterestCharge {
  AccountIndex account;
  Amount amount;  // > 0, added to the debt
};

class Ledger {
 public:
  Result<Receipt> apply(const Transfer& transfer);
  // All or nothing, in order; the error is that of the first that fails, and nothing of it is
  // remembered. Transfers that are repeated count as done.
  Status apply_all(std::span<const Transfer> transfers);

  // --- debts -------------------------------------------------------------------------------
  // Pool → `to` (free or pledged of an account), and the account's debt in that asset rises alike.
  Status borrow(Cause cause, const HoldingKey& to, Amount amount);
  // `from` (free or pledged) → pool, and the debt falls; amount at most the debt.
  Status repay(Cause cause, const HoldingKey& from, Amount amount);
  // debt·rate rounded up, per account with a debt in the asset, in account order; rate of the
  // period, >= 0 and at most 1, exact. The pool's claim rises alike.
  Result<std::vector<InterestCharge>> charge_interest(Cause cause, AssetIndex asset,
                                                      const Decimal& rate);
  // The payer (insurance, house) pays the pool `amount` at `place`, and the account's debt falls.
  Status write_off(Cause cause, AccountIndex account, AssetIndex asset, PlaceIndex place,
                   SystemOwner payer, Amount amount);

  // --- queries -----------------------------------------------------------------------------
  Balance balance(const HoldingKey& key) const;  // zero if there is none
  Amount available(const HoldingKey& key) const { return balance(key).available(); }
  Amount debt(AccountIndex account, AssetIndex asset) const {
    return balance(debt_key(account, asset)).posted;
  }
  // Sorted by (asset, place, bucket), no zero lines; debts stand at place none. Valid until the
  // next change.
  std::span<const Holding> holdings(Owner owner) const;
  // Posted per (asset, bucket) over places, sorted.
  std::vector<AssetTotal> totals(Owner owner) const;
  // What counts as collateral (D6.1, D6.2) per asset: pledged and sequestered as posted, less
  // pending transfers out of them that leave the account. Sorted, > 0.
  std::vector<AssetTotal> counted(AccountIndex account) const;
  // Pending transfers that take from or add to the owner, in id order.
  std::vector<const Transfer*> pending(Owner owner) const;
  const Transfer* find_pending(const TransferId& id) const;  // nullptr if not pending
  const Remembered* find(const TransferId& id) const;        // nullptr if never seen or forgotten
  Flows flows(AssetIndex asset) const;
  std::size_t pending_count() const { return pending_count_; }
  std::size_t remembered_count() const { return remembered_.size(); }
  // One more than the highest account index with a holding now or earlier.
  std::size_t account_count() const { return accounts_.size(); }

  // Drops the memory of resolved and failed ids of commands before `time`.
  void forget_before(Timestamp time);

  // What moved in accounts' balances since the last call, in the order of posting.
  std::vector<Movement> take_movements() { return std::exchange(movements_, {}); }

  // --- invariants --------------------------------------------------------------------------
  // Over what changed since the last call: totals of touched assets, balances and pending sums of
  // touched holdings. invariant_broken names what is wrong.
  Status verify_changed();
  // The same over everything, from scratch.
  Status check_invariants() const;

  // --- keyed state ---------------------------------------------------------------------------
  // "ledger/flows/<asset>", "ledger/holding/<owner>/<asset>/<place>/<bucket>",
  // "ledger/transfer/<id>"; numbers zero-padded to ten digits, ids in hexadecimal.
  void collect_changes(ChangeSet& out);
  // Of those records, the accounts'; before collect_changes. Repetitions stay in.
  void add_changed_accounts(std::vector<std::uint32_t>& out) const;
  Status restore(std::string_view key, std::span<const std::uint8_t> value);
  Status finish_restore();

 private:
  using Lines = std::vector<Holding>;
  // Σ over all owners, kept posting by posting.
  struct Totals {
    Amount held;   // all buckets but debt
    Amount debts;  // debt buckets
  };
  struct PendingSums {
    Amount in;
    Amount out;
  };
  struct Undo;

  // The only writers: keep totals, indices, change lists and what apply_all would take back.
  void set_balance(const HoldingKey& key, const Balance& balance);
  void set_remembered(const TransferId& id, const std::optional<Remembered>& remembered);
  void set_flows(AssetIndex asset, const Flows& flows);

  Lines& lines(Owner owner);
  const Lines* find_lines(Owner owner) const;
  Result<Receipt> repeat(const Remembered& first, const Transfer& transfer) const;
  Result<Receipt> carry_out(const Transfer& transfer);
  Status check_room(const Transfer& transfer) const;
  Result<Receipt> post(const Transfer& transfer);
  Result<Receipt> pend(const Transfer& transfer);
  Result<Receipt> resolve(const Transfer& transfer);
  Result<Balance> taken(const HoldingKey& key, Amount amount) const;
  Result<Balance> added(const HoldingKey& key, Amount amount) const;
  Result<Flows> flows_after(const Transfer& transfer, Amount amount) const;
  void remember(const Transfer& transfer, Outcome outcome, Amount moved);
  void remember_failure(const Transfer& transfer, const Error& error);
  void index(const TransferId& id, const Remembered& remembered, bool add);
  void roll_back(const Undo& undo);
  PendingSums pending_sums(const HoldingKey& key) const;
  Status verify_totals(AssetIndex asset) const;

  std::vector<Lines> accounts_;
  std::array<Lines, kSystemOwnerCount> system_;
  std::map<TransferId, Remembered> remembered_;
  std::map<AssetIndex, Flows> flows_;
  // Derived.
  std::map<AssetIndex, Totals> totals_;
  std::set<std::pair<Owner, TransferId>> pending_by_owner_;
  std::map<Owner, std::size_t> pending_counts_;
  std::map<HoldingKey, PendingSums> pending_sums_;
  std::size_t pending_count_ = 0;
  std::set<std::pair<Timestamp, TransferId>> resolved_by_time_;
  // Changed since the last verify_changed / collect_changes.
  std::vector<HoldingKey> unverified_;
  std::vector<HoldingKey> changed_holdings_;
  std::vector<TransferId> changed_transfers_;
  std::vector<AssetIndex> changed_flows_;
  std::vector<Movement> movements_;
  TransferKind kind_ = TransferKind::none;  // of the transfer being carried out
  Undo* undo_ = nullptr;                    // records what changes while apply_all runs
};

}  // namespace bulkhead::ledger
