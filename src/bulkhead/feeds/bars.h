// Price bars (open, high, low, close) read from CSV, and the observations that a bar stands for.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"

namespace bulkhead::feeds {

// [open_time, close_time): close_time − open_time is the series' length. Prices in the file's
// quote, volume in base units (0 where the file has none).
struct Bar {
  Timestamp open_time;
  Timestamp close_time;
  double open = 0;
  double high = 0;
  double low = 0;
  double close = 0;
  double volume = 0;
};

struct BarOptions {
  Duration length;                // 0: detected as the smallest step between rows
  bool stamped_at_close = false;  // the time column is the bar's end
  std::string symbol;             // rows of this `symbol` only; needed iff the file has that column
  Timestamp from;                 // bars that end after `from`; 0: all
  Timestamp to;                   // bars that open before `to`; 0: all
  Timestamp not_after;  // a bar that ends later is an error (feed_future_time); 0: no limit
};

struct BarSeries {
  Duration length;
  std::vector<Bar> bars;    // open_time ascends by multiples of length; a gap stays a gap
  bool has_volume = false;  // the file has a column `volume`
  std::uint64_t gaps = 0;   // places between two bars where bars are missing
};

// Reads `ts_ms` or `date`, `open,high,low,close` and, if there, `volume` or `volume_usd`; or
// `date,price` as a bar of one price. Every row of the file is checked, also outside [from, to):
// times strictly ascending (feed_out_of_order, feed_duplicate_time) and on the grid of the length,
// prices finite and > 0, low <= open, close <= high. Errors name file, line, column, value. A file
// of one row needs a declared length.
Result<BarSeries> read_bars(const std::string& path, const BarOptions& options);

// A price at a time with its half width, in the bar's quote.
struct PricePoint {
  Timestamp time;
  double price = 0;
  double confidence = 0;
};

// Bars longer than this are at best `wide`.
inline constexpr Duration kFineBar = hours(1);
// Least half width of a coarse bar's observations as a fraction of price: above every wide limit.
inline constexpr double kCoarseConfidence = 0.01;

// The four observations of a bar: open at its start, low before high if it closes at or above its
// open (else high before low) at 1/3 and 2/3 of it, close at its end. Confidence is 0, or for a bar
// over one hour max(half range, kCoarseConfidence·price).
std::array<PricePoint, 4> observations_of(const Bar& bar);

// Sum of squared log returns of consecutive closes per day, as a daily standard deviation; no
// return is taken across a gap. 0 with fewer than two bars.
double realised_volatility(const BarSeries& series);
// Mean of close·volume per day of bars; 0 without bars.
double average_daily_volume(const BarSeries& series);

}  // namespace bulkhead::feeds
