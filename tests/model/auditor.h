// What must hold of any log, seen from its commands and events alone: balances add up, nothing is
// negative, every movement has a cause that may cause it, and nobody's assets pay for another.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "bulkhead/engine/commands.h"
#include "bulkhead/engine/events.h"

namespace bulkhead::naive {

class Auditor {
 public:
  void apply(const engine::Command& command, const std::vector<engine::Event>& events);
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  using Line = std::tuple<std::string, std::string, std::string, ledger::Bucket>;

  void movement(const engine::Command& command, const engine::Event& event,
                const engine::BalanceChanged& moved);
  void check_transfers(const std::vector<engine::Event>& events);
  void check_stage(const engine::Event& event);
  void complain(const engine::Event& event, const std::string& what);

  std::map<Line, Int128> balances_;  // account, asset, place, bucket
  std::set<std::string> exchanged_;  // accounts whose collateral this command exchanged
  std::map<std::string, policy::Coverage> coverage_;
  std::map<std::string, policy::Vault> vault_;
  std::map<std::string, policy::Default> default_;
  std::map<std::uint64_t, policy::CallStatus> calls_;
  std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> sequences_;
  std::vector<std::string> complaints_;
};

}  // namespace bulkhead::naive
