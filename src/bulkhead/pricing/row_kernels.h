// The inner loops of revaluation on plain arrays. They are the specification of the arithmetic: the
// vector kernels of option_kernels.h must give the same bits.
#pragma once

#include <cstdint>
#include <span>

#include "bulkhead/pricing/contract.h"
#include "bulkhead/pricing/parameters.h"

namespace bulkhead::pricing {

// A row before rounding: P&L of one lot per scenario, numéraire.
using PnlRow = std::span<double>;
using Multipliers = std::span<const double>;  // e^move per scenario; empty: 1 everywhere

// pnl = value·(multiplier − 1).
void asset_row(double value, Multipliers spot, PnlRow pnl);

// Linear: value·(spot·basis − 1). Inverse: value·(1/basis − 1). `value` is the leg at mark.
void delta_one_row(bool inverse, double value, Multipliers spot, Multipliers basis, PnlRow pnl);

// Options: full revaluation at forward·spot·basis, settlement price·settlement and
// sigma_sqrt_t·volatility.
void option_row(const Contract& contract, double base, Multipliers spot, Multipliers basis,
                Multipliers settlement, Multipliers volatility, PnlRow pnl);

// What expires inside the horizon (D3.5): settlement value at spot·(1 + unfixed·(multiplier − 1)).
void settlement_row(const Contract& contract, double base, double unfixed, Multipliers spot,
                    Multipliers settlement, PnlRow pnl);

// e^{b·years} per scenario (D3.4).
void dated_basis(Multipliers log_moves, double years, std::span<double> out);

// (30/max(d,1))^p, d days to expiry, p by d <= 30 (D3.4).
double volatility_scale(double days_to_expiry, const Parameters& parameters);

// clamp(e^{v·scale}, min, max) per scenario, scale as above (D3.4).
void volatility_factors(Multipliers log_moves, double days_to_expiry, const Parameters& parameters,
                        std::span<double> out);

// Smallest exponent with max|pnl| <= 2^(exponent + bits); at least -900 (a zero row).
int tick_exponent(std::span<const double> pnl, int bits);

// round-half-even(pnl / 2^exponent); returns max |tick|.
std::int32_t to_ticks(std::span<const double> pnl, int exponent, std::span<std::int32_t> ticks);

}  // namespace bulkhead::pricing
