// Contents of proposals by which two persons put right what a record did, from now on (D11.5), and
// price an asset that has been halted for long (D4.7).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "bulkhead/base/decimal.h"
#include "bulkhead/base/fields.h"
#include "bulkhead/engine/commands_trading.h"
#include "bulkhead/engine/commands_transfers.h"

namespace bulkhead::engine {

// The command that is reversed is named by its record, its actor and its id, and told once more in
// full: the core keeps no commands, but it knows whether this was the one.
#define BULKHEAD_CORRECTION(Type, tag, name, Body, field) \
  struct Type {                                           \
    static constexpr int kTag = tag;                      \
    static constexpr std::string_view kName = name;       \
    std::uint64_t record = 0; /* within seven days */     \
    std::string reason;                                   \
    std::string actor;                                    \
    std::array<std::uint8_t, 16> id{};                    \
    Body field;                                           \
    template <class Self, class Visitor>                  \
    static void fields(Self& self, Visitor&& visit) {     \
      visit(1, "record", self.record);                    \
      visit(2, "reason", self.reason);                    \
      visit(3, "actor", self.actor);                      \
      visit(4, "id", self.id);                            \
      visit(5, #field, self.field);                       \
    }                                                     \
  };
// A trade that does not stand: both sides trade it back at its price, fees included.
BULKHEAD_CORRECTION(BustTrade, 82, "bust_trade", Fill, fill)
// A deposit that was misposted, or that its chain has taken back: it leaves `free`, then `pledged`;
// what is no longer there is owed.
BULKHEAD_CORRECTION(ReverseDeposit, 83, "reverse_deposit", Deposit, deposit)
#undef BULKHEAD_CORRECTION

// The price of an asset that has been halted for more than seven days, until it runs again.
struct SettlementPrice {
  static constexpr int kTag = 84;
  static constexpr std::string_view kName = "settlement_price";
  std::string asset;
  Decimal price;  // numeraire per coin, > 0
  std::string reason;
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "asset", self.asset);
    visit(2, "price", self.price);
    visit(3, "reason", self.reason);
  }
};

}  // namespace bulkhead::engine
