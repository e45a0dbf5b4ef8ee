// Open orders that close what is held are charged exactly instead of by their bound (D5.8): what
// reduces risk at every size of its fill raises no margin (D7.5).
#pragma once

#include <vector>

#include "bulkhead/risk/epoch_risk.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::risk {

// Instruments with closing orders that are evaluated exactly: every subset of them may be filled.
inline constexpr std::size_t kClosingInstrumentsMax = 3;

// Of one instrument, what all its closing orders would do to the book.
struct ClosingFill {
  InstrumentIndex instrument;
  std::int64_t lots = 0;  // + buy; opposite to the position and no larger
  AssetIndex settlement;
  Amount paid;  // what its settlement leg takes up, each lot at the worse of limit and mark
};

struct SplitOrders {
  std::vector<ClosingFill> closing;
  std::vector<OrderLots> opening;  // in the order of the portfolio
};

// An order counts as closing as far as it and those before it do not exceed the position.
SplitOrders split_orders(const EpochRisk& market, const Portfolio& portfolio);

// The book with one of them filled.
void apply_fill(Portfolio& portfolio, const ClosingFill& fill);

}  // namespace bulkhead::risk
