// Events of the books: balances, orders, trades, settlements.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/engine/commands_trading.h"
#include "bulkhead/engine/event_parts.h"
#include "bulkhead/ledger/transfer.h"

namespace bulkhead::engine {

// Assets of one account moved, came or went; a signed change of one bucket.
struct BalanceChanged {
  BULKHEAD_EVENT(20, "balance_changed")
  ledger::TransferKind kind = ledger::TransferKind::none;
  std::string asset;
  std::string place;
  ledger::Bucket bucket = ledger::Bucket::free;
  Amount change;
  Amount balance;  // posted, after
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "kind", self.kind);
    visit(2, "asset", self.asset);
    visit(3, "place", self.place);
    visit(4, "bucket", self.bucket);
    visit(5, "change", self.change);
    visit(6, "balance", self.balance);
  }
};

// Collateral was exchanged in one step (D8.5); the movements are told apart.
struct CollateralSubstituted {
  BULKHEAD_EVENT(104, "collateral_substituted")
  std::string in_asset;
  Amount in;
  std::string out_asset;
  Amount out;
  Figures figures;  // after
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "in_asset", self.in_asset);
    visit(2, "in", self.in);
    visit(3, "out_asset", self.out_asset);
    visit(4, "out", self.out);
    visit(5, "figures", self.figures);
  }
};

enum class OrderChange : std::uint8_t { placed, amended, cancelled, filled };
BULKHEAD_ENUM_NAMES(OrderChange, "placed", "amended", "cancelled", "filled")

struct OrderChanged {
  BULKHEAD_EVENT(21, "order_changed")
  OrderChange change = OrderChange::placed;
  std::string order;
  std::string instrument;  // empty: a package
  std::int64_t lots = 0;   // unfilled after the change, + buy, − sell
  Decimal limit;
  std::string reason;  // of a cancellation by Bulkhead
  std::vector<OrderLeg> legs = {};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "change", self.change);
    visit(2, "order", self.order);
    visit(3, "instrument", self.instrument);
    visit(4, "lots", self.lots);
    visit(5, "limit", self.limit);
    visit(6, "reason", self.reason);
    visit(7, "legs", self.legs);
  }
};

struct TradeBooked {
  BULKHEAD_EVENT(22, "trade_booked")
  std::string instrument;
  std::int64_t lots = 0;  // + bought
  Decimal price;
  std::int64_t position = 0;  // lots after
  std::uint64_t instruction = 0;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "lots", self.lots);
    visit(3, "price", self.price);
    visit(4, "position", self.position);
    visit(5, "instruction", self.instruction);
  }
};

struct PositionSettled {
  BULKHEAD_EVENT(23, "position_settled")
  std::string instrument;
  std::int64_t lots = 0;  // that ended
  Decimal price;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "lots", self.lots);
    visit(3, "price", self.price);
  }
};

}  // namespace bulkhead::engine
