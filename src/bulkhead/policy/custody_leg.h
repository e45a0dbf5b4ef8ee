// One custody leg: an absolute instruction "hold `target` of this asset for this account at this
// place" and what the place has said of it (D9.4). Late, repeated and reordered receipts do no
// harm.
//
// One leg per (account, asset, place) is in force, the one of the highest seq. A newer
// instruction supersedes the older; receipts of an older seq only tell what the place holds.
#pragma once

#include <cstdint>
#include <span>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/policy/stages.h"

namespace bulkhead::policy {

struct CustodyLeg {
  std::uint32_t account = 0;  // indices
  std::uint32_t asset = 0;
  std::uint32_t place = 0;
  std::uint64_t seq = 0;  // 0: nothing was ever instructed
  Amount target;
  Amount observed;  // newest word of the place, by as_of
  Timestamp observed_as_of;
  LegStatus status = LegStatus::applied;
  std::uint32_t asked = 0;  // times this seq was sent
  Timestamp instructed;
  Timestamp timeout_at;    // next time-out while not final
  bool escalated = false;  // a second time-out was reported to people
  // What the place's words have made of the books (D9.4), all >= 0:
  Amount suspense;    // it holds more than anyone can explain: kept apart, not the account's
  Amount lost;        // it holds less than it confirmed: marked down, restored if it turns up
  Amount given_back;  // refused or left out of an instruction, and pledged again since
  Amount departed;    // has left for another place that has not confirmed it yet
  // Beside observed_as_of: of which instruction the newest word spoke, and whether it was final.
  std::uint64_t observed_seq = 0;
  bool observed_final = false;

  friend bool operator==(const CustodyLeg&, const CustodyLeg&) = default;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "asset", self.asset);
    visit(3, "place", self.place);
    visit(4, "seq", self.seq);
    visit(5, "target", self.target);
    visit(6, "observed", self.observed);
    visit(7, "observed_as_of", self.observed_as_of);
    visit(8, "status", self.status);
    visit(9, "asked", self.asked);
    visit(10, "instructed", self.instructed);
    visit(11, "timeout_at", self.timeout_at);
    visit(12, "escalated", self.escalated);
    visit(13, "suspense", self.suspense);
    visit(14, "lost", self.lost);
    visit(15, "given_back", self.given_back);
    visit(16, "departed", self.departed);
    visit(17, "observed_seq", self.observed_seq);
    visit(18, "observed_final", self.observed_final);
  }
};

enum class LegInput : std::uint8_t { seen, applied, rejected, timeout };
BULKHEAD_ENUM_NAMES(LegInput, "seen", "applied", "rejected", "timeout")
inline constexpr std::size_t kLegInputCount = 4;

struct LegTransition {
  LegStatus from;
  LegInput input;
  LegStatus to;
};
// Complete: 5 × 4 rows. Final statuses stay.
std::span<const LegTransition> leg_table();

// What the engine has to do after an input.
enum class LegEffect : std::uint8_t {
  none,        // nothing new: duplicate, reordered, or older than what is known
  in_transit,  // counts as in transit now
  finish,      // post the pending ledger transfer
  void_,       // give the encumbrance back
  ask_again,   // same seq; cover the shortfall elsewhere meanwhile
  escalate,    // second time-out
  reconcile    // no word on this instruction, but on what the place holds
};
BULKHEAD_ENUM_NAMES(LegEffect, "none", "in_transit", "finish", "void", "ask_again", "escalate",
                    "reconcile")

struct LegStep {
  CustodyLeg leg;
  LegEffect effect = LegEffect::none;
  LegStatus from = LegStatus::applied;
  // The place's final and newest word of what it holds: the books follow, whatever was asked
  // (D9.4).
  bool news = false;
  bool changed() const { return from != leg.status; }
  bool ended() const { return changed() && is_final(leg.status); }
};

enum class LegWord : std::uint8_t { pending, applied, rejected };
struct LegReceipt {
  std::uint64_t seq = 0;
  LegWord word = LegWord::pending;
  Amount observed;
  Timestamp as_of;
  bool final_ = false;
};

// A new absolute target under the next number; supersedes a leg that is still open.
CustodyLeg instruct(CustodyLeg leg, Amount target, Duration place_timeout, Timestamp now);
// A receipt: of this seq it moves the status by the table (applied counts only when final_); of an
// older one, or after a final status, it is only word of what the place holds; of a newer one it is
// refused by the caller (never sent). Of words of one time the one on the higher seq is the newest,
// then the final one, then the first.
LegStep receive(CustodyLeg leg, const LegReceipt& receipt);
// At a tick: `unknown` at the first time-out, escalated at the second; asked again each time.
LegStep on_tick(CustodyLeg leg, Duration place_timeout, Timestamp now);

}  // namespace bulkhead::policy
