#include "bulkhead/engine/auctions.h"

#include <algorithm>
#include <limits>
#include <map>

#include "bulkhead/base/elementary.h"
#include "bulkhead/engine/closing.h"
#include "bulkhead/engine/closing_prices.h"
#include "bulkhead/engine/deleveraging.h"
#include "bulkhead/engine/judgement.h"
#include "bulkhead/engine/ladder_default.h"
#include "bulkhead/engine/loss_charges.h"
#include "bulkhead/engine/own_losses.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/verbs.h"
#include "bulkhead/policy/auction.h"

namespace bulkhead::engine {
namespace {

using ledger::Bucket;
using ledger::HoldingKey;

// What a bid takes of one line.
struct Lot {
  ClosableLine line;
  std::uint64_t lots = 0;  // of a position
  Decimal price;
  Amount sold;         // of collateral
  Amount paid;         // for it, in the asset owed
  std::size_t of = 0;  // line of the auction
};

struct Bid {
  AccountIndex seller;
  AccountIndex bidder;
  OpenAuction auction;
  std::vector<Lot> lots;
  bool whole = false;
};

// Of each line what reaches the exit level at the core's own plan, whatever an interval takes; all
// where nothing does.
LotsClosed lots_that_must_go(Context& context, AccountIndex account,
                             std::span<const ClosableLine> lines) {
  const std::vector<ClosableLine> all(lines.begin(), lines.end());
  const policy::LiquidationPlan plan = plain_plan(context.books(), account, all);
  LotsClosed lots(all.size(), 0);
  if (plan.outcome != policy::PlanOutcome::reaches_exit) {
    for (std::size_t i = 0; i < all.size(); ++i) lots[i] = all[i].item.lots;
    return lots;
  }
  for (const policy::Slice& slice : plan.slices) lots[slice.item] = slice.lots;
  return lots;
}

bool has_no_market(const Context& context, const ClosableLine& line) {
  const std::string& name = line.is_position() ? context.registry()[line.instrument].name
                                               : context.registry()[line.asset].name;
  const GrantState* grant = context.state.grant(GrantKind::market_capacity, name);
  const bool traded =
      line.item.market.adv > 0 || (!line.is_position() && context.registry()[line.asset].numeraire);
  return !traded || (grant != nullptr && grant->grant.amount.is_zero());
}

bool is_left(const OpenAuction::Line& line) { return line.lots != 0 || line.amount.is_positive(); }

Result<AccountIndex> seller_of(const Context& context, std::uint64_t number) {
  for (const auto& [account, record] : context.state.defaults()) {
    if (record.auction && record.auction->number == number &&
        context.now() <= record.auction->ends) {
      return AccountIndex(account);
    }
  }
  return fail(ErrorCode::instruction_unknown, "auction", std::to_string(number),
              "the number of an open auction");
}

// The bidder is somebody else, not in default, and something destructive may be done now.
Status check_parties(Context& context, const Bid& bid) {
  const AccountState& seller = context.state.account(bid.seller);
  const AccountState& bidder = context.state.account(bid.bidder);
  if (seller.member == bidder.member) {
    return fail(ErrorCode::party_invalid, "account", bidder.name, "an account of another member");
  }
  if (bidder.ladder.default_ != policy::Default::none) {
    return fail(ErrorCode::stage_forbids, "account", to_string(bidder.ladder.default_),
                "an account that is not in default");
  }
  if (!context.valuer.ready()) {
    return fail(ErrorCode::no_scenario_set, "scenario_set", "", "adopt a scenario set first");
  }
  if (is_stopped(context.state, StopButton::stop_liquidations, bid.seller)) {
    return fail(ErrorCode::stop_in_force, "auction", seller.name,
                "liquidation that is not stopped");
  }
  const policy::Standing standing = context.valuer.standing(bid.seller);
  const policy::Reason hindrance = policy::liquidation_hindrance(
      seller.ladder, standing, default_context(context, bid.seller, standing), context.ladder(),
      context.now());
  if (hindrance == policy::Reason::none) return {};
  return fail(ErrorCode::stage_forbids, "auction", to_string(hindrance),
              "an auction of an account that may be liquidated now");
}

const ClosableLine* find_line(const std::vector<ClosableLine>& lines,
                              const OpenAuction::Line& offered) {
  const auto at = std::ranges::find_if(lines, [&](const ClosableLine& line) {
    return line.is_position() ? line.instrument.value == offered.instrument
                              : line.asset.value == offered.asset;
  });
  return at == lines.end() ? nullptr : &*at;
}

double coins_of(const market::Asset& asset, Amount amount) {
  double coins = static_cast<double>(amount.units);
  for (std::uint32_t i = 0; i < asset.decimals; ++i) coins /= 10;
  return coins;
}

Amount amount_down(const market::Asset& asset, double coins) {
  double units = coins;
  for (std::uint32_t i = 0; i < asset.decimals; ++i) units *= 10;
  return Amount{static_cast<Int128>(floor_fixed(units))};
}

// Collateral at the auction's arithmetic: no more of it than pays the debt. Received per coin.
void price_sale(const Context& context, const Bid& bid, Amount wanted, Lot& lot) {
  const market::Asset& sold = context.registry()[lot.line.asset];
  const market::Asset& owed = context.registry()[lot.line.received];
  const policy::AuctionTerms terms = policy::closing_terms(context.ladder().defaults);
  const Amount debt = context.state.ledger.debt(bid.seller, lot.line.received);
  const policy::Auction offered{coins_of(owed, debt), coins_of(sold, lot.line.available),
                                policy::auction_top(terms, lot.line.fair)};
  const auto filled = policy::take(terms, offered, coins_of(sold, wanted), offered.top,
                                   context.now() - bid.auction.opened);
  if (!filled) return;
  lot.sold = min(wanted, amount_down(sold, filled->coins));
  lot.paid = min(debt, amount_down(owed, coins_of(sold, lot.sold) * filled->price) + Amount{1});
}

void price_position(const Context& context, const Bid& bid, Lot& lot) {
  const double share =
      policy::closing_share(context.ladder().defaults, context.now() - bid.auction.opened);
  lot.price = closing_price(context.books(), lot.line, share - 1);
}

Status impossible(const std::string& field, const std::string& value, const std::string& wanted) {
  return fail(ErrorCode::plan_impossible, field, value, wanted);
}

// One line of the auction, as much of it as is wanted; no lot where it cannot be traded now.
void add_lot(const Context& context, const std::vector<ClosableLine>& lines, std::size_t of,
             std::int64_t lots, Amount amount, Bid& bid) {
  const OpenAuction::Line& offered = bid.auction.lines[of];
  const ClosableLine* line = find_line(lines, offered);
  if (line == nullptr) return;
  Lot lot{.line = *line, .lots = 0, .price = {}, .sold = {}, .paid = {}, .of = of};
  if (line->is_position()) {
    const std::int64_t left = offered.lots > 0 ? offered.lots : -offered.lots;
    lot.lots = std::min(line->item.lots, static_cast<std::uint64_t>(std::min(lots, left)));
    if (lot.lots == 0 || (line->position > 0) != (offered.lots > 0)) return;
    price_position(context, bid, lot);
  } else {
    price_sale(context, bid, min(min(amount, offered.amount), line->available), lot);
    if (!lot.sold.is_positive()) return;
  }
  bid.lots.push_back(lot);
}

Status find_lots(Context& context, const BidAuction& command, Bid& bid) {
  const std::vector<ClosableLine> lines = closable_lines(context.books(), bid.seller);
  constexpr std::int64_t kAllLots = std::numeric_limits<std::int64_t>::max();
  if (command.lines.empty()) {
    bid.whole = true;
    for (std::size_t i = 0; i < bid.auction.lines.size(); ++i) {
      add_lot(context, lines, i, kAllLots, bid.auction.lines[i].amount, bid);
    }
  }
  for (const PlanLine& asked : command.lines) {
    const auto at = std::ranges::find_if(bid.auction.lines, [&](const auto& offered) {
      const PlanLine said = told(context.registry(), offered);
      return said.instrument == asked.instrument && said.asset == asked.asset;
    });
    const std::string& name = asked.instrument.empty() ? asked.asset : asked.instrument;
    if (at == bid.auction.lines.end() || !is_left(*at)) {
      return impossible("lines", name, "what is left of the auction");
    }
    const auto of = static_cast<std::size_t>(at - bid.auction.lines.begin());
    if (std::ranges::find(bid.lots, of, &Lot::of) != bid.lots.end()) {
      return impossible("lines", name, "each line once");
    }
    if (asked.instrument.empty() ? !asked.amount.is_positive() : asked.lots <= 0) {
      return impossible("lines", name, "more than 0 of it");
    }
    add_lot(context, lines, of, asked.lots, asked.amount, bid);
  }
  if (!bid.lots.empty()) return {};
  return impossible("lines", "none", "what can be traded at the prices of now");
}

Status check_limit(const Context& context, const BidAuction& command, const Bid& bid) {
  if (command.limit_bp == 0) return {};
  const double share =
      policy::closing_share(context.ladder().defaults, context.now() - bid.auction.opened);
  const auto now = static_cast<BasisPoints>(floor_fixed(share * 10'000)) + 1;
  if (share * 10'000 <= command.limit_bp) return {};
  return fail(ErrorCode::price_invalid, "limit_bp", std::to_string(command.limit_bp),
              "at least " + std::to_string(now) + ", the price of now");
}

// As sell_collateral() does: debt first, what is over is pledged. Two lots together may pay more
// than what is owed.
void repay(const Context& context, AssetIndex asset, Amount paid, risk::Portfolio& book) {
  const auto debt = std::ranges::find(book.debts, asset, &risk::AssetAmount::asset);
  const Amount repaid = debt == book.debts.end() ? Amount{} : min(debt->amount, paid);
  if (repaid.is_positive()) add_amount(book.debts, asset, -repaid);
  const Amount over = paid - repaid;
  if (over.is_positive() && is_eligible(context.state, asset)) {
    add_amount(book.collateral, asset, over);
  }
}

void add_to_book(const Context& context, const Lot& lot, bool bidder, risk::Portfolio& book) {
  if (lot.line.is_position()) {
    const auto lots = static_cast<std::int64_t>(lot.lots);
    const bool buys = (lot.line.position > 0) == bidder;
    add_trade(context.registry(), book, lot.line.instrument, buys ? lots : -lots,
              lot.price.to_double());
    return;
  }
  const Amount sold = bidder ? lot.sold : -lot.sold;
  if (is_eligible(context.state, lot.line.asset)) add_amount(book.collateral, lot.line.asset, sold);
  if (!bidder) repay(context, lot.line.received, lot.paid, book);
}

// No lot alone lowers E − MM of the account in default (D10.2); all of it may.
Status check_seller(Context& context, const Bid& bid) {
  if (bid.whole) return {};
  risk::Portfolio book = context.valuer.portfolio(bid.seller);
  const risk::Requirement before = context.valuer.requirement(bid.seller);
  for (const Lot& lot : bid.lots) add_to_book(context, lot, false, book);
  const risk::Requirement after = context.valuer.evaluate(bid.seller, book);
  if (after.equity_mid - after.maintenance >= before.equity_mid - before.maintenance) return {};
  return impossible("lines", to_string(after.equity_mid - after.maintenance),
                    "lots that leave equity less maintenance margin at " +
                        to_string(before.equity_mid - before.maintenance) + " or more, or all");
}

// New risk of the bidder, judged as if done; what it pays it has free.
Status check_bidder(Context& context, const Bid& bid) {
  std::map<AssetIndex, Amount> paid;
  std::size_t lines = context.state.positions.positions(bid.bidder).size();
  for (const Lot& lot : bid.lots) {
    if (!lot.line.is_position()) {
      paid[lot.line.received] = paid[lot.line.received] + lot.paid;
      continue;
    }
    ++lines;
    const bool buys = lot.line.position > 0;
    const ledger::Owner seller(bid.seller);
    const ledger::Owner bidder(bid.bidder);
    BULKHEAD_TRY_STATUS(
        context.state.positions.check_fill({.instrument = lot.line.instrument,
                                            .buyer = buys ? bidder : seller,
                                            .seller = buys ? seller : bidder,
                                            .lots = static_cast<std::int64_t>(lot.lots),
                                            .price = lot.price.to_double(),
                                            .buyer_fee = {},
                                            .seller_fee = {}}));
  }
  if (lines > positions::kPositionsPerAccountMax) {
    return fail(ErrorCode::position_limit, "account", std::to_string(lines),
                "at most " + std::to_string(positions::kPositionsPerAccountMax) + " positions");
  }
  for (const auto& [asset, amount] : paid) {
    const Amount there =
        context.state.ledger.available({bid.bidder, asset, context.internal_place(), Bucket::free});
    if (there >= amount) continue;
    return fail(ErrorCode::balance_exceeded, "account", to_string(amount),
                "at most " + to_string(there) + " free of " + context.registry()[asset].name);
  }
  return check_new_risk(context, bid.bidder, [&](risk::Portfolio& book) {
    for (const Lot& lot : bid.lots) add_to_book(context, lot, true, book);
  });
}

void tell_position(Context& context, const Bid& bid, const Lot& lot,
                   const positions::Effects& effects) {
  const std::string& instrument = context.registry()[lot.line.instrument].name;
  for (const positions::PositionChange& change : effects.positions) {
    if (!change.owner.is_account()) continue;
    const AccountIndex account = change.owner.account();
    context.state.edit_account(account).regime_stale = true;
    context.valuer.touch(account);
    const std::int64_t lots = change.lots - change.lots_before;
    context.emit(account, TradeBooked{instrument, lots, lot.price, change.lots, 0});
    context.emit(account, AuctionFilled{.auction = bid.auction.number,
                                        .instrument = instrument,
                                        .lots = lots,
                                        .price = lot.price,
                                        .asset = {},
                                        .amount = {},
                                        .paid_asset = {},
                                        .paid = {},
                                        .won = account == bid.bidder});
  }
}

void trade(Context& context, const Bid& bid, const Lot& lot) {
  const bool buys = lot.line.position > 0;
  const ledger::Owner seller(bid.seller);
  const ledger::Owner bidder(bid.bidder);
  const auto done =
      context.state.positions.fill(context.cause(), {.instrument = lot.line.instrument,
                                                     .buyer = buys ? bidder : seller,
                                                     .seller = buys ? seller : bidder,
                                                     .lots = static_cast<std::int64_t>(lot.lots),
                                                     .price = lot.price.to_double(),
                                                     .buyer_fee = {},
                                                     .seller_fee = {}});
  BULKHEAD_ASSERT(done.has_value());
  note_losses(context, done->settled);
  tell_position(context, bid, lot, *done);
}

// Losses of positions that the same bid closed may have taken of what it buys.
void fit_to_what_is_left(const Context& context, const Bid& bid, Lot& lot) {
  const Amount there = context.state.ledger.available(
      {bid.seller, lot.line.asset, context.internal_place(), Bucket::pledged});
  if (there >= lot.sold) return;
  lot.sold = {};
  lot.paid = {};
  if (there.is_positive()) price_sale(context, bid, there, lot);
}

// Through the market, which ends as it began: the debt is paid of what the bidder pays.
void sell(Context& context, const Bid& bid, const Lot& lot) {
  const PlaceIndex place = context.internal_place();
  const Usd lost = context.valuer.market_value(lot.line.asset, lot.sold) -
                   context.valuer.market_value(lot.line.received, lot.paid);
  const auto bought = context.state.positions.sell_collateral(
      context.cause(), {bid.bidder, lot.line.received, place, Bucket::free}, lot.paid,
      lot.line.asset, lot.sold);
  BULKHEAD_ASSERT(bought.has_value());
  const auto sold = context.state.positions.sell_collateral(
      context.cause(), {bid.seller, lot.line.asset, place, Bucket::pledged}, lot.sold,
      lot.line.received, lot.paid);
  BULKHEAD_ASSERT(sold.has_value());
  note_losses(context, {&*sold, 1});
  add_loss(context, bid.seller, lost);
  for (const AccountIndex account : {bid.seller, bid.bidder}) {
    const bool won = account == bid.bidder;
    context.state.edit_account(account).regime_stale = true;
    context.valuer.touch(account);
    context.emit(account, AuctionFilled{.auction = bid.auction.number,
                                        .instrument = {},
                                        .lots = 0,
                                        .price = {},
                                        .asset = context.registry()[lot.line.asset].name,
                                        .amount = won ? lot.sold : -lot.sold,
                                        .paid_asset = context.registry()[lot.line.received].name,
                                        .paid = won ? lot.paid : -lot.paid,
                                        .won = won});
  }
}

}  // namespace

PlanLine told(const market::Registry& registry, const OpenAuction::Line& line) {
  PlanLine said;
  if (InstrumentIndex(line.instrument).valid()) {
    said.instrument = registry[InstrumentIndex(line.instrument)].name;
    said.lots = line.lots > 0 ? line.lots : -line.lots;
  } else {
    said.asset = registry[AssetIndex(line.asset)].name;
    said.amount = line.amount;
  }
  return said;
}

bool cannot_be_sliced(Context& context, AccountIndex account, std::span<const ClosableLine> lines) {
  const policy::DefaultParameters& rules = context.ladder().defaults;
  if (rules.auction_length <= Duration{}) return false;
  if (context.state.default_record(account).auctioned) return false;
  const std::int64_t intervals_max = rules.closing_band_after.ns / rules.liquidation_interval.ns;
  // Nothing is too large that would fit even if all of it had to go.
  const auto too_large = [&](const ClosableLine& line, std::uint64_t lots) {
    const auto most = static_cast<Uint128>(interval_lots(context.books(), line.item)) *
                      static_cast<Uint128>(intervals_max);
    return lots > 0 && (static_cast<Uint128>(lots) > most || has_no_market(context, line));
  };
  if (std::ranges::none_of(
          lines, [&](const ClosableLine& line) { return too_large(line, line.item.lots); })) {
    return false;
  }
  const LotsClosed lots = lots_that_must_go(context, account, lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (too_large(lines[i], lots[i])) return true;
  }
  return false;
}

void open_auction(Context& context, AccountIndex account, std::span<const ClosableLine> lines) {
  const LotsClosed lots = lots_that_must_go(context, account, lines);
  const policy::DefaultParameters& rules = context.ladder().defaults;
  OpenAuction auction;
  auction.number = ++context.state.edit_counters().last_auction;
  auction.opened = context.now();
  auction.ends = context.now() + rules.auction_length;
  AuctionOpened said{.auction = auction.number,
                     .lines = {},
                     .start_bp = 10'000 + rules.auction_premium_bp,
                     .end_bp = 10'000 - rules.closing_band_bp,
                     .ends = auction.ends,
                     .notional = {}};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lots[i] == 0) continue;
    OpenAuction::Line line;
    if (lines[i].is_position()) {
      const auto count = static_cast<std::int64_t>(lots[i]);
      line.instrument = lines[i].instrument.value;
      line.lots = lines[i].position > 0 ? count : -count;
    } else {
      line.asset = lines[i].asset.value;
      line.amount = lines[i].amount_of(lots[i]);
    }
    auction.lines.push_back(line);
    said.lines.push_back(told(context.registry(), line));
    said.notional += policy::notional(lines[i].item, lots[i]);
  }
  DefaultRecord record = context.state.default_record(account);
  record.auction = auction;
  record.asked.reset();
  context.state.put_default(record);
  context.emit(account, std::move(said));
}

void end_auction(Context& context, AccountIndex account, AuctionEnd end) {
  DefaultRecord record = context.state.default_record(account);
  if (!record.auction) return;
  const std::uint64_t number = record.auction->number;
  record.auction.reset();
  record.auctioned = end == AuctionEnd::expired;
  context.state.put_default(record);
  context.emit(account, AuctionEnded{number, end});
}

Status carry_out(Context& context, const BidAuction& command) {
  Bid bid;
  BULKHEAD_TRY(bid.seller, seller_of(context, command.auction));
  BULKHEAD_TRY(bid.bidder, context.account(command.account));
  BULKHEAD_TRY_STATUS(context.may_act_on(bid.bidder));
  bid.auction = *context.state.default_record(bid.seller).auction;
  BULKHEAD_TRY_STATUS(check_parties(context, bid));
  BULKHEAD_TRY_STATUS(find_lots(context, command, bid));
  BULKHEAD_TRY_STATUS(check_limit(context, command, bid));
  BULKHEAD_TRY_STATUS(check_seller(context, bid));
  BULKHEAD_TRY_STATUS(check_bidder(context, bid));
  change_to_liquidating(context, bid.seller);
  for (Lot& lot : bid.lots) {
    if (lot.line.is_position()) {
      trade(context, bid, lot);
    } else {
      fit_to_what_is_left(context, bid, lot);
      if (lot.sold.is_positive()) sell(context, bid, lot);
    }
    OpenAuction::Line& left = bid.auction.lines[lot.of];
    const auto lots = static_cast<std::int64_t>(lot.lots);
    left.lots -= left.lots > 0 ? lots : -lots;
    left.amount = left.amount - lot.sold;
  }
  const bool owes = std::ranges::any_of(
      context.state.ledger.holdings(bid.seller), [](const ledger::Holding& line) {
        return line.bucket == Bucket::debt && line.balance.posted.is_positive();
      });
  std::erase_if(bid.auction.lines, [owes](const OpenAuction::Line& line) {
    const bool sale = !InstrumentIndex(line.instrument).valid();
    return !is_left(line) || (sale && !owes);
  });
  DefaultRecord record = context.state.default_record(bid.seller);
  record.auction = bid.auction;
  context.state.put_default(record);
  note_filled(context, bid.seller);
  if (bid.auction.lines.empty()) end_auction(context, bid.seller, AuctionEnd::sold_out);
  return {};
}

}  // namespace bulkhead::engine
