// Moves of collateral to and from vaults: encumbered in the books at once, instructed as absolute
// targets, final on receipt (D9.4).
#pragma once

#include <vector>

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

struct VaultMove {
  AssetIndex asset;
  PlaceIndex source;       // internal ledger or vault (in), vault (out)
  PlaceIndex destination;  // vault (in) or internal ledger (out)
  Amount amount;
};

// Encumbers each move and instructs the vaults concerned: one instruction per (asset, vault). Into
// vaults from the internal ledger or from another vault.
void move_into_vaults(Context& context, AccountIndex account, const std::vector<VaultMove>& moves);
void move_out_of_vaults(Context& context, AccountIndex account,
                        const std::vector<VaultMove>& moves);

// Everything final and unencumbered in vaults, as moves back to the internal ledger.
std::vector<VaultMove> all_held(const Context& context, AccountIndex account);

std::uint32_t open_leg_count(const Context& context, AccountIndex account);
bool anything_held(const Context& context, AccountIndex account);

// Sends the place what it shall hold now, if that is not what it was last told.
void renew_instruction(Context& context, const LegKey& key);

// Sends the instruction of a leg, and says so.
void tell_instruction(Context& context, const policy::CustodyLeg& leg, bool repeated);
void tell_leg(Context& context, const policy::LegStep& step);
void tell_escalation(Context& context, const policy::CustodyLeg& leg);

}  // namespace bulkhead::engine
