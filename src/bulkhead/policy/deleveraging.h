// Auto-deleveraging (D10.3): who of those who gained closes against an account in default when the
// market does not, and at what price. The rank is a pure function of published figures, so that
// everyone can know his own.
#pragma once

#include <cstdint>
#include <vector>

#include "bulkhead/base/amount.h"

namespace bulkhead::policy {

// An account on the other side of a position.
struct Winner {
  std::uint32_t account = 0;
  Usd gain;                // unpaid, of its position; > 0
  Usd equity;              // E_mid
  std::uint64_t lots = 0;  // of its position
};

// By gain/E (profit rate times leverage), largest first; E <= 0 stands before all; equals by larger
// gain, then account. Winners without a gain are left out.
std::vector<Winner> deleveraging_order(std::vector<Winner> winners);

// Share of fair price by which the account in default trades against its counterparties: so far
// that its loss beyond `funds` is made good over `notional` (> 0, numéraire) of positions, at most
// `band_bp`; 0 while its equity and the funds cover it. The bankruptcy price, bounded.
double bankruptcy_shift(Usd equity, Usd funds, Usd notional, BasisPoints band_bp);

}  // namespace bulkhead::policy
