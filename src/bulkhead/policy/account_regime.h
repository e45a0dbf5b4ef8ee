// The regime of an account: the highest among the underlyings that make at least a tenth of IM°
// (D7.3).
#pragma once

#include <span>

#include "bulkhead/base/amount.h"
#include "bulkhead/base/ids.h"
#include "bulkhead/market/epoch.h"

namespace bulkhead::policy {

struct UnderlyingShare {
  AssetIndex underlying;
  market::Regime regime = market::Regime::normal;
  Usd margin;  // stand-alone part of IM°
};

// `calm` if nothing counts. The engine keeps the membership between fills, transfers, adoptions and
// expiries; this takes the shares as they were then with today's regimes.
market::Regime account_regime(std::span<const UnderlyingShare> shares, Usd obligation_margin,
                              BasisPoints membership_bp);

}  // namespace bulkhead::policy
