// The verbs of the engine, one function per command. Each checks all before it changes anything: an
// error means that nothing changed.
#pragma once

#include "bulkhead/engine/context.h"

namespace bulkhead::engine {

// reference.cc
Status carry_out(Context& context, const Genesis& command);
Status carry_out(Context& context, const RegisterPerson& command);
Status carry_out(Context& context, const RenewCommitment& command);
Status carry_out(Context& context, const RegisterAsset& command);
Status carry_out(Context& context, const RegisterInstrument& command);
Status carry_out(Context& context, const RegisterSource& command);
Status carry_out(Context& context, const RegisterPlace& command);
Status carry_out(Context& context, const OpenAccount& command);
Status carry_out(Context& context, const SetStandingInstruction& command);
// transfers.cc
Status carry_out(Context& context, const Deposit& command);
Status carry_out(Context& context, const Withdraw& command);
Status carry_out(Context& context, const Pledge& command);
Status carry_out(Context& context, const Unpledge& command);
Status carry_out(Context& context, const Borrow& command);
Status carry_out(Context& context, const Repay& command);
Status carry_out(Context& context, const RepayLoss& command);
// trading.cc
Status carry_out(Context& context, const PlaceOrder& command);
Status carry_out(Context& context, const AmendOrder& command);
Status carry_out(Context& context, const CancelOrder& command);
Status carry_out(Context& context, const Fill& command);
Status carry_out(Context& context, const FillSale& command);
// contracts.cc
Status carry_out(Context& context, const Funding& command);
Status carry_out(Context& context, const Interest& command);
Status carry_out(Context& context, const Expire& command);
// market_commands.cc
Status carry_out(Context& context, const Observations& command);
Status carry_out(Context& context, const Tick& command);
Status carry_out(Context& context, const AdoptScenarioSet& command);
Status carry_out(Context& context, const Grant& command);
Status carry_out(Context& context, const SetHalt& command);
// custody_commands.cc
Status carry_out(Context& context, const CustodyReceipt& command);
// delivery_commands.cc
Status carry_out(Context& context, const PromiseDelivery& command);
Status carry_out(Context& context, const ReportDelivery& command);
// dispute_commands.cc
Status carry_out(Context& context, const DisputeCall& command);
Status carry_out(Context& context, const ResolveDispute& command);
// vault_alarms.cc
Status carry_out(Context& context, const SetPlaceAlarm& command);
// substitution.cc
Status carry_out(Context& context, const SubstituteCollateral& command);
// plans.cc
Status carry_out(Context& context, const ProposePlan& command);
// auctions.cc
Status carry_out(Context& context, const BidAuction& command);
// stops.cc
Status carry_out(Context& context, const PressStop& command);
Status carry_out(Context& context, const EndStop& command);
// break_glass.cc
Status carry_out(Context& context, const BreakGlass& command);
Status carry_out(Context& context, const ReviewBreakGlass& command);
// governance.cc
Status carry_out(Context& context, const Propose& command);
Status carry_out(Context& context, const Approve& command);

}  // namespace bulkhead::engine
