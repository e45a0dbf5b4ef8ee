// P&L vectors: integer sums of lots × row in one unit, exact in any order (DESIGN 2, D2.3).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bulkhead/base/int128.h"
#include "bulkhead/pricing/rows.h"
#include "bulkhead/risk/tail_kernels.h"

namespace bulkhead::risk {

// The power-of-two unit in which a set of lines is summed: the finest of their rows, or, if sums
// could then leave 2^80, the finest in which they cannot (each product is then rounded down to it,
// which moves a sum by less than 2^-70 of itself).
class UnitChooser {
 public:
  void add(const pricing::RowView& row, Int128 lots);
  // Exponent of the unit; 0 for an empty or riskless set.
  int exponent() const;
  // Nothing is rounded in that unit.
  bool exact() const;
  // Every |sum| stays below 2^62 in that unit: 64-bit arithmetic is exact.
  bool narrow() const;

 private:
  bool any_ = false;
  int finest_ = 0;
  double bound_ =
      0;  // Σ |lots|·max|tick|·2^exponent, as a double with all roundings upwards by slack
};

// sum[s] += lots·ticks[s]·2^(row.exponent − exponent) for every scenario of the row.
// 64-bit form: row.exponent >= exponent and no overflow, by UnitChooser::narrow().
void add_row(const pricing::RowView& row, Int128 lots, int exponent, std::span<std::int64_t> sum);
void add_row(const pricing::RowView& row, Int128 lots, int exponent, std::span<Int128> sum);

// A line of a sum that takes more than 64 bits.
struct WideRow {
  pricing::RowView row;
  Int128 lots = 0;
};

// sum[s] += Σ of the rows, as by add_row: the same bits. Rows of near exponents are first summed in
// 64 bits, where that is exact. Sorts `rows`; `part` and `scaled` are working memory.
void add_wide_rows(std::vector<WideRow>& rows, int exponent, const RiskKernels& kernels,
                   std::vector<std::int64_t>& part, std::vector<ScaledRow>& scaled,
                   std::span<Int128> sum);

// The 64-bit form of one line for RiskKernels::add_rows; the same conditions.
ScaledRow scaled_row(const pricing::RowView& row, Int128 lots, int exponent);

// total[s] += part[s].
void add_vector(std::span<const std::int64_t> part, std::span<std::int64_t> total);
void add_vector(std::span<const Int128> part, std::span<Int128> total);

// max(0, max over the range of −sum): the worst loss.
std::int64_t worst_loss(std::span<const std::int64_t> sum);
Int128 worst_loss(std::span<const Int128> sum);

}  // namespace bulkhead::risk
