// Black-76 from the house's own elementary functions, so that its bits are the same everywhere.
//
// With h = |ln(F/K)|/v, t = v/2, m = min(F, K), near = |t − h| and far = t + h the part of the
// price beyond the intrinsic value is, for calls and puts alike, because F·φ(d1) = K·φ(d2),
//   m·φ(near)·(R(near) − R(far)) where t < h, else m·(1 − φ(near)·(R(near) + R(far))),
// R = (1 − Φ)/φ. One exponential, one division, and no cancellation beyond that of the price.
#include "bulkhead/market/black76.h"

#include <bit>
#include <cstdint>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/base/elementary_parts.h"
#include "bulkhead/market/black76_tables.h"

namespace bulkhead::market {
namespace {

using bulkhead::internal::fused;
using bulkhead::internal::polynomial;

constexpr double kSecondsPerYear = 365.0 * 86'400.0;

double positive(double x) { return x > 0.0 ? x : 0.0; }
double least(double x, double y) { return x < y ? x : y; }
double clamp(double x, double low, double high) { return x < low ? low : (x > high ? high : x); }

// φ(x) for 0 <= x <= kFarthest.
double density(double x) {
  const double square = x * x;
  const double shifted = fused(square, -internal::kHalfLog2E, internal::kIntegerShift);
  const double exponent = shifted - internal::kIntegerShift;
  const double rest = fused(exponent, internal::kTwoLn2, square);
  const auto bits = std::bit_cast<std::uint64_t>(polynomial(internal::kDensitySeries, rest));
  return std::bit_cast<double>(bits + (std::bit_cast<std::uint64_t>(shifted) << 52));
}

struct Quotient {
  double top;
  double bottom;
};

Quotient mills(double x) {
  constexpr std::size_t kTerms = sizeof internal::kMillsTop / sizeof(double);
  Quotient q{x + internal::kMillsTop[kTerms - 1], x + internal::kMillsBottom[kTerms]};
  q.bottom = fused(q.bottom, x, internal::kMillsBottom[kTerms - 1]);
  for (std::size_t i = kTerms - 1; i-- > 0;) {
    q.top = fused(q.top, x, internal::kMillsTop[i]);
    q.bottom = fused(q.bottom, x, internal::kMillsBottom[i]);
  }
  return q;
}

// The part beyond the intrinsic value in units of m.
double beyond_intrinsic(double log_ratio, double deviation, double inverse) {
  const double quotient = log_ratio * inverse;
  const double distance = quotient < 0.0 ? -quotient : quotient;
  const double half = 0.5 * deviation;
  const double gap = half - distance;
  const double near = least(gap < 0.0 ? -gap : gap, internal::kFarthest);
  const Quotient a = mills(near);
  const Quotient b = mills(least(half + distance, internal::kFarthestOther));
  const double product = b.top * a.bottom;
  const double top = fused(a.top, b.bottom, gap < 0.0 ? -product : product);
  const double reach = density(near) * (top / (a.bottom * b.bottom));
  return gap < 0.0 ? reach : 1.0 - reach;
}

// For deviations at which the far argument leaves the range of the table.
double textbook(bool call, double forward, double strike, double d1, double d2) {
  return call ? forward * norm_cdf(d1) - strike * norm_cdf(d2)
              : strike * norm_cdf(-d2) - forward * norm_cdf(-d1);
}

}  // namespace

double black76(bool call, double forward, double strike, double sigma_sqrt_t) {
  BULKHEAD_ASSERT(forward > 0 && strike > 0);
  const bool moves = sigma_sqrt_t > internal::kLeastDeviation;
  const double log_ratio = moves ? log_fixed(forward / strike) : 0.0;
  return black76_of(call, forward, strike, log_ratio, sigma_sqrt_t, moves ? 1.0 / sigma_sqrt_t : 0);
}

double black76_of(bool call, double forward, double strike, double log_ratio, double sigma_sqrt_t,
                  double inverse) {
  const double intrinsic = positive(call ? forward - strike : strike - forward);
  if (!(sigma_sqrt_t > internal::kLeastDeviation)) return intrinsic;
  const double most = call ? forward : strike;
  if (sigma_sqrt_t > internal::kMostDeviation) {
    const double d1 = log_ratio / sigma_sqrt_t + 0.5 * sigma_sqrt_t;
    return clamp(textbook(call, forward, strike, d1, d1 - sigma_sqrt_t), intrinsic, most);
  }
  const double part = beyond_intrinsic(log_ratio, sigma_sqrt_t, inverse);
  // most − lesser is the intrinsic value, or 0.
  const double lesser = least(forward, strike);
  return least((most - lesser) + positive(lesser * part), most);
}

double sqrt_years(double seconds_to_expiry) {
  return seconds_to_expiry > 0 ? sqrt_fixed(seconds_to_expiry / kSecondsPerYear) : 0;
}

}  // namespace bulkhead::market
