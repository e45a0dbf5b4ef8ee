// Where an account stands at one epoch: its figures, and on which side of each level they lie.
#pragma once

#include <cstdint>
#include <optional>

#include "bulkhead/base/amount.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/policy/ladder_parameters.h"

namespace bulkhead::policy {

// Input of every decision of the ladder. E_least <= E_mid <= E_greatest (D4.3).
struct Standing {
  Usd equity_least;
  Usd equity_mid;
  Usd equity_greatest;
  Usd initial_margin;                                     // IM
  Usd maintenance_margin;                                 // MM
  bool has_obligations = false;                           // a position, a debt or an open order
  market::Quality worst_quality = market::Quality::good;  // of the prices the account touches
  market::Regime regime = market::Regime::normal;         // account_regime()
  // Where a price touched is `volatile`: E_greatest with it at spot ∓ confidence, without the
  // stable price; what a real crash is confirmed by (D4.4).
  std::optional<Usd> equity_near = {};
  bool at_quorum = false;  // a volatile price has no source more than its quorum
  bool unpriced = false;   // an obligation without any price: nothing destructive can be judged
};

// equity_near where there is one, else E_greatest.
Usd confirming_equity(const Standing& standing);

// The equity that a preventive act is judged by: E_mid, or E_greatest where a price is stale or
// worse (D4.4).
Usd preventive_equity(const Standing& standing);

// 10^4·E >= level·IM; E < 0 is below every level, and without obligations none is breached (D1).
bool at_level(const Standing& standing, Usd equity, BasisPoints level_bp);

// Every price that the account touches is `good`: E has one value.
bool all_good(const Standing& standing);

}  // namespace bulkhead::policy
