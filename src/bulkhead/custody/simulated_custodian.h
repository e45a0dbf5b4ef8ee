// A custodian in simulated time: latency drawn from our own generator, and on request every fault
// that a real one shows (refusal, silence, lost, repeated and reordered receipts). Used by replay
// and tests.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bulkhead/base/random.h"
#include "bulkhead/custody/port.h"

namespace bulkhead::custody {

// Latency is shifted exponential: least + Exp(mean − least), cut at most. Probabilities in [0, 1].
struct CustodianBehaviour {
  Duration seen_after = seconds(2);  // until the pending receipt ("seen")
  Duration least = seconds(20);      // until applied
  Duration mean = seconds(90);
  Duration most = minutes(20);
  double refuse = 0;          // rejected, nothing moves
  double silent = 0;          // neither done nor answered; asked again it draws anew
  double lose_receipt = 0;    // done, but its final receipt is lost; asked again it answers
  double repeat_receipt = 0;  // the final receipt comes twice
  double delay_receipt = 0;   // it comes `most` later than it should, after newer ones
};

class SimulatedCustodian final : public CustodyPlace {
 public:
  // Draws depend on (seed, account, asset, seq, times asked) alone, not on the order of
  // instructions.
  SimulatedCustodian(std::string place, CustodianBehaviour behaviour, std::uint64_t seed);

  void instruct(const Instruction& instruction) override;
  std::vector<Receipt> advance(Timestamp now) override;
  std::optional<Timestamp> next_receipt() const override;

  // What the custodian really holds, for tests of reconciliation.
  Amount held(const std::string& account, const std::string& asset) const;

 private:
  using Key = std::pair<std::string, std::string>;  // (account, asset)
  struct Holding {
    std::uint64_t seq = 0;    // highest seq taken
    std::uint32_t asked = 0;  // times seq was asked
    Amount held;
    std::map<std::uint64_t, ReceiptStatus> ended;  // how each seq ended, for good
  };
  // Something that happens at the custodian: a movement, a receipt that leaves it, or both.
  struct Occurrence {
    Timestamp at;  // movement and as_of
    Timestamp received;
    Instruction instruction;
    ReceiptStatus status = ReceiptStatus::pending;
    bool sent = true;  // false: the receipt is lost
  };
  void schedule(const Instruction& instruction, Holding& holding);
  void happen(const Occurrence& occurrence);
  RandomStream stream_of(const Instruction& instruction, std::uint32_t asked) const;

  std::string place_;
  CustodianBehaviour behaviour_;
  std::uint64_t seed_;
  std::map<Key, Holding> holdings_;
  std::vector<Occurrence> occurrences_;  // not yet happened
  std::vector<Receipt> receipts_;        // happened, not yet received
  Timestamp now_;
};

}  // namespace bulkhead::custody
