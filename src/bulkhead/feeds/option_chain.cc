// Reading of Deribit's option chains in the two forms in which they are recorded.
#include "bulkhead/feeds/option_chain.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "bulkhead/feeds/csv.h"

namespace bulkhead::feeds {
namespace {

struct Columns {
  std::size_t time = 0, name = 0, strike = 0, type = 0;
  std::optional<std::size_t> mark_iv, bid_iv, ask_iv, mark_price, underlying_price, index_price,
      open_interest, underlying_index;
};

Result<Columns> columns_of(const CsvFile& csv) {
  Columns columns;
  const bool tickers = csv.find_column("timestamp").has_value();
  BULKHEAD_TRY(columns.time, csv.column(tickers ? "timestamp" : "ts_ms"));
  BULKHEAD_TRY(columns.name, csv.column("instrument_name"));
  BULKHEAD_TRY(columns.strike, csv.column("strike"));
  BULKHEAD_TRY(columns.type, csv.column(tickers ? "option_type" : "type"));
  BULKHEAD_TRY(columns.mark_iv, csv.column("mark_iv"));
  columns.bid_iv = csv.find_column("bid_iv");
  columns.ask_iv = csv.find_column("ask_iv");
  columns.mark_price = csv.find_column("mark_price");
  columns.underlying_price = csv.find_column("underlying_price");
  columns.index_price = csv.find_column("index_price");
  columns.open_interest = csv.find_column("open_interest");
  columns.underlying_index = csv.find_column("underlying_index");
  return columns;
}

// Sets `value` to a number >= 0 times `scale`, or leaves it where the file has none.
Status read_optional(const CsvFile& csv, std::optional<std::size_t> column, double scale,
                     double& value) {
  if (!column || csv.empty(*column)) return {};
  BULKHEAD_TRY(const double number, csv.number(*column));
  if (number < 0) return csv.error(ErrorCode::feed_bad_price, *column, "a number not below zero");
  value = number * scale;
  return {};
}

Status read_name(const CsvFile& csv, const Columns& columns, OptionQuote& quote) {
  quote.deribit_name = csv.text(columns.name);
  Result<market::InstrumentName> name = market::parse_instrument_name(quote.deribit_name);
  const bool option = name && (name->kind == market::InstrumentKind::call ||
                               name->kind == market::InstrumentKind::put);
  if (!option) {
    return csv.error(ErrorCode::feed_malformed, columns.name, "the name of an option");
  }
  quote.name = std::move(*name);
  BULKHEAD_TRY(const double strike, csv.positive(columns.strike));
  if (strike != quote.name.strike.to_double()) {
    return csv.error(ErrorCode::feed_malformed, columns.strike,
                     "the strike of " + quote.deribit_name);
  }
  const std::string_view type = csv.text(columns.type);
  const bool call = type == "C" || type == "call";
  const bool put = type == "P" || type == "put";
  if (call == put || call != (quote.name.kind == market::InstrumentKind::call)) {
    return csv.error(ErrorCode::feed_malformed, columns.type, "the type of " + quote.deribit_name);
  }
  return {};
}

Result<OptionQuote> parse_quote(const CsvFile& csv, const Columns& columns) {
  constexpr double kPercent = 0.01;
  OptionQuote quote;
  BULKHEAD_TRY(quote.time, csv.milliseconds(columns.time));
  BULKHEAD_TRY_STATUS(read_name(csv, columns, quote));
  BULKHEAD_TRY_STATUS(read_optional(csv, columns.mark_iv, kPercent, quote.mark_volatility));
  BULKHEAD_TRY_STATUS(read_optional(csv, columns.bid_iv, kPercent, quote.bid_volatility));
  BULKHEAD_TRY_STATUS(read_optional(csv, columns.ask_iv, kPercent, quote.ask_volatility));
  BULKHEAD_TRY_STATUS(read_optional(csv, columns.mark_price, 1, quote.mark_price));
  BULKHEAD_TRY_STATUS(read_optional(csv, columns.underlying_price, 1, quote.underlying_price));
  BULKHEAD_TRY_STATUS(read_optional(csv, columns.index_price, 1, quote.index_price));
  BULKHEAD_TRY_STATUS(read_optional(csv, columns.open_interest, 1, quote.open_interest));
  if (columns.underlying_index) quote.underlying_index = csv.text(*columns.underlying_index);
  return quote;
}

}  // namespace

Result<std::vector<OptionQuote>> read_option_chain(const std::string& path, Timestamp from,
                                                   Timestamp to) {
  BULKHEAD_TRY(CsvFile csv, CsvFile::open(path));
  BULKHEAD_TRY(const Columns columns, columns_of(csv));
  std::vector<OptionQuote> quotes;
  while (true) {
    BULKHEAD_TRY(const bool more, csv.next());
    if (!more) break;
    BULKHEAD_TRY(OptionQuote quote, parse_quote(csv, columns));
    const bool inside = (from.ns == 0 || quote.time >= from) && (to.ns == 0 || quote.time < to);
    if (inside) quotes.push_back(std::move(quote));
  }
  const auto key = [](const OptionQuote& q) { return std::tie(q.time, q.deribit_name); };
  std::sort(quotes.begin(), quotes.end(),
            [&](const OptionQuote& a, const OptionQuote& b) { return key(a) < key(b); });
  const auto twice = std::adjacent_find(
      quotes.begin(), quotes.end(),
      [&](const OptionQuote& a, const OptionQuote& b) { return key(a) == key(b); });
  if (twice != quotes.end()) {
    return fail(ErrorCode::feed_duplicate_time, path + ": " + twice->deribit_name,
                to_string(twice->time), "one row for each instrument and time");
  }
  return quotes;
}

}  // namespace bulkhead::feeds
