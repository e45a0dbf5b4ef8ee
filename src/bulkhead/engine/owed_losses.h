// What others bore of the loss of a closed account is owed by its member: it holds back what leaves
// the member's accounts until it is repaid, or forgiven by two persons (D8.6, D10.3).
#pragma once

#include <vector>

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// Others were charged with `parts` of one asset, in this order. An account of the same member is
// nobody else.
void note_borne(Context& context, AccountIndex closed, AssetIndex asset,
                std::vector<LossPart> parts);

// Owed of an asset for the loss of an account.
Amount owed_loss(const State& state, AccountIndex closed, AssetIndex asset);

// That `amount`, out of `free` or out of `pledged`, leaves what the member owes for losses: its
// accounts' free assets at their low edge, and its E_least beyond target·IM over all of them.
Status check_loss_stays(Context& context, AccountIndex account, AssetIndex asset, Amount amount,
                        ledger::Bucket from);

// Pays back at most what is owed; who was charged last is paid first.
void repay_loss(Context& context, const ledger::HoldingKey& from, AccountIndex closed,
                Amount amount);

Status propose_waiver(Context& context, const Propose& command, const WaiveLoss& order);
Status approve_waiver(Context& context, const Proposal& open);

}  // namespace bulkhead::engine
