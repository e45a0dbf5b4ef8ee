// Books as the read-only input of risk (risk/portfolio.h), without any figure.
#pragma once

#include <span>
#include <vector>

#include "bulkhead/engine/state.h"
#include "bulkhead/pricing/prepared_set.h"
#include "bulkhead/pricing/rows.h"
#include "bulkhead/risk/epoch_risk.h"
#include "bulkhead/risk/portfolio.h"

namespace bulkhead::engine {

// Positions, settlement legs, debts, open orders, and as collateral all that is pledged or
// sequestered: what of it counts is decided where it is valued (counting.h).
risk::Portfolio build_portfolio(const State& state, AccountIndex account);

// An order for a package as risk reads it: one that is sold is bought the other way round.
risk::PackageLots package_lots(const positions::Order& order);

// Whether it cannot be filled any more: its instrument, or that of one of its legs, has expired.
bool is_over(const State& state, const positions::Order& order);

// What of the registry the set can revalue.
pricing::NeededSet covered_set(const State& state, const pricing::PreparedSet& set);
// What there are rows of: every asset of these, every instrument of them that is live.
pricing::NeededSet needed_set(const State& state, const pricing::NeededSet& covered);

// Whether the set can revalue an instrument or asset; factor_missing names what it lacks.
Status covers_instrument(const State& state, const pricing::PreparedSet& set, InstrumentIndex i);
Status covers_asset(const State& state, const pricing::PreparedSet& set, AssetIndex i);

// Same-side totals of |greatest net delta| of the obligations, debts included, per underlying over
// the accounts of a group (D5.5).
std::vector<risk::GroupDelta> group_deltas(const risk::EpochRisk& market,
                                           std::span<const risk::Portfolio> members);

// The longest 95th percentile of time to finality among places that take sequestered assets.
Duration vault_finality(const market::Registry& registry);

}  // namespace bulkhead::engine
