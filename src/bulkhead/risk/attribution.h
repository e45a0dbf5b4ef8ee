// Euler attribution of a core to its lines: what each line loses in the tail that the core is made
// of (D5.3). Inner header of explain().
#pragma once

#include <span>
#include <vector>

#include "bulkhead/risk/core.h"
#include "bulkhead/risk/explain.h"

namespace bulkhead::risk {

struct AttributedLine {
  pricing::RowView row;
  Int128 lots = 0;
  AssetIndex underlying;
};

// P&L of a set of lines with the tails that its figures are made of.
struct TailView {
  int exponent = 0;
  std::vector<Int128> pnl;
  std::vector<TailPart> filtered, stressed, long_run;
  std::size_t grid_point = 0;  // in the row
  Core core;
};
TailView view_tails(const EpochRisk& market, std::span<const AttributedLine> lines);

// Which term of D5.4 core.core is; none if 0.
CoreDriver driver_of(const Core& core, const Parameters& parameters);

// Adds share × the Euler contribution of each line to core.core, in micro-USD, unrounded.
void add_contributions(const EpochRisk& market, std::span<const AttributedLine> lines,
                       const TailView& view, double share, std::span<double> micros);

// Integers near `parts` that sum to `total`: each rounded down, what is left goes to the largest
// remainders (ties: the first), in rounds if it exceeds their number.
std::vector<Usd> largest_remainder(std::span<const double> parts, Usd total);

}  // namespace bulkhead::risk
