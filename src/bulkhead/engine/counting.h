// How much of what an account has pledged counts as collateral: what is eligible or fades out, what
// its own group has issued, what is beyond the account's limit (D5.5, D6.4). Everything that values
// collateral asks here, so that there is one answer.
#pragma once

#include <cstdint>
#include <optional>

#include "bulkhead/engine/context.h"
#include "bulkhead/risk/requirement.h"

namespace bulkhead::engine {

inline constexpr std::int64_t kWholeShare = 1'000'000;  // shares are parts of this

// Of an asset, by its terms, its issuer and its chain at the closed epoch: whole while it may be
// pledged, and from when it no longer may falling in a straight line to 0 through the grace.
std::int64_t asset_share(const State& state, AssetIndex index);
// The same of what lies at a place.
std::int64_t place_share(const State& state, PlaceIndex place);
// Rounded down.
Amount share_of(Amount amount, std::int64_t share);

// Whether its share changes with the clock, from the moment of what began it until it has ended.
bool is_fading(const State& state, AssetIndex index);

// Counts in full: it may be taken as collateral anew.
bool is_eligible(const State& state, AssetIndex index);
// Those of the schedule, else those with which it counted while it fades out; nullptr: none.
const collateral::AssetTerms* terms_of(const State& state, AssetIndex asset);

// What the account's limit leaves of an asset, market value at mid: its share of the obligation
// base B − V + IM°, and as much more as what is owed settles in the asset. None: no limit, for the
// numéraire, for what all that is owed settles in, and for who owes nothing. B, V and IM° of
// `figures` do not depend on the collateral, so that one pass suffices.
std::optional<Usd> account_limit(const State& state, const risk::EpochRisk& market,
                                 const risk::Portfolio& book, const risk::Requirement& figures,
                                 AssetIndex asset);
// The most of an asset that is worth no more than `value` at mid.
Amount amount_worth(const State& state, AssetIndex asset, Usd value);

// After the parameters have changed from `before`: what ceases to count begins to fade, what counts
// again is whole.
void follow_eligibility(Context& context, const policy::ParameterSet& before);
// What has faded out is forgotten.
void end_fading(Context& context);

// Whether `amount` more of the asset may be taken as collateral: what of the asset, of its issuer
// and of its chain counts or is promised may not exceed what is granted (D6.4). What counts
// already stays. `credit_limit` says what would be accepted.
Status check_credit(const Context& context, AccountIndex account, AssetIndex asset, Amount amount);
// The most of `wanted` that may be.
Amount credit_left(const Context& context, AccountIndex account, AssetIndex asset, Amount wanted);

}  // namespace bulkhead::engine
