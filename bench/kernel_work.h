// What the kernel benchmark measures. Every name is a key of tools/bench_report.py.
#pragma once

#include <string>
#include <vector>

#include "figures.h"

namespace bulkhead::bench {

struct Measured {
  std::string name;
  Timing timing;  // of one item
};

// Per option: rows of 4,096 scenarios (a row of options that share their shocks, and an option
// alone), and peers on the same forwards, strikes and volatilities.
std::vector<Measured> measure_options();

// Per element of a vector of 4,096 P&L: its tail, and what finds it otherwise.
std::vector<Measured> measure_selection();

// Per account of 12 positions in 2,000 instruments over 4,096 scenarios: P&L and ES.
std::vector<Measured> measure_accounts();

// Per account of 12 positions in 2,000 instruments: P&L at the 48 points of a spot × volatility
// grid.
std::vector<Measured> measure_grids();

// Per trade: the stored P&L of an account moved by one row, and its ES; vectors out of L3.
std::vector<Measured> measure_trade();

}  // namespace bulkhead::bench
