// Verbs of contracts in force: funding, interest, expiry (D3).
#include "bulkhead/engine/open_orders.h"
#include "bulkhead/engine/own_losses.h"
#include "bulkhead/engine/verbs.h"

namespace bulkhead::engine {
namespace {

void touch_positions(Context& context, const positions::Effects& effects) {
  for (const positions::PositionChange& change : effects.positions) {
    if (!change.owner.is_account()) continue;
    context.state.edit_account(change.owner.account()).regime_stale = true;
    context.valuer.touch(change.owner.account());
  }
}

}  // namespace

Status carry_out(Context& context, const Funding& command) {
  BULKHEAD_TRY(const InstrumentIndex instrument, context.instrument(command.instrument));
  const market::InstrumentMark& mark = context.state.market.epoch().instruments[instrument.value];
  if (!(mark.price > 0)) {
    return fail(ErrorCode::price_not_good, "instrument", command.instrument, "a mark");
  }
  BULKHEAD_TRY(const positions::Effects effects,
               context.state.positions.fund(context.cause(), instrument, command.rate.to_double(),
                                            mark.price));
  note_losses(context, effects.settled);
  context.tell_movements();
  return {};
}

Status carry_out(Context& context, const Interest& command) {
  BULKHEAD_TRY(const AssetIndex asset, context.asset(command.asset));
  BULKHEAD_TRY(const std::vector<ledger::InterestCharge> charges,
               context.state.ledger.charge_interest(context.cause(), asset, command.rate));
  static_cast<void>(charges);
  context.tell_movements();
  return {};
}

Status carry_out(Context& context, const Expire& command) {
  BULKHEAD_TRY(const InstrumentIndex instrument, context.instrument(command.instrument));
  const market::Instrument& terms = context.registry()[instrument];
  if (terms.expiry.ns == 0 || context.now() < terms.expiry) {
    return fail(ErrorCode::out_of_range, "instrument", terms.name,
                "an instrument whose expiry has come");
  }
  BULKHEAD_TRY(const positions::Effects effects,
               context.state.positions.expire(context.cause(), instrument,
                                              command.settlement_price.to_double()));
  note_losses(context, effects.settled);
  context.tell_movements();
  touch_positions(context, effects);
  for (const positions::PositionChange& change : effects.positions) {
    if (!change.owner.is_account()) continue;
    context.emit(change.owner.account(), PositionSettled{.instrument = command.instrument,
                                                         .lots = change.lots_before,
                                                         .price = command.settlement_price});
  }
  for (auto& [account, order] : context.state.orders.cancel_instrument(instrument)) {
    context.valuer.touch(account);
    order.lots = 0;
    context.emit(account, order_changed(context, OrderChange::cancelled, order, {}, "expired"));
  }
  return {};
}

}  // namespace bulkhead::engine
