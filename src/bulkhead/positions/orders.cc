// Open orders per account, kept in the order in which margin reads them.
#include "bulkhead/positions/orders.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace bulkhead::positions {
namespace {

struct OrderRecord {
  std::uint32_t account = 0;
  Order order;

  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit(1, "account", self.account);
    visit(2, "order", self.order);
  }
};

constexpr std::uint32_t kAccountsMax = 1U << 26;

std::string record_key(std::uint32_t account, std::string_view id) {
  const std::string digits = std::to_string(account);
  return "positions/order/" + std::string(10 - digits.size(), '0') + digits + '/' + std::string(id);
}

auto sort_key(const Order& order) {
  return std::tuple(order.instrument, order.lots < 0, order.limit, std::string_view(order.id));
}

bool before(const Order& a, const Order& b) {
  if (a.is_package() != b.is_package()) return b.is_package();
  if (!a.is_package()) return sort_key(a) < sort_key(b);
  return std::pair(a.record, std::string_view(a.id)) < std::pair(b.record, std::string_view(b.id));
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~' && c != '/'; });
}

template <class Book>
auto find_in(Book& book, std::string_view id) {
  return std::find_if(book.begin(), book.end(), [&](const Order& order) { return order.id == id; });
}

std::unexpected<Error> not_found(std::string_view id) {
  return fail(ErrorCode::order_not_found, "order.id", id, "the id of an open order");
}

// What an order would do in each instrument: + bought.
template <class Act>
void for_each_leg(const Order& order, Act&& act) {
  if (!order.is_package()) act(order.instrument, Int128{order.lots});
  for (const OrderLeg& leg : order.legs) act(leg.instrument, Int128{order.lots} * leg.lots);
}

// Lots of one side, as a positive number; −2^63 has none.
Status check_side_sum(std::span<const Order> book, const Order& order) {
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  Int128 largest = 0;
  for_each_leg(order, [&](InstrumentIndex instrument, Int128 lots) {
    Int128 sum = lots;
    for (const Order& other : book) {
      if (other.id == order.id) continue;
      for_each_leg(other, [&](InstrumentIndex i, Int128 open) {
        if (i == instrument && (open < 0) == (lots < 0)) sum += open;
      });
    }
    largest = std::max(largest, sum < 0 ? -sum : sum);
  });
  if (largest > kMax) {
    return fail(ErrorCode::lots_overflow, "order.lots", std::to_string(order.lots),
                "a sum per side that fits 64 bits");
  }
  return {};
}

Status check_leg(const market::Registry& registry, const Order& order, std::size_t n) {
  const OrderLeg& leg = order.legs[n];
  const std::string at = "order.legs[" + std::to_string(n) + "].";
  if (leg.instrument.value >= registry.instruments().size()) {
    return fail(ErrorCode::instrument_unknown, at + "instrument",
                std::to_string(leg.instrument.value), "a registered instrument");
  }
  if (leg.lots == 0) {
    return fail(ErrorCode::lots_not_positive, at + "lots", "0", "lots to buy or sell");
  }
  if (n > 0 && leg.instrument <= order.legs[n - 1].instrument) {
    return fail(ErrorCode::out_of_range, at + "instrument", registry[leg.instrument].name,
                "each contract once, sorted");
  }
  const AssetIndex settlement = registry.settlement(order.legs[0].instrument);
  if (registry.settlement(leg.instrument) == settlement) return {};
  return fail(ErrorCode::out_of_range, at + "instrument", registry[leg.instrument].name,
              "a contract that settles in " + registry[settlement].name);
}

Status check_package(const market::Registry& registry, const Order& order) {
  if (order.instrument.valid()) {
    return fail(ErrorCode::out_of_range, "order.instrument", std::to_string(order.instrument.value),
                "none beside legs");
  }
  if (order.legs.size() < kOrderLegsMin || order.legs.size() > kOrderLegsMax) {
    return fail(ErrorCode::out_of_range, "order.legs", std::to_string(order.legs.size()),
                "2 to 8 contracts");
  }
  for (std::size_t n = 0; n < order.legs.size(); ++n) {
    BULKHEAD_TRY_STATUS(check_leg(registry, order, n));
  }
  const double max = std::numeric_limits<double>::max();
  if (order.limit >= -max && order.limit <= max) return {};
  return fail(ErrorCode::price_invalid, "order.limit", std::to_string(order.limit), "finite");
}

}  // namespace

bool Order::is_in(InstrumentIndex i) const {
  return instrument == i || std::ranges::find(legs, i, &OrderLeg::instrument) != legs.end();
}

Orders::Book& Orders::book(AccountIndex account) {
  BULKHEAD_ASSERT(account.value < kAccountsMax);
  if (account.value >= books_.size()) books_.resize(account.value + std::size_t{1});
  return books_[account.value];
}

std::span<const Order> Orders::open(AccountIndex account) const {
  if (account.value >= books_.size()) return {};
  return books_[account.value];
}

const Order* Orders::find(AccountIndex account, std::string_view id) const {
  const std::span<const Order> orders = open(account);
  const auto at = find_in(orders, id);
  return at == orders.end() ? nullptr : &*at;
}

Status Orders::check(std::span<const Order> book, const Order& order) const {
  if (order.lots == 0) {
    return fail(ErrorCode::lots_not_positive, "order.lots", "0", "lots to buy or sell");
  }
  if (order.is_package()) {
    BULKHEAD_TRY_STATUS(check_package(*registry_, order));
    return check_side_sum(book, order);
  }
  if (order.instrument.value >= registry_->instruments().size()) {
    return fail(ErrorCode::instrument_unknown, "order.instrument",
                std::to_string(order.instrument.value), "a registered instrument");
  }
  const bool option = (*registry_)[order.instrument].is_option();
  const double max = std::numeric_limits<double>::max();
  if (!((order.limit > 0 || (option && order.limit == 0)) && order.limit <= max)) {
    return fail(ErrorCode::price_invalid, "order.limit", std::to_string(order.limit),
                "finite and above zero");
  }
  return check_side_sum(book, order);
}

Status Orders::place(AccountIndex account, Order order) {
  if (!is_id(order.id)) {
    return fail(ErrorCode::malformed, "order.id", order.id,
                "1 to 64 printable ASCII characters without space and slash");
  }
  const std::span<const Order> orders = open(account);
  BULKHEAD_TRY_STATUS(check(orders, order));
  if (find_in(orders, order.id) != orders.end()) {
    return fail(ErrorCode::order_exists, "order.id", order.id, "an id that is not in use");
  }
  if (orders.size() >= kOrdersPerAccountMax) {
    return fail(ErrorCode::order_limit, "order", std::to_string(orders.size()),
                "at most 1,000 open orders");
  }
  insert(account, std::move(order));
  return {};
}

Status Orders::amend(AccountIndex account, std::string_view id, std::int64_t lots, double limit) {
  const Order* found = find(account, id);
  if (found == nullptr) return not_found(id);
  Order order = *found;
  if (lots != 0 && (lots < 0) != (order.lots < 0)) {
    return fail(ErrorCode::out_of_range, "order.lots", std::to_string(lots),
                "the side of the order");
  }
  order.lots = lots;
  order.limit = limit;
  BULKHEAD_TRY_STATUS(check(open(account), order));
  erase(account, static_cast<std::size_t>(found - open(account).data()));
  insert(account, std::move(order));
  return {};
}

Result<Order> Orders::cancel(AccountIndex account, std::string_view id) {
  const Order* found = find(account, id);
  if (found == nullptr) return not_found(id);
  Order order = *found;
  erase(account, static_cast<std::size_t>(found - open(account).data()));
  return order;
}

std::vector<Order> Orders::cancel_all(AccountIndex account) {
  const std::span<const Order> orders = open(account);
  std::vector<Order> cancelled(orders.begin(), orders.end());
  while (!open(account).empty()) erase(account, open(account).size() - 1);
  return cancelled;
}

std::vector<std::pair<AccountIndex, Order>> Orders::cancel_instrument(InstrumentIndex instrument) {
  std::vector<std::pair<AccountIndex, Order>> cancelled;
  for (std::size_t i = 0; i < books_.size(); ++i) {
    const AccountIndex account(i);
    for (std::size_t k = 0; k < books_[i].size();) {
      if (!books_[i][k].is_in(instrument)) {
        ++k;
        continue;
      }
      cancelled.emplace_back(account, books_[i][k]);
      erase(account, k);
    }
  }
  return cancelled;
}

Status Orders::check_fill(AccountIndex account, std::string_view id, std::int64_t lots) const {
  const Order* order = find(account, id);
  if (order == nullptr) return not_found(id);
  if (lots <= 0) {
    return fail(ErrorCode::lots_not_positive, "fill.lots", std::to_string(lots), "above zero");
  }
  const std::int64_t left = order->lots < 0 ? -order->lots : order->lots;
  if (lots > left) {
    return fail(ErrorCode::order_overfilled, "fill.lots", std::to_string(lots),
                "at most " + std::to_string(left));
  }
  return {};
}

Result<Order> Orders::fill(AccountIndex account, std::string_view id, std::int64_t lots) {
  BULKHEAD_TRY_STATUS(check_fill(account, id, lots));
  const Order* found = find(account, id);
  Order order = *found;
  const auto position = static_cast<std::size_t>(found - open(account).data());
  order.lots += order.lots < 0 ? lots : -lots;
  if (order.lots == 0) {
    erase(account, position);
  } else {
    books_[account.value][position].lots = order.lots;  // its place in the order stays
    mark(account, order.id);
  }
  return order;
}

std::vector<OrderSums> Orders::sums(AccountIndex account) const {
  std::map<InstrumentIndex, OrderSums> sums;
  for (const Order& order : open(account)) {
    for_each_leg(order, [&sums](InstrumentIndex instrument, Int128 lots) {
      OrderSums& sum = sums[instrument];
      sum.instrument = instrument;
      (lots > 0 ? sum.buy_lots : sum.sell_lots) +=
          static_cast<std::int64_t>(lots > 0 ? lots : -lots);
    });
  }
  std::vector<OrderSums> result;
  for (const auto& [instrument, sum] : sums) result.push_back(sum);
  return result;
}

void Orders::insert(AccountIndex account, Order order) {
  Book& orders = book(account);
  mark(account, order.id);
  orders.insert(std::lower_bound(orders.begin(), orders.end(), order, before), std::move(order));
  ++count_;
}

void Orders::erase(AccountIndex account, std::size_t position) {
  Book& orders = book(account);
  BULKHEAD_ASSERT(position < orders.size() && count_ > 0);
  mark(account, orders[position].id);
  orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(position));
  --count_;
}

void Orders::mark(AccountIndex account, std::string_view id) {
  changed_.emplace(account.value, std::string(id));
}

// --- keyed state -------------------------------------------------------------------------------

void Orders::add_changed_accounts(std::vector<std::uint32_t>& out) const {
  for (const auto& [account, id] : changed_) out.push_back(account);
}

void Orders::collect_changes(ChangeSet& out) {
  for (const auto& [account, id] : changed_) {
    if (const Order* order = find(AccountIndex(account), id)) {
      out.put(record_key(account, id), OrderRecord{account, *order});
    } else {
      out.erase(record_key(account, id));
    }
  }
  changed_.clear();
}

Status Orders::restore(std::string_view key, std::span<const std::uint8_t> value) {
  BULKHEAD_TRY(OrderRecord record, decode<OrderRecord>(value));
  if (record.account >= kAccountsMax || record_key(record.account, record.order.id) != key) {
    return fail(ErrorCode::corrupt, "key", key, "the key of its record");
  }
  book(AccountIndex(record.account)).push_back(std::move(record.order));
  return {};
}

Status Orders::finish_restore() {
  count_ = 0;
  for (Book& orders : books_) {
    std::sort(orders.begin(), orders.end(), before);
    for (const Order& order : orders) {
      BULKHEAD_TRY_STATUS(check(orders, order));
    }
    count_ += orders.size();
  }
  return {};
}

}  // namespace bulkhead::positions
