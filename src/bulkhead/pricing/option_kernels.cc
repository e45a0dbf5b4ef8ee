// Black-76 rows and their rounding, compiled once for each instruction set. Elementwise the same
// operations in the same order as base/elementary.cc, base/normal_distribution.cc,
// market/black76.cc and pricing/contract.cc, several vectors interleaved.
#include "bulkhead/pricing/option_kernels.h"

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/base/elementary_tables.h"

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

// Horner's scheme on several vectors at once.
template <std::size_t N, std::size_t K>
HWY_INLINE void polynomial(const double (&coefficients)[N], const V (&x)[K], V (&value)[K]) {
  for (std::size_t k = 0; k < K; ++k) value[k] = constant(coefficients[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) {
    const V term = constant(coefficients[i]);
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

// norm_cdf of anything but NaN.
template <std::size_t K>
HWY_INLINE void norm_cdf_of(const V (&x)[K], V (&value)[K]) {
  using namespace internal;
  V size[K], scale[K], t[K], series[K], high[K], low[K], density[K];
  for (std::size_t k = 0; k < K; ++k) {
    size[k] = hn::Abs(x[k]);
    scale[k] = hn::Div(constant(1.0), hn::Add(size[k], constant(4.0)));
    t[k] = hn::Mul(hn::Sub(size[k], constant(4.0)), scale[k]);
    const V square = hn::Mul(size[k], size[k]);
    high[k] = hn::Mul(constant(-0.5), square);
    low[k] = hn::Mul(constant(-0.5), hn::MulSub(size[k], size[k], square));
  }
  polynomial(kTailSeries, t, series);
  exp_of_sum(high, low, density);
  for (std::size_t k = 0; k < K; ++k) {
    const V tail = hn::Mul(density[k], hn::Mul(series[k], scale[k]));
    const M some = hn::And(hn::Le(size[k], constant(39.0)), hn::Ge(high[k], constant(-745.14)));
    const V upper = hn::IfThenElseZero(some, tail);
    value[k] = hn::IfThenElse(hn::Lt(x[k], hn::Zero(d)), upper, hn::Sub(constant(1.0), upper));
  }
}

HWY_INLINE V load(const double* row, std::size_t s) {
  return row == nullptr ? constant(1.0) : hn::LoadU(d, row + s);
}

Multipliers part(Multipliers row, std::size_t begin, std::size_t size) {
  return row.empty() ? row : row.subspan(begin, size);
}

struct OptionRows {
  const double* spot;
  const double* basis;
  const double* settlement;
  const double* volatility;
};

const double* pointer(Multipliers row) { return row.empty() ? nullptr : row.data(); }

// Elements [s, s + kStep) of option_row; false where the plain form has to do them.
HWY_INLINE bool option_block(const Contract& c, double base, const OptionRows& rows, std::size_t s,
                             double* pnl) {
  V spot[kTogether], forward[kTogether], strike[kTogether], sigma[kTogether], ratio[kTogether];
  M ordinary = hn::Eq(hn::Zero(d), hn::Zero(d));
  for (std::size_t k = 0; k < kTogether; ++k) {
    const std::size_t at = s + k * kLanes;
    const V moved = load(rows.spot, at);
    spot[k] = hn::Mul(constant(c.spot), moved);
    forward[k] = hn::Mul(constant(c.forward), hn::Mul(moved, load(rows.basis, at)));
    const V price = hn::Mul(constant(c.settlement_price), load(rows.settlement, at));
    strike[k] = c.inverse ? constant(c.strike) : hn::Mul(constant(c.strike), price);
    sigma[k] = hn::Mul(constant(c.sigma_sqrt_t), load(rows.volatility, at));
    ratio[k] = hn::Div(forward[k], strike[k]);
    const M positive = hn::And(hn::Gt(forward[k], hn::Zero(d)), hn::Gt(sigma[k], hn::Zero(d)));
    const M normal = hn::And(hn::Ge(ratio[k], constant(0x1p-1022)),
                             hn::Le(ratio[k], constant(0x1.fffffffffffffp1023)));
    ordinary = hn::And(ordinary, hn::And(positive, normal));
  }
  if (!hn::AllTrue(d, ordinary)) return false;
  V log_ratio[kTogether];
  log_of(ratio, log_ratio);
  V arguments[2 * kTogether], probabilities[2 * kTogether];
  for (std::size_t k = 0; k < kTogether; ++k) {
    const V d1 = hn::Add(hn::Div(log_ratio[k], sigma[k]), hn::Mul(constant(0.5), sigma[k]));
    const V d2 = hn::Sub(d1, sigma[k]);
    ordinary = hn::And(ordinary, hn::Eq(d2, d2));
    arguments[2 * k] = c.call ? d1 : hn::Neg(d1);
    arguments[2 * k + 1] = c.call ? d2 : hn::Neg(d2);
  }
  if (!hn::AllTrue(d, ordinary)) return false;
  norm_cdf_of(arguments, probabilities);
  for (std::size_t k = 0; k < kTogether; ++k) {
    const V asset = hn::Mul(forward[k], probabilities[2 * k]);
    const V cash = hn::Mul(strike[k], probabilities[2 * k + 1]);
    const V value = c.call ? hn::Sub(asset, cash) : hn::Sub(cash, asset);
    const V gain = c.call ? hn::Sub(forward[k], strike[k]) : hn::Sub(strike[k], forward[k]);
    const V intrinsic = hn::IfThenElseZero(hn::Gt(gain, hn::Zero(d)), gain);
    const V most = c.call ? forward[k] : strike[k];
    const V below = hn::IfThenElse(hn::Gt(value, most), most, value);
    V premium = hn::IfThenElse(hn::Lt(value, intrinsic), intrinsic, below);
    if (c.inverse) premium = hn::Mul(premium, hn::Div(spot[k], forward[k]));
    const V leg = hn::Mul(constant(c.size), premium);
    hn::StoreU(hn::Sub(leg, constant(base)), d, pnl + s + k * kLanes);
  }
  return true;
}

void option_row(const Contract& contract, double base, Multipliers spot, Multipliers basis,
                Multipliers settlement, Multipliers volatility, PnlRow pnl) {
  const OptionRows rows{pointer(spot), pointer(basis), pointer(settlement), pointer(volatility)};
  for (std::size_t s = 0; s < pnl.size(); s += kStep) {
    const std::size_t size = pnl.size() - s < kStep ? pnl.size() - s : kStep;
    if (size == kStep && option_block(contract, base, rows, s, pnl.data())) continue;
    pricing::option_row(contract, base, part(spot, s, size), part(basis, s, size),
                        part(settlement, s, size), part(volatility, s, size), pnl.subspan(s, size));
  }
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
  static constexpr RowKernels kKernels = {option_row, dated_basis, volatility_factors,
                                          tick_exponent, pricing::to_ticks};
  return kKernels;
}

}  // namespace bulkhead::pricing::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bulkhead::pricing {

const RowKernels& row_kernels(KernelTarget target) {
  static constexpr RowKernels kPlain = {option_row, dated_basis, volatility_factors, tick_exponent,
                                        to_ticks};
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
