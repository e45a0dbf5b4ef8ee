// Inner loops of revaluation. Element by element, no reduction in floating point but a maximum.
#include "bulkhead/pricing/row_kernels.h"

#include <bit>

#include "bulkhead/base/assert.h"
#include "bulkhead/base/elementary.h"

namespace bulkhead::pricing {
namespace {

double at(Multipliers row, std::size_t s) { return row.empty() ? 1.0 : row[s]; }

double power_of_two(int exponent) {  // -1022..1023
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
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

void option_row(const Contract& contract, double base, Multipliers spot, Multipliers basis,
                Multipliers settlement, Multipliers volatility, PnlRow pnl) {
  for (std::size_t s = 0; s < pnl.size(); ++s) {
    const double shocked_spot = contract.spot * at(spot, s);
    const double forward = contract.forward * (at(spot, s) * at(basis, s));
    const double price = contract.settlement_price * at(settlement, s);
    const double sigma = contract.sigma_sqrt_t * at(volatility, s);
    pnl[s] = leg_value(contract, shocked_spot, forward, price, sigma) - base;
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
