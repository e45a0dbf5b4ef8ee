// Open orders that close what is held are charged exactly where that is less than their bound
// (D5.8), and packages exactly: what reduces risk at every size of its fill raises no margin
// (D7.5).
#pragma once

#include <vector>

#include "bulkhead/risk/epoch_risk.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::risk {

// Instruments with closing orders, and kinds of packages, that are evaluated exactly: every subset
// of them may be filled.
inline constexpr std::size_t kExactFillsMax = 3;

// What filling orders in one proportion does to a book.
struct OrderFill {
  std::vector<PositionLots> legs;  // in all, + bought
  AssetIndex settlement;
  Amount paid;  // what its settlement leg takes up
};

struct SplitOrders {
  // Per instrument all its closing orders, which are opposite to the position and no larger; per
  // kind of package all its orders. Paid at the worse of limit and mark.
  std::vector<OrderFill> exact;
  std::vector<OrderLots> opening;  // in the order of the portfolio
  // Those of `exact` with a count of 0: short of their last, there are obligations at every fill.
  std::vector<PackageLots> packages;
};

// An order counts as closing as far as it and those before it do not exceed the position. Packages
// are exact, the oldest first, as far as kExactFillsMax leaves room; one is filled in its ratio or
// not at all, so that "in full" and "not" are its ends.
SplitOrders split_orders(const EpochRisk& market, const Portfolio& portfolio);
// The same with no order taken as closing: only packages are exact.
SplitOrders split_packages(const EpochRisk& market, const Portfolio& portfolio);

// In how many instruments orders close.
std::size_t closing_instruments(const EpochRisk& market, const Portfolio& portfolio);

// The book with one of them filled.
void apply_fill(Portfolio& portfolio, const OrderFill& fill);

}  // namespace bulkhead::risk
