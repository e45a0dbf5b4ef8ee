// Who is evaluated at a tick: the part of the valuer that lets accounts at rest sleep
// (docs/safe-regions.md).
#include <algorithm>

#include "bulkhead/engine/counting.h"
#include "bulkhead/engine/portfolio.h"
#include "bulkhead/engine/valuer.h"
#include "bulkhead/risk/charges.h"

namespace bulkhead::engine {
namespace {

constexpr std::size_t kRestBlock = 8192;

}  // namespace

// Whatever regime an account comes to be in: its look-ahead is at most the longest.
std::optional<risk::RestLevel> Valuer::rest_level() const {
  const policy::LadderParameters& ladder = state_.parameters().ladder;
  const Duration finality = vault_finality(state_.registry());
  Duration longest;
  for (std::size_t r = 0; r < enum_names(market::Regime{}).size(); ++r) {
    longest =
        std::max(longest, policy::look_ahead(static_cast<market::Regime>(r), finality, ladder));
  }
  return risk::rest_level(*risk_, ladder.levels.watch_bp, ladder.sequestration.breach_weight_bp,
                          longest);
}

std::vector<AccountIndex> Valuer::due(const State::Stirred& stirred, const PoorAssets& poor) {
  const std::optional<risk::RestLevel> rest = options_.plain ? std::nullopt : rest_level();
  if (rest != rest_ || poor != poor_ || stirred.all) sleepers_.wake_all();
  rest_ = rest;
  poor_ = poor;
  index_groups();
  for (const std::uint32_t account : stirred.accounts) {
    for (const std::uint32_t member : group_of(AccountIndex(account))) {
      sleepers_.wake(AccountIndex(member));
    }
  }
  if (rest_) sleepers_.move_to(*risk_, bounds_, risk::market_point(*risk_));
  tried_ = epochs_;
  std::vector<AccountIndex> awake;
  for (std::size_t i = 0; i < state_.accounts().size(); ++i) {
    if (!sleepers_.asleep(AccountIndex(i))) awake.emplace_back(i);
  }
  ++counts_.ticks;
  counts_.accounts += state_.accounts().size();
  counts_.evaluated += awake.size();
  counts_.most = std::max<std::uint64_t>(counts_.most, awake.size());
  return awake;
}

bool Valuer::has_scenario_model(AccountIndex account) const {
  return std::holds_alternative<risk::ScenarioEs>(model_of(account));
}

// Every price that the book touches is one point: E has one value.
bool Valuer::priced_at_points(const risk::Portfolio& portfolio) const {
  const auto is_point = [this](AssetIndex asset) {
    const market::AssetPrice& price = state_.market.epoch().assets[asset.value];
    return price.low == price.mid && price.high == price.mid;
  };
  for (const risk::PositionLots& line : portfolio.positions) {
    if (!is_point(state_.registry().underlying(line.instrument))) return false;
  }
  for (const auto* lines : {&portfolio.settlement, &portfolio.collateral, &portfolio.debts}) {
    if (!std::ranges::all_of(*lines, is_point, &risk::AssetAmount::asset)) return false;
  }
  return true;
}

bool Valuer::holds_limited(AccountIndex account) const {
  return std::ranges::any_of(state_.ledger.counted(account),
                             [this](const auto& held) { return is_limited(held.asset); });
}

bool Valuer::holds_fading(AccountIndex account) const {
  if (state_.fadings().empty()) return false;
  return std::ranges::any_of(state_.ledger.counted(account),
                             [this](const auto& held) { return is_fading(state_, held.asset); });
}

Usd Valuer::equity_mid(AccountIndex account) const {
  // How much of what is limited counts hangs on what the account needs.
  if (knows(account) || holds_limited(account)) return requirement(account).equity_mid;
  risk::Portfolio book = build_portfolio(state_, account);
  book.own_tokens = own_tokens(account);
  take_shares(book);
  return risk::evaluate_equity(*risk_, book).equity_mid;
}

std::optional<Usd> Valuer::room(AccountIndex account) {
  // Open orders are part of what a limit is a share of.
  if (holds_limited(account)) return std::nullopt;
  if (knows(account)) {
    const risk::Requirement& needed = cached(account)->requirement;
    if (!cached(account)->has_obligations || needed.unpriced) return std::nullopt;
    return needed.equity_least - needed.initial;
  }
  if (!rests(account) || tried_ != epochs_) return std::nullopt;
  const risk::Portfolio book = build_portfolio(state_, account);
  if (!book.has_obligations() || !priced_at_points(book)) return std::nullopt;
  const double least = sleepers_.room(*risk_, bounds_, account);
  if (!(least > 0) || least > 1e12) return std::nullopt;
  return Usd{static_cast<std::int64_t>(least * 1e6)};
}

void Valuer::fill_rows(const risk::Portfolio& portfolio) const {
  std::vector<InstrumentIndex> wanted;
  for (const risk::PositionLots& line : portfolio.positions) wanted.push_back(line.instrument);
  for (const risk::OrderLots& order : portfolio.orders) wanted.push_back(order.instrument);
  for (const risk::PackageLots& package : portfolio.packages) {
    for (const risk::PositionLots& leg : package.legs) wanted.push_back(leg.instrument);
  }
  risk_->fill(wanted, executor_);
}

Usd Valuer::open_order_charge(const risk::Portfolio& portfolio) {
  fill_rows(portfolio);
  return risk::open_order_charge(*risk_, portfolio);
}

bool Valuer::may_sleep(AccountIndex account) const {
  // What of its collateral counts changes with the clock or with what it owes, or is exchanged.
  return has_scenario_model(account) && !holds_limited(account) && !holds_fading(account) &&
         state_.substitution(account) == nullptr;
}

// A block at a time: regions are found in parallel, and kept one after another.
void Valuer::let_sleep(std::span<const AccountIndex> accounts) {
  if (!lets_sleep()) return;
  const risk::Edge edge{.level = rest_->level, .scale = rest_->scale};
  std::vector<std::optional<risk::SafeRegion>> regions;
  for (std::size_t begin = 0; begin < accounts.size(); begin += kRestBlock) {
    const auto block = accounts.subspan(begin, std::min(kRestBlock, accounts.size() - begin));
    regions.assign(block.size(), std::nullopt);
    for_each(block.size(), [&](std::size_t i, risk::Scratch&) {
      if (may_sleep(block[i])) regions[i] = safe_region(block[i], {&edge, 1});
    });
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (regions[i]) sleepers_.lay(block[i], *regions[i]);
    }
  }
}

void Valuer::let_wait(std::span<const Wait> waits) {
  if (!lets_sleep()) return;
  std::vector<std::optional<risk::SafeRegion>> regions(waits.size());
  for_each(waits.size(), [&](std::size_t i, risk::Scratch&) {
    const AccountIndex account = waits[i].account;
    if (knows(account) && may_sleep(account)) regions[i] = safe_region(account, waits[i].edges);
  });
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (regions[i]) sleepers_.let_wait(waits[i].account, *regions[i], waits[i].until);
  }
}

// The filtered block's own tail is at most the core, and often less; E − MM must cover √(look-ahead
// / horizon) of it.
std::optional<risk::Edge> Valuer::look_ahead_edge(AccountIndex account) const {
  if (!rest_) return std::nullopt;
  const risk::Requirement& needed = requirement(account);
  const double beyond_tail =
      static_cast<double>((needed.initial - max(Usd{}, needed.parts.es_filtered)).micros) * 1e-6;
  const double maintained = state_.parameters().ladder.levels.maintenance_bp * 1e-4;
  return risk::Edge{.level = (maintained + rest_->scale) * (1 + 1e-9),
                    .scale = rest_->scale,
                    .offset = rest_->scale * beyond_tail * (1 - 1e-9)};
}

// Of an account whose figures are known.
std::optional<risk::SafeRegion> Valuer::safe_region(AccountIndex account,
                                                    std::span<const risk::Edge> edges) const {
  const risk::Portfolio book = counted(account);
  risk::GrossCoins coins;
  risk::add_gross_coins(*risk_, book, coins);
  for (const std::uint32_t member : group_of(account)) {
    if (member == account.value) continue;
    risk::add_gross_coins(*risk_, build_portfolio(state_, AccountIndex(member)), coins);
  }
  return risk::safe_region(*risk_, bounds_, book, requirement(account), haircuts(book), coins,
                           edges, Sleepers::kLongest);
}

}  // namespace bulkhead::engine
