// Assets that have become poor as collateral, and the better ones that Bulkhead offers to take in
// their place (D8.5).
#pragma once

#include <map>
#include <optional>

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

inline constexpr std::string_view kOwnSubstitutions = "substitution-";

// For every account alike at the closed epoch: off their peg, fading out, with a risen haircut.
PoorAssets poor_assets(const Context& context);
// Of an account: one of those, or more of it than its limit lets count.
std::optional<PoorCause> poor_cause(const Context& context, AccountIndex account, AssetIndex asset,
                                    const PoorAssets& poor);
// False of who owes nothing.
bool holds_poor(const Context& context, AccountIndex account, const PoorAssets& poor);

// Offers one exchange, of the first poor asset that something free may take the place of, for as
// long as a call would run; a standing instruction that pulls carries it out at once. What the
// member has declined or let pass is not offered again until it is no longer poor.
void offer_substitution(Context& context, AccountIndex account, const PoorAssets& poor);
// The member's word, or that it gave none in time.
Status answer_substitution(Context& context, const Proposal& proposal,
                           const SubstitutionContent& content, bool reject);
void keep_asset(Context& context, const SubstitutionContent& content);

}  // namespace bulkhead::engine
