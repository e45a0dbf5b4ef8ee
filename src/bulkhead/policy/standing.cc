// Levels tested on the figures of one account.
#include "bulkhead/policy/standing.h"

namespace bulkhead::policy {

Usd preventive_equity(const Standing& standing) {
  return standing.worst_quality >= market::Quality::stale ? standing.equity_greatest
                                                          : standing.equity_mid;
}

Usd confirming_equity(const Standing& standing) {
  return standing.equity_near.value_or(standing.equity_greatest);
}

bool at_level(const Standing& standing, Usd equity, BasisPoints level_bp) {
  if (!standing.has_obligations) return true;
  return equity >= Usd{} && at_least_bp(equity, level_bp, standing.initial_margin);
}

bool all_good(const Standing& standing) { return standing.worst_quality == market::Quality::good; }

}  // namespace bulkhead::policy
