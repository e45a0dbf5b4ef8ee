// CSV rows by column name, with errors that name file, line, column and value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/result.h"
#include "bulkhead/base/time.h"
#include "bulkhead/feeds/text_file.h"

namespace bulkhead::feeds {

// A CSV file with a header line (RFC 4180 quoting within one line). Every row has as many fields as
// the header. Parsers of fields take a column number from column().
class CsvFile {
 public:
  static Result<CsvFile> open(const std::string& path);

  std::optional<std::size_t> find_column(std::string_view name) const;
  Result<std::size_t> column(std::string_view name) const;  // feed_malformed if there is none
  std::size_t columns() const { return header_.size(); }

  // False at the end.
  Result<bool> next();

  std::string_view text(std::size_t column) const;
  bool empty(std::size_t column) const { return text(column).empty(); }
  // The whole field as a finite decimal number; "nan", "inf", hexadecimal are feed_bad_number.
  Result<double> number(std::size_t column) const;
  Result<double> positive(std::size_t column) const;  // > 0
  Result<std::int64_t> integer(std::size_t column) const;
  Result<Timestamp> milliseconds(std::size_t column) const;  // epoch milliseconds, 1990..2200
  Result<Timestamp> date(std::size_t column) const;          // "2020-03-12", midnight UTC

  // An error at this row: field "path:line: column".
  std::unexpected<Error> error(ErrorCode code, std::size_t column, std::string_view detail) const;
  std::string position() const;  // "path:line"
  const std::string& path() const { return file_.path(); }

 private:
  CsvFile(TextFile file) : file_(std::move(file)) {}
  Status split(const std::string& line, std::vector<std::string>& fields) const;

  TextFile file_;
  std::string line_;
  std::vector<std::string> header_;
  std::vector<std::string> fields_;
};

}  // namespace bulkhead::feeds
