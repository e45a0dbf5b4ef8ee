// The read-only input of every margin model: what one account has and owes, sorted and netted.
#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/base/ids.h"

namespace bulkhead::risk {

enum class MarginMode : std::uint8_t { joint, haircut };
BULKHEAD_ENUM_NAMES(MarginMode, "joint", "haircut")

struct PositionLots {
  InstrumentIndex instrument;
  std::int64_t lots = 0;  // + long, − short, never 0
};

struct AssetAmount {
  AssetIndex asset;
  Amount amount;  // minor units
};

// Unfilled part of an order.
struct OrderLots {
  InstrumentIndex instrument;
  std::int64_t lots = 0;  // + buy, − sell
  double limit = 0;  // in the instrument's quote; options: premium per coin in its settlement asset
};

// Unfilled part of an order for several contracts that are filled in one ratio or not at all
// (D7.5). A package that is sold is the one the other way round, bought at minus its limit.
struct PackageLots {
  std::vector<PositionLots> legs;  // of one package; all settle in one asset
  std::int64_t count = 0;          // >= 0; 0: nothing is left to fill, but its contracts are there
  double limit = 0;                // what one costs at most, net, in that asset; either sign
};

// Sums of |net delta| per underlying on one side over a member and its affiliates (D5.5).
struct GroupDelta {
  AssetIndex underlying;
  double long_total = 0;   // coins, this account included
  double short_total = 0;  // coins, this account included, >= 0
};

// Sorted by index, one entry per index, no zero entries.
struct Portfolio {
  MarginMode mode = MarginMode::joint;
  std::vector<PositionLots> positions;
  std::vector<AssetAmount> settlement;  // sum of settlement legs per settlement asset, either sign
  std::vector<AssetAmount> collateral;  // counted: pledged and sequestered, eligible, > 0
  std::vector<AssetAmount> debts;       // owed, interest included, > 0
  std::vector<OrderLots> orders;        // by (instrument, side, limit)
  std::vector<PackageLots> packages;    // the oldest first
  std::vector<GroupDelta> group;        // by underlying; absent: the account is its own group
  std::vector<AssetIndex> own_tokens;   // issued by the member or an affiliate (D5.5), sorted

  bool has_open_orders() const { return !orders.empty() || !packages.empty(); }
  bool has_obligations() const { return !positions.empty() || !debts.empty() || has_open_orders(); }
};

}  // namespace bulkhead::risk
