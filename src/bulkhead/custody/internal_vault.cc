// The internal vault.
#include "bulkhead/custody/internal_vault.h"

#include "bulkhead/base/assert.h"
#include "bulkhead/custody/receipt_queue.h"

namespace bulkhead::custody {

void InternalVault::instruct(const Instruction& instruction) {
  BULKHEAD_ASSERT(instruction.seq > 0 && !instruction.target.is_negative());
  Holding& holding = held_[{instruction.account, instruction.asset}];
  const bool in_force = instruction.seq >= holding.seq;
  if (instruction.seq > holding.seq) {
    holding.seq = instruction.seq;
    holding.held = instruction.target;
  }
  Receipt receipt;
  receipt.seq = instruction.seq;
  receipt.account = instruction.account;
  receipt.asset = instruction.asset;
  receipt.place = instruction.place;
  receipt.status = in_force ? ReceiptStatus::applied : ReceiptStatus::rejected;
  receipt.observed = holding.held;
  receipt.as_of = instruction.sent;
  receipt.received = instruction.sent;
  receipt.final_ = true;
  receipts_.push_back(receipt);
}

std::vector<Receipt> InternalVault::advance(Timestamp now) { return take_received(receipts_, now); }

std::optional<Timestamp> InternalVault::next_receipt() const { return earliest(receipts_); }

}  // namespace bulkhead::custody
