// One account as every venue's model reads it: per underlying its futures, options and coins;
// amounts in the numéraire, which each venue takes as its cash asset.
#pragma once

#include <string>
#include <vector>

#include "bulkhead/venues/option_grid.h"

namespace bulkhead::venues {

struct FuturePosition {
  std::string name;
  double coins = 0;    // + long
  double mark = 0;     // numéraire per coin
  double seconds = 0;  // to expiry; 0 for a perpetual
  bool inverse = false;
};

// Options of one expiry, all settled in the coin (inverse) or all in the quote.
struct OptionGroup {
  OptionExpiry expiry;
  bool inverse = false;
};

struct Book {
  std::string underlying;
  double spot = 0;
  double coins = 0;  // held as collateral less owed
  std::vector<FuturePosition> futures;
  std::vector<OptionGroup> options;
};

struct Holding {
  std::string asset;
  double amount = 0;  // + held, − owed
  double price = 0;
};

struct Account {
  std::vector<Book> books;        // by name, no underlying twice
  double cash = 0;                // numéraire held less owed
  double futures_profit = 0;      // not settled yet
  double option_value = 0;        // at marks
  std::vector<Holding> holdings;  // all other assets, coins of the books among them
};

}  // namespace bulkhead::venues
