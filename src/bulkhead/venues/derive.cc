#include "bulkhead/venues/derive.h"

#include <algorithm>

#include "bulkhead/venues/checks.h"

namespace bulkhead::venues {
namespace {

constexpr double kSettlementSeconds = 1800;

Status check_expiry(const DeriveExpiry& expiry, const std::string& at) {
  const OptionExpiry& e = expiry.options;
  BULKHEAD_TRY_STATUS(not_negative(at + ".sec", e.seconds));
  BULKHEAD_TRY_STATUS(not_negative(at + ".fwd_variable", e.forward));
  BULKHEAD_TRY_STATUS(not_negative(at + ".fwd_fixed", e.fixed_forward));
  BULKHEAD_TRY_STATUS(above_zero(at + ".forward", e.forward + e.fixed_forward));
  BULKHEAD_TRY_STATUS(within(at + ".rate", expiry.rate, -100, 100));
  BULKHEAD_TRY_STATUS(within(at + ".confidence", expiry.confidence, 0, 1));
  for (std::size_t i = 0; i < e.options.size(); ++i) {
    const OptionLine& option = e.options[i];
    const std::string line = at + ".options[" + std::to_string(i) + "]";
    BULKHEAD_TRY_STATUS(above_zero(line + ".strike", option.strike));
    BULKHEAD_TRY_STATUS(finite(line + ".amount", option.amount));
    BULKHEAD_TRY_STATUS(not_negative(line + ".volatility", option.volatility));
  }
  return {};
}

}  // namespace

OptionExpiry expiry_in_settlement(double forward, double seconds) {
  OptionExpiry expiry;
  expiry.seconds = seconds;
  if (seconds < kSettlementSeconds) {
    expiry.fixed_forward = forward * (kSettlementSeconds - seconds) / kSettlementSeconds;
  }
  expiry.forward = forward - expiry.fixed_forward;
  return expiry;
}

Status validate(const DerivePortfolio& p) {
  BULKHEAD_TRY_STATUS(above_zero("market.spot", p.spot));
  BULKHEAD_TRY_STATUS(within("market.spot_conf", p.spot_confidence, 0, 1));
  BULKHEAD_TRY_STATUS(above_zero("market.stable", p.stable));
  BULKHEAD_TRY_STATUS(not_negative("market.perp_price", p.perp_price));
  BULKHEAD_TRY_STATUS(within("market.perp_conf", p.perp_confidence, 0, 1));
  BULKHEAD_TRY_STATUS(finite("portfolio.cash", p.cash));
  BULKHEAD_TRY_STATUS(finite("portfolio.perps", p.perps));
  BULKHEAD_TRY_STATUS(finite("portfolio.perp_value", p.perp_value));
  BULKHEAD_TRY_STATUS(not_negative("portfolio.base", p.base));
  for (std::size_t i = 0; i < p.collaterals.size(); ++i) {
    const DeriveCollateral& c = p.collaterals[i];
    const std::string at = "portfolio.collaterals[" + std::to_string(i) + "]";
    BULKHEAD_TRY_STATUS(not_negative(at + ".amount", c.amount));
    BULKHEAD_TRY_STATUS(not_negative(at + ".price", c.price));
    BULKHEAD_TRY_STATUS(within(at + ".conf", c.confidence, 0, 1));
    BULKHEAD_TRY_STATUS(within(at + ".mm_haircut", c.maintenance_haircut, 0, 1));
    BULKHEAD_TRY_STATUS(within(at + ".im_haircut_extra", c.initial_haircut, 0, 1));
  }
  for (std::size_t i = 0; i < p.expiries.size(); ++i) {
    BULKHEAD_TRY_STATUS(check_expiry(p.expiries[i], "market.expiries[" + std::to_string(i) + "]"));
  }
  return {};
}

std::string describe(const DeriveScenario& scenario) {
  std::string text = "spot " + signed_percent(scenario.spot - 1);
  switch (scenario.volatility) {
    case VolatilityMove::same:
      text += ", volatility unchanged";
      break;
    case VolatilityMove::up:
      text += ", volatility up";
      break;
    case VolatilityMove::down:
      text += ", volatility down";
      break;
    case VolatilityMove::linear_skew:
      text += ", skew turned";
      break;
    case VolatilityMove::absolute_skew:
      text += ", wings raised";
      break;
  }
  if (scenario.dampening != 1) text += ", counted at " + percent_text(scenario.dampening);
  return text;
}

double basis_contingency(const BasisContingency& basis, std::span<const OptionExpiry> expiries) {
  double sum = 0;
  for (const OptionExpiry& expiry : expiries) {
    const double now = expiry_value(expiry, 1, {});
    const double up = expiry_value(expiry, basis.up, {}) - now;
    const double down = expiry_value(expiry, basis.down, {}) - now;
    sum += std::min({up, down, 0.0}) * (basis.add + basis.multiply * years_of(expiry.seconds));
  }
  return sum;
}

double gross_amount(const OptionExpiry& expiry) {
  double sum = 0;
  for (const OptionLine& option : expiry.options) sum += std::max(option.amount, -option.amount);
  return sum;
}

}  // namespace bulkhead::venues
