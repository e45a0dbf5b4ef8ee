// Events of proposals, and the digest of the state (D11.1, DESIGN 3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"
#include "bulkhead/engine/commands_governance.h"
#include "bulkhead/engine/event_parts.h"

namespace bulkhead::engine {

enum class ProposalStatus : std::uint8_t {
  open,
  approved,
  effective,
  expired,
  withdrawn,  // what it was for is over
  rejected
};
BULKHEAD_ENUM_NAMES(ProposalStatus, "open", "approved", "effective", "expired", "withdrawn",
                    "rejected")

struct ProposalChanged {
  BULKHEAD_EVENT(70, "proposal_changed")
  std::string proposal;
  ProposalStatus status = ProposalStatus::open;
  std::vector<std::string> approvals;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "proposal", self.proposal);
    visit(2, "status", self.status);
    visit(3, "approvals", self.approvals);
  }
};

enum class StopStage : std::uint8_t { pressed, ending, ended, expired };
BULKHEAD_ENUM_NAMES(StopStage, "pressed", "ending", "ended", "expired")

// A stop button (D11.6): pressed, one of two persons wants it to end, ended, expired.
struct StopChanged {
  BULKHEAD_EVENT(130, "stop_changed")
  StopButton button = StopButton::halt_asset;
  std::string subject;  // empty: everything
  StopStage stage = StopStage::pressed;
  std::string reason;  // why it was pressed
  Timestamp expires;
  std::vector<std::string> persons;  // who pressed it, then who ended it
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "button", self.button);
    visit(2, "subject", self.subject);
    visit(3, "stage", self.stage);
    visit(4, "reason", self.reason);
    visit(5, "expires", self.expires);
    visit(6, "persons", self.persons);
  }
};

enum class CorrectionKind : std::uint8_t { trade_busted, deposit_reversed };
BULKHEAD_ENUM_NAMES(CorrectionKind, "trade_busted", "deposit_reversed")

// What a record did is undone from now on (D11.5).
struct CorrectionMade {
  BULKHEAD_EVENT(131, "correction_made")
  CorrectionKind kind = CorrectionKind::trade_busted;
  std::uint64_t record = 0;  // that is corrected
  std::string reason;
  std::vector<std::string> persons;
  Amount owed;  // of a reversed deposit: what was no longer there, and is a debt now
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "kind", self.kind);
    visit(2, "record", self.record);
    visit(3, "reason", self.reason);
    visit(4, "persons", self.persons);
    visit(5, "owed", self.owed);
  }
};

// Merkle root of the keyed state after the command before (DESIGN 3).
struct StateDigest {
  BULKHEAD_EVENT(80, "state_digest")
  std::uint64_t commands = 0;  // applied since the log began, this one included
  Hash root{};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "commands", self.commands);
    visit(2, "root", self.root);
  }
};

}  // namespace bulkhead::engine
