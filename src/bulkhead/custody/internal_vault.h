// The internal vault: a segregated book of our own that does what it is told at once.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/custody/port.h"

namespace bulkhead::custody {

class InternalVault final : public CustodyPlace {
 public:
  // Applies at once; the final receipt is there at the next advance, as of instruction.sent. An
  // older seq than the one in force is answered with what is held, rejected.
  void instruct(const Instruction& instruction) override;
  std::vector<Receipt> advance(Timestamp now) override;
  std::optional<Timestamp> next_receipt() const override;

 private:
  struct Holding {
    std::uint64_t seq = 0;
    Amount held;
  };
  std::map<std::pair<std::string, std::string>, Holding> held_;  // (account, asset)
  std::vector<Receipt> receipts_;
};

}  // namespace bulkhead::custody
