// Transfers: the only way in which a balance changes. Immutable, balanced, of a named kind whose
// shape says which buckets of whom it may touch; two-phase where a chain or custodian must answer.
//
//   post          moves amount from debit to credit at once
//   pend          holds it: debit.pending_out and credit.pending_in rise, nothing else
//   post_pending  moves up to the amount of the pending transfer, the remainder is released
//   void_pending  releases all of it
//
// debit is what is taken from, credit what is added to; both of one asset, and either both debts or
// neither. A pending transfer is resolved at most once and never expires by itself: a place that
// does not answer is asked again (D9.4).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "bulkhead/base/time.h"
#include "bulkhead/ledger/holding.h"

namespace bulkhead::ledger {

// All zero: made by the core from one record, has no memory and cannot be pending.
using TransferId = Hash;

// The id of the ordinal-th transfer that the core makes from one record; never equal to a client's.
TransferId derived_id(std::uint64_t record, std::uint32_t ordinal);
// The id of a transfer that an actor names by a 128-bit id (D11.4).
TransferId client_id(std::uint32_t actor, std::span<const std::uint8_t, 16> id);
bool is_none(const TransferId& id);

enum class Phase : std::uint8_t { post, pend, post_pending, void_pending };
BULKHEAD_ENUM_NAMES(Phase, "post", "pend", "post_pending", "void_pending")

// What a transfer is for; transfer_shapes.cc has the table of what each may take from and add to.
enum class TransferKind : std::uint8_t {
  none,
  deposit,     // external → anyone
  withdrawal,  // account free, or a system owner → external
  pledge,      // free → pledged, same account and place
  unpledge,    // pledged → free, same account and place
  sequester,   // pledged → sequestered, same account
  release,     // sequestered → pledged, same account
  move,        // one bucket of one owner between two places
  trade,       // account free or pledged ↔ market: realised gains and losses, premiums
  fee,         // account free or pledged ↔ fees
  funding,     // account free or pledged ↔ market
  settlement,  // account free or pledged ↔ market: expiry and settlement
  borrow,      // pool → account; and the debt, pool debt → account debt
  repay,       // account free or pledged → pool; and the debt back
  interest,    // pool debt → account debt
  shortfall,   // pool → system owner, what an account could not pay; and its debt
  sale,        // account free, pledged or sequestered ↔ market: collateral sold after default
  waterfall,   // account, any holding → system owner; system owner → system owner (D10.3)
  write_off,   // account debt → pool debt
  receipt,     // external or suspense ↔ account, any holding: what a place reports (D9.4)
  correction   // reverses what a record did wrongly (D11.5): any valid shape
};
BULKHEAD_ENUM_NAMES(TransferKind, "none", "deposit", "withdrawal", "pledge", "unpledge",
                    "sequester", "release", "move", "trade", "fee", "funding", "settlement",
                    "borrow", "repay", "interest", "shortfall", "sale", "waterfall", "write_off",
                    "receipt", "correction")

struct Transfer {
  TransferId id{};
  TransferKind kind = TransferKind::none;
  Phase phase = Phase::post;
  HoldingKey debit;          // post_pending, void_pending: as in the pending transfer
  HoldingKey credit;         // likewise
  Amount amount;             // > 0; post_pending: at most what is pending; void_pending: all of it
  TransferId pending_id{};   // post_pending, void_pending: which one
  std::uint64_t record = 0;  // log index of the command that caused it
  Timestamp time;            // of that command

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "id", self.id);
    visit(2, "kind", self.kind);
    visit(3, "phase", self.phase);
    visit(4, "debit", self.debit);
    visit(5, "credit", self.credit);
    visit(6, "amount", self.amount);
    visit(7, "pending_id", self.pending_id);
    visit(8, "record", self.record);
    visit(9, "time", self.time);
  }
};

// The transfer that posts (`amount` of it) or voids a pending one.
Transfer resolution(const Transfer& pending, Phase phase, const TransferId& id, Amount amount);

// Name of the first field in which two transfers differ, empty if none. record and time are not
// content: a repeated command has its own.
std::string_view first_difference(const Transfer& a, const Transfer& b);

// Whether the keys can exist and the kind may join them; errors in the order of the checks:
// amount, keys, equality, asset, debt class, kind.
Status check_shape(const Transfer& transfer);

}  // namespace bulkhead::ledger
