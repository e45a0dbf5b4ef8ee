// Reading of funding rates.
#include "bulkhead/feeds/funding.h"

#include <optional>

#include "bulkhead/feeds/csv.h"

namespace bulkhead::feeds {

Result<std::vector<FundingRate>> read_funding(const std::string& path, const std::string& symbol,
                                              Timestamp from, Timestamp to) {
  BULKHEAD_TRY(CsvFile csv, CsvFile::open(path));
  const bool eight_hours = csv.find_column("funding_time_ms").has_value();
  BULKHEAD_TRY(const std::size_t time_column,
               csv.column(eight_hours ? "funding_time_ms" : "ts_ms"));
  BULKHEAD_TRY(const std::size_t rate_column, csv.column("funding_rate"));
  const std::optional<std::size_t> symbol_column = csv.find_column("symbol");
  if (symbol_column.has_value() == symbol.empty()) {
    return fail(ErrorCode::feed_malformed, path + ":1", symbol,
                "a symbol to choose if, and only if, there is a symbol column");
  }
  std::vector<FundingRate> rates;
  std::optional<Timestamp> last;
  while (true) {
    BULKHEAD_TRY(const bool more, csv.next());
    if (!more) return rates;
    if (symbol_column && csv.text(*symbol_column) != symbol) continue;
    FundingRate funding;
    BULKHEAD_TRY(funding.time, csv.milliseconds(time_column));
    BULKHEAD_TRY(funding.rate, csv.number(rate_column));
    if (funding.rate < -1 || funding.rate > 1) {
      return csv.error(ErrorCode::feed_bad_number, rate_column, "a rate from -1 to 1");
    }
    if (last && funding.time == *last) {
      return csv.error(ErrorCode::feed_duplicate_time, time_column, "one row for each time");
    }
    if (last && funding.time < *last) {
      return csv.error(ErrorCode::feed_out_of_order, time_column, "a time after the row before");
    }
    last = funding.time;
    const bool inside = (from.ns == 0 || funding.time >= from) && (to.ns == 0 || funding.time < to);
    if (inside) rates.push_back(funding);
  }
}

}  // namespace bulkhead::feeds
