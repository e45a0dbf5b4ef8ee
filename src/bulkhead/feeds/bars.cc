// Reading of price bars and their observations.
#include "bulkhead/feeds/bars.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "bulkhead/feeds/csv.h"

namespace bulkhead::feeds {
namespace {

// Which columns a file has.
struct Columns {
  std::size_t time = 0;
  bool by_date = false;
  std::optional<std::size_t> symbol;
  std::size_t open = 0, high = 0, low = 0, close = 0;
  std::optional<std::size_t> volume;
};

Result<Columns> columns_of(const CsvFile& csv, const BarOptions& options) {
  Columns columns;
  columns.by_date = !csv.find_column("ts_ms").has_value();
  BULKHEAD_TRY(columns.time, csv.column(columns.by_date ? "date" : "ts_ms"));
  columns.symbol = csv.find_column("symbol");
  if (columns.symbol.has_value() == options.symbol.empty()) {
    return fail(ErrorCode::feed_malformed, csv.path() + ":1", options.symbol,
                "a symbol to choose if, and only if, there is a symbol column");
  }
  if (const auto price = csv.find_column("price")) {
    columns.open = columns.high = columns.low = columns.close = *price;
  } else {
    BULKHEAD_TRY(columns.open, csv.column("open"));
    BULKHEAD_TRY(columns.high, csv.column("high"));
    BULKHEAD_TRY(columns.low, csv.column("low"));
    BULKHEAD_TRY(columns.close, csv.column("close"));
  }
  columns.volume = csv.find_column("volume");
  return columns;
}

Result<Bar> parse_bar(const CsvFile& csv, const Columns& columns) {
  Bar bar;
  BULKHEAD_TRY(bar.open_time,
               columns.by_date ? csv.date(columns.time) : csv.milliseconds(columns.time));
  BULKHEAD_TRY(bar.open, csv.positive(columns.open));
  BULKHEAD_TRY(bar.high, csv.positive(columns.high));
  BULKHEAD_TRY(bar.low, csv.positive(columns.low));
  BULKHEAD_TRY(bar.close, csv.positive(columns.close));
  if (columns.volume) {
    BULKHEAD_TRY(bar.volume, csv.number(*columns.volume));
    if (bar.volume < 0) {
      return csv.error(ErrorCode::feed_bad_number, *columns.volume, "a volume not below zero");
    }
  }
  if (bar.low > std::min(bar.open, bar.close)) {
    return csv.error(ErrorCode::feed_bad_price, columns.low, "a low not above open and close");
  }
  if (bar.high < std::max(bar.open, bar.close)) {
    return csv.error(ErrorCode::feed_bad_price, columns.high, "a high not below open and close");
  }
  return bar;
}

// Time order, checked as rows come; remembers the smallest step.
struct Clock {
  std::optional<Timestamp> last;
  Duration smallest = {std::numeric_limits<std::int64_t>::max()};

  Status advance(const CsvFile& csv, const Columns& columns, Timestamp t) {
    if (last && t == *last) {
      return csv.error(ErrorCode::feed_duplicate_time, columns.time, "one row for each time");
    }
    if (last && t < *last) {
      return csv.error(ErrorCode::feed_out_of_order, columns.time, "a time after the row before");
    }
    if (last) smallest = std::min(smallest, t - *last);
    last = t;
    return {};
  }
};

std::string where(const std::string& path, std::uint64_t line) {
  return path + ":" + std::to_string(line);
}

struct Row {
  Bar bar;
  std::uint64_t line = 0;
};

// Sets times from the length, and checks grid and limit.
Status place_in_time(std::vector<Row>& rows, const std::string& path, const BarOptions& options,
                     Duration length) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Bar& bar = rows[i].bar;
    if (options.stamped_at_close) bar.open_time = bar.open_time - length;
    bar.close_time = bar.open_time + length;
    if (i > 0 && (bar.open_time - rows[i - 1].bar.open_time).ns % length.ns != 0) {
      return fail(ErrorCode::feed_malformed, where(path, rows[i].line), to_string(bar.open_time),
                  "a time on the grid of bars of " + to_string(length));
    }
    if (options.not_after.ns > 0 && bar.close_time > options.not_after) {
      return fail(ErrorCode::feed_future_time, where(path, rows[i].line), to_string(bar.close_time),
                  "a bar that ends by " + to_string(options.not_after));
    }
  }
  return {};
}

bool wanted(const Bar& bar, const BarOptions& options) {
  return (options.from.ns == 0 || bar.close_time > options.from) &&
         (options.to.ns == 0 || bar.open_time < options.to);
}

Result<std::vector<Row>> read_rows(const std::string& path, const BarOptions& options,
                                   Duration& smallest, bool& has_volume) {
  BULKHEAD_TRY(CsvFile csv, CsvFile::open(path));
  BULKHEAD_TRY(const Columns columns, columns_of(csv, options));
  has_volume = columns.volume.has_value();
  std::vector<Row> rows;
  Clock clock;
  std::uint64_t line = 1;
  while (true) {
    BULKHEAD_TRY(const bool more, csv.next());
    if (!more) break;
    ++line;
    if (columns.symbol && csv.text(*columns.symbol) != options.symbol) continue;
    BULKHEAD_TRY(const Bar bar, parse_bar(csv, columns));
    BULKHEAD_TRY_STATUS(clock.advance(csv, columns, bar.open_time));
    rows.push_back({bar, line});
  }
  smallest = clock.smallest;
  return rows;
}

}  // namespace

Result<BarSeries> read_bars(const std::string& path, const BarOptions& options) {
  Duration smallest;
  BarSeries series;
  BULKHEAD_TRY(std::vector<Row> rows, read_rows(path, options, smallest, series.has_volume));
  series.length = options.length.ns > 0 ? options.length : smallest;
  if (options.length.ns <= 0 && rows.size() < 2) {
    return fail(ErrorCode::feed_truncated, path, std::to_string(rows.size()) + " rows",
                rows.empty() && !options.symbol.empty() ? "rows of the symbol " + options.symbol
                                                        : "two rows, or a declared bar length");
  }
  BULKHEAD_TRY_STATUS(place_in_time(rows, path, options, series.length));
  for (const Row& row : rows) {
    if (!wanted(row.bar, options)) continue;
    const bool gap = !series.bars.empty() && series.bars.back().close_time != row.bar.open_time;
    if (gap) ++series.gaps;
    series.bars.push_back(row.bar);
  }
  return series;
}

std::array<PricePoint, 4> observations_of(const Bar& bar) {
  const Duration length = bar.close_time - bar.open_time;
  const bool coarse = length > kFineBar;
  const double half_range = (bar.high - bar.low) / 2;
  const auto point = [&](Duration into, double price) {
    const double confidence = coarse ? std::max(half_range, kCoarseConfidence * price) : 0;
    return PricePoint{bar.open_time + into, price, confidence};
  };
  const bool up = bar.close >= bar.open;
  const Duration third{length.ns / 3};
  const Duration two_thirds{length.ns / 3 * 2};
  return {point(Duration{}, bar.open), point(third, up ? bar.low : bar.high),
          point(two_thirds, up ? bar.high : bar.low), point(length, bar.close)};
}

double realised_volatility(const BarSeries& series) {
  double sum = 0;
  std::int64_t covered_ns = 0;
  for (std::size_t i = 1; i < series.bars.size(); ++i) {
    const Bar& before = series.bars[i - 1];
    const Bar& bar = series.bars[i];
    if (before.close_time != bar.open_time) continue;
    const double r = std::log(bar.close / before.close);
    sum += r * r;
    covered_ns += series.length.ns;
  }
  if (covered_ns == 0) return 0;
  return std::sqrt(sum / (static_cast<double>(covered_ns) / static_cast<double>(days(1).ns)));
}

double average_daily_volume(const BarSeries& series) {
  double sum = 0;
  for (const Bar& bar : series.bars) sum += bar.close * bar.volume;
  if (series.bars.empty()) return 0;
  const double covered_days = static_cast<double>(series.bars.size()) *
                              static_cast<double>(series.length.ns) /
                              static_cast<double>(days(1).ns);
  return sum / covered_days;
}

}  // namespace bulkhead::feeds
