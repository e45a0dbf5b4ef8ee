#include "bulkhead/engine/deleveraging.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/engine/closing_prices.h"
#include "bulkhead/engine/liquidation_items.h"
#include "bulkhead/engine/loss_charges.h"
#include "bulkhead/engine/own_losses.h"
#include "bulkhead/engine/waterfall.h"
#include "bulkhead/policy/deleveraging.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;
using ledger::SystemOwner;
using ledger::TransferKind;

// Unpaid gain of a position at the mark: what it would be paid if it ended there.
Usd unpaid_gain(const Context& context, const positions::Position& position,
                const ClosableLine& line) {
  const Amount gain = gain_at(context.registry(), position, line.fair);
  const AssetIndex settlement = context.registry().settlement(position.instrument);
  return gain.is_positive() ? context.valuer.market_value(settlement, gain) : Usd{};
}

// Accounts that hold the other side, in order of rank.
std::vector<policy::Winner> winners_of(Context& context, AccountIndex account,
                                       const ClosableLine& line) {
  std::vector<policy::Winner> winners;
  const auto holders = context.state.positions.holders(line.instrument);
  for (const std::uint32_t holder : std::vector<std::uint32_t>(holders.begin(), holders.end())) {
    const AccountIndex other(holder);
    const positions::Position held = context.state.positions.position(other, line.instrument);
    if (other == account || held.lots == 0 || (held.lots > 0) == (line.position > 0)) continue;
    if (context.state.account(other).ladder.default_ != policy::Default::none) continue;
    winners.push_back({holder, unpaid_gain(context, held, line),
                       context.valuer.requirement(other).equity_mid,
                       static_cast<std::uint64_t>(held.lots > 0 ? held.lots : -held.lots)});
  }
  return policy::deleveraging_order(std::move(winners));
}

void tell(Context& context, const positions::Effects& effects, AccountIndex defaulter,
          const std::string& instrument, const Decimal& price, std::uint32_t rank) {
  for (const positions::PositionChange& change : effects.positions) {
    if (!change.owner.is_account()) continue;
    const AccountIndex account = change.owner.account();
    context.state.edit_account(account).regime_stale = true;
    context.valuer.touch(account);
    const std::int64_t lots = change.lots - change.lots_before;
    context.emit(account, TradeBooked{.instrument = instrument,
                                      .lots = lots,
                                      .price = price,
                                      .position = change.lots,
                                      .instruction = 0});
    context.emit(account, Deleveraged{.instrument = instrument,
                                      .lots = lots,
                                      .price = price,
                                      .rank = account == defaulter ? 0 : rank,
                                      .torn_up = rank == 0});
  }
}

void trade(Context& context, AccountIndex account, ledger::Owner other, const ClosableLine& line,
           std::uint64_t lots, const Decimal& price, std::uint32_t rank) {
  const bool sells = line.position > 0;
  const ledger::Owner own(account);
  if (other.is_account()) context.draw_in(other.account());
  const auto done =
      context.state.positions.fill(context.cause(), {.instrument = line.instrument,
                                                     .buyer = sells ? other : own,
                                                     .seller = sells ? own : other,
                                                     .lots = static_cast<std::int64_t>(lots),
                                                     .price = price.to_double(),
                                                     .buyer_fee = {},
                                                     .seller_fee = {}});
  BULKHEAD_ASSERT(done.has_value());
  note_losses(context, done->settled);
  tell(context, *done, account, context.registry()[line.instrument].name, price, rank);
}

void close_position(Context& context, AccountIndex account, const ClosableLine& line,
                    std::uint64_t lots, double shift) {
  const Decimal price = closing_price(context.books(), line, shift);
  const Usd better = policy::notional(line.item, lots);
  const auto saved = static_cast<std::int64_t>(static_cast<double>(better.micros) * shift);
  DefaultRecord record = context.state.default_record(account);
  record.charges.deleveraged += Usd{saved};
  context.state.put_default(record);
  std::uint32_t rank = 0;
  for (const policy::Winner& winner : winners_of(context, account, line)) {
    if (lots == 0) return;
    const std::uint64_t taken = std::min(lots, winner.lots);
    trade(context, account, AccountIndex(winner.account), line, taken, price, ++rank);
    lots -= taken;
  }
  if (lots > 0) trade(context, account, SystemOwner::market, line, lots, price, 0);
}

// The pool takes collateral for what it is owed, at the worst price of the band, rounded against
// the account by less than a minor unit of each.
void take_collateral(Context& context, AccountIndex account, const ClosableLine& line) {
  const double band = static_cast<double>(context.ladder().defaults.closing_band_bp) / 10'000;
  double units_owed_per_unit = line.fair * (1 - band);
  for (std::uint32_t i = 0; i < context.registry()[line.asset].decimals; ++i) {
    units_owed_per_unit /= 10;
  }
  for (std::uint32_t i = 0; i < context.registry()[line.received].decimals; ++i) {
    units_owed_per_unit *= 10;
  }
  const Amount debt = context.state.ledger.debt(account, line.received);
  const double needed = static_cast<double>(debt.units) / units_owed_per_unit;
  Amount taken = line.available;
  if (needed < static_cast<double>(taken.units)) {
    taken = min(taken, Amount{static_cast<Int128>(floor_fixed(needed)) + 1});
  }
  const double worth = static_cast<double>(taken.units) * units_owed_per_unit;
  const Amount paid = worth < static_cast<double>(debt.units)
                          ? Amount{static_cast<Int128>(floor_fixed(worth))}
                          : debt;
  const PlaceIndex place = context.internal_place();
  Status done = context.post(
      context.transfer(TransferKind::waterfall, {account, line.asset, place, Bucket::pledged},
                       {SystemOwner::pool, line.asset, place, Bucket::free}, taken));
  BULKHEAD_ASSERT(done.has_value());
  if (paid.is_positive()) {
    done = context.post(context.transfer(TransferKind::write_off,
                                         ledger::debt_key(account, line.received),
                                         ledger::debt_key(SystemOwner::pool, line.received), paid));
    BULKHEAD_ASSERT(done.has_value());
  }
  add_loss(context, account,
           context.valuer.market_value(line.asset, taken) -
               context.valuer.market_value(line.received, paid));
  context.emit(account, CollateralTaken{.asset = context.registry()[line.asset].name,
                                        .amount = taken,
                                        .owed_asset = context.registry()[line.received].name,
                                        .paid = paid});
}

// Lots of each line that must go: what reaches the exit level at fair prices, or all.
std::vector<std::uint64_t> lots_to_close(Context& context, AccountIndex account,
                                         const std::vector<ClosableLine>& lines) {
  std::vector<policy::ClosableItem> items;
  for (const ClosableLine& line : lines) {
    items.push_back(line.item);
    items.back().capacity = line.item.lots;
    items.back().market = {};  // no market is paid
    items.back().market.adv = 1e30;
  }
  const policy::LiquidationPlan plan = plan_over(context.books(), account, lines, items);
  std::vector<std::uint64_t> lots;
  if (plan.outcome != policy::PlanOutcome::reaches_exit) {
    for (const ClosableLine& line : lines) lots.push_back(line.item.lots);
    return lots;
  }
  lots.resize(lines.size(), 0);
  for (const policy::Slice& slice : plan.slices) lots[slice.item] = slice.lots;
  return lots;
}

}  // namespace

bool market_is_silent(const Context& context, AccountIndex account) {
  const DefaultRecord record = context.state.default_record(account);
  return record.asked &&
         context.now() - *record.asked >= context.ladder().defaults.deleverage_after;
}

void note_asked(Context& context, AccountIndex account) {
  DefaultRecord record = context.state.default_record(account);
  if (record.asked) return;
  record.asked = context.now();
  context.state.put_default(record);
}

void note_filled(Context& context, AccountIndex account) {
  DefaultRecord record = context.state.default_record(account);
  if (!record.asked) return;
  record.asked.reset();
  context.state.put_default(record);
}

void deleverage(Context& context, AccountIndex account) {
  const std::vector<ClosableLine> lines = closable_lines(context.books(), account);
  const std::vector<std::uint64_t> lots = lots_to_close(context, account, lines);
  Usd notional;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].is_position()) notional += policy::notional(lines[i].item, lots[i]);
  }
  const double shift = policy::bankruptcy_shift(context.valuer.requirement(account).equity_mid,
                                                funds_value(context, account), notional,
                                                context.ladder().defaults.closing_band_bp);
  bool closed = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].is_position() || lots[i] == 0) continue;
    close_position(context, account, lines[i], lots[i], shift);
    closed = true;
  }
  if (closed) return;  // debts are known once all positions are closed
  for (const ClosableLine& line : lines) {
    if (context.state.ledger.debt(account, line.received).is_zero()) return;
    take_collateral(context, account, line);
  }
}

}  // namespace bulkhead::engine
