#include "bulkhead/engine/portfolio.h"

#include <algorithm>
#include <map>

#include "bulkhead/engine/counting.h"
#include "bulkhead/risk/charges.h"

namespace bulkhead::engine {
namespace {

double magnitude(double x) { return x < 0 ? -x : x; }

void add_positions(const State& state, AccountIndex account, risk::Portfolio& book) {
  std::map<AssetIndex, Amount> legs;
  for (const positions::Position& line : state.positions.positions(account)) {
    if (line.lots != 0) book.positions.push_back({line.instrument, line.lots});
    Amount& leg = legs[state.registry().settlement(line.instrument)];
    leg = leg + line.leg;
  }
  for (const auto& [asset, amount] : legs) {
    if (!amount.is_zero()) book.settlement.push_back({asset, amount});
  }
}

// What lies where it does not count, or fades out there (D6.4).
void leave_out_places(const State& state, AccountIndex account, risk::Portfolio& book) {
  for (const ledger::Holding& line : state.ledger.holdings(account)) {
    if (line.bucket != ledger::Bucket::sequestered) continue;
    const Amount there = line.balance.posted;
    const Amount left_out = there - share_of(there, place_share(state, line.place));
    const auto at = std::ranges::find(book.collateral, line.asset, &risk::AssetAmount::asset);
    if (at == book.collateral.end()) continue;
    at->amount = at->amount - min(at->amount, left_out);
  }
  std::erase_if(book.collateral, [](const auto& line) { return line.amount.is_zero(); });
}

void add_holdings(const State& state, AccountIndex account, risk::Portfolio& book) {
  for (const ledger::AssetTotal& total : state.ledger.counted(account)) {
    if (!book.collateral.empty() && book.collateral.back().asset == total.asset) {
      book.collateral.back().amount = book.collateral.back().amount + total.amount;
    } else {
      book.collateral.push_back({total.asset, total.amount});
    }
  }
  for (const ledger::Holding& line : state.ledger.holdings(account)) {
    if (line.bucket == ledger::Bucket::debt && line.balance.posted.is_positive()) {
      book.debts.push_back({line.asset, line.balance.posted});
    }
  }
  if (!state.parameters().collateral.ineligible_places.empty()) {
    leave_out_places(state, account, book);
  }
}

pricing::NeededSet only_instrument(const State& state, InstrumentIndex i) {
  pricing::NeededSet needed;
  needed.instruments.resize(state.registry().instruments().size(), false);
  needed.instruments[i.value] = true;
  return needed;
}

bool is_over(const State& state, InstrumentIndex i) {
  const Timestamp expiry = state.registry()[i].expiry;
  return expiry.ns != 0 && state.market.epoch().time > expiry;
}

pricing::NeededSet only_asset(const State& state, AssetIndex i) {
  pricing::NeededSet needed;
  needed.assets.resize(state.registry().assets().size(), false);
  needed.assets[i.value] = true;
  return needed;
}

}  // namespace

risk::Portfolio build_portfolio(const State& state, AccountIndex account) {
  risk::Portfolio book;
  book.mode = state.account(account).mode;
  add_positions(state, account, book);
  add_holdings(state, account, book);
  // What has expired is not filled any more, so that an order left on it is no obligation; nor is
  // the rest of a package, which is filled all together.
  for (const positions::Order& order : state.orders.open(account)) {
    if (is_over(state, order)) continue;
    if (order.is_package()) {
      book.packages.push_back(package_lots(order));
    } else {
      book.orders.push_back({order.instrument, order.lots, order.limit});
    }
  }
  return book;
}

bool is_over(const State& state, const positions::Order& order) {
  if (!order.is_package()) return is_over(state, order.instrument);
  return std::ranges::any_of(order.legs, [&state](const positions::OrderLeg& leg) {
    return is_over(state, leg.instrument);
  });
}

risk::PackageLots package_lots(const positions::Order& order) {
  const std::int64_t sign = order.lots > 0 ? 1 : -1;
  risk::PackageLots package;
  for (const positions::OrderLeg& leg : order.legs) {
    package.legs.push_back({leg.instrument, sign * leg.lots});
  }
  package.count = sign * order.lots;
  package.limit = static_cast<double>(sign) * order.limit;
  return package;
}

Status covers_instrument(const State& state, const pricing::PreparedSet& set, InstrumentIndex i) {
  return pricing::covers(set, state.registry(), only_instrument(state, i));
}

Status covers_asset(const State& state, const pricing::PreparedSet& set, AssetIndex i) {
  return pricing::covers(set, state.registry(), only_asset(state, i));
}

pricing::NeededSet covered_set(const State& state, const pricing::PreparedSet& set) {
  pricing::NeededSet covered;
  for (std::size_t i = 0; i < state.registry().assets().size(); ++i) {
    covered.assets.push_back(covers_asset(state, set, AssetIndex(i)).has_value());
  }
  for (std::size_t i = 0; i < state.registry().instruments().size(); ++i) {
    covered.instruments.push_back(covers_instrument(state, set, InstrumentIndex(i)).has_value());
  }
  return covered;
}

pricing::NeededSet needed_set(const State& state, const pricing::NeededSet& covered) {
  pricing::NeededSet needed = covered;
  for (std::size_t i = 0; i < needed.instruments.size(); ++i) {
    const bool live =
        !is_over(state, InstrumentIndex(i)) || !state.positions.holders(InstrumentIndex(i)).empty();
    needed.instruments[i] = needed.instruments[i] && live;
  }
  return needed;
}

std::vector<risk::GroupDelta> group_deltas(const risk::EpochRisk& market,
                                           std::span<const risk::Portfolio> members) {
  std::map<AssetIndex, risk::GroupDelta> totals;
  for (const risk::Portfolio& book : members) {
    for (const risk::Exposure& exposure : risk::exposures_of(market, book)) {
      risk::GroupDelta& total = totals[exposure.underlying];
      total.underlying = exposure.underlying;
      const double delta = exposure.worst_delta;
      (delta >= 0 ? total.long_total : total.short_total) += magnitude(delta);
    }
  }
  std::vector<risk::GroupDelta> sorted;
  for (const auto& [asset, total] : totals) sorted.push_back(total);
  return sorted;
}

Duration vault_finality(const market::Registry& registry) {
  Duration longest;
  for (const market::Place& place : registry.places()) {
    if (place.kind != market::PlaceKind::internal_ledger) {
      longest = std::max(longest, place.finality_p95);
    }
  }
  return longest;
}

}  // namespace bulkhead::engine
