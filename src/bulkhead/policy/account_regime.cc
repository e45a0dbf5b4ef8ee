// The regime of an account from those of its underlyings.
#include "bulkhead/policy/account_regime.h"

namespace bulkhead::policy {

market::Regime account_regime(std::span<const UnderlyingShare> shares, Usd obligation_margin,
                              BasisPoints membership_bp) {
  auto highest = market::Regime::calm;
  for (const UnderlyingShare& share : shares) {
    const bool counts =
        share.margin > Usd{} && at_least_bp(share.margin, membership_bp, obligation_margin);
    // Regimes are declared by severity.
    if (counts && share.regime > highest) highest = share.regime;
  }
  return highest;
}

}  // namespace bulkhead::policy
