#include "bulkhead/engine/waterfall.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/engine/gains.h"
#include "bulkhead/engine/owed_losses.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;
using ledger::SystemOwner;
using ledger::TransferKind;

std::vector<ledger::Holding> lines_of(const Context& context, AccountIndex account, Bucket bucket) {
  std::vector<ledger::Holding> found;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket == bucket && line.balance.available().is_positive()) found.push_back(line);
  }
  return found;
}

const GrantState* live_grant(const Context& context, GrantKind kind) {
  const GrantState* grant = context.state.grant(kind, "");
  if (grant == nullptr || grant->grant.expires < context.now()) return nullptr;
  return grant;
}

double units_per_coin(const market::Asset& asset) {
  double units = 1;
  for (std::uint32_t i = 0; i < asset.decimals; ++i) units *= 10;
  return units;
}

// How much of an asset pays `amount` of a debt at mid, rounded up; 0 if a price is missing.
Amount price_in(const Context& context, AssetIndex paying, AssetIndex owed, Amount amount) {
  if (paying == owed) return amount;
  const auto& prices = context.state.market.epoch().assets;
  if (!prices[owed.value].priced() || !prices[paying.value].priced()) return {};
  const double coins = static_cast<double>(amount.units) / units_per_coin(context.registry()[owed]);
  const double paid = coins * prices[owed.value].mid / prices[paying.value].mid;
  return Amount{
      static_cast<Int128>(floor_fixed(paid * units_per_coin(context.registry()[paying]))) + 1};
}

struct Drawn {
  Amount covered;  // of the debt
  Amount paid;     // of the asset that pays
};

// Pays the pool from a holding for a debt of `debt` in `owed`, as far as it reaches.
Drawn draw(Context& context, const HoldingKey& from, AssetIndex owed, Amount debt) {
  const Amount there = context.state.ledger.available(from);
  const Amount price = debt.is_positive() ? price_in(context, from.asset, owed, debt) : Amount{};
  if (!price.is_positive() || !there.is_positive()) return {};
  Drawn drawn{debt, price};
  if (there < price) {
    const double share = static_cast<double>(there.units) / static_cast<double>(price.units);
    drawn.paid = there;
    drawn.covered =
        from.asset == owed
            ? there
            : Amount{static_cast<Int128>(floor_fixed(static_cast<double>(debt.units) * share))};
  }
  const Status done = context.post(
      context.transfer(TransferKind::waterfall, from,
                       {SystemOwner::pool, from.asset, from.place, Bucket::free}, drawn.paid));
  BULKHEAD_ASSERT(done.has_value());
  return drawn;
}

// Of the house tranche or the insurance fund: what of the debt it pays.
Amount draw_grant(Context& context, GrantKind kind, SystemOwner owner, AssetIndex owed,
                  Amount debt) {
  const GrantState* found = live_grant(context, kind);
  if (found == nullptr) return {};
  GrantState grant = *found;
  const HoldingKey from{owner, context.registry().find_asset(grant.grant.asset),
                        context.internal_place(), Bucket::free};
  const Drawn drawn = draw(context, from, owed, debt);
  if (drawn.paid.is_zero()) return {};
  grant.used = grant.used + drawn.paid;
  context.state.put_grant(grant);
  return drawn.covered;
}

// An account of the same member that agreed to it, and whose own calls come first.
bool may_set_off(const Context& context, AccountIndex account, AccountIndex other) {
  const AccountState& state = context.state.account(other);
  return state.member == context.state.account(account).member && state.standing.set_off &&
         state.ladder.default_ == policy::Default::none &&
         state.ladder.coverage != policy::Coverage::called && state.open_calls == 0;
}

Amount draw_set_off(Context& context, AccountIndex account, AssetIndex owed, Amount debt) {
  Amount covered;
  for (const std::uint32_t i : context.valuer.related(account)) {
    const AccountIndex other(i);
    if (!may_set_off(context, account, other)) continue;
    for (const ledger::Holding& line : lines_of(context, other, Bucket::free)) {
      if (line.place != context.internal_place()) continue;
      covered = covered + draw(context, line.key(other), owed, debt - covered).covered;
    }
  }
  return covered;
}

}  // namespace

bool pledge_free(Context& context, AccountIndex account) {
  if (lines_of(context, account, Bucket::debt).empty()) return false;
  bool pledged = false;
  for (const ledger::Holding& line : lines_of(context, account, Bucket::free)) {
    const Status done = context.post(context.transfer(
        TransferKind::pledge, line.key(account), {account, line.asset, line.place, Bucket::pledged},
        line.balance.available()));
    BULKHEAD_ASSERT(done.has_value());
    pledged = true;
  }
  return pledged;
}

void cover_losses(Context& context, AccountIndex account) {
  for (const ledger::Holding& line : lines_of(context, account, Bucket::debt)) {
    const Amount debt = line.balance.posted;
    const Amount set_off = draw_set_off(context, account, line.asset, debt);
    Amount left = debt - set_off;
    const Amount house =
        draw_grant(context, GrantKind::house_tranche, SystemOwner::house, line.asset, left);
    left = left - house;
    const Amount insured =
        draw_grant(context, GrantKind::insurance_fund, SystemOwner::insurance, line.asset, left);
    left = left - insured;
    std::vector<LossPart> parts = reduce_gains(context, account, line.asset, left);
    Amount gains;
    for (const LossPart& part : parts) gains = gains + part.amount;
    left = left - gains;
    const Status done =
        context.post(context.transfer(TransferKind::write_off, line.key(account),
                                      ledger::debt_key(SystemOwner::pool, line.asset), debt));
    BULKHEAD_ASSERT(done.has_value());
    const auto worth = [&](Amount amount) {
      return context.valuer.market_value(line.asset, amount);
    };
    DefaultRecord record = context.state.default_record(account);
    record.charges.set_off += worth(set_off);
    record.charges.house += worth(house);
    record.charges.insurance += worth(insured);
    record.charges.gains += worth(gains);
    record.charges.bad_debt += worth(left);
    context.state.put_default(record);
    context.emit(account, LossCovered{.asset = context.registry()[line.asset].name,
                                      .insurance = insured,
                                      .bad_debt = left,
                                      .insurance_value = worth(insured),
                                      .bad_debt_value = worth(left),
                                      .set_off = set_off,
                                      .house = house,
                                      .set_off_value = worth(set_off),
                                      .house_value = worth(house),
                                      .gains = gains,
                                      .gains_value = worth(gains)});
    parts.insert(parts.begin(), {{.bearer = LossBearer::house, .amount = house},
                                 {.bearer = LossBearer::insurance, .amount = insured}});
    parts.push_back({.bearer = LossBearer::bad_debt, .amount = left});
    note_borne(context, account, line.asset, std::move(parts));
  }
}

Usd funds_value(Context& context, AccountIndex account) {
  Usd value;
  for (const SystemOwner owner : {SystemOwner::house, SystemOwner::insurance}) {
    const GrantKind kind =
        owner == SystemOwner::house ? GrantKind::house_tranche : GrantKind::insurance_fund;
    const GrantState* grant = live_grant(context, kind);
    if (grant == nullptr) continue;
    const AssetIndex asset = context.registry().find_asset(grant->grant.asset);
    const HoldingKey key{owner, asset, context.internal_place(), Bucket::free};
    value += context.valuer.market_value(asset, context.state.ledger.available(key));
  }
  for (const std::uint32_t i : context.valuer.related(account)) {
    const AccountIndex other(i);
    if (!may_set_off(context, account, other)) continue;
    for (const ledger::Holding& line : lines_of(context, other, Bucket::free)) {
      if (line.place != context.internal_place()) continue;
      value += context.valuer.market_value(line.asset, line.balance.available());
    }
  }
  return value;
}

}  // namespace bulkhead::engine
