// Commands of trading and of contracts in force: orders, fills, funding, interest, expiry (D3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"

namespace bulkhead::engine {

enum class Side : std::uint8_t { buy, sell };
BULKHEAD_ENUM_NAMES(Side, "buy", "sell")

// One contract of a package: what whoever buys one package does in it.
struct OrderLeg {
  std::string instrument;
  Side side = Side::buy;
  std::int64_t lots = 0;  // > 0
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "side", self.side);
    visit(3, "lots", self.lots);
  }
};

// With legs it is an order for a package: 2 to 8 contracts that settle in one asset, filled in this
// ratio or not at all and judged as one (D7.5). `instrument` is empty then, `lots` counts packages,
// and `limit` is the net price of one in the settlement asset: what it costs at most when bought,
// brings at least when sold; below 0 if a buyer is to receive it.
struct PlaceOrder {
  static constexpr int kTag = 30;
  static constexpr std::string_view kName = "place_order";
  std::string account;
  std::string order;  // client's name, unique among the account's open orders
  std::string instrument;
  Side side = Side::buy;
  std::int64_t lots = 0;  // > 0
  Decimal limit;          // in the instrument's quote
  std::vector<OrderLeg> legs = {};

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "order", self.order);
    visit(3, "instrument", self.instrument);
    visit(4, "side", self.side);
    visit(5, "lots", self.lots);
    visit(6, "limit", self.limit);
    visit(7, "legs", self.legs);
  }
};

struct AmendOrder {
  static constexpr int kTag = 31;
  static constexpr std::string_view kName = "amend_order";
  std::string account;
  std::string order;
  std::int64_t lots = 0;  // new unfilled size, > 0
  Decimal limit;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "order", self.order);
    visit(3, "lots", self.lots);
    visit(4, "limit", self.limit);
  }
};

struct CancelOrder {
  static constexpr int kTag = 32;
  static constexpr std::string_view kName = "cancel_order";
  std::string account;
  std::string order;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "order", self.order);
  }
};

// What a fill of a package did in one contract, seen from the account.
struct FilledLeg {
  std::string instrument;
  Side side = Side::buy;
  std::int64_t lots = 0;  // in all: those of one package, as often as packages were filled
  Decimal price;
  Amount fee;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "side", self.side);
    visit(3, "lots", self.lots);
    visit(4, "price", self.price);
    visit(5, "fee", self.fee);
  }
};

// A trade that has happened at the venue; never refused for margin (D5.8). With legs it is a fill
// of the package that `order` is for, all its contracts in one: `side` and `lots` are of packages,
// and instrument, price and fee stand in the legs.
struct Fill {
  static constexpr int kTag = 33;
  static constexpr std::string_view kName = "fill";
  std::string account;
  std::string instrument;
  Side side = Side::buy;
  std::int64_t lots = 0;  // > 0
  Decimal price;      // in the instrument's quote; option: premium per coin in its settlement asset
  Amount fee;         // settlement asset, >= 0
  std::string order;  // empty: none
  std::string counterparty;       // account on the other side; empty: the venue's market account
  std::uint64_t instruction = 0;  // liquidation instruction that it answers; 0: none
  std::vector<FilledLeg> legs = {};

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "instrument", self.instrument);
    visit(3, "side", self.side);
    visit(4, "lots", self.lots);
    visit(5, "price", self.price);
    visit(6, "fee", self.fee);
    visit(7, "order", self.order);
    visit(8, "counterparty", self.counterparty);
    visit(9, "instruction", self.instruction);
    visit(10, "legs", self.legs);
  }
};

// Collateral of an account in default sold by the venue as instructed.
struct FillSale {
  static constexpr int kTag = 34;
  static constexpr std::string_view kName = "fill_sale";
  std::string account;
  std::uint64_t instruction = 0;
  std::string sold_asset;
  Amount sold;
  std::string received_asset;
  Amount received;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "instruction", self.instruction);
    visit(3, "sold_asset", self.sold_asset);
    visit(4, "sold", self.sold);
    visit(5, "received_asset", self.received_asset);
    visit(6, "received", self.received);
  }
};

// Longs pay rate · notional at the closed epoch's mark to shorts (negative: the reverse).
struct Funding {
  static constexpr int kTag = 35;
  static constexpr std::string_view kName = "funding";
  std::string instrument;
  Decimal rate;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "rate", self.rate);
  }
};

// Every debt in the asset grows by rate (>= 0), rounded up.
struct Interest {
  static constexpr int kTag = 36;
  static constexpr std::string_view kName = "interest";
  std::string asset;
  Decimal rate;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "rate", self.rate);
  }
};

// Settles every position of the instrument at a price in its quote (options: of the underlying).
struct Expire {
  static constexpr int kTag = 37;
  static constexpr std::string_view kName = "expire";
  std::string instrument;
  Decimal settlement_price;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument);
    visit(2, "settlement_price", self.settlement_price);
  }
};

}  // namespace bulkhead::engine
