// Haircut value and stressed value of collateral.
#include "bulkhead/collateral/valuation.h"

#include <limits>
#include <string>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/decimal.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::collateral {
namespace {

constexpr double kImpactMax = 0.5;       // bound of the marginal impact (D5.5)
constexpr double kMarginalFactor = 1.5;  // derivative of x^1.5
constexpr double kBasisPoint = 1e-4;
constexpr int kMicroDigits = 6;

// Size (numéraire) at which 1.5·η·σ·√(x/ADV) reaches `level`; 0 if it is above it from the start.
double size_at_marginal(double level, double volatility, double adv, double impact) {
  const double slope = kMarginalFactor * impact * volatility;
  if (slope == 0) return std::numeric_limits<double>::infinity();
  if (!(adv > 0)) return 0;
  const double root = level / slope;
  return adv * root * root;
}

Result<Usd> to_usd_down(Amount amount, double price, double keep, std::uint32_t decimals) {
  const auto micros = multiply_round(amount.units, price, keep,
                                     kMicroDigits - static_cast<int>(decimals), Rounding::down);
  if (!micros || *micros > std::numeric_limits<std::int64_t>::max()) {
    return fail(ErrorCode::amount_overflow, "collateral.market_value", to_string(amount),
                "a value below 9.2e12 of the numéraire");
  }
  return Usd{static_cast<std::int64_t>(*micros)};
}

double larger(double a, double b) { return a < b ? b : a; }

}  // namespace

double mean_size_cost(double size, double half_spread, double volatility, double adv,
                      double impact) {
  BULKHEAD_ASSERT(size >= 0 && half_spread >= 0 && volatility >= 0 && impact >= 0);
  if (size == 0) return half_spread;
  const double bound = size_at_marginal(kImpactMax, volatility, adv, impact);
  if (size <= bound) {
    if (!(adv > 0)) return half_spread;
    return half_spread + impact * volatility * sqrt_fixed(size / adv);
  }
  // ∫₀^bound gives a third of the rectangle less: its mean is two thirds of the bound's margin.
  const double below = bound * kImpactMax / kMarginalFactor;
  return half_spread + (below + (size - bound) * kImpactMax) / size;
}

Result<CollateralValue> value_collateral(Amount amount, const AssetTerms& terms,
                                         const AssetRisk& risk, double impact) {
  BULKHEAD_ASSERT(!amount.is_negative() && risk.price > 0 && risk.dynamic_core >= 0);
  CollateralValue out;
  BULKHEAD_TRY(out.market, to_usd_down(amount, risk.price, 1.0, risk.decimals));
  if (!terms.eligible) {
    out.haircut.asset = out.haircut.total = 1;
    return out;
  }
  Haircut& h = out.haircut;
  h.asset = larger(terms.haircut_floor_bp * kBasisPoint, risk.dynamic_core);
  h.fx = risk.currency_mismatch ? terms.fx_haircut_bp * kBasisPoint : 0;
  h.additional = terms.additional_haircut_bp * kBasisPoint;
  const double size = static_cast<double>(out.market.micros) * 1e-6;
  h.size = mean_size_cost(size, risk.half_spread, risk.volatility, risk.adv, impact);
  const double flat = h.asset + h.fx + h.additional + risk.half_spread;
  // What an infinitesimal more would add is 1 − flat − marginal impact; past the size where that is
  // zero more adds nothing.
  if (flat >= 1) {
    h.total = 1;
    return out;
  }
  const double useful = 1 - flat < kImpactMax
                            ? size_at_marginal(1 - flat, risk.volatility, risk.adv, impact)
                            : std::numeric_limits<double>::infinity();
  if (size > useful) {
    const double mean = mean_size_cost(useful, risk.half_spread, risk.volatility, risk.adv, impact);
    const double keep = 1 - (h.asset + h.fx + h.additional + mean);
    const double worth = keep > 0 ? useful * keep : 0;
    out.value = min(out.market, Usd{static_cast<std::int64_t>(worth * 1e6)});
    h.total = 1 - worth / size;
    return out;
  }
  const double keep = 1 - (h.asset + h.fx + h.additional + h.size);
  if (keep <= 0) {
    h.total = 1;
    return out;
  }
  h.total = 1 - keep;
  BULKHEAD_TRY(out.value, to_usd_down(amount, risk.price, keep, risk.decimals));
  out.value = min(out.value, out.market);
  return out;
}

Usd stressed_value(const CollateralValue& value, double worst_return) {
  BULKHEAD_ASSERT(worst_return >= -1);
  if (worst_return >= 0) return value.value;
  const auto left =
      multiply_round(Int128{value.market.micros}, 1.0 + worst_return, 1.0, 0, Rounding::down);
  BULKHEAD_ASSERT(left.has_value() && *left >= 0);
  return min(value.value, Usd{static_cast<std::int64_t>(*left)});
}

}  // namespace bulkhead::collateral
