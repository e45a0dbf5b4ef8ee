// The inner loops of revaluation on plain arrays. They are the specification of the arithmetic: the
// vector kernels of option_kernels.h must give the same bits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

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

// What all options of one forward curve and one unit of the strike share in every scenario, so that
// none of them takes a logarithm or a division of its own.
struct OptionShocks {
  std::vector<double> forward;             // spot·basis
  std::vector<double> log_ratio;           // ln(forward/strike); 0 where forward is 0
  std::vector<double> strike;              // multiplier of what the strike is in
  std::vector<double> volatility;          // multiplier of σ·√T
  std::vector<double> inverse_volatility;  // 1/volatility
  std::vector<double> spot_to_forward;     // 1/basis; for inverse options only, else empty
  // Of the whole rows, for which kernels can be chosen at once; 0 of none.
  double forward_least = 0;
  double volatility_least = 0;
  double volatility_most = 0;
  double log_ratio_most = 0;  // of the magnitudes

  void resize(std::size_t size, bool inverse);
};

// Fills all of `out` for `size` scenarios. `strike`: the multipliers of the settlement asset's
// price for linear options; empty, for inverse ones or where that price stays. Forwards'
// multipliers are >= 0, the others > 0.
void option_shocks(Multipliers spot, Multipliers basis, Multipliers strike, Multipliers volatility,
                   std::size_t size, OptionShocks& out);
// Its elements [begin, begin + size) alone, without what is of the whole rows.
void option_shocks_part(Multipliers spot, Multipliers basis, Multipliers strike,
                        Multipliers volatility, std::size_t begin, std::size_t size,
                        OptionShocks& out);

// What is the same in every scenario of one option.
struct OptionUnits {
  double strike = 0;           // numéraire
  double spot_to_forward = 0;  // S/F
  double log_ratio = 0;        // ln(F/K)
  double inverse = 0;          // 1/(σ·√T); 0, as log_ratio, where σ·√T is nothing
};
OptionUnits option_units(const Contract& contract);

// Options: full revaluation at the shocked forward, strike and volatility in the scenarios from
// `begin` on.
void option_row(const Contract& contract, double base, const OptionShocks& shocks,
                std::size_t begin, PnlRow pnl);

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
