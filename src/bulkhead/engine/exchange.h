// One asset for another as collateral (D8.5): at the internal ledger in one step, in a vault
// delivered first (D9.5). Judged so that nothing worsens; the member's command, an accepted
// proposal and a standing instruction all pass here.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

struct Exchange {
  AccountIndex account;
  PlaceIndex place;      // where the outgoing lies: the internal ledger or a vault
  AssetIndex in_asset;   // free, or for a vault pledged, at the internal ledger
  AssetIndex out_asset;  // pledged there, or sequestered in the vault
  Amount in;
  Amount out;
};

Status check_exchange(Context& context, const Exchange& made);
// After it was checked.
void carry_out(Context& context, const Exchange& made);
// The figures as if it were done.
risk::Requirement if_exchanged(const State& state, const Valuer& valuer, const Exchange& made);

// Of what is delivered to a vault: the outgoing goes back once the incoming is final there and
// nothing worsens by it; or it is given up.
void follow_substitution(Context& context, AccountIndex account);

}  // namespace bulkhead::engine
