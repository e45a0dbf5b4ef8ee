// Corrections: nothing is edited, a record is reversed by two persons and acts from now on (D11.5);
// and the settlement price of an asset that has been halted for long (D4.7).
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

inline constexpr Duration kHaltedLong = days(7);

Status propose_correction(Context& context, const Propose& command, const BustTrade& correction);
Status propose_correction(Context& context, const Propose& command,
                          const ReverseDeposit& correction);
Status propose_correction(Context& context, const Propose& command, const SettlementPrice& price);

// Both sides trade back at the price of the trade, fees and rebates too.
Status approve_correction(Context& context, const Proposal& open, const BustTrade& correction);
// The deposit leaves what is free, then what is pledged; the rest of it becomes a debt.
Status approve_correction(Context& context, const Proposal& open, const ReverseDeposit& correction);
// By two approvers, like parameters.
Status approve_settlement_price(Context& context, Proposal proposal, const SettlementPrice& price);

}  // namespace bulkhead::engine
