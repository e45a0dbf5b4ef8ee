// Vector forms of what every evaluation repeats: sums of rows, exact tails over them, and sums over
// the points of a grid. Each gives the integers of its plain form (pnl.h, es.h), or its bits,
// whatever the target.
#pragma once

#include <cstdint>
#include <span>

#include "bulkhead/base/int128.h"
#include "bulkhead/base/kernel_target.h"
#include "bulkhead/risk/es.h"
#include "bulkhead/risk/parameters.h"

namespace bulkhead::risk {

// multiplier·ticks[s]; |multiplier·tick| < 2^62.
struct ScaledRow {
  const std::int32_t* ticks = nullptr;
  std::int64_t multiplier = 0;
};

// unit·ticks[p] with unit = lots·2^e; |lots| <= kGridLotsMost, so that every product is exact and
// a multiply-add gives the bits of a product and a sum.
struct GridRow {
  const std::int32_t* ticks = nullptr;
  double unit = 0;
};
inline constexpr std::int64_t kGridLotsMost = std::int64_t{1} << 22;

struct RiskKernels {
  // sum[s] += Σ multiplier·ticks[s] for every s of the sum; no partial sum reaches 2^63.
  void (*add_rows)(std::span<const ScaledRow> rows, std::span<std::int64_t> sum);
  // tail_loss of es.h.
  Int128 (*tail_loss)(std::span<const std::int64_t> pnl, std::span<const std::uint32_t> weights,
                      const Level& level, TailScratch<std::int64_t>& scratch);
  // pnl[p] += unit·ticks[p] for every p, row after row, each sum rounded to double.
  void (*add_grid)(std::span<const GridRow> rows, std::span<double> pnl);
};

// `plain`, or a target that this machine runs (kernel_targets()).
const RiskKernels& risk_kernels(KernelTarget target);

}  // namespace bulkhead::risk
