// Accumulation of P&L vectors; compiled for speed.
#include "bulkhead/risk/pnl.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "bulkhead/base/assert.h"

namespace bulkhead::risk {
namespace {

constexpr int kNarrowBits = 62;
constexpr int kWideBits = 80;

double power_of_two(int exponent) {  // within the normal range by the rows' own limits
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// The exponent e with value < 2^e, for a positive normal value.
int bits_of(double value) {
  return static_cast<int>(std::bit_cast<std::uint64_t>(value) >> 52) - 1022;
}

template <class T>
T worst(std::span<const T> sum) {
  T lowest = 0;
  for (const T value : sum) lowest = value < lowest ? value : lowest;
  return -lowest;
}

template <class T>
void add_all(std::span<const T> part, std::span<T> total) {
  for (std::size_t s = 0; s < total.size(); ++s) total[s] += part[s];
}

}  // namespace

void UnitChooser::add(const pricing::RowView& row, Int128 lots) {
  if (lots == 0 || row.max_abs == 0) return;
  finest_ = any_ ? std::min(finest_, row.exponent) : row.exponent;
  any_ = true;
  const double count = static_cast<double>(lots < 0 ? -lots : lots);
  // A factor of 1 + 2^-10 covers every rounding of this bound.
  bound_ += count * row.max_abs * power_of_two(row.exponent) * 1.0009765625;
}

int UnitChooser::exponent() const {
  return any_ ? std::max(finest_, bits_of(bound_) - kWideBits) : 0;
}

bool UnitChooser::exact() const { return !any_ || exponent() == finest_; }

bool UnitChooser::narrow() const { return !any_ || bits_of(bound_) - finest_ <= kNarrowBits; }

void add_row(const pricing::RowView& row, Int128 lots, int exponent, std::span<std::int64_t> sum) {
  if (lots == 0 || row.max_abs == 0) return;
  BULKHEAD_ASSERT(row.exponent >= exponent && row.exponent - exponent < kNarrowBits);
  const auto multiplier = static_cast<std::int64_t>(lots) << (row.exponent - exponent);
  const std::int32_t* const ticks = row.ticks.data();
  std::int64_t* const out = sum.data();
  const std::size_t size = sum.size();
  if (multiplier >= std::numeric_limits<std::int32_t>::min() &&
      multiplier <= std::numeric_limits<std::int32_t>::max()) {
    const auto narrow = static_cast<std::int32_t>(multiplier);
    for (std::size_t s = 0; s < size; ++s) {
      out[s] += static_cast<std::int64_t>(ticks[s]) * narrow;
    }
    return;
  }
  for (std::size_t s = 0; s < size; ++s) out[s] += ticks[s] * multiplier;
}

void add_row(const pricing::RowView& row, Int128 lots, int exponent, std::span<Int128> sum) {
  if (lots == 0 || row.max_abs == 0) return;
  const int shift = row.exponent - exponent;
  for (std::size_t s = 0; s < sum.size(); ++s) {
    const Int128 product = lots * row.ticks[s];
    sum[s] += shift >= 0 ? product << shift : product >> std::min(-shift, 127);
  }
}

namespace {

// Rows that can be summed in 64 bits in the unit of the first: their bound stays below 2^62.
std::size_t narrow_run(std::span<const WideRow> rows) {
  const int base = rows[0].row.exponent;
  double bound = 0;
  std::size_t n = 0;
  for (; n < rows.size(); ++n) {
    const int shift = rows[n].row.exponent - base;
    if (shift >= kNarrowBits) break;
    const Int128 lots = rows[n].lots;
    const double count = static_cast<double>(lots < 0 ? -lots : lots);
    // As in UnitChooser::add.
    bound += count * rows[n].row.max_abs * power_of_two(shift) * 1.0009765625;
    if (bound >= power_of_two(kNarrowBits)) break;
  }
  return n;
}

}  // namespace

void add_wide_rows(std::vector<WideRow>& rows, int exponent, const RiskKernels& kernels,
                   std::vector<std::int64_t>& part, std::vector<ScaledRow>& scaled,
                   std::span<Int128> sum) {
  std::erase_if(rows, [](const WideRow& r) { return r.lots == 0 || r.row.max_abs == 0; });
  std::ranges::sort(rows, {}, [](const WideRow& r) { return r.row.exponent; });
  std::span<const WideRow> left = rows;
  while (!left.empty()) {
    // A row below the unit is rounded by itself.
    const int shift = left[0].row.exponent - exponent;
    const std::size_t run = shift < 0 ? 0 : narrow_run(left);
    if (run < 2) {
      add_row(left[0].row, left[0].lots, exponent, sum);
      left = left.subspan(1);
      continue;
    }
    scaled.clear();
    for (const WideRow& r : left.first(run)) {
      scaled.push_back(scaled_row(r.row, r.lots, left[0].row.exponent));
    }
    part.assign(sum.size(), 0);
    kernels.add_rows(scaled, part);
    for (std::size_t s = 0; s < sum.size(); ++s) sum[s] += Int128{part[s]} << shift;
    left = left.subspan(run);
  }
  scaled.clear();
}

ScaledRow scaled_row(const pricing::RowView& row, Int128 lots, int exponent) {
  BULKHEAD_ASSERT(row.exponent >= exponent && row.exponent - exponent < kNarrowBits);
  return {row.ticks.data(), static_cast<std::int64_t>(lots) << (row.exponent - exponent)};
}

void add_vector(std::span<const std::int64_t> part, std::span<std::int64_t> total) {
  add_all(part, total);
}

void add_vector(std::span<const Int128> part, std::span<Int128> total) { add_all(part, total); }

std::int64_t worst_loss(std::span<const std::int64_t> sum) { return worst(sum); }

Int128 worst_loss(std::span<const Int128> sum) { return worst(sum); }

}  // namespace bulkhead::risk
