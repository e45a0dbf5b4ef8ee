// Sums of rows in registers, and tails by minima of groups: a threshold that a little more than the
// tail's mass lies below, the few scenarios below it, and among them the boundary by bisection.
// Sums over a grid in registers, all rows of a tile one after another. Compiled once for each
// instruction set; integers, and doubles whose products are exact.
#include "bulkhead/risk/tail_kernels.h"

#include <algorithm>

#include "bulkhead/base/assert.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bulkhead/risk/tail_kernels.cc"
#include <hwy/foreach_target.h>
// Behind it, because it includes this file once for each target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bulkhead::risk::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<std::int64_t>;
using V = hn::Vec<D>;
using Half = hn::Rebind<std::int32_t, D>;
using Narrow = hn::Repartition<std::int32_t, D>;

constexpr D d;
constexpr std::size_t kLanes = HWY_MAX_BYTES / sizeof(std::int64_t);
constexpr std::size_t kTile = 8;                 // vectors of a tile of sums
constexpr std::size_t kDepth = 8;                // scenarios of a group
constexpr std::size_t kBlock = kDepth * kLanes;  // of them lane l has l, l + kLanes, …
constexpr std::int64_t kAbove = std::int64_t{1} << 62;

// multiplier·ticks of a tile, exact modulo 2^64.
HWY_INLINE void add_tile(const ScaledRow& row, std::size_t begin, V (&sum)[kTile]) {
  const auto low = static_cast<std::int32_t>(row.multiplier);
  const std::int64_t high = (row.multiplier - low) >> 32;
  const auto factor = hn::Set(Narrow(), low);
  const auto factor_high = hn::Set(Narrow(), static_cast<std::int32_t>(high));
  for (std::size_t k = 0; k < kTile; ++k) {
    const V ticks = hn::PromoteTo(d, hn::LoadU(Half(), row.ticks + begin + k * kLanes));
    const auto even = hn::BitCast(Narrow(), ticks);
    sum[k] = hn::Add(sum[k], hn::MulEven(even, factor));
    if (high != 0) {
      sum[k] = hn::Add(sum[k], hn::ShiftLeft<32>(hn::MulEven(even, factor_high)));
    }
  }
}

void add_rows(std::span<const ScaledRow> rows, std::span<std::int64_t> sum) {
  constexpr std::size_t kStep = kTile * kLanes;
  std::size_t s = 0;
  for (; s + kStep <= sum.size(); s += kStep) {
    V tile[kTile];
    for (std::size_t k = 0; k < kTile; ++k) tile[k] = hn::LoadU(d, sum.data() + s + k * kLanes);
    for (const ScaledRow& row : rows) add_tile(row, s, tile);
    for (std::size_t k = 0; k < kTile; ++k) hn::StoreU(tile[k], d, sum.data() + s + k * kLanes);
  }
  for (; s < sum.size(); ++s) {
    for (const ScaledRow& row : rows) sum[s] += row.multiplier * row.ticks[s];
  }
}

using Real = hn::ScalableTag<double>;

constexpr std::size_t kGridTile = 48 / kLanes;  // vectors: the points of the shipped grid

// `kVectors` vectors of points from `begin`, all rows of them while they stand in registers.
template <std::size_t kVectors>
HWY_INLINE void add_grid_tile(std::span<const GridRow> rows, double* pnl, std::size_t begin) {
  constexpr Real real;
  hn::Vec<Real> sum[kVectors];
  for (std::size_t k = 0; k < kVectors; ++k) sum[k] = hn::LoadU(real, pnl + begin + k * kLanes);
  for (const GridRow& row : rows) {
    const auto unit = hn::Set(real, row.unit);
    const std::int32_t* const ticks = row.ticks + begin;
    for (std::size_t k = 0; k < kVectors; ++k) {
      const auto value = hn::PromoteTo(real, hn::LoadU(Half(), ticks + k * kLanes));
      sum[k] = hn::MulAdd(value, unit, sum[k]);
    }
  }
  for (std::size_t k = 0; k < kVectors; ++k) hn::StoreU(sum[k], real, pnl + begin + k * kLanes);
}

void add_grid(std::span<const GridRow> rows, std::span<double> pnl) {
  std::size_t p = 0;
  for (; p + kGridTile * kLanes <= pnl.size(); p += kGridTile * kLanes) {
    add_grid_tile<kGridTile>(rows, pnl.data(), p);
  }
  for (; p + kLanes <= pnl.size(); p += kLanes) add_grid_tile<1>(rows, pnl.data(), p);
  for (; p < pnl.size(); ++p) {
    for (const GridRow& row : rows) pnl[p] += row.unit * row.ticks[p];
  }
}

// The least P&L of each group, and behind them what is left of the vector, each for itself; filled
// up to whole vectors. Their number.
std::size_t group_minima(std::span<const std::int64_t> pnl, std::int64_t* minima) {
  std::size_t groups = 0;
  std::size_t s = 0;
  for (; s + kBlock <= pnl.size(); s += kBlock, groups += kLanes) {
    V least = hn::LoadU(d, pnl.data() + s);
    for (std::size_t k = 1; k < kDepth; ++k) {
      least = hn::Min(least, hn::LoadU(d, pnl.data() + s + k * kLanes));
    }
    hn::StoreU(least, d, minima + groups);
  }
  for (; s < pnl.size(); ++s) minima[groups++] = pnl[s];
  std::fill_n(minima + groups, kLanes, kAbove);
  return groups;
}

std::size_t count_up_to(const std::int64_t* values, std::size_t count, std::int64_t bound) {
  const V beyond = hn::Set(d, bound + 1);
  V found[2] = {hn::Zero(d), hn::Zero(d)};  // minus the number
  std::size_t k = 0;
  for (; k + 2 * kLanes <= count; k += 2 * kLanes) {
    found[0] = hn::Add(found[0], hn::VecFromMask(d, hn::Lt(hn::LoadU(d, values + k), beyond)));
    found[1] =
        hn::Add(found[1], hn::VecFromMask(d, hn::Lt(hn::LoadU(d, values + k + kLanes), beyond)));
  }
  for (; k < count; k += kLanes) {
    found[0] = hn::Add(found[0], hn::VecFromMask(d, hn::Lt(hn::LoadU(d, values + k), beyond)));
  }
  return static_cast<std::size_t>(-hn::GetLane(hn::SumOfLanes(d, hn::Add(found[0], found[1]))));
}

// A value that at least `wanted` (at most `count`) of the minima, and if possible few more, do not
// exceed.
std::int64_t threshold_of(const std::int64_t* minima, std::size_t count, std::size_t wanted) {
  V least = hn::Set(d, kAbove);
  V most = hn::Set(d, -kAbove);
  std::size_t k = 0;
  for (; k + kLanes <= count; k += kLanes) {
    const V values = hn::LoadU(d, minima + k);
    least = hn::Min(least, values);
    most = hn::Max(most, values);
  }
  std::int64_t low = hn::GetLane(hn::MinOfLanes(d, least));
  std::int64_t high = hn::GetLane(hn::MaxOfLanes(d, most));
  for (; k < count; ++k) {
    low = std::min(low, minima[k]);
    high = std::max(high, minima[k]);
  }
  // high always suffices; |P&L| < 2^62, so that the difference does not overflow.
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const std::size_t found = count_up_to(minima, count, middle);
    if (found < wanted) {
      low = middle + 1;
      continue;
    }
    high = middle;
    if (found <= wanted + wanted / 4 + 1) break;
  }
  return high;
}

// What lies at or below a threshold, filled up to whole vectors, and its total mass.
struct Candidates {
  std::int64_t* pnl;
  std::uint64_t* masses;
  std::uint64_t mass = 0;
  std::size_t count = 0;
};

// The lanes of each mask, first to last; what lies behind them is overwritten.
struct LanesOfMasks {
  std::uint32_t lanes[std::size_t{1} << kLanes][kLanes];
  std::uint8_t count[std::size_t{1} << kLanes];
};

constexpr LanesOfMasks lanes_of_masks() {
  LanesOfMasks all{};
  for (std::size_t mask = 0; mask < std::size_t{1} << kLanes; ++mask) {
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      if ((mask >> lane & 1U) == 0) continue;
      all.lanes[mask][all.count[mask]++] = lane;
    }
  }
  return all;
}

constexpr LanesOfMasks kMasks = lanes_of_masks();

// The scenarios of the blocks with a low minimum that are low themselves; their number. A whole
// vector of them is written, and the next one over those that do not count.
std::size_t collect(std::span<const std::int64_t> pnl, const std::int64_t* minima,
                    std::int64_t threshold, std::uint32_t* below) {
  const hn::Rebind<std::uint32_t, D> index;
  const V beyond = hn::Set(d, threshold + 1);
  const std::size_t whole = pnl.size() / kBlock * kBlock;
  std::size_t count = 0;
  for (std::size_t s = 0; s < whole; s += kBlock) {
    if (hn::AllFalse(d, hn::Lt(hn::LoadU(d, minima + s / kDepth), beyond))) continue;
    for (std::size_t k = s; k < s + kBlock; k += kLanes) {
      std::uint8_t bits[8] = {};
      hn::StoreMaskBits(d, hn::Lt(hn::LoadU(d, pnl.data() + k), beyond), bits);
      const auto lanes = hn::LoadU(index, kMasks.lanes[bits[0]]);
      hn::StoreU(hn::Add(lanes, hn::Set(index, static_cast<std::uint32_t>(k))), index,
                 below + count);
      count += kMasks.count[bits[0]];
    }
  }
  for (std::size_t s = whole; s < pnl.size(); ++s) {
    below[count] = static_cast<std::uint32_t>(s);
    count += pnl[s] <= threshold ? 1U : 0U;
  }
  return count;
}

void gather(std::span<const std::int64_t> pnl, std::span<const std::uint32_t> weights,
            std::uint64_t denominator, const std::uint32_t* below, Candidates& out) {
  for (std::size_t k = 0; k < out.count; ++k) {
    const std::uint32_t s = below[k];
    out.pnl[k] = pnl[s];
    out.masses[k] = weights[s] * denominator;
    out.mass += out.masses[k];
  }
  for (std::size_t k = out.count; k < out.count + kLanes; ++k) {
    out.pnl[k] = kAbove;
    out.masses[k] = 0;
  }
}

// Σ mass·L of the worst candidates that hold `tail`, the last of them in part.
Int128 fill_tail(const Candidates& all, std::uint64_t tail) {
  std::int64_t low = all.pnl[0];
  std::int64_t high = all.pnl[0];
  for (std::size_t k = 1; k < all.count; ++k) {
    low = std::min(low, all.pnl[k]);
    high = std::max(high, all.pnl[k]);
  }
  // What lies at or below `low` holds `mass_low` < tail; `high` is a candidate's P&L, and what lies
  // at or below it holds at least the tail.
  --low;
  std::uint64_t mass_low = 0;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    const V beyond = hn::Set(d, middle + 1);
    V mass = hn::Zero(d);
    V below = hn::Set(d, -kAbove);
    V above = hn::Set(d, kAbove);
    for (std::size_t k = 0; k < all.count; k += kLanes) {
      const V values = hn::LoadU(d, all.pnl + k);
      const V masses = hn::LoadU(d, reinterpret_cast<const std::int64_t*>(all.masses) + k);
      const auto in = hn::Lt(values, beyond);
      mass = hn::Add(mass, hn::IfThenElseZero(in, masses));
      below = hn::Max(below, hn::IfThenElse(in, values, below));
      above = hn::Min(above, hn::IfThenElse(in, above, values));
    }
    const auto found = static_cast<std::uint64_t>(hn::GetLane(hn::SumOfLanes(d, mass)));
    if (found >= tail) {
      high = hn::GetLane(hn::MaxOfLanes(d, below));
      continue;
    }
    low = middle;
    mass_low = found;
    if (hn::GetLane(hn::MinOfLanes(d, above)) == high) break;
  }
  Int128 sum = static_cast<Int128>(tail - mass_low) * -high;
  for (std::size_t k = 0; k < all.count; ++k) {
    const std::int64_t mass = all.pnl[k] < high ? static_cast<std::int64_t>(all.masses[k]) : 0;
    sum -= static_cast<Int128>(mass) * all.pnl[k];
  }
  return sum;
}

Int128 tail_loss(std::span<const std::int64_t> pnl, std::span<const std::uint32_t> weights,
                 const Level& level, TailScratch<std::int64_t>& scratch) {
  BULKHEAD_ASSERT(pnl.size() == weights.size() && !pnl.empty());
  const std::size_t room = pnl.size() + 2 * kLanes;
  if (scratch.keys.size() < room) scratch.keys.resize(room);
  if (scratch.below.size() < room) scratch.below.resize(room);
  if (scratch.pnl.size() < room) scratch.pnl.resize(room);
  if (scratch.masses.size() < room) scratch.masses.resize(room);
  const std::uint64_t tail = tail_mass(level);
  const std::size_t groups = group_minima(pnl, scratch.keys.data());
  // Where every weight is the same, a tail has this many scenarios; where they are not, more
  // groups are taken until the mass suffices.
  std::size_t wanted = pnl.size() * (level.denominator - level.numerator) / level.denominator + 2;
  for (;; wanted *= 2) {
    Candidates found{scratch.pnl.data(), scratch.masses.data()};
    const std::int64_t threshold =
        wanted < groups ? threshold_of(scratch.keys.data(), groups, wanted) : kAbove;
    std::uint32_t* const below = scratch.below.data();
    found.count = collect(pnl, scratch.keys.data(), threshold, below);
    gather(pnl, weights, level.denominator, below, found);
    if (found.mass < tail && threshold < kAbove) continue;
    BULKHEAD_ASSERT(found.mass >= tail);
    return fill_tail(found, tail);
  }
}

}  // namespace

const RiskKernels& kernels() {
  static constexpr RiskKernels kKernels = {add_rows, tail_loss, add_grid};
  return kKernels;
}

}  // namespace bulkhead::risk::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bulkhead::risk {
namespace {

void add_rows_plain(std::span<const ScaledRow> rows, std::span<std::int64_t> sum) {
  for (const ScaledRow& row : rows) {
    for (std::size_t s = 0; s < sum.size(); ++s) sum[s] += row.multiplier * row.ticks[s];
  }
}

void add_grid_plain(std::span<const GridRow> rows, std::span<double> pnl) {
  for (const GridRow& row : rows) {
    for (std::size_t p = 0; p < pnl.size(); ++p) pnl[p] += row.unit * row.ticks[p];
  }
}

}  // namespace

const RiskKernels& risk_kernels(KernelTarget target) {
  static constexpr RiskKernels kPlain = {add_rows_plain, tail_loss<std::int64_t>, add_grid_plain};
  switch (target) {
    case KernelTarget::plain:
      return kPlain;
#if HWY_TARGETS & HWY_AVX2
    case KernelTarget::avx2:
      return N_AVX2::kernels();
#endif
#if HWY_TARGETS & HWY_AVX3
    case KernelTarget::avx512:
      return N_AVX3::kernels();
#endif
#if HWY_TARGETS & HWY_NEON
    case KernelTarget::neon:
      return N_NEON::kernels();
#endif
    default:
      break;
  }
  BULKHEAD_ASSERT(false);
  return kPlain;
}

}  // namespace bulkhead::risk
#endif
