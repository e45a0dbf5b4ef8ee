// Open orders: what an account may still buy or sell, which raises its margin (D5.8). An order book
// is the venue's business; here an order is a quantity, a side and a limit.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bulkhead/base/ids.h"
#include "bulkhead/base/keyed_state.h"
#include "bulkhead/base/result.h"
#include "bulkhead/market/registry.h"

namespace bulkhead::positions {

inline constexpr std::size_t kOrdersPerAccountMax = 1000;

// One contract of a package: what whoever buys one package does in it.
struct OrderLeg {
  InstrumentIndex instrument;
  std::int64_t lots = 0;  // + bought, − sold, never 0
  friend bool operator==(const OrderLeg&, const OrderLeg&) = default;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "instrument", self.instrument.value);
    visit(2, "lots", self.lots);
  }
};

inline constexpr std::size_t kOrderLegsMin = 2;
inline constexpr std::size_t kOrderLegsMax = 8;

// With legs, an order for a package: they are filled in this ratio or not at all.
struct Order {
  std::string
      id;  // unique among the account's open orders; 1..64 printable ASCII, no space, no '/'
  InstrumentIndex instrument;  // of a package none
  std::int64_t lots = 0;       // still open, of a package packages: + buy, − sell, never 0
  double limit = 0;            // in the instrument's quote; options: premium per coin, may be 0;
                               // of a package net of one, in its settlement asset, either sign
  bool reduce_only = false;
  std::uint64_t record = 0;         // log index of the command that placed it
  std::vector<OrderLeg> legs = {};  // sorted by instrument, none twice

  bool is_package() const { return !legs.empty(); }
  bool is_in(InstrumentIndex i) const;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "id", self.id);
    visit(2, "instrument", self.instrument.value);
    visit(3, "lots", self.lots);
    visit(4, "limit", self.limit);
    visit(5, "reduce_only", self.reduce_only);
    visit(6, "record", self.record);
    visit(7, "legs", self.legs);
  }
};

// Lots open per instrument of one account, both >= 0.
struct OrderSums {
  InstrumentIndex instrument;
  std::int64_t buy_lots = 0;
  std::int64_t sell_lots = 0;
};

class Orders {
 public:
  explicit Orders(const market::Registry& registry) : registry_(&registry) {}

  // Errors: malformed (id), instrument_unknown, lots_not_positive (0 lots), price_invalid,
  // order_exists, order_limit, lots_overflow (the sum of a side per instrument); of a package also
  // out_of_range (2 to 8 legs, sorted, of one settlement asset). Nothing changes on error, here and
  // below.
  Status place(AccountIndex account, Order order);
  // Replaces open lots (same side as before) and limit.
  Status amend(AccountIndex account, std::string_view id, std::int64_t lots, double limit);
  Result<Order> cancel(AccountIndex account, std::string_view id);
  std::vector<Order> cancel_all(AccountIndex account);
  // All orders in one instrument, also those of packages with a leg in it (at expiry), by account.
  std::vector<std::pair<AccountIndex, Order>> cancel_instrument(InstrumentIndex instrument);
  // `lots` > 0 of the order were filled; returns the order with what is left, removed at 0.
  Result<Order> fill(AccountIndex account, std::string_view id, std::int64_t lots);
  // What fill would answer, changing nothing: for commands that must check before they apply.
  Status check_fill(AccountIndex account, std::string_view id, std::int64_t lots) const;

  // Sorted by (instrument, buys before sells, limit, id); then packages, the oldest first. Valid
  // until the next change.
  std::span<const Order> open(AccountIndex account) const;
  const Order* find(AccountIndex account, std::string_view id) const;  // nullptr if none
  // Sorted by instrument; of packages what their legs would do.
  std::vector<OrderSums> sums(AccountIndex account) const;
  std::size_t count() const { return count_; }

  // "positions/order/<account>/<id>".
  void collect_changes(ChangeSet& out);
  // Accounts of those records; before collect_changes. Repetitions stay in.
  void add_changed_accounts(std::vector<std::uint32_t>& out) const;
  Status restore(std::string_view key, std::span<const std::uint8_t> value);
  Status finish_restore();

 private:
  using Book = std::vector<Order>;

  Book& book(AccountIndex account);
  Status check(std::span<const Order> book, const Order& order) const;
  void insert(AccountIndex account, Order order);
  void erase(AccountIndex account, std::size_t position);
  void mark(AccountIndex account, std::string_view id);

  const market::Registry* registry_;
  std::vector<Book> books_;  // by account
  std::size_t count_ = 0;
  std::set<std::pair<std::uint32_t, std::string>> changed_;
};

}  // namespace bulkhead::positions
