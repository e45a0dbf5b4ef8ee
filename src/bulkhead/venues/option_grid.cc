#include "bulkhead/venues/option_grid.h"

#include <algorithm>
#include <tuple>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/market/black76.h"

namespace bulkhead::venues {
namespace {

constexpr double kDay = 86'400;
constexpr double kShortTermDays = 30;

}  // namespace

double years_of(double seconds) { return seconds / (365 * kDay); }
double days_of(double seconds) { return seconds / kDay; }

double option_value(const OptionLine& option, double forward, double seconds, double volatility) {
  if (!(forward > 0)) return option.call ? 0 : option.strike;
  return market::black76(option.call, forward, option.strike,
                         volatility * market::sqrt_years(seconds));
}

double option_delta(const OptionLine& option, double forward, double seconds) {
  const double deviation = option.volatility * market::sqrt_years(seconds);
  double call = 0;
  if (!(forward > 0)) {
    call = 0;
  } else if (!(deviation > 0)) {
    call = forward > option.strike ? 1 : (forward < option.strike ? 0 : 0.5);
  } else {
    call = norm_cdf(log_fixed(forward / option.strike) / deviation + 0.5 * deviation);
  }
  return option.call ? call : call - 1;
}

double expiry_value(const OptionExpiry& expiry, double spot, VolatilityShock shock) {
  const double forward = expiry.forward * spot + expiry.fixed_forward;
  double sum = 0;
  for (const OptionLine& option : expiry.options) {
    const double volatility = std::max(shock.floor, option.volatility * shock.multiplier);
    sum += option.amount *
           (expiry.discount * option_value(option, forward, expiry.seconds, volatility));
  }
  return sum;
}

double expiry_delta(const OptionExpiry& expiry) {
  double sum = 0;
  for (const OptionLine& option : expiry.options) {
    sum +=
        option.amount * option_delta(option, expiry.forward + expiry.fixed_forward, expiry.seconds);
  }
  return sum;
}

double volatility_reach(const VolatilityTerm& term, double seconds) {
  const double horizon = std::max(seconds, term.floor_days * kDay);
  BULKHEAD_ASSERT(horizon > 0);
  const double power = seconds <= kShortTermDays * kDay ? term.short_power : term.long_power;
  return pow_fixed(kShortTermDays * kDay / horizon, power);
}

double net_short_per_strike(std::span<const OptionLine> options) {
  std::vector<OptionLine> sorted(options.begin(), options.end());
  std::ranges::sort(sorted, [](const OptionLine& a, const OptionLine& b) {
    return std::tie(a.strike, a.amount) < std::tie(b.strike, b.amount);
  });
  double total = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    double net = 0;
    std::size_t end = i;
    for (; end < sorted.size() && sorted[end].strike == sorted[i].strike; ++end) {
      net += sorted[end].amount;
    }
    total += std::max(0.0, -net);
    i = end;
  }
  return total;
}

}  // namespace bulkhead::venues
