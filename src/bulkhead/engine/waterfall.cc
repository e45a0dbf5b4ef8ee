#include "bulkhead/engine/waterfall.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"

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

const GrantState* insurance_grant(const Context& context) {
  const GrantState* grant = context.state.grant(GrantKind::insurance_fund, "");
  if (grant == nullptr || grant->grant.expires < context.now()) return nullptr;
  return grant;
}

double units_per_coin(const market::Asset& asset) {
  double units = 1;
  for (std::uint32_t i = 0; i < asset.decimals; ++i) units *= 10;
  return units;
}

// How much of the fund's asset pays `amount` of a debt at mid, rounded up; 0 if a price is missing.
Amount fund_price(const Context& context, AssetIndex fund, AssetIndex owed, Amount amount) {
  if (fund == owed) return amount;
  const auto& prices = context.state.market.epoch().assets;
  if (!prices[owed.value].priced() || !prices[fund.value].priced()) return {};
  const double coins = static_cast<double>(amount.units) / units_per_coin(context.registry()[owed]);
  const double paid = coins * prices[owed.value].mid / prices[fund.value].mid;
  return Amount{static_cast<Int128>(floor_fixed(paid * units_per_coin(context.registry()[fund]))) +
                1};
}

// Part of the debt that the fund pays; the payment goes from the fund to the pool.
Amount draw_insurance(Context& context, AssetIndex owed, Amount debt) {
  const GrantState* found = insurance_grant(context);
  if (found == nullptr) return {};
  GrantState grant = *found;
  const AssetIndex fund = context.registry().find_asset(grant.grant.asset);
  const PlaceIndex place = context.internal_place();
  const HoldingKey from{SystemOwner::insurance, fund, place, Bucket::free};
  const Amount there = context.state.ledger.available(from);
  const Amount price = fund_price(context, fund, owed, debt);
  if (!price.is_positive() || !there.is_positive()) return {};
  Amount covered = debt;
  Amount paid = price;
  if (there < price) {
    paid = there;
    const double share = static_cast<double>(there.units) / static_cast<double>(price.units);
    covered =
        fund == owed
            ? there
            : Amount{static_cast<Int128>(floor_fixed(static_cast<double>(debt.units) * share))};
  }
  const Status done = context.post(context.transfer(
      TransferKind::waterfall, from, {SystemOwner::pool, fund, place, Bucket::free}, paid));
  BULKHEAD_ASSERT(done.has_value());
  grant.used = grant.used + paid;
  context.state.put_grant(grant);
  return covered;
}

}  // namespace

void repay_from_pledged(Context& context, AccountIndex account) {
  for (const ledger::Holding& debt : lines_of(context, account, Bucket::debt)) {
    const HoldingKey from{account, debt.asset, context.internal_place(), Bucket::pledged};
    const Amount paid = min(debt.balance.posted, context.state.ledger.available(from));
    if (!paid.is_positive()) continue;
    const Status done = context.state.ledger.repay(context.cause(), from, paid);
    BULKHEAD_ASSERT(done.has_value());
    context.tell_movements();
  }
}

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
    const Amount insured = draw_insurance(context, line.asset, debt);
    const Status done =
        context.post(context.transfer(TransferKind::write_off, line.key(account),
                                      ledger::debt_key(SystemOwner::pool, line.asset), debt));
    BULKHEAD_ASSERT(done.has_value());
    context.emit(
        account,
        LossCovered{.asset = context.registry()[line.asset].name,
                    .insurance = insured,
                    .bad_debt = debt - insured,
                    .insurance_value = context.valuer.market_value(line.asset, insured),
                    .bad_debt_value = context.valuer.market_value(line.asset, debt - insured)});
  }
}

}  // namespace bulkhead::engine
