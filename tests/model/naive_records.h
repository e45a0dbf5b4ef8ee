// What the naive model remembers beside accounts: deliveries, stops, commands that were given and
// what two persons are asked about.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bulkhead/engine/commands.h"
#include "bulkhead/engine/events.h"
#include "naive_figures.h"

namespace bulkhead::naive {

struct NaiveOrder {
  std::string contract;
  std::int64_t lots = 0;
  double limit = 0;
  std::map<std::string, std::int64_t> legs = {};  // of one package bought; empty: a single order
  std::uint64_t age = 0;                          // the older, the less
  // What one lot, or one package, does: + bought.
  std::map<std::string, std::int64_t> unit() const;
  OpenPackage package() const;
};

// A promise of collateral that has not ended (D6.2).
struct NaiveDelivery {
  std::uint64_t number = 0;
  std::string asset;
  std::string place;  // that sees it on its way
  Int128 outstanding = 0;
  bool part_failed = false;
  policy::DeliveryStatus status = policy::DeliveryStatus::agreed;
  Timestamp settles;
  Timestamp seen;
  Timestamp since;
  Timestamp deadline;       // of the call that it stands in for; 0: of none
  std::int64_t netted = 0;  // by which less was called because of it
};

// What of a delivery counts beside open calls now.
struct NaiveCounted {
  std::uint64_t number = 0;
  std::int64_t value = 0;
  std::int64_t netted = 0;
  std::int64_t spare = 0;  // beyond its netting and what open calls take of it
};

// What one of those who were charged bore of a closed account's loss.
struct NaiveLossPart {
  std::string who;
  std::string account;  // whose gain it was, if it was one
  std::string asset;
  Int128 amount = 0;
};

struct NaiveStop {
  Timestamp expires;
  std::string ending_by;  // the first of the two who end it
};
using StopKey = std::pair<engine::StopButton, std::string>;

// A command that is remembered for seven days.
struct NaiveCommand {
  Timestamp time;
  bool refused = false;
  std::uint64_t record = 0;
  engine::CommandBody body;
};

struct NaiveGrant {
  std::uint64_t epoch = 0;
  Timestamp expires;
  Int128 left = 0;
};
using GrantKey = std::pair<engine::GrantKind, std::string>;

// What one coin or lot was worth, and its results by number that lost more than was forecast.
struct NaiveWatch {
  Timestamp made;
  double value = 0;
  std::uint64_t results = 0;
  std::vector<std::uint64_t> held;
  std::vector<std::uint64_t> owed;
};

// What the watch said in a tick, by product and side.
using Monitored = std::map<std::pair<std::string, engine::MonitorSide>,
                           std::vector<const engine::ModelMonitored*>>;

// What a risk manager has proposed and not all have answered.
struct NaiveProposal {
  std::string account;  // empty: of none
  Timestamp expires;
  std::variant<engine::SequestrationOrder, engine::ReleaseOrder, engine::ParameterChange,
               engine::DefaultOrder, engine::BustTrade, engine::ReverseDeposit,
               engine::SettlementPrice, engine::WaiveLoss>
      order;
  std::set<std::string> approvals;
  bool approved = false;  // waits for its time

  template <class T>
  bool is() const {
    return std::holds_alternative<T>(order);
  }
};

}  // namespace bulkhead::naive
