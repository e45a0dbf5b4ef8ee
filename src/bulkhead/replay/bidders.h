// The members of a replay who bid in auctions of accounts in default (D10.2): each below a share of
// fair of its own, for all that is left or for as much as it can carry.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/replay/behaviour.h"
#include "bulkhead/replay/commander.h"

namespace bulkhead::replay {

class Bidders {
 public:
  explicit Bidders(std::uint64_t seed) : seed_(seed) {}

  // After a tick: whoever finds the price of an open auction low enough bids. A refusal is the
  // core's answer, not an error: half as much is asked for next.
  Status look(Commander& commander, const std::map<std::string, const MemberBehaviour*>& members,
              Timestamp now);

 private:
  struct Bidder {
    double share = 0;  // of fair, at which it bids
    std::string account;
    std::string member;
  };
  std::vector<Bidder> bidders_of(Commander& commander,
                                 const std::map<std::string, const MemberBehaviour*>& members,
                                 const engine::OpenAuction& auction) const;
  Status bid(Commander& commander, const engine::OpenAuction& auction, const Bidder& bidder,
             Timestamp now);

  std::uint64_t seed_;
  std::map<std::uint64_t, std::vector<Bidder>> waiting_;  // by auction, the highest share last
};

}  // namespace bulkhead::replay
