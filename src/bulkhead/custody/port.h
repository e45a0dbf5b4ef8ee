// How a place that holds collateral is spoken to: absolute instructions in, receipts out (D9.4).
// Outside the core: receipts come back to it as commands. Safe to lose, repeat and reorder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/time.h"

namespace bulkhead::custody {

// "Hold `target` of `asset` for `account` at `place`." The highest seq of (account, asset, place)
// is in force; an equal seq asks again for word of it.
struct Instruction {
  std::uint64_t seq = 0;
  std::string account;
  std::string asset;
  std::string place;
  Amount target;  // >= 0
  Timestamp sent;

  friend bool operator==(const Instruction&, const Instruction&) = default;
};

enum class ReceiptStatus : std::uint8_t { pending, applied, rejected };
BULKHEAD_ENUM_NAMES(ReceiptStatus, "pending", "applied", "rejected")

struct Receipt {
  std::uint64_t seq = 0;  // of the instruction it answers
  std::string account;
  std::string asset;
  std::string place;
  ReceiptStatus status = ReceiptStatus::pending;
  Amount observed;     // what the place holds for (account, asset) at as_of
  Timestamp as_of;     // place's time
  Timestamp received;  // when it reaches us, >= as_of
  bool final_ = false;

  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// One place. Not thread safe; time moves only by advance.
class CustodyPlace {
 public:
  virtual ~CustodyPlace() = default;
  // Takes an instruction at instruction.sent, which must not be before the last advance.
  virtual void instruct(const Instruction& instruction) = 0;
  // Receipts that reach us up to and including `now`, by (received, account, asset, seq, status).
  virtual std::vector<Receipt> advance(Timestamp now) = 0;
  // When the next receipt would come, so that simulated time can jump; empty if none is under way.
  virtual std::optional<Timestamp> next_receipt() const = 0;
};

}  // namespace bulkhead::custody
