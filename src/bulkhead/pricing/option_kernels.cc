// Black-76 rows and their rounding, compiled once for each instruction set. Elementwise the same
// operations in the same order as base/elementary.cc, market/black76.cc and
// pricing/row_kernels.cc, several vectors interleaved.
#include "bulkhead/pricing/option_kernels.h"

#include <limits>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/base/elementary_tables.h"
#include "bulkhead/market/black76_tables.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bulkhead/pricing/option_kernels.cc"
#include <hwy/foreach_target.h>
// Behind it, because it includes this file once for each target.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bulkhead::pricing::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;
using M = hn::Mask<D>;
using Bits = hn::RebindToUnsigned<D>;

constexpr D d;
constexpr Bits kBits;
constexpr std::size_t kLanes = HWY_MAX_BYTES / sizeof(double);
// Scenarios that are worked on together: the blocks of a row are multiples of it, and fewer would
// wait for their own multiply-adds.
constexpr std::size_t kStep = 16;
constexpr std::size_t kTogether = kStep / kLanes;

// Adding it to an integer of -1023..1024 leaves that integer, plus 1023, in the low bits.
constexpr double kExponentShift = 0x1p52 + 1023;

HWY_INLINE V constant(double value) { return hn::Set(d, value); }

// A table whose values the compiler does not know: each is then broadcast once for all chains of a
// step. Known values become memory operands of every multiply-add, more than can be loaded.
HWY_INLINE const double* table_of(const double* coefficients) {
  asm volatile("" : "+r"(coefficients));
  return coefficients;
}

// Horner's scheme on several vectors at once.
template <std::size_t N, std::size_t K>
HWY_INLINE void polynomial(const double (&coefficients)[N], const V (&x)[K], V (&value)[K]) {
  const double* const table = table_of(coefficients);
  for (std::size_t k = 0; k < K; ++k) value[k] = constant(table[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) {
    const V term = constant(table[i]);
    for (std::size_t k = 0; k < K; ++k) value[k] = hn::MulAdd(value[k], x[k], term);
  }
}

HWY_INLINE void two_sum(V a, V b, V& high, V& low) {
  high = hn::Add(a, b);
  const V part = hn::Sub(high, a);
  low = hn::Add(hn::Sub(a, hn::Sub(high, part)), hn::Sub(b, part));
}

// 2^exponent of an integer in -1022..1023.
HWY_INLINE V power_of_two(V exponent) {
  const V shifted = hn::Add(exponent, constant(kExponentShift));
  return hn::BitCast(d, hn::ShiftLeft<52>(hn::BitCast(kBits, shifted)));
}

// internal::exp_of_sum for high in [-745.14, 709.79]; anything for other values.
template <std::size_t K>
HWY_INLINE void exp_of_sum(const V (&high)[K], const V (&low)[K], V (&value)[K]) {
  using namespace internal;
  V exponent[K], r[K], r_low[K], series[K];
  for (std::size_t k = 0; k < K; ++k) {
    exponent[k] = hn::Floor(hn::MulAdd(high[k], constant(kLog2E), constant(0.5)));
    two_sum(hn::NegMulAdd(exponent[k], constant(kLn2High), high[k]),
            hn::NegMulAdd(exponent[k], constant(kLn2Low), low[k]), r[k], r_low[k]);
  }
  polynomial(kExpSeries, r, series);
  for (std::size_t k = 0; k < K; ++k) {
    const V quadratic = hn::MulAdd(hn::Mul(r[k], r[k]), series[k], r_low[k]);
    V one_plus, one_plus_low;
    two_sum(constant(1.0), r[k], one_plus, one_plus_low);
    const V sum = hn::Add(one_plus, hn::Add(one_plus_low, quadratic));
    // Any two halves of the exponent do: the first product is exact.
    const V half = hn::Floor(hn::Mul(exponent[k], constant(0.5)));
    value[k] = hn::Mul(hn::Mul(sum, power_of_two(half)), power_of_two(hn::Sub(exponent[k], half)));
  }
}

// log_fixed of normal numbers.
template <std::size_t K>
HWY_INLINE void log_of(const V (&x)[K], V (&value)[K]) {
  using namespace internal;
  V exponent[K], f[K], s[K], square[K], series[K];
  for (std::size_t k = 0; k < K; ++k) {
    const auto bits = hn::BitCast(kBits, x[k]);
    const auto field = hn::Or(hn::ShiftRight<52>(bits), hn::Set(kBits, 0x433ULL << 52));
    exponent[k] = hn::Sub(hn::BitCast(d, field), constant(kExponentShift));
    const auto mantissa =
        hn::Or(hn::And(bits, hn::Set(kBits, (1ULL << 52) - 1)), hn::Set(kBits, 1023ULL << 52));
    V m = hn::BitCast(d, mantissa);
    const M large = hn::Gt(m, constant(kSqrt2));
    m = hn::IfThenElse(large, hn::Mul(m, constant(0.5)), m);
    exponent[k] = hn::IfThenElse(large, hn::Add(exponent[k], constant(1.0)), exponent[k]);
    f[k] = hn::Sub(m, constant(1.0));
    s[k] = hn::Div(f[k], hn::Add(constant(2.0), f[k]));
    square[k] = hn::Mul(s[k], s[k]);
  }
  polynomial(kLogSeries, square, series);
  for (std::size_t k = 0; k < K; ++k) {
    const V all = hn::Mul(square[k], series[k]);
    const V half_square = hn::Mul(hn::Mul(constant(0.5), f[k]), f[k]);
    const V correction =
        hn::MulAdd(s[k], hn::Add(half_square, all), hn::Mul(exponent[k], constant(kLn2Low)));
    value[k] = hn::MulAdd(exponent[k], constant(kLn2High),
                          hn::Sub(f[k], hn::Sub(half_square, correction)));
  }
}

// Options of a block. Its steps go through the first cache one after the other: each has enough
// independent work for the multiply-adds, and all of them together too many registers.
constexpr std::size_t kBlock = 128;

struct OptionBlock {
  HWY_ALIGN double gap[kBlock];  // see beyond_intrinsic() of black76.cc
  HWY_ALIGN double near[kBlock];
  HWY_ALIGN double far[kBlock];
  HWY_ALIGN double reach[kBlock];  // the density, then times the quotient
};

// One row, as its steps see it.
struct Row {
  const Contract& contract;
  const OptionUnits& units;
  double base;
  const OptionShocks& shocks;
};

// Step 1 of the options [s, s + size): where the two arguments lie (kFar: they may be clamped), and
// density() of black76.cc of the nearer.
template <bool kFar>
HWY_INLINE void densities_of(const Row& row, std::size_t s, std::size_t size, OptionBlock& block) {
  using namespace market::internal;
  constexpr std::size_t K = kTogether < 4 ? kTogether : 4;
  const double* const logs = row.shocks.log_ratio.data() + s;
  const double* const inverses = row.shocks.inverse_volatility.data() + s;
  const double* const volatilities = row.shocks.volatility.data() + s;
  const V log_unit = constant(row.units.log_ratio);
  const V inverse_unit = constant(row.units.inverse);
  const V half_unit = constant(0.5 * row.contract.sigma_sqrt_t);
  for (std::size_t at = 0; at < size; at += K * kLanes) {
    V shifted[K], rest[K], density[K];
    for (std::size_t k = 0; k < K; ++k) {
      const std::size_t here = at + k * kLanes;
      const V log_ratio = hn::Add(log_unit, hn::LoadU(d, logs + here));
      const V inverse = hn::Mul(inverse_unit, hn::LoadU(d, inverses + here));
      const V distance = hn::Abs(hn::Mul(log_ratio, inverse));
      const V half = hn::Mul(half_unit, hn::LoadU(d, volatilities + here));
      const V gap = hn::Sub(half, distance);
      V near = hn::Abs(gap);
      V far = hn::Add(half, distance);
      if (kFar) {
        near = hn::Min(near, constant(kFarthest));
        far = hn::Min(far, constant(kFarthestOther));
      }
      hn::Store(gap, d, block.gap + here);
      hn::Store(near, d, block.near + here);
      hn::Store(far, d, block.far + here);
      const V square = hn::Mul(near, near);
      shifted[k] = hn::MulAdd(square, constant(-kHalfLog2E), constant(kIntegerShift));
      rest[k] = hn::MulAdd(hn::Sub(shifted[k], constant(kIntegerShift)), constant(kTwoLn2), square);
    }
    polynomial(kDensitySeries, rest, density);
    for (std::size_t k = 0; k < K; ++k) {
      const auto exponent = hn::ShiftLeft<52>(hn::BitCast(kBits, shifted[k]));
      const auto bits = hn::Add(hn::BitCast(kBits, density[k]), exponent);
      hn::Store(hn::BitCast(d, bits), d, block.reach + at + k * kLanes);
    }
  }
}

// Step 2: mills() of black76.cc of both arguments, and their quotient.
HWY_INLINE void reaches_of(std::size_t size, OptionBlock& block) {
  using namespace market::internal;
  constexpr std::size_t kTerms = sizeof kMillsTop / sizeof(double);
  constexpr std::size_t K = 2;
  for (std::size_t at = 0; at < size; at += K * kLanes) {
    const double* const tops = table_of(kMillsTop);
    const double* const bottoms = table_of(kMillsBottom);
    V near[K], far[K], near_top[K], near_bottom[K], far_top[K], far_bottom[K];
    for (std::size_t k = 0; k < K; ++k) {
      near[k] = hn::Load(d, block.near + at + k * kLanes);
      far[k] = hn::Load(d, block.far + at + k * kLanes);
      near_top[k] = hn::Add(near[k], constant(tops[kTerms - 1]));
      far_top[k] = hn::Add(far[k], constant(tops[kTerms - 1]));
      near_bottom[k] = hn::Add(near[k], constant(bottoms[kTerms]));
      far_bottom[k] = hn::Add(far[k], constant(bottoms[kTerms]));
      near_bottom[k] = hn::MulAdd(near_bottom[k], near[k], constant(bottoms[kTerms - 1]));
      far_bottom[k] = hn::MulAdd(far_bottom[k], far[k], constant(bottoms[kTerms - 1]));
    }
    for (std::size_t i = kTerms - 1; i-- > 0;) {
      const V top = constant(tops[i]);
      const V bottom = constant(bottoms[i]);
      for (std::size_t k = 0; k < K; ++k) {
        near_top[k] = hn::MulAdd(near_top[k], near[k], top);
        far_top[k] = hn::MulAdd(far_top[k], far[k], top);
        near_bottom[k] = hn::MulAdd(near_bottom[k], near[k], bottom);
        far_bottom[k] = hn::MulAdd(far_bottom[k], far[k], bottom);
      }
    }
    for (std::size_t k = 0; k < K; ++k) {
      const V gap = hn::Load(d, block.gap + at + k * kLanes);
      const V product = hn::CopySignToAbs(hn::Mul(far_top[k], near_bottom[k]), gap);
      const V top = hn::MulAdd(near_top[k], far_bottom[k], product);
      const V quotient = hn::Div(top, hn::Mul(near_bottom[k], far_bottom[k]));
      double* const reach = block.reach + at + k * kLanes;
      hn::Store(hn::Mul(hn::Load(d, reach), quotient), d, reach);
    }
  }
}

// Step 3: from the part beyond the intrinsic value to P&L.
template <bool kCall>
HWY_INLINE void legs_of(const Row& row, std::size_t s, std::size_t size, const OptionBlock& block,
                        double* pnl) {
  const double* const forwards = row.shocks.forward.data() + s;
  const double* const strikes = row.shocks.strike.data() + s;
  const double* const ratios = row.shocks.spot_to_forward.data() + s;
  const V forward_unit = constant(row.contract.forward);
  const V strike_unit = constant(row.units.strike);
  const V ratio_unit = constant(row.units.spot_to_forward);
  const V lot = constant(row.contract.size);
  const V base = constant(row.base);
  for (std::size_t k = 0; k < size; k += kLanes) {
    const V reach = hn::Load(d, block.reach + k);
    const V part =
        hn::IfNegativeThenElse(hn::Load(d, block.gap + k), reach, hn::Sub(constant(1.0), reach));
    const V forward = hn::Mul(forward_unit, hn::LoadU(d, forwards + k));
    const V strike = hn::Mul(strike_unit, hn::LoadU(d, strikes + k));
    const V most = kCall ? forward : strike;
    const V lesser = hn::Min(forward, strike);
    const V beyond = hn::Max(hn::Mul(lesser, part), hn::Zero(d));
    V premium = hn::Min(hn::Add(hn::Sub(most, lesser), beyond), most);
    if (row.contract.inverse) {
      const V ratio = hn::LoadU(d, ratios + k);
      premium = hn::Mul(premium, hn::Mul(ratio_unit, ratio));
    }
    hn::StoreU(hn::Sub(hn::Mul(lot, premium), base), d, pnl + k);
  }
}

// The options [s, s + size), all of them ordinary.
template <bool kCall, bool kFar>
void options_of(const Row& row, std::size_t s, std::size_t size, double* pnl) {
  OptionBlock block;
  for (std::size_t begin = 0; begin < size; begin += kBlock) {
    const std::size_t count = size - begin < kBlock ? size - begin : kBlock;
    densities_of<kFar>(row, s + begin, count, block);
    reaches_of(count, block);
    legs_of<kCall>(row, s + begin, count, block, pnl + begin);
  }
}

// Least value and greatest magnitude of a row; 0 and 0 of an empty one.
HWY_INLINE void range_of(const double* row, std::size_t size, double& least, double& most) {
  V low = constant(size == 0 ? 0 : std::numeric_limits<double>::infinity());
  V high = hn::Zero(d);
  const std::size_t whole = size / kLanes * kLanes;
  for (std::size_t s = 0; s < whole; s += kLanes) {
    const V value = hn::LoadU(d, row + s);
    low = hn::Min(value, low);
    high = hn::Max(hn::Abs(value), high);
  }
  for (std::size_t s = whole; s < size; ++s) {
    const V value = constant(row[s]);
    low = hn::Min(value, low);
    high = hn::Max(hn::Abs(value), high);
  }
  least = hn::GetLane(hn::MinOfLanes(d, low));
  most = hn::GetLane(hn::MaxOfLanes(d, high));
}

// Whether all between the bounds have a forward and a volatility that the series are made for:
// products with a positive factor keep their order.
bool is_ordinary(const Contract& c, double forward, double least, double most) {
  return c.sigma_sqrt_t * least > market::internal::kLeastDeviation &&
         c.sigma_sqrt_t * most <= market::internal::kMostDeviation && c.forward * forward > 0;
}

bool is_ordinary(const Row& row, std::size_t s) {
  double forward = 0, least = 0, most = 0;
  range_of(row.shocks.forward.data() + s, kStep, forward, most);
  range_of(row.shocks.volatility.data() + s, kStep, least, most);
  return is_ordinary(row.contract, forward, least, most);
}

// No argument of the row comes near the clamps.
bool is_near(const Row& row) {
  const double log_ratio = (row.units.log_ratio < 0 ? -row.units.log_ratio : row.units.log_ratio) +
                           row.shocks.log_ratio_most;
  const double distance = log_ratio * row.units.inverse / row.shocks.volatility_least;
  return distance + market::internal::kMostDeviation < market::internal::kFarthest;
}

template <bool kCall>
void option_row_of(const Row& row, std::size_t begin, PnlRow pnl) {
  const std::size_t whole = pnl.size() / kStep * kStep;
  const OptionShocks& shocks = row.shocks;
  if (is_ordinary(row.contract, shocks.forward_least, shocks.volatility_least,
                  shocks.volatility_most)) {
    const auto options = is_near(row) ? options_of<kCall, false> : options_of<kCall, true>;
    options(row, begin, whole, pnl.data());
  } else {
    for (std::size_t s = 0; s < whole; s += kStep) {
      if (is_ordinary(row, begin + s)) {
        options_of<kCall, true>(row, begin + s, kStep, pnl.data() + s);
      } else {
        pricing::option_row(row.contract, row.base, shocks, begin + s, pnl.subspan(s, kStep));
      }
    }
  }
  pricing::option_row(row.contract, row.base, shocks, begin + whole, pnl.subspan(whole));
}

void option_row(const Contract& contract, double base, const OptionShocks& shocks,
                std::size_t begin, PnlRow pnl) {
  const OptionUnits units = option_units(contract);
  const Row row{contract, units, base, shocks};
  return contract.call ? option_row_of<true>(row, begin, pnl)
                       : option_row_of<false>(row, begin, pnl);
}

HWY_INLINE V load(Multipliers row, std::size_t s) {
  return row.empty() ? constant(1.0) : hn::LoadU(d, row.data() + s);
}

// Elements [s, s + kStep) of option_shocks; false where the plain form has to do them.
HWY_INLINE bool shock_block(Multipliers spot, Multipliers basis, Multipliers strike,
                            Multipliers volatility, std::size_t s, OptionShocks& out) {
  V ratio[kTogether], logs[kTogether];
  M normal = hn::Eq(hn::Zero(d), hn::Zero(d));
  for (std::size_t k = 0; k < kTogether; ++k) {
    const std::size_t at = s + k * kLanes;
    const V forward = hn::Mul(load(spot, at), load(basis, at));
    hn::StoreU(forward, d, out.forward.data() + at);
    ratio[k] = strike.empty() ? forward : hn::Div(forward, load(strike, at));
    normal = hn::And(normal, hn::And(hn::Ge(ratio[k], constant(0x1p-1022)),
                                     hn::Le(ratio[k], constant(0x1.fffffffffffffp1023))));
  }
  if (!hn::AllTrue(d, normal)) return false;
  log_of(ratio, logs);
  for (std::size_t k = 0; k < kTogether; ++k) {
    const std::size_t at = s + k * kLanes;
    hn::StoreU(logs[k], d, out.log_ratio.data() + at);
    const V moved = load(volatility, at);
    hn::StoreU(moved, d, out.volatility.data() + at);
    hn::StoreU(hn::Div(constant(1.0), moved), d, out.inverse_volatility.data() + at);
    hn::StoreU(load(strike, at), d, out.strike.data() + at);
    if (!strike.empty()) continue;
    const V bent = basis.empty() ? constant(1.0) : hn::Div(constant(1.0), load(basis, at));
    hn::StoreU(bent, d, out.spot_to_forward.data() + at);
  }
  return true;
}

void option_shocks(Multipliers spot, Multipliers basis, Multipliers strike, Multipliers volatility,
                   std::size_t size, OptionShocks& out) {
  out.resize(size, strike.empty());
  for (std::size_t s = 0; s < size; s += kStep) {
    const std::size_t part = size - s < kStep ? size - s : kStep;
    if (part == kStep && shock_block(spot, basis, strike, volatility, s, out)) continue;
    pricing::option_shocks_part(spot, basis, strike, volatility, s, part, out);
  }
  double ignored = 0;
  range_of(out.forward.data(), size, out.forward_least, ignored);
  range_of(out.volatility.data(), size, out.volatility_least, out.volatility_most);
  range_of(out.log_ratio.data(), size, ignored, out.log_ratio_most);
}

// exp_fixed(log_moves[s]·scale) for a block; false where exp would leave the range of double.
HWY_INLINE bool exp_block(const double* log_moves, double scale, V (&value)[kTogether]) {
  V x[kTogether], zero[kTogether];
  M ordinary = hn::Eq(hn::Zero(d), hn::Zero(d));
  for (std::size_t k = 0; k < kTogether; ++k) {
    x[k] = hn::Mul(hn::LoadU(d, log_moves + k * kLanes), constant(scale));
    zero[k] = hn::Zero(d);
    ordinary = hn::And(ordinary, hn::Le(hn::Abs(x[k]), constant(700.0)));
  }
  if (!hn::AllTrue(d, ordinary)) return false;
  exp_of_sum(x, zero, value);
  return true;
}

void dated_basis(Multipliers log_moves, double years, std::span<double> out) {
  for (std::size_t s = 0; s < out.size(); s += kStep) {
    const std::size_t size = out.size() - s < kStep ? out.size() - s : kStep;
    V value[kTogether];
    if (size == kStep && exp_block(log_moves.data() + s, years, value)) {
      for (std::size_t k = 0; k < kTogether; ++k) {
        hn::StoreU(value[k], d, out.data() + s + k * kLanes);
      }
      continue;
    }
    pricing::dated_basis(log_moves.subspan(s, size), years, out.subspan(s, size));
  }
}

void volatility_factors(Multipliers log_moves, double days_to_expiry, const Parameters& p,
                        std::span<double> out) {
  const double scale = volatility_scale(days_to_expiry, p);
  for (std::size_t s = 0; s < out.size(); s += kStep) {
    const std::size_t size = out.size() - s < kStep ? out.size() - s : kStep;
    V value[kTogether];
    if (size == kStep && exp_block(log_moves.data() + s, scale, value)) {
      const V least = constant(p.volatility_factor_min);
      const V most = constant(p.volatility_factor_max);
      for (std::size_t k = 0; k < kTogether; ++k) {
        const V below = hn::IfThenElse(hn::Gt(value[k], most), most, value[k]);
        const V factor = hn::IfThenElse(hn::Lt(value[k], least), least, below);
        hn::StoreU(factor, d, out.data() + s + k * kLanes);
      }
      continue;
    }
    pricing::volatility_factors(log_moves.subspan(s, size), days_to_expiry, p,
                                out.subspan(s, size));
  }
}

int tick_exponent(std::span<const double> pnl, int bits) {
  V largest[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  constexpr std::size_t kTurn = 4 * kLanes;
  std::size_t s = 0;
  for (; s + kTurn <= pnl.size(); s += kTurn) {
    for (std::size_t k = 0; k < 4; ++k) {
      const V size = hn::Abs(hn::LoadU(d, pnl.data() + s + k * kLanes));
      largest[k] = hn::IfThenElse(hn::Gt(size, largest[k]), size, largest[k]);
    }
  }
  double left[kTurn] = {};
  for (std::size_t k = 0; k < 4; ++k) hn::StoreU(largest[k], d, left + k * kLanes);
  double all = 0;
  for (const double value : left) all = value > all ? value : all;
  for (; s < pnl.size(); ++s) {
    const double size = pnl[s] < 0 ? -pnl[s] : pnl[s];
    all = size > all ? size : all;
  }
  return pricing::tick_exponent(std::span<const double>(&all, 1), bits);
}

}  // namespace

const RowKernels& kernels() {
  static constexpr RowKernels kKernels = {option_shocks,      option_row,    dated_basis,
                                          volatility_factors, tick_exponent, pricing::to_ticks};
  return kKernels;
}

}  // namespace bulkhead::pricing::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bulkhead::pricing {

const RowKernels& row_kernels(KernelTarget target) {
  static constexpr RowKernels kPlain = {option_shocks,      option_row,    dated_basis,
                                        volatility_factors, tick_exponent, to_ticks};
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

}  // namespace bulkhead::pricing
#endif
