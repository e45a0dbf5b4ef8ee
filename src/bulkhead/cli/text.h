// Figures and tables as people read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/fields.h"

namespace bulkhead::cli {

std::string money(Usd value);                       // "1,234,567.89", rounded half away from zero
std::string percent(double share, int digits = 1);  // 0.975 -> "97.5 %"
std::string plain_number(double value);             // six significant digits
std::string with_commas(std::uint64_t value);
std::string in_words(std::string_view name);  // "below_call" -> "below call"
std::string hex(const Hash& hash);

// Columns as wide as their widest cell; right-aligned columns are marked in `right`.
class Table {
 public:
  Table(std::vector<std::string> head, std::vector<bool> right)
      : rows_{std::move(head)}, right_(std::move(right)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.size() < 2; }
  std::string text(std::string_view indent = "  ") const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<bool> right_;
};

}  // namespace bulkhead::cli
