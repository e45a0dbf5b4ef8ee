#include "bulkhead/engine/corrections.h"

#include "bulkhead/engine/open_orders.h"
#include "bulkhead/engine/two_persons.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;
using ledger::SystemOwner;
using ledger::TransferKind;

constexpr std::size_t kApprovalsOfAPrice = 2;

// That the command told once more is the one of that record, and was accepted.
template <class Correction, class Body>
Status check_founded(const Context& context, const Correction& correction, const Body& body) {
  if (context.state.corrections().contains(correction.record)) {
    return fail(ErrorCode::corrected_before, "record", std::to_string(correction.record),
                "a record that no correction has reversed");
  }
  Command original;
  original.actor = correction.actor;
  original.id = correction.id;
  original.body = body;
  const std::optional<RememberedCommand> found = context.state.memory.find(original);
  const auto unfounded = [](std::string_view field, const std::string& value,
                            const std::string& wanted) {
    return fail(ErrorCode::correction_unfounded, field, value, wanted);
  };
  if (!found) {
    return unfounded("id", "unknown",
                     "the id of a command of " + correction.actor + " of the last seven days");
  }
  if (found->record != correction.record) {
    return unfounded("record", std::to_string(correction.record),
                     "the record of that id, " + std::to_string(found->record));
  }
  const std::string different = CommandMemory::first_difference(*found, original);
  if (!different.empty()) return unfounded(different, "another", "what the record says");
  if (found->refused == 0) return {};
  return unfounded("record", std::to_string(correction.record), "a command that was accepted");
}

void tell(Context& context, AccountIndex account, CorrectionKind kind, std::uint64_t record,
          const std::string& reason, const Proposal& proposal, Amount owed) {
  context.state.put_correction({record, context.now()});
  context.emit(account, CorrectionMade{kind, record, reason, persons_of(proposal), owed});
}

Result<ledger::Owner> other_side(const Context& context, const Fill& fill) {
  if (fill.counterparty.empty()) return ledger::Owner(SystemOwner::market);
  BULKHEAD_TRY(const AccountIndex account, context.account(fill.counterparty, "counterparty"));
  return ledger::Owner(account);
}

// The end of a closed account has been told: nothing would follow what is opened or owed by it.
Status check_not_closed(const Context& context, AccountIndex account) {
  const AccountState& state = context.state.account(account);
  if (state.ladder.default_ != policy::Default::closed) return {};
  return fail(ErrorCode::stage_forbids, "account", state.name, "an account that is not closed");
}

// One trade, or of a package one per leg.
Result<std::vector<positions::Fill>> trades_of(const Context& context, const Fill& fill,
                                               AccountIndex account, ledger::Owner other) {
  if (!fill.legs.empty()) return leg_fills(context, fill, account, other);
  BULKHEAD_TRY(const InstrumentIndex instrument, context.instrument(fill.instrument));
  const bool bought = fill.side == Side::buy;
  return std::vector<positions::Fill>{{.instrument = instrument,
                                       .buyer = bought ? ledger::Owner(account) : other,
                                       .seller = bought ? other : ledger::Owner(account),
                                       .lots = fill.lots,
                                       .price = fill.price.to_double(),
                                       .buyer_fee = bought ? fill.fee : Amount{},
                                       .seller_fee = bought ? Amount{} : fill.fee}};
}

// The trade the other way round.
Result<std::vector<positions::Fill>> reversed(const Context& context, const Fill& fill) {
  BULKHEAD_TRY(const AccountIndex account, context.account(fill.account));
  BULKHEAD_TRY(const ledger::Owner other, other_side(context, fill));
  BULKHEAD_TRY(std::vector<positions::Fill> trades, trades_of(context, fill, account, other));
  for (positions::Fill& trade : trades) {
    const market::Instrument& terms = context.registry()[trade.instrument];
    if (terms.expiry.ns != 0 && context.now() > terms.expiry) {
      return fail(ErrorCode::instrument_expired, "instrument", terms.name,
                  "an instrument that has not expired");
    }
    std::swap(trade.buyer, trade.seller);
    std::swap(trade.buyer_fee, trade.seller_fee);
    trade.buyer_fee = -trade.buyer_fee;
    trade.seller_fee = -trade.seller_fee;
  }
  BULKHEAD_TRY_STATUS(check_not_closed(context, account));
  if (other.is_account()) BULKHEAD_TRY_STATUS(check_not_closed(context, other.account()));
  return trades;
}

void tell_reversal(Context& context, const positions::Effects& effects, const Fill& fill) {
  if (!fill.legs.empty()) {
    tell_legs(context, effects, fill);
    return;
  }
  for (const positions::PositionChange& change : effects.positions) {
    if (!change.owner.is_account()) continue;
    const AccountIndex account = change.owner.account();
    context.state.edit_account(account).regime_stale = true;
    context.valuer.touch(account);
    context.emit(account, TradeBooked{.instrument = fill.instrument,
                                      .lots = change.lots - change.lots_before,
                                      .price = fill.price,
                                      .position = change.lots,
                                      .instruction = 0});
  }
}

// What is there of `amount` leaves the bucket to outside; gives what is missing.
Amount take_out(Context& context, const HoldingKey& from, Amount amount) {
  const Amount taken = min(amount, max(Amount{}, context.state.ledger.available(from)));
  if (!taken.is_positive()) return amount;
  const Status done = context.post(
      context.transfer(TransferKind::correction, from,
                       {SystemOwner::external, from.asset, from.place, Bucket::free}, taken));
  BULKHEAD_ASSERT(done.has_value());
  return amount - taken;
}

Status check_price(const Context& context, const SettlementPrice& price) {
  BULKHEAD_TRY(const AssetIndex asset, context.asset(price.asset));
  BULKHEAD_TRY_STATUS(check_reason(price.reason));
  if (price.price.mantissa <= 0 || !price.price.in_range()) {
    return fail(ErrorCode::price_invalid, "price", to_string(price.price), "more than 0");
  }
  const market::AssetState& state = context.state.market.asset(asset);
  if (state.halted && context.now() - state.halted_at > kHaltedLong) return {};
  return fail(ErrorCode::not_halted_long, "asset", price.asset,
              state.halted ? "one that was halted before " + to_string(context.now() - kHaltedLong)
                           : std::string("a halted asset"));
}

}  // namespace

Status propose_correction(Context& context, const Propose& command, const BustTrade& correction) {
  BULKHEAD_TRY_STATUS(check_reason(correction.reason));
  BULKHEAD_TRY_STATUS(check_founded(context, correction, correction.fill));
  open_proposal(context, command, correction, context.state.find_account(correction.fill.account));
  return {};
}

Status propose_correction(Context& context, const Propose& command,
                          const ReverseDeposit& correction) {
  BULKHEAD_TRY_STATUS(check_reason(correction.reason));
  BULKHEAD_TRY_STATUS(check_founded(context, correction, correction.deposit));
  open_proposal(context, command, correction,
                context.state.find_account(correction.deposit.account));
  return {};
}

Status propose_correction(Context& context, const Propose& command, const SettlementPrice& price) {
  BULKHEAD_TRY_STATUS(check_price(context, price));
  open_proposal(context, command, price);
  return {};
}

Status approve_correction(Context& context, const Proposal& open, const BustTrade& correction) {
  BULKHEAD_TRY_STATUS(check_second_person(context, open));
  BULKHEAD_TRY_STATUS(check_founded(context, correction, correction.fill));
  const AccountIndex account = account_of(context.state, open);
  BULKHEAD_TRY(const std::vector<positions::Fill> back, reversed(context, correction.fill));
  BULKHEAD_TRY(const positions::Effects effects,
               context.state.positions.fill_all(context.cause(), back));
  tell_reversal(context, effects, correction.fill);
  const Proposal proposal = take_up(context, open, account);
  tell(context, account, CorrectionKind::trade_busted, correction.record, correction.reason,
       proposal, Amount{});
  return {};
}

Status approve_correction(Context& context, const Proposal& open,
                          const ReverseDeposit& correction) {
  BULKHEAD_TRY_STATUS(check_second_person(context, open));
  BULKHEAD_TRY_STATUS(check_founded(context, correction, correction.deposit));
  const Deposit& deposit = correction.deposit;
  const AccountIndex account = account_of(context.state, open);
  BULKHEAD_TRY(const AssetIndex asset, context.asset(deposit.asset));
  BULKHEAD_TRY(const PlaceIndex place, context.place(deposit.place));
  const HoldingKey free{account, asset, place, Bucket::free};
  const HoldingKey pledged{account, asset, place, Bucket::pledged};
  const Amount missing =
      max(Amount{}, deposit.amount - max(Amount{}, context.state.ledger.available(free)) -
                        max(Amount{}, context.state.ledger.available(pledged)));
  if (missing.is_positive()) {
    BULKHEAD_TRY_STATUS(check_not_closed(context, account));
    BULKHEAD_TRY_STATUS(context.state.ledger.borrow(context.cause(), free, missing));
  }
  const Amount rest = take_out(context, pledged, take_out(context, free, deposit.amount));
  BULKHEAD_ASSERT(rest.is_zero());
  context.tell_movements();
  context.state.edit_account(account).regime_stale = true;
  const Proposal proposal = take_up(context, open, account);
  tell(context, account, CorrectionKind::deposit_reversed, correction.record, correction.reason,
       proposal, missing);
  return {};
}

Status approve_settlement_price(Context& context, Proposal proposal, const SettlementPrice& price) {
  BULKHEAD_TRY_STATUS(check_second_person(context, proposal));
  BULKHEAD_TRY_STATUS(check_price(context, price));
  if (proposal.approvals.size() + 1 < kApprovalsOfAPrice) {
    proposal.approvals.push_back(context.command.actor);
    context.state.put_proposal(proposal);
    context.emit(ProposalChanged{proposal.name, proposal.status, proposal.approvals});
    return {};
  }
  context.state.market.settle(context.registry().find_asset(price.asset), price.price.to_double());
  const Proposal effective = take_up(context, std::move(proposal));
  context.emit(SettlementPriceSet{price.asset, price.price, price.reason, persons_of(effective)});
  return {};
}

}  // namespace bulkhead::engine
