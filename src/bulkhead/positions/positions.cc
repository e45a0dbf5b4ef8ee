// Fills, funding, settlement and expiry: plan every change, post the ledger's part, then write.
#include "bulkhead/positions/positions.h"

#include <algorithm>
#include <limits>
#include <string>

#include "bulkhead/positions/valuation.h"

namespace bulkhead::positions {

using ledger::Cause;
using ledger::Owner;
using ledger::SystemOwner;
using ledger::TransferKind;

namespace {

constexpr std::int64_t kLotsMax = std::numeric_limits<std::int64_t>::max();

std::int64_t magnitude(std::int64_t lots) { return lots < 0 ? -lots : lots; }

// Sum within ±(2^63 − 1), so that every quantity has a negative.
Result<std::int64_t> add_lots(std::int64_t a, std::int64_t b) {
  const Int128 sum = static_cast<Int128>(a) + b;
  if (sum > kLotsMax || sum < -kLotsMax) {
    return fail(ErrorCode::lots_overflow, "lots", to_string(sum), "lots that fit 64 bits");
  }
  return static_cast<std::int64_t>(sum);
}

Result<Amount> negative(Amount amount) { return subtract(Amount{}, amount); }

Status check_leg(Amount leg) {
  if (max(leg, Amount{} - kLegMax) == leg && min(leg, kLegMax) == leg) return {};
  return fail(ErrorCode::amount_overflow, "leg", to_string(leg), "at most 2^99 minor units");
}

PositionChange describe(Owner owner, const Position& before, const Position& after,
                        Amount realised) {
  return {owner, after.instrument, before.lots, after.lots, after.leg, realised};
}

}  // namespace

// --- fills -------------------------------------------------------------------------------------

Status Positions::check_instrument(InstrumentIndex instrument) const {
  if (instrument.value < registry_->instruments().size()) return {};
  return fail(ErrorCode::instrument_unknown, "instrument", std::to_string(instrument.value),
              "a registered instrument");
}

Status Positions::check_parties(const Fill& fill) const {
  BULKHEAD_TRY_STATUS(check_instrument(fill.instrument));
  for (const auto& [name, party, fee] : {std::tuple("buyer", fill.buyer, fill.buyer_fee),
                                         std::tuple("seller", fill.seller, fill.seller_fee)}) {
    const bool is_market = party == Owner(SystemOwner::market);
    if (!party.is_account() && !is_market) {
      return fail(ErrorCode::party_invalid, name, to_string(party), "an account or the market");
    }
    if (is_market && !fee.is_zero()) {
      return fail(ErrorCode::party_invalid, std::string(name) + "_fee", to_string(fee),
                  "no fee of the market");
    }
  }
  if (fill.buyer == fill.seller) {
    return fail(ErrorCode::same_party, "seller", to_string(fill.seller), "another than the buyer");
  }
  if (fill.lots <= 0) {
    return fail(ErrorCode::lots_not_positive, "lots", std::to_string(fill.lots), "above zero");
  }
  return {};
}

// The account's side: `lots` signed. The new leg is rounded once, against the account; when the
// position shrinks, the closed share of both legs is realised and the rest stays where it is.
Result<Positions::Change> Positions::plan_side(const Fill& fill, AccountIndex account,
                                               std::int64_t lots) const {
  const bool buys = lots > 0;
  Change change;
  change.account = account;
  change.before = position(account, fill.instrument);
  change.after = change.before;
  change.fee = buys ? fill.buyer_fee : fill.seller_fee;
  BULKHEAD_TRY(change.after.lots, add_lots(change.before.lots, lots));
  if (change.before.lots == 0 && positions(account).size() >= kPositionsPerAccountMax) {
    return fail(ErrorCode::position_limit, buys ? "buyer" : "seller",
                ledger::to_string(Owner(account)), "at most 1,000 positions");
  }
  BULKHEAD_TRY(const Amount value,
               contract_value(*registry_, fill.instrument, lots, fill.price, Rounding::up));
  BULKHEAD_TRY(const Amount leg, negative(value));
  if ((*registry_)[fill.instrument].is_option()) {
    change.realised = leg;  // the premium, paid at trade
    return change;
  }
  const std::int64_t held = magnitude(change.before.lots);
  const bool opposite = (change.before.lots > 0) != buys && held > 0;
  const std::int64_t closed = opposite ? std::min(held, magnitude(lots)) : 0;
  if (closed > 0) {
    const Amount old_share = share_down(change.before.leg, closed, held);
    const Amount new_share = share_down(leg, closed, magnitude(lots));
    BULKHEAD_TRY(change.realised, add(old_share, new_share));
  }
  BULKHEAD_TRY(change.after.leg, add(change.before.leg, leg));
  BULKHEAD_TRY(change.after.leg, subtract(change.after.leg, change.realised));
  BULKHEAD_TRY_STATUS(check_leg(change.after.leg));
  return change;
}

Result<std::vector<Positions::Change>> Positions::plan_fill(const Fill& fill) const {
  BULKHEAD_TRY_STATUS(check_parties(fill));
  std::vector<Change> changes;
  if (fill.buyer.is_account()) {
    BULKHEAD_TRY(Change change, plan_side(fill, fill.buyer.account(), fill.lots));
    changes.push_back(change);
  }
  if (fill.seller.is_account()) {
    BULKHEAD_TRY(Change change, plan_side(fill, fill.seller.account(), -fill.lots));
    changes.push_back(change);
  }
  return changes;
}

Result<Position> Positions::market_after(InstrumentIndex instrument,
                                         std::span<const Change> changes) const {
  Position market = position(SystemOwner::market, instrument);
  for (const Change& change : changes) {
    BULKHEAD_TRY(const std::int64_t lots, add_lots(change.after.lots, -change.before.lots));
    BULKHEAD_TRY(market.lots, add_lots(market.lots, -lots));
    BULKHEAD_TRY(const Amount leg, subtract(change.after.leg, change.before.leg));
    BULKHEAD_TRY(market.leg, subtract(market.leg, leg));
  }
  return market;
}

// Losses before gains and charges before rebates, so that what is paid out has come in.
Status Positions::plan_settlement(InstrumentIndex instrument, std::span<const Change> changes,
                                  TransferKind kind, SettlementPlan& plan) const {
  const AssetIndex asset = registry_->settlement(instrument);
  for (const bool gains : {false, true}) {
    for (const Change& change : changes) {
      if (change.realised.is_positive() != gains) continue;
      BULKHEAD_TRY_STATUS(
          plan.settle(change.account, asset, change.realised, kind, SystemOwner::market));
    }
  }
  for (const bool rebates : {false, true}) {
    for (const Change& change : changes) {
      if (change.fee.is_negative() != rebates) continue;
      BULKHEAD_TRY(const Amount credit, negative(change.fee));
      BULKHEAD_TRY_STATUS(
          plan.settle(change.account, asset, credit, TransferKind::fee, SystemOwner::fees));
    }
  }
  return {};
}

Status Positions::check_fill(const Fill& fill) const {
  BULKHEAD_TRY(const std::vector<Change> changes, plan_fill(fill));
  BULKHEAD_TRY_STATUS(market_after(fill.instrument, changes));
  SettlementPlan plan(*registry_, *ledger_, {}, &in_liquidation_);
  return plan_settlement(fill.instrument, changes, TransferKind::trade, plan);
}

Result<Effects> Positions::fill(Cause cause, const Fill& fill) {
  BULKHEAD_TRY(const std::vector<Change> changes, plan_fill(fill));
  return carry_out(cause, fill.instrument, changes, TransferKind::trade);
}

Status Positions::check_together(std::span<const Fill> fills) const {
  for (std::size_t n = 0; n < fills.size(); ++n) {
    BULKHEAD_TRY_STATUS(check_parties(fills[n]));
    const auto same = [&](const Fill& other) { return other.instrument == fills[n].instrument; };
    if (std::any_of(fills.begin(), fills.begin() + static_cast<std::ptrdiff_t>(n), same) ||
        registry_->settlement(fills[n].instrument) != registry_->settlement(fills[0].instrument)) {
      return fail(ErrorCode::out_of_range, "instrument", (*registry_)[fills[n].instrument].name,
                  "each contract once, of one settlement asset");
    }
  }
  for (const Owner& owner : {fills[0].buyer, fills[0].seller}) {
    if (!owner.is_account()) continue;
    std::size_t count = positions(owner).size();
    for (const Fill& fill : fills) {
      if (position(owner, fill.instrument).lots == 0) ++count;
    }
    if (count > kPositionsPerAccountMax) {
      return fail(ErrorCode::position_limit, "legs", ledger::to_string(owner),
                  "at most 1,000 positions");
    }
  }
  return {};
}

Result<Effects> Positions::fill_all(Cause cause, std::span<const Fill> fills) {
  if (fills.empty()) return Effects{};
  BULKHEAD_TRY_STATUS(check_together(fills));
  std::vector<std::vector<Change>> changes;
  std::vector<Position> markets;
  std::vector<Change> paid;  // one per account, what all fills realise and cost it
  for (const Fill& fill : fills) {
    BULKHEAD_TRY(changes.emplace_back(), plan_fill(fill));
    BULKHEAD_TRY(markets.emplace_back(), market_after(fill.instrument, changes.back()));
    for (const Change& change : changes.back()) {
      auto sum = std::ranges::find(paid, change.account, &Change::account);
      if (sum == paid.end()) {
        sum = paid.insert(paid.end(), Change{});
        sum->account = change.account;
      }
      BULKHEAD_TRY(sum->realised, add(sum->realised, change.realised));
      BULKHEAD_TRY(sum->fee, add(sum->fee, change.fee));
    }
  }
  SettlementPlan plan(*registry_, *ledger_, cause, &in_liquidation_);
  BULKHEAD_TRY_STATUS(plan_settlement(fills[0].instrument, paid, TransferKind::trade, plan));
  BULKHEAD_TRY_STATUS(ledger_->apply_all(plan.transfers()));
  Effects effects;
  for (std::size_t n = 0; n < fills.size(); ++n) {
    put(fills[n].instrument, changes[n], markets[n], effects);
  }
  effects.settled = plan.settled();
  return effects;
}

// --- everything that pays all holders ------------------------------------------------------------

Result<Effects> Positions::fund(Cause cause, InstrumentIndex instrument, double rate, double mark) {
  BULKHEAD_TRY_STATUS(check_instrument(instrument));
  if ((*registry_)[instrument].is_option()) {
    return fail(ErrorCode::out_of_range, "instrument", (*registry_)[instrument].name,
                "a future or perpetual");
  }
  BULKHEAD_TRY_STATUS(funding_amount(*registry_, instrument, 0, mark, rate, Rounding::up));
  std::vector<Change> changes;
  for (const std::uint32_t holder : holders(instrument)) {
    Change change;
    change.account = AccountIndex(holder);
    change.before = change.after = position(change.account, instrument);
    BULKHEAD_TRY(const Amount paid, funding_amount(*registry_, instrument, change.before.lots, mark,
                                                   rate, Rounding::up));
    BULKHEAD_TRY(change.realised, negative(paid));
    changes.push_back(change);
  }
  return carry_out(cause, instrument, changes, TransferKind::funding);
}

Result<Effects> Positions::settle(Cause cause, InstrumentIndex instrument, double price) {
  BULKHEAD_TRY_STATUS(check_instrument(instrument));
  if ((*registry_)[instrument].is_option()) {
    return fail(ErrorCode::out_of_range, "instrument", (*registry_)[instrument].name,
                "a future or perpetual");
  }
  return realise_all(cause, instrument, price, false);
}

Result<Effects> Positions::expire(Cause cause, InstrumentIndex instrument, double price) {
  BULKHEAD_TRY_STATUS(check_instrument(instrument));
  return realise_all(cause, instrument, price, true);
}

// Pays leg + value at `price`, rounded against the account; what stays open has −value as its leg,
// so nothing is lost to rounding but at the end.
Result<Effects> Positions::realise_all(Cause cause, InstrumentIndex instrument, double price,
                                       bool close) {
  const bool option = (*registry_)[instrument].is_option();
  const auto value_of = [&](std::int64_t lots) {
    return option ? intrinsic_value(*registry_, instrument, lots, price, Rounding::down)
                  : contract_value(*registry_, instrument, lots, price, Rounding::down);
  };
  BULKHEAD_TRY_STATUS(value_of(0));  // the price, even if nobody holds any
  std::vector<Change> changes;
  for (const std::uint32_t holder : holders(instrument)) {
    Change change;
    change.account = AccountIndex(holder);
    change.before = change.after = position(change.account, instrument);
    BULKHEAD_TRY(const Amount value, value_of(change.before.lots));
    BULKHEAD_TRY(change.realised, add(change.before.leg, value));
    change.after.leg = Amount{};
    if (close) {
      change.after.lots = 0;
    } else {
      BULKHEAD_TRY(change.after.leg, negative(value));
      BULKHEAD_TRY_STATUS(check_leg(change.after.leg));
    }
    changes.push_back(change);
  }
  BULKHEAD_TRY(Effects effects, carry_out(cause, instrument, changes, TransferKind::settlement));
  if (close) {
    const Position market = position(SystemOwner::market, instrument);
    BULKHEAD_ASSERT(market.lots == 0 && market.leg.is_zero());
  }
  return effects;
}

// --- posting -----------------------------------------------------------------------------------

Result<Effects> Positions::carry_out(Cause cause, InstrumentIndex instrument,
                                     std::span<const Change> changes, TransferKind kind) {
  BULKHEAD_TRY(const Position market, market_after(instrument, changes));
  SettlementPlan plan(*registry_, *ledger_, cause, &in_liquidation_);
  BULKHEAD_TRY_STATUS(plan_settlement(instrument, changes, kind, plan));
  BULKHEAD_TRY_STATUS(ledger_->apply_all(plan.transfers()));
  Effects effects;
  put(instrument, changes, market, effects);
  effects.settled = plan.settled();
  return effects;
}

void Positions::put(InstrumentIndex instrument, std::span<const Change> changes,
                    const Position& market, Effects& effects) {
  const Position market_before = position(SystemOwner::market, instrument);
  for (const Change& change : changes) {
    set_position(change.account, change.after);
    effects.positions.push_back(
        describe(change.account, change.before, change.after, change.realised));
  }
  set_position(SystemOwner::market, market);
  if (market != market_before) {
    effects.positions.push_back(describe(SystemOwner::market, market_before, market, Amount{}));
  }
}

Result<Settled> Positions::settle_amount(Cause cause, AccountIndex account, AssetIndex asset,
                                         Amount amount, TransferKind kind, SystemOwner other) {
  SettlementPlan plan(*registry_, *ledger_, cause, &in_liquidation_);
  BULKHEAD_TRY_STATUS(plan.settle(account, asset, amount, kind, other));
  BULKHEAD_TRY_STATUS(ledger_->apply_all(plan.transfers()));
  return plan.settled().empty() ? Settled{account, asset, kind, {}, {}, {}} : plan.settled()[0];
}

Result<PositionChange> Positions::reduce_gain(InstrumentIndex instrument, AccountIndex account,
                                              Amount amount) {
  BULKHEAD_TRY_STATUS(check_instrument(instrument));
  const Position before = position(account, instrument);
  if (before.lots == 0 || (*registry_)[instrument].is_option()) {
    return fail(ErrorCode::party_invalid, "account", to_string(ledger::Owner(account)),
                "who has a future or perpetual there");
  }
  if (!amount.is_positive()) {
    return fail(ErrorCode::amount_not_positive, "amount", to_string(amount), "more than 0");
  }
  Position after = before;
  Position market = position(SystemOwner::market, instrument);
  market.instrument = instrument;
  BULKHEAD_TRY(after.leg, subtract(before.leg, amount));
  BULKHEAD_TRY(market.leg, add(market.leg, amount));
  set_position(account, after);
  set_position(SystemOwner::market, market);
  return describe(account, before, after, Amount{});
}

Result<Settled> Positions::sell_collateral(Cause cause, const ledger::HoldingKey& from,
                                           Amount amount, AssetIndex into, Amount proceeds) {
  if (!from.owner.is_account()) {
    return fail(ErrorCode::party_invalid, "from", to_string(from), "an account's");
  }
  if (proceeds.is_negative()) {
    return fail(ErrorCode::amount_not_positive, "proceeds", to_string(proceeds), "zero or more");
  }
  SettlementPlan plan(*registry_, *ledger_, cause, &in_liquidation_);
  const AccountIndex account = from.owner.account();
  BULKHEAD_TRY_STATUS(plan.sell(from, amount));
  BULKHEAD_TRY_STATUS(
      plan.settle(account, into, proceeds, TransferKind::sale, SystemOwner::market));
  BULKHEAD_TRY_STATUS(ledger_->apply_all(plan.transfers()));
  return plan.settled().empty() ? Settled{account, into, TransferKind::sale, {}, {}, {}}
                                : plan.settled()[0];
}

}  // namespace bulkhead::positions
