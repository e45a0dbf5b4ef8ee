// Snapshots of Deribit's option chains read from CSV.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/market/names.h"

namespace bulkhead::feeds {

// One row. Volatilities are annual fractions (the file's percent / 100). 0: not in the file or
// none.
struct OptionQuote {
  Timestamp time;
  market::InstrumentName name;
  std::string deribit_name;
  double mark_volatility = 0;
  double bid_volatility = 0;
  double ask_volatility = 0;
  double mark_price = 0;        // coin
  double underlying_price = 0;  // forward of the expiry, USD
  double index_price = 0;       // spot index, USD
  double open_interest = 0;     // coin
  std::string
      underlying_index;  // "BTC-26MAR21", or "SYN.BTC-12FEB21" where Deribit lists no future
};

// Reads both forms (`timestamp` … full tickers; `ts_ms` … hourly marks). The row's strike and type
// must agree with its name. Rows are returned in the order (time, name); one instrument at one time
// twice is feed_duplicate_time. [from, to); 0: no bound.
Result<std::vector<OptionQuote>> read_option_chain(const std::string& path, Timestamp from,
                                                   Timestamp to);

}  // namespace bulkhead::feeds
