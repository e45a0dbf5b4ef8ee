#include "bulkhead/engine/judgement.h"

#include <algorithm>

#include "bulkhead/base/elementary.h"
#include "bulkhead/engine/alarms.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/stops.h"
#include "bulkhead/engine/withdrawable_gains.h"
#include "bulkhead/pricing/values.h"

namespace bulkhead::engine {
namespace {

Status stage_allows(const Context& context, AccountIndex account, std::string_view act) {
  const policy::LadderState& ladder = context.state.account(account).ladder;
  if (ladder.default_ != policy::Default::none) {
    return fail(ErrorCode::stage_forbids, "account", to_string(ladder.default_),
                std::string(act) + " needs an account that is not in default");
  }
  if (ladder.coverage != policy::Coverage::normal) {
    return fail(ErrorCode::stage_forbids, "account", to_string(ladder.coverage),
                std::string(act) + " needs coverage normal");
  }
  return {};
}

Status figures_known(const Context& context) {
  if (context.valuer.ready()) return {};
  return fail(ErrorCode::no_scenario_set, "scenario_set", "", "adopt a scenario set first");
}

Status figures_complete(const risk::Requirement& figures) {
  if (!figures.unpriced) return {};
  return fail(ErrorCode::price_not_good, "price", "none",
              "a price for all that the account touches");
}

constexpr std::int64_t kLargestCharge =
    1'000'000'000'000'000'000;  // micro-USD: far from saturation

double magnitude(double x) { return x < 0 ? -x : x; }

// D7.5: IM does not rise and E − IM falls by no more than `cost`. At the floor of IM small risks do
// not show, so that IM must fall, or (shrinks) the position itself become smaller.
bool reduces_risk(const risk::Requirement& before, const risk::Requirement& after, Usd cost,
                  bool shrinks) {
  if (before.unpriced || after.unpriced || after.initial > before.initial) return false;
  return (shrinks || after.initial < before.initial) &&
         after.equity_mid - after.initial + cost >= before.equity_mid - before.initial;
}

// What free assets must stay for: open calls, and after a missed one all that is short of the
// target (D6.1).
Usd amount_due(Context& context, AccountIndex account) {
  Usd due;
  for (const policy::Call& call : context.state.open_calls(account)) due += call.outstanding();
  if (!context.state.account(account).call_missed) return due;
  const policy::Standing standing = context.valuer.standing(account);
  const Usd target = scale_up(standing.initial_margin, context.ladder().levels.target_bp, 10'000);
  return max(due, target - policy::preventive_equity(standing));
}

Status covered_at(const risk::Requirement& after, BasisPoints level, ErrorCode code) {
  if (after.equity_least >= Usd{} && at_least_bp(after.equity_least, level, after.initial)) {
    return {};
  }
  return fail(code, "equity_least", to_string(after.equity_least),
              "at least " + std::to_string(level) + " bp of IM " + to_string(after.initial));
}

bool is_called_or_worse(const AccountState& state) {
  return state.ladder.coverage == policy::Coverage::called || state.open_calls > 0 ||
         state.ladder.default_ == policy::Default::declared ||
         state.ladder.default_ == policy::Default::liquidating;
}

// D8.6: accounts of one member or of one affiliate group stand together while one is called.
Status check_group(Context& context, AccountIndex account, const risk::Requirement& after) {
  Usd equity = after.equity_least;
  Usd needed = scale_up(after.initial, context.ladder().levels.target_bp, 10'000);
  std::string called;
  for (const std::uint32_t i : context.valuer.related(account)) {
    const AccountState& other = context.state.accounts()[i];
    const risk::Requirement& figures = context.valuer.requirement(AccountIndex(i));
    equity +=
        figures.equity_least - unrealisable_gain(context.state, context.valuer, AccountIndex(i));
    needed += scale_up(figures.initial, context.ladder().levels.target_bp, 10'000);
    if (is_called_or_worse(other)) called = other.name;
  }
  if (called.empty() || equity >= needed) return {};
  return fail(ErrorCode::group_short, "equity_least", to_string(equity),
              "at least " + to_string(needed) + " over all accounts while " + called +
                  " is called or worse");
}

}  // namespace

Status price_lets_move(const Context& context, AssetIndex asset) {
  const market::Quality quality = context.state.market.epoch().assets[asset.value].quality;
  if (quality <= market::Quality::wide) return {};
  return fail(ErrorCode::price_not_good, context.registry()[asset].name, to_string(quality),
              "good or wide");
}

void add_amount(std::vector<risk::AssetAmount>& list, AssetIndex asset, Amount amount) {
  auto at = std::ranges::lower_bound(list, asset, {}, &risk::AssetAmount::asset);
  if (at == list.end() || at->asset != asset) at = list.insert(at, {asset, Amount{}});
  at->amount = at->amount + amount;
  if (at->amount.is_zero()) list.erase(at);
}

void add_lots(std::vector<risk::PositionLots>& list, InstrumentIndex instrument,
              std::int64_t lots) {
  auto at = std::ranges::lower_bound(list, instrument, {}, &risk::PositionLots::instrument);
  if (at == list.end() || at->instrument != instrument) at = list.insert(at, {instrument, 0});
  at->lots += lots;
  if (at->lots == 0) list.erase(at);
}

Status check_new_risk(Context& context, AccountIndex account, const Change& change,
                      std::span<const InstrumentIndex> markets) {
  BULKHEAD_TRY_STATUS(figures_known(context));
  risk::Portfolio book = context.valuer.portfolio(account);
  const risk::Requirement before = context.valuer.requirement(account);
  change(book);
  const risk::Requirement after = context.valuer.evaluate(account, book);
  if (reduces_risk(before, after, Usd{}, false)) return {};
  BULKHEAD_TRY_STATUS(check_not_reduce_only(context, account));
  for (const InstrumentIndex market : markets) {
    BULKHEAD_TRY_STATUS(check_market_runs(context, market));
  }
  BULKHEAD_TRY_STATUS(stage_allows(context, account, "new risk"));
  BULKHEAD_TRY_STATUS(figures_complete(after));
  return covered_at(after, 10'000, ErrorCode::margin_insufficient);
}

void add_trade(const market::Registry& registry, risk::Portfolio& book, InstrumentIndex instrument,
               std::int64_t lots, double price) {
  add_lots(book.positions, instrument, lots);
  const AssetIndex settlement = registry.settlement(instrument);
  double units =
      pricing::settlement_per_lot(registry[instrument], price) * static_cast<double>(lots);
  for (std::uint32_t i = 0; i < registry[settlement].decimals; ++i) units *= 10;
  add_amount(book.settlement, settlement, Amount{static_cast<Int128>(floor_fixed(units))});
}

namespace {

// An order by itself moves nothing but the charge of open orders (D5.8), which is sub-additive: IM
// grows by at most that, and by as much again where collateral would have to be sold for it (D5.6:
// a marginal charge of at most 1). Where that is covered by what there is, the exact judgement
// passes too, and nobody is evaluated anew. Not beside packages, whose exact charge has add-ons,
// nor where the order closes in one instrument more than is charged exactly: the others would be at
// their bound then.
bool passes_by_bound(Context& context, AccountIndex account, const positions::Order& order,
                     const Change& change) {
  Valuer& valuer = context.valuer;
  if (!valuer.has_scenario_model(account) || !check_not_reduce_only(context, account) ||
      !stage_allows(context, account, "new risk")) {
    return false;
  }
  for (const InstrumentIndex market : instruments_of(order)) {
    if (!check_market_runs(context, market)) return false;
  }
  const std::optional<Usd> room = valuer.room(account);
  if (!room || *room <= Usd{}) return false;
  risk::Portfolio book = build_portfolio(context.state, account);
  if (order.is_package() || !book.packages.empty()) return false;
  const Usd before = valuer.open_order_charge(book);
  change(book);
  const Usd after = valuer.open_order_charge(book);
  if (after >= Usd{kLargestCharge} ||
      risk::closing_instruments(valuer.epoch_risk(), book) > risk::kExactFillsMax) {
    return false;
  }
  const Usd growth = max(after - before, Usd{});
  return *room >= growth + growth + usd(1);
}

// How many lots of the position a leg closes.
std::int64_t closed_lots(const risk::Portfolio& book, const risk::PositionLots& leg) {
  const auto at =
      std::ranges::lower_bound(book.positions, leg.instrument, {}, &risk::PositionLots::instrument);
  if (at == book.positions.end() || at->instrument != leg.instrument) return 0;
  if ((at->lots > 0) == (leg.lots > 0)) return 0;
  return leg.lots > 0 ? std::min(leg.lots, -at->lots) : std::min(-leg.lots, at->lots);
}

// Every position that it touches becomes smaller.
bool shrinks(const risk::Portfolio& book, const risk::OrderFill& fill) {
  return std::ranges::all_of(fill.legs, [&book](const risk::PositionLots& leg) {
    return closed_lots(book, leg) == (leg.lots > 0 ? leg.lots : -leg.lots);
  });
}

// What closing may cost (D10.4). Of a package only on what its legs close: others may be as large
// as they like where they offset each other, and equity would leave at a poor price of them.
Usd closing_band(const Context& context, const risk::Portfolio& book, const risk::OrderFill& fill) {
  double notional = 0;
  for (const risk::PositionLots& leg : fill.legs) {
    const AssetIndex underlying = context.registry().underlying(leg.instrument);
    const std::int64_t lots = fill.legs.size() == 1 ? leg.lots : closed_lots(book, leg);
    notional += magnitude(static_cast<double>(lots)) *
                context.valuer.epoch_risk().coins_per_lot(leg.instrument) *
                context.state.market.epoch().assets[underlying.value].mid;
  }
  return scale_down(Usd{static_cast<std::int64_t>(std::min(notional * 1e6, 1e18))},
                    context.ladder().defaults.closing_band_bp, 10'000);
}

// Whichever of the others has been filled before: IM is convex in each fill, so the ends decide.
// Two orders in different contracts may each reduce risk, and together be new risk. Where more
// kinds meet it than are tried nothing is claimed.
bool order_reduces_risk(Context& context, AccountIndex account, const JudgedOrder& order) {
  if (order.meeting > risk::kExactFillsMax) return false;
  risk::Portfolio bare = context.valuer.portfolio(account);
  bare.orders.clear();
  bare.packages.clear();
  for (std::uint32_t filled = 0; filled < 1U << order.beside.size(); ++filled) {
    risk::Portfolio before = bare;
    for (std::size_t i = 0; i < order.beside.size(); ++i) {
      if ((filled >> i & 1U) == 0) continue;
      for (const risk::OrderFill& fill : order.beside[i]) risk::apply_fill(before, fill);
    }
    risk::Portfolio after = before;
    risk::apply_fill(after, order.fill);
    if (!reduces_risk(context.valuer.evaluate(account, before),
                      context.valuer.evaluate(account, after),
                      closing_band(context, before, order.fill), shrinks(before, order.fill))) {
      return false;
    }
  }
  return true;
}

}  // namespace

Status check_order(Context& context, AccountIndex account, const positions::Order& order,
                   const Change& change) {
  BULKHEAD_TRY_STATUS(figures_known(context));
  if (!context.valuer.is_plain() && passes_by_bound(context, account, order, change)) return {};
  if (order_reduces_risk(context, account, judged_order(context, account, order))) return {};
  return check_new_risk(context, account, change, instruments_of(order));
}

Status check_free_withdrawal(Context& context, AccountIndex account, AssetIndex asset,
                             Amount amount) {
  const AccountState& state = context.state.account(account);
  if (state.ladder.default_ == policy::Default::declared ||
      state.ladder.default_ == policy::Default::liquidating) {
    return fail(ErrorCode::stage_forbids, "account", to_string(state.ladder.default_),
                "a withdrawal needs an account that is not in default");
  }
  if (!context.valuer.ready() || !context.valuer.eligible(account, asset)) return {};
  const Usd due = amount_due(context, account);
  if (due <= Usd{}) return {};
  Usd free_value;
  for (const ledger::Holding& line : context.state.ledger.holdings(account)) {
    if (line.bucket == ledger::Bucket::free) {
      free_value += creditable_value(context, account, line.asset, line.balance.available());
    }
  }
  const Amount held = context.state.ledger.available(
      {account, asset, context.internal_place(), ledger::Bucket::free});
  const Usd left = free_value - (creditable_value(context, account, asset, held) -
                                 creditable_value(context, account, asset, held - amount));
  if (left >= due) return {};
  return fail(ErrorCode::reserved_for_call, "amount", to_string(amount),
              "what leaves " + to_string(due) + " free for what is due");
}

Status check_collateral_leaves(Context& context, AccountIndex account, AssetIndex asset,
                               Amount amount, const Change& meanwhile, Usd charge) {
  if (!context.valuer.ready()) {
    return build_portfolio(context.state, account).has_obligations() ? figures_known(context)
                                                                     : Status{};
  }
  risk::Portfolio book = context.valuer.portfolio(account);
  const bool obliged = book.has_obligations();
  add_amount(book.collateral, asset, -amount);
  if (meanwhile) meanwhile(book);
  risk::Requirement after = context.valuer.evaluate(account, book);
  after.equity_least -= charge + unrealisable_gain(context.state, context.valuer, account);
  if (!obliged) return check_group(context, account, after);
  BULKHEAD_TRY_STATUS(stage_allows(context, account, "taking collateral back"));
  if (context.state.account(account).open_calls > 0) {
    return fail(ErrorCode::stage_forbids, "account", "open call", "no open call");
  }
  if (context.valuer.counts_of(account, asset, amount).is_positive()) {
    BULKHEAD_TRY_STATUS(price_lets_move(context, asset));
  }
  BULKHEAD_TRY_STATUS(figures_complete(after));
  BULKHEAD_TRY_STATUS(
      covered_at(after, context.ladder().levels.target_bp, ErrorCode::below_target));
  if (after.equity_least < after.initial_stressed) {
    return fail(ErrorCode::below_target, "equity_least", to_string(after.equity_least),
                "at least the stressed IM " + to_string(after.initial_stressed));
  }
  BULKHEAD_TRY_STATUS(check_group(context, account, after));
  if (context.state.account(account).ladder.vault == policy::Vault::none) return {};
  const Usd required = vault_requirement(context, account, after);
  if (vault_stressed(context.state, context.valuer, account) >= required) return {};
  return fail(ErrorCode::vault_short, "amount", to_string(amount),
              "what leaves " + to_string(required) + " of stressed value sequestered");
}

Timestamp due_time(const Context& context, const policy::Call& call) {
  return std::max({call.deadline, context.state.counters().grace_until, call.stayed_until});
}

namespace {

// Pledged or sequestered of an asset.
Amount pledged_of(const Context& context, AccountIndex account, AssetIndex asset) {
  for (const ledger::AssetTotal& total : context.state.ledger.counted(account)) {
    if (total.asset == asset) return total.amount;
  }
  return {};
}

// What `amount` that was pledged last credits: what counts by it.
Usd credited_value(const Context& context, AccountIndex account, AssetIndex asset, Amount amount) {
  if (!context.valuer.ready() || !context.valuer.eligible(account, asset)) return {};
  const Amount pledged = pledged_of(context, account, asset);
  return low_value(context, asset,
                   context.valuer.counts_of(account, asset, pledged) -
                       context.valuer.counts_of(account, asset, max(Amount{}, pledged - amount)));
}

}  // namespace

Usd low_value(const Context& context, AssetIndex asset, Amount amount) {
  const market::AssetPrice& price = context.state.market.epoch().assets[asset.value];
  if (price.quality >= market::Quality::stale) return {};
  return max(Usd{}, pricing::holding_value(context.registry()[asset], amount, price.low));
}

Usd creditable_value(const Context& context, AccountIndex account, AssetIndex asset,
                     Amount amount) {
  if (!context.valuer.ready() || !context.valuer.eligible(account, asset)) return {};
  const Amount pledged = pledged_of(context, account, asset);
  return low_value(context, asset,
                   context.valuer.counts_of(account, asset, pledged + amount) -
                       context.valuer.counts_of(account, asset, pledged));
}

void credit_open_calls(Context& context, AccountIndex account, Usd credit, Timestamp as_of) {
  if (context.state.account(account).open_calls == 0 || !context.valuer.ready()) return;
  for (const policy::Call& open : context.state.open_calls(account)) {
    if (credit <= Usd{}) return;
    if (as_of > due_time(context, open)) continue;  // late: the next tick closes it
    const policy::CallCredit done = policy::credit_delivery(open, credit, context.now());
    credit = done.rest;
    change_call(context, open, done.call);
  }
}

void change_call(Context& context, const policy::Call& before, const policy::Call& call) {
  const AccountIndex account(call.account);
  context.state.put_call(call);
  if (!policy::is_open(call.status)) --context.state.edit_account(account).open_calls;
  context.emit(account, CallChanged{.call = call.id,
                                    .from = before.status,
                                    .to = call.status,
                                    .delivered = call.delivered,
                                    .amount = call.amount});
  if (policy::is_open(call.status)) return;
  std::vector<Proposal> over;
  for (const auto& [name, proposal] : context.state.proposals()) {
    const auto* top_up = std::get_if<TopUpContent>(&proposal.content);
    if (top_up != nullptr && top_up->call == call.id) over.push_back(proposal);
  }
  for (const Proposal& proposal : over) {
    context.state.erase_proposal(proposal.name);
    context.emit(account,
                 ProposalChanged{proposal.name, ProposalStatus::withdrawn, proposal.approvals});
  }
}

void credit_calls(Context& context, AccountIndex account, AssetIndex asset, Amount amount) {
  if (context.state.account(account).open_calls == 0 || !context.valuer.eligible(account, asset)) {
    return;
  }
  const market::Quality quality = context.state.market.epoch().assets[asset.value].quality;
  if (quality < market::Quality::stale) {
    credit_open_calls(context, account, credited_value(context, account, asset, amount),
                      context.now());
    return;
  }
  std::vector<TopUpWaiting>& waiting = context.state.edit_account(account).waiting;
  auto at = std::ranges::lower_bound(waiting, asset.value, {}, &TopUpWaiting::asset);
  if (at == waiting.end() || at->asset != asset.value) {
    at = waiting.insert(at, {asset.value, Amount{}});
  }
  at->amount = at->amount + amount;
}

void credit_waiting(Context& context, AccountIndex account) {
  if (context.state.account(account).waiting.empty()) return;
  const std::vector<TopUpWaiting> before = context.state.account(account).waiting;
  std::vector<TopUpWaiting> left;
  for (const TopUpWaiting& one : before) {
    const AssetIndex asset(one.asset);
    if (context.state.market.epoch().assets[one.asset].quality != market::Quality::good) {
      left.push_back(one);
      continue;
    }
    credit_open_calls(context, account, credited_value(context, account, asset, one.amount),
                      context.now());
  }
  if (context.state.account(account).open_calls == 0) left.clear();
  if (left.size() != before.size()) context.state.edit_account(account).waiting = left;
}

Usd vault_stressed(const State& state, const Valuer& valuer, AccountIndex account) {
  return vault_stressed_if(state, valuer, account, {});
}

Usd vault_stressed_if(const State& state, const Valuer& valuer, AccountIndex account,
                      std::span<const VaultChange> changes) {
  std::vector<risk::AssetAmount> held;
  for (const ledger::Holding& line : state.ledger.holdings(account)) {
    if (line.bucket != ledger::Bucket::sequestered || is_alarmed(state, line.place)) continue;
    if (state.market.epoch().assets[line.asset.value].quality == market::Quality::halted) continue;
    Amount amount = line.balance.available();
    const auto leg = state.legs().find({account, line.asset, line.place});
    const bool silent =
        leg != state.legs().end() && leg->second.status == policy::LegStatus::unknown;
    if (!silent) amount = amount + line.balance.pending_in;
    amount = share_of(amount, place_share(state, line.place));
    if (amount.is_positive()) add_amount(held, line.asset, amount);
  }
  for (const VaultChange& change : changes) {
    if (!change.amount.is_zero()) add_amount(held, change.asset, change.amount);
  }
  Usd sum;
  for (const risk::AssetAmount& line : held) {
    sum += valuer.stressed_value(account, line.asset, line.amount);
  }
  return sum;
}

Usd vault_requirement(const Context& context, AccountIndex account,
                      const risk::Requirement& requirement) {
  return policy::requirement(requirement.debts, requirement.positions,
                             requirement.obligations_maintenance, context.valuer.regime(account),
                             context.ladder());
}

}  // namespace bulkhead::engine
