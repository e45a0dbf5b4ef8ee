#include "bulkhead/engine/ladder_calls.h"

#include <algorithm>

#include "bulkhead/collateral/cures.h"
#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/deliveries.h"
#include "bulkhead/engine/judgement.h"

namespace bulkhead::engine {
namespace {

constexpr std::size_t kCuresMax = 4;
constexpr double kCureUnitsMax = 1e33;  // below what a holding can take

Amount power_of_ten(std::uint32_t exponent) {
  Amount value{1};
  for (std::uint32_t i = 0; i < exponent; ++i) value.units *= 10;
  return value;
}

collateral::CureFigures with_added(Valuer& valuer, AccountIndex account,
                                   const risk::Portfolio& book,
                                   std::span<const risk::AssetAmount> added) {
  risk::Portfolio changed = book;
  for (const risk::AssetAmount& line : added) {
    if (!line.amount.is_zero()) add_amount(changed.collateral, line.asset, line.amount);
  }
  const risk::Requirement figures = valuer.evaluate(account, changed);
  return {figures.equity_mid, figures.initial};
}

Amount free_amount(const Context& context, AccountIndex account, AssetIndex asset) {
  return context.state.ledger.available(
      {account, asset, context.internal_place(), ledger::Bucket::free});
}

// Pull amounts per asset of the standing instruction, in its order.
std::vector<risk::AssetAmount> plan_legs(Context& context, AccountIndex account) {
  std::vector<risk::AssetAmount> sources;
  std::vector<collateral::PullSource> limits;
  for (const std::string& name : context.state.account(account).standing.assets) {
    const AssetIndex asset = context.registry().find_asset(name);
    if (!context.valuer.eligible(account, asset)) continue;
    const Amount available =
        credit_left(context, account, asset, free_amount(context, account, asset));
    if (!available.is_positive()) continue;
    const Amount step = power_of_ten(context.registry()[asset].valuation_lot_exponent);
    sources.push_back({asset, available});
    limits.push_back({available, step, step});
  }
  if (sources.empty()) return {};
  const risk::Portfolio book = context.valuer.portfolio(account);
  const collateral::PullPlan plan = collateral::plan_pull(
      limits, context.ladder().levels.target_bp, [&](std::span<const Amount> amounts) {
        std::vector<risk::AssetAmount> added = sources;
        for (std::size_t i = 0; i < added.size(); ++i) added[i].amount = amounts[i];
        return with_added(context.valuer, account, book, added);
      });
  for (std::size_t i = 0; i < sources.size(); ++i) sources[i].amount = plan.amounts[i];
  std::erase_if(sources, [](const risk::AssetAmount& line) { return line.amount.is_zero(); });
  return sources;
}

void pull(Context& context, AccountIndex account, const std::vector<risk::AssetAmount>& legs) {
  const PlaceIndex place = context.internal_place();
  for (const risk::AssetAmount& leg : legs) {
    const Status posted = context.post(context.transfer(
        ledger::TransferKind::pledge, {account, leg.asset, place, ledger::Bucket::free},
        {account, leg.asset, place, ledger::Bucket::pledged}, leg.amount));
    BULKHEAD_ASSERT(posted.has_value());
    credit_calls(context, account, leg.asset, leg.amount);
  }
}

bool has_open_proposal(const Context& context, AccountIndex account) {
  return std::ranges::any_of(context.state.proposals(), [account](const auto& entry) {
    const auto* top_up = std::get_if<TopUpContent>(&entry.second.content);
    return top_up != nullptr && top_up->account == account.value;
  });
}

// Rejected for all calls that are open: it is proposed again for the next one only.
bool was_declined(const Context& context, AccountIndex account) {
  return context.state.open_calls(account).back().id <=
         context.state.account(account).declined_call;
}

void propose_top_up(Context& context, AccountIndex account, const policy::Call& call,
                    const std::vector<risk::AssetAmount>& legs) {
  TopUpContent content{.account = account.value, .call = call.id, .legs = {}};
  for (const risk::AssetAmount& leg : legs) {
    content.legs.push_back({context.registry()[leg.asset].name,
                            context.registry()[context.internal_place()].name, leg.amount});
  }
  Proposal proposal;
  proposal.name =
      std::string(kOwnProposals) + std::to_string(++context.state.edit_counters().last_proposal);
  proposal.expires = call.deadline;
  proposal.content = content;
  context.state.put_proposal(proposal);
  context.emit(account, TopUpProposed{.proposal = proposal.name,
                                      .call = call.id,
                                      .legs = content.legs,
                                      .expires = proposal.expires});
}

}  // namespace

std::vector<CureOption> cheapest_cures(const State& state, Valuer& valuer, AccountIndex account) {
  struct Priced {
    Usd value;
    AssetIndex asset;
    Amount amount;
  };
  std::vector<AssetIndex> assets{state.registry().numeraire()};
  for (const ledger::Holding& line : state.ledger.holdings(account)) {
    if (line.bucket == ledger::Bucket::free && line.asset != assets.front() &&
        (assets.back() != line.asset) && assets.size() < kCuresMax) {
      assets.push_back(line.asset);
    }
  }
  const risk::Portfolio book = valuer.portfolio(account);
  const risk::Requirement& now = valuer.requirement(account);
  const Usd short_by =
      scale_up(now.initial, state.parameters().ladder.levels.target_bp, 10'000) - now.equity_mid;
  std::vector<Priced> options;
  for (const AssetIndex asset : assets) {
    const market::AssetPrice& price = state.market.epoch().assets[asset.value];
    if (!valuer.eligible(account, asset) || price.quality >= market::Quality::stale) continue;
    const Amount step = power_of_ten(state.registry()[asset].valuation_lot_exponent);
    const Amount coin = power_of_ten(state.registry()[asset].decimals);
    const double coins = static_cast<double>(short_by.micros) / 1e6 / price.mid * 20 + 1;
    const double units = std::min(coins * static_cast<double>(coin.units), kCureUnitsMax);
    const Amount cap{static_cast<Int128>(units)};
    const auto cure = collateral::least_cure(
        {state.parameters().ladder.levels.target_bp, step, step, cap}, [&](Amount x) {
          const risk::AssetAmount added{asset, x};
          return with_added(valuer, account, book, {&added, 1});
        });
    if (cure) {
      options.push_back({valuer.market_value(asset, cure->delivery), asset, cure->delivery});
    }
  }
  std::ranges::sort(options, [](const Priced& a, const Priced& b) {
    return a.value != b.value ? a.value < b.value : a.asset < b.asset;
  });
  std::vector<CureOption> cures;
  for (const Priced& option : options) {
    cures.push_back({state.registry()[option.asset].name, option.amount});
  }
  return cures;
}

namespace {

// What the open calls and the deliveries on their way leave of the need (D6.2, D8.1).
struct Sized {
  policy::CallNeed need;
  std::vector<CountedDelivery> deliveries;
};

Sized size_need(const Context& context, AccountIndex account, const policy::Standing& standing) {
  Sized sized;
  Timestamp newest;
  for (const policy::Call& call : context.state.open_calls(account)) {
    sized.need.open_calls += call.outstanding();
    newest = std::max(newest, call.issued);
  }
  sized.deliveries = counted_deliveries(context, account);
  const policy::DeliveryCounts counts = count_deliveries(sized.deliveries, sized.need.open_calls);
  sized.need.equity = policy::preventive_equity(standing);
  sized.need.initial_margin = standing.initial_margin;
  sized.need.agreed = counts.agreed;
  sized.need.in_transit = counts.in_transit;
  sized.need.since_last = context.now() - newest;
  sized.need.regime = standing.regime;
  return sized;
}

void open_call(Context& context, AccountIndex account, policy::Call call,
               const policy::CallNeed& need) {
  call.id = ++context.state.edit_counters().last_call;
  context.state.put_call(call);
  ++context.state.edit_account(account).open_calls;
  context.emit(account, CallIssued{.call = call.id,
                                   .amount = call.amount,
                                   .deadline = call.deadline,
                                   .cures = cheapest_cures(context.state, context.valuer, account),
                                   .figures = context.figures(account),
                                   .reason = call.reason,
                                   .agreed = need.agreed,
                                   .in_transit = need.in_transit});
}

bool may_open(const Context& context, AccountIndex account) {
  const AccountState& state = context.state.account(account);
  // What was missed is due under its own deadline: it is not called anew (D8.2).
  return !state.call_missed && state.open_calls < context.ladder().calls.open_calls_max;
}

}  // namespace

void issue_call(Context& context, AccountIndex account, const policy::Standing& standing) {
  if (!may_open(context, account)) return;
  const auto [need, deliveries] = size_need(context, account, standing);
  const policy::CallSize size = policy::size_call(need, context.ladder());
  if (size.reason == policy::Reason::within_dwell) return;
  const Usd target = scale_up(need.initial_margin, context.ladder().levels.target_bp, 10'000);
  net_deliveries(context, account, deliveries, need.open_calls,
                 target - need.equity - need.open_calls,
                 context.now() + context.ladder().calls.deadline.at(need.regime));
  if (size.amount <= Usd{}) return;
  open_call(context, account,
            policy::issue_call(0, account.value, size, need, context.ladder(), context.now()),
            need);
}

void call_failed_part(Context& context, AccountIndex account, const policy::Standing& standing) {
  const AccountState& state = context.state.account(account);
  if (state.failed_due == Usd{}) return;
  const Usd failed = state.failed_due;
  const Timestamp deadline = state.failed_deadline;
  if (state.ladder.coverage != policy::Coverage::called) return;
  if (!may_open(context, account)) return;
  AccountState& edited = context.state.edit_account(account);
  edited.failed_due = Usd{};
  edited.failed_deadline = Timestamp{};
  const policy::CallNeed need = size_need(context, account, standing).need;
  const policy::CallSize size = policy::size_failed_part(need, failed, context.ladder());
  if (size.amount <= Usd{}) return;
  policy::Call call =
      policy::issue_call(0, account.value, size, need, context.ladder(), context.now());
  call.deadline = deadline;
  open_call(context, account, call, need);
}

void withdraw_calls(Context& context, AccountIndex account) {
  for (const policy::Call& call : context.state.open_calls(account)) {
    change_call(context, call, policy::withdraw_call(call, context.now()));
  }
}

void top_up(Context& context, AccountIndex account) {
  const AccountState& state = context.state.account(account);
  if (state.open_calls == 0 || state.standing.mode == StandingMode::none) return;
  if (state.standing.mode == StandingMode::propose &&
      (has_open_proposal(context, account) || was_declined(context, account))) {
    return;
  }
  const std::vector<risk::AssetAmount> legs = plan_legs(context, account);
  if (legs.empty()) return;
  if (state.standing.mode == StandingMode::automatic) {
    pull(context, account, legs);
  } else {
    propose_top_up(context, account, context.state.open_calls(account).back(), legs);
  }
}

}  // namespace bulkhead::engine
