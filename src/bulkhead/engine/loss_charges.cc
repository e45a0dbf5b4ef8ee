#include "bulkhead/engine/loss_charges.h"

#include "bulkhead/policy/liquidation.h"

namespace bulkhead::engine {
namespace {

// What others than the account have paid of what it realised.
Usd of_others(const LossCharges& charges) {
  return charges.set_off + charges.house + charges.insurance + charges.gains + charges.bad_debt;
}

}  // namespace

void note_declared(Context& context, AccountIndex account) {
  DefaultRecord record = context.state.default_record(account);
  record.own_sequestered = record.own_pledged = record.own_free = Usd{};
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    const Usd value = max(Usd{}, context.valuer.market_value(line.asset, line.balance.posted));
    if (line.bucket == ledger::Bucket::sequestered) record.own_sequestered += value;
    if (line.bucket == ledger::Bucket::pledged) record.own_pledged += value;
    if (line.bucket == ledger::Bucket::free) record.own_free += value;
  }
  for (const positions::Position& held : context.state.positions.positions(account)) {
    const double mark = context.state.market.epoch().instruments[held.instrument.value].price;
    if (held.lots == 0 || !(mark > 0)) continue;
    record.marks.push_back({held.instrument.value, held.lots > 0, mark});
  }
  context.state.put_default(record);
}

void add_loss(Context& context, AccountIndex account, Usd lost) {
  if (lost == Usd{}) return;
  DefaultRecord record = context.state.default_record(account);
  record.lost += lost;
  context.state.put_default(record);
}

LossCharges charged(const DefaultRecord& record) {
  LossCharges charges = record.charges;
  const Usd own = max(Usd{}, record.lost - of_others(charges));
  const policy::Waterfall paid = policy::charge_loss(
      own, {record.own_sequestered, record.own_pledged, record.own_free, Usd{}});
  charges.own_sequestered = paid.own_sequestered;
  // Prices and positions have moved since: what is more than it had then it has gained meanwhile.
  charges.own_pledged = paid.own_pledged + paid.bad_debt;
  charges.own_free = paid.own_free;
  return charges;
}

void tell_charges(Context& context, AccountIndex account) {
  const LossCharges charges = charged(context.state.default_record(account));
  const Usd loss = charges.own_sequestered + charges.own_pledged + charges.own_free +
                   charges.deleveraged + of_others(charges);
  if (loss == Usd{}) return;
  context.emit(account, LossCharged{loss, charges});
}

}  // namespace bulkhead::engine
