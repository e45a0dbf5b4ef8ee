// Vector forms of the loops of row_kernels.h. Each gives the bits of its plain form on every input,
// bad ones included; a block with anything out of the ordinary is left to the plain form.
#pragma once

#include "bulkhead/base/kernel_target.h"
#include "bulkhead/pricing/row_kernels.h"

namespace bulkhead::pricing {

// Contracts of the functions stand in row_kernels.h.
struct RowKernels {
  void (*option_shocks)(Multipliers spot, Multipliers basis, Multipliers strike,
                        Multipliers volatility, std::size_t size, OptionShocks& out);
  void (*option_row)(const Contract&, double base, const OptionShocks& shocks, std::size_t begin,
                     PnlRow pnl);
  void (*dated_basis)(Multipliers log_moves, double years, std::span<double> out);
  void (*volatility_factors)(Multipliers log_moves, double days_to_expiry,
                             const Parameters& parameters, std::span<double> out);
  int (*tick_exponent)(std::span<const double> pnl, int bits);
  std::int32_t (*to_ticks)(std::span<const double> pnl, int exponent,
                           std::span<std::int32_t> ticks);
};

// `plain`, or a target that this machine runs (kernel_targets()).
const RowKernels& row_kernels(KernelTarget target);

}  // namespace bulkhead::pricing
