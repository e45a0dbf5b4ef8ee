// Splitting and strict parsing of CSV rows.
#include "bulkhead/feeds/csv.h"

#include <charconv>
#include <cmath>
#include <utility>

namespace bulkhead::feeds {
namespace {

constexpr std::int64_t kEarliestMs = 631'152'000'000;  // 1990-01-01
constexpr std::int64_t kLatestMs = 7'258'118'400'000;  // 2200-01-01

// Only digits, sign, point and exponent: from_chars also reads "inf" and "nan".
bool looks_decimal(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

}  // namespace

Result<CsvFile> CsvFile::open(const std::string& path) {
  BULKHEAD_TRY(TextFile file, TextFile::open(path));
  CsvFile csv(std::move(file));
  BULKHEAD_TRY(const bool any, csv.file_.next_line(csv.line_));
  if (!any) return fail(ErrorCode::feed_truncated, path + ":1", "", "a header line");
  BULKHEAD_TRY_STATUS(csv.split(csv.line_, csv.header_));
  for (std::size_t i = 0; i < csv.header_.size(); ++i) {
    if (csv.find_column(csv.header_[i]) != i) {
      return fail(ErrorCode::feed_malformed, path + ":1", csv.header_[i], "each column once");
    }
  }
  return csv;
}

std::optional<std::size_t> CsvFile::find_column(std::string_view name) const {
  for (std::size_t i = 0; i < header_.size(); ++i) {
    if (header_[i] == name) return i;
  }
  return std::nullopt;
}

Result<std::size_t> CsvFile::column(std::string_view name) const {
  if (const std::optional<std::size_t> found = find_column(name)) return *found;
  return fail(ErrorCode::feed_malformed, path() + ":1", "", "a column " + std::string(name));
}

Result<bool> CsvFile::next() {
  BULKHEAD_TRY(const bool more, file_.next_line(line_));
  if (!more) return false;
  BULKHEAD_TRY_STATUS(split(line_, fields_));
  if (fields_.size() != header_.size()) {
    return fail(ErrorCode::feed_malformed, position(), std::to_string(fields_.size()) + " fields",
                std::to_string(header_.size()) + " fields as in the header");
  }
  return true;
}

// A field in quotes holds commas, and a quote as two.
Status CsvFile::split(const std::string& line, std::vector<std::string>& fields) const {
  fields.clear();
  std::size_t i = 0;
  while (true) {
    std::string& field = fields.emplace_back();
    if (i < line.size() && line[i] == '"') {
      for (++i; i < line.size() && !(line[i] == '"' && line[i + 1] != '"'); ++i) {
        field += line[i];
        if (line[i] == '"') ++i;
      }
      if (i >= line.size()) {
        return fail(ErrorCode::feed_malformed, position(), field, "a quoted field that ends");
      }
      ++i;
      if (i < line.size() && line[i] != ',') {
        return fail(ErrorCode::feed_malformed, position(), field, "a comma after a quoted field");
      }
    } else {
      const std::size_t comma = line.find(',', i);
      const std::size_t end = comma == std::string::npos ? line.size() : comma;
      field.assign(line, i, end - i);
      i = end;
    }
    if (i >= line.size()) return {};
    ++i;
  }
}

std::string_view CsvFile::text(std::size_t column) const { return fields_[column]; }

Result<double> CsvFile::number(std::size_t column) const {
  const std::string_view field = text(column);
  double value = 0;
  const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (!looks_decimal(field) || code != std::errc() || end != field.data() + field.size() ||
      !std::isfinite(value)) {
    return error(ErrorCode::feed_bad_number, column, "a finite decimal number");
  }
  return value;
}

Result<double> CsvFile::positive(std::size_t column) const {
  BULKHEAD_TRY(const double value, number(column));
  if (value > 0) return value;
  return error(ErrorCode::feed_bad_price, column, "a price above zero");
}

Result<std::int64_t> CsvFile::integer(std::size_t column) const {
  const std::string_view field = text(column);
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (code == std::errc() && end == field.data() + field.size()) return value;
  return error(ErrorCode::feed_bad_number, column, "an integer");
}

Result<Timestamp> CsvFile::milliseconds(std::size_t column) const {
  BULKHEAD_TRY(const std::int64_t ms, integer(column));
  if (ms >= kEarliestMs && ms < kLatestMs) return from_unix_ms(ms);
  return error(ErrorCode::feed_malformed, column, "epoch milliseconds of the years 1990 to 2199");
}

Result<Timestamp> CsvFile::date(std::size_t column) const {
  const Result<Timestamp> parsed = parse_timestamp(text(column));
  if (parsed && text(column).size() == 10) return *parsed;
  return error(ErrorCode::feed_malformed, column, "a date as in 2020-03-12");
}

std::unexpected<Error> CsvFile::error(ErrorCode code, std::size_t column,
                                      std::string_view detail) const {
  return fail(code, position() + ": " + header_[column], text(column), detail);
}

std::string CsvFile::position() const { return path() + ":" + std::to_string(file_.line_number()); }

}  // namespace bulkhead::feeds
