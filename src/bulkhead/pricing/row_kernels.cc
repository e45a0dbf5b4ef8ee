// Inner loops of revaluation. Element by element, no reduction in floating point but a maximum.
#include "bulkhead/pricing/row_kernels.h"

#include <bit>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"
#include "bulkhead/market/black76.h"
#include "bulkhead/market/black76_tables.h"

namespace bulkhead::pricing {
namespace {

double at(Multipliers row, std::size_t s) { return row.empty() ? 1.0 : row[s]; }

double power_of_two(int exponent) {  // -1022..1023
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

double least(std::span<const double> row) {
  double found = row.empty() ? 0 : row[0];
  for (const double value : row) found = value < found ? value : found;
  return found;
}

double greatest_magnitude(std::span<const double> row) {
  double found = 0;
  for (const double value : row) {
    const double magnitude = value < 0 ? -value : value;
    found = magnitude > found ? magnitude : found;
  }
  return found;
}

// Adding and taking away 1.5·2^52 rounds to an integer, ties to even, for |x| < 2^51.
constexpr double kRoundToInteger = 6755399441055744.0;

}  // namespace

void asset_row(double value, Multipliers spot, PnlRow pnl) {
  for (std::size_t s = 0; s < pnl.size(); ++s) pnl[s] = value * (spot[s] - 1.0);
}

void delta_one_row(bool inverse, double value, Multipliers spot, Multipliers basis, PnlRow pnl) {
  for (std::size_t s = 0; s < pnl.size(); ++s) {
    const double ratio = inverse ? 1.0 / at(basis, s) : at(spot, s) * at(basis, s);
    pnl[s] = value * (ratio - 1.0);
  }
}

void OptionShocks::resize(std::size_t size, bool inverse) {
  for (std::vector<double>* row :
       {&forward, &log_ratio, &strike, &volatility, &inverse_volatility}) {
    row->resize(size);
  }
  spot_to_forward.resize(inverse ? size : 0);
}

void option_shocks(Multipliers spot, Multipliers basis, Multipliers strike, Multipliers volatility,
                   std::size_t size, OptionShocks& out) {
  out.resize(size, strike.empty());
  option_shocks_part(spot, basis, strike, volatility, 0, size, out);
  out.forward_least = least(out.forward);
  out.volatility_least = least(out.volatility);
  out.volatility_most = greatest_magnitude(out.volatility);
  out.log_ratio_most = greatest_magnitude(out.log_ratio);
}

void option_shocks_part(Multipliers spot, Multipliers basis, Multipliers strike,
                        Multipliers volatility, std::size_t begin, std::size_t size,
                        OptionShocks& out) {
  for (std::size_t s = begin; s < begin + size; ++s) {
    out.forward[s] = at(spot, s) * at(basis, s);
    out.strike[s] = at(strike, s);
    out.log_ratio[s] = out.forward[s] > 0 ? log_fixed(out.forward[s] / out.strike[s]) : 0.0;
    out.volatility[s] = at(volatility, s);
    out.inverse_volatility[s] = 1.0 / out.volatility[s];
    if (strike.empty()) out.spot_to_forward[s] = 1.0 / at(basis, s);
  }
}

OptionUnits option_units(const Contract& c) {
  OptionUnits units;
  units.strike = c.inverse ? c.strike : c.strike * c.settlement_price;
  units.spot_to_forward = c.spot / c.forward;
  if (!(c.sigma_sqrt_t > market::internal::kLeastDeviation)) return units;
  units.log_ratio = log_fixed(c.forward / units.strike);
  units.inverse = 1.0 / c.sigma_sqrt_t;
  return units;
}

void option_row(const Contract& c, double base, const OptionShocks& shocks, std::size_t begin,
                PnlRow pnl) {
  const OptionUnits units = option_units(c);
  for (std::size_t k = 0; k < pnl.size(); ++k) {
    const std::size_t s = begin + k;
    const double forward = c.forward * shocks.forward[s];
    const double strike = units.strike * shocks.strike[s];
    const double sigma = c.sigma_sqrt_t * shocks.volatility[s];
    double premium = c.call ? 0.0 : strike;
    if (forward > 0) {
      premium = market::black76_of(c.call, forward, strike, units.log_ratio + shocks.log_ratio[s],
                                   sigma, units.inverse * shocks.inverse_volatility[s]);
    }
    if (c.inverse) premium *= units.spot_to_forward * shocks.spot_to_forward[s];
    pnl[k] = c.size * premium - base;
  }
}

void settlement_row(const Contract& contract, double base, double unfixed, Multipliers spot,
                    Multipliers settlement, PnlRow pnl) {
  for (std::size_t s = 0; s < pnl.size(); ++s) {
    const double shocked_spot = contract.spot * (1.0 + unfixed * (at(spot, s) - 1.0));
    const double price = contract.settlement_price * at(settlement, s);
    pnl[s] = settlement_value(contract, shocked_spot, price) - base;
  }
}

void dated_basis(Multipliers log_moves, double years, std::span<double> out) {
  for (std::size_t s = 0; s < out.size(); ++s) out[s] = exp_fixed(log_moves[s] * years);
}

double volatility_scale(double days_to_expiry, const Parameters& p) {
  const double exponent =
      days_to_expiry <= 30 ? p.volatility_exponent_short : p.volatility_exponent_long;
  return pow_fixed(30.0 / (days_to_expiry > 1 ? days_to_expiry : 1.0), exponent);
}

void volatility_factors(Multipliers log_moves, double days_to_expiry, const Parameters& p,
                        std::span<double> out) {
  const double scale = volatility_scale(days_to_expiry, p);
  for (std::size_t s = 0; s < out.size(); ++s) {
    const double factor = exp_fixed(log_moves[s] * scale);
    out[s] = factor < p.volatility_factor_min   ? p.volatility_factor_min
             : factor > p.volatility_factor_max ? p.volatility_factor_max
                                                : factor;
  }
}

int tick_exponent(std::span<const double> pnl, int bits) {
  double largest = 0;
  for (const double value : pnl) {
    const double magnitude = value < 0 ? -value : value;
    largest = magnitude > largest ? magnitude : largest;
  }
  constexpr int kSmallest = -900;
  const auto pattern = std::bit_cast<std::uint64_t>(largest);
  const int field = static_cast<int>(pattern >> 52);
  BULKHEAD_ASSERT(field < 0x7ff);
  // largest is in [2^floor, 2^(floor + 1)); exactly 2^floor still fits one unit lower.
  const bool power = (pattern & ((std::uint64_t{1} << 52) - 1)) == 0;
  const int exponent = field - 1023 + (power ? 0 : 1) - bits;
  return largest == 0 || exponent < kSmallest ? kSmallest : exponent;
}

std::int32_t to_ticks(std::span<const double> pnl, int exponent, std::span<std::int32_t> ticks) {
  const double scale = power_of_two(-exponent);
  std::int32_t largest = 0;
  for (std::size_t s = 0; s < pnl.size(); ++s) {
    const double rounded = (pnl[s] * scale + kRoundToInteger) - kRoundToInteger;
    ticks[s] = static_cast<std::int32_t>(rounded);
    const std::int32_t magnitude = ticks[s] < 0 ? -ticks[s] : ticks[s];
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

}  // namespace bulkhead::pricing
