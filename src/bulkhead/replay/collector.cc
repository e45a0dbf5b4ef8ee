#include "bulkhead/replay/collector.h"

#include <algorithm>
#include <cstdio>

#include "bulkhead/engine/roles.h"
#include "bulkhead/market/epoch.h"
#include "bulkhead/replay/book_writer.h"

namespace bulkhead::replay {
namespace {

constexpr std::size_t kRecentMax = 12;
constexpr std::size_t kTimelineMax = 60;

// Composite stages of the report, in order of worsening.
enum Stage : std::uint32_t { kNormal, kWatch, kCalled, kInVault, kDefault, kClosed };

double whole(Usd value) { return static_cast<double>(value.micros) / 1e6; }

std::string text_of(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string words(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

double quantile(const std::vector<double>& sorted, int percent) {
  if (sorted.empty()) return 0;
  const std::size_t at = sorted.size() * static_cast<std::size_t>(percent) / 100;
  return sorted[std::min(at, sorted.size() - 1)];
}

// Numéraire at spot.
double notional_of(const engine::State& state, const std::string& instrument, std::int64_t lots) {
  const InstrumentIndex index = state.registry().find_instrument(instrument);
  const market::Instrument& terms = state.registry()[index];
  const double spot = state.market.epoch().assets[state.registry().underlying(index).value].mid;
  const bool in_numeraire = terms.inverse && !terms.is_option();
  const double size = static_cast<double>(lots < 0 ? -lots : lots);
  return size * terms.lot_size.to_double() * (in_numeraire ? 1 : spot);
}

}  // namespace

std::uint32_t Collector::stage_of(const engine::AccountState& account) const {
  const policy::LadderState& ladder = account.ladder;
  if (ladder.default_ == policy::Default::closed) return kClosed;
  if (ladder.default_ != policy::Default::none) return kDefault;
  if (ladder.vault != policy::Vault::none) return kInVault;
  if (ladder.coverage == policy::Coverage::called) return kCalled;
  if (ladder.coverage == policy::Coverage::watch) return kWatch;
  return kNormal;
}

void Collector::see(const engine::Command& command, const engine::Applied& applied) {
  ++totals_.commands;
  if (applied.refused) see_refusal(command, applied);
  for (const engine::Event& event : applied.events) see_event(event);
}

void Collector::see_refusal(const engine::Command& command, const engine::Applied& applied) {
  const bool withdrawal = std::holds_alternative<engine::Withdraw>(command.body) ||
                          std::holds_alternative<engine::Unpledge>(command.body);
  if (withdrawal) ++totals_.withdrawals_refused;
  if (std::holds_alternative<engine::ProposePlan>(command.body)) ++totals_.plans_refused;
  if (applied.refused->code == ErrorCode::price_not_good) ++totals_.acts_blocked;
}

void Collector::see_event(const engine::Event& event) {
  see_call(event);
  see_vault(event);
  see_default(event);
  see_sale(event);
  if (const auto* scored = std::get_if<engine::SequestrationScored>(&event.body)) {
    count_score(scored->outcome);
    totals_.sequestration_cost += whole(scored->cost);
  }
  if (const auto* dispute = std::get_if<engine::DisputeChanged>(&event.body)) {
    if (dispute->status == engine::DisputeStatus::open) ++totals_.disputes;
  }
  if (std::holds_alternative<engine::ActBlocked>(event.body)) ++totals_.acts_blocked;
  if (const auto* changed = std::get_if<engine::CoverageChanged>(&event.body)) {
    note(event.account, event.time, std::string(to_string(changed->to)),
         words(to_string(changed->reason)) + ", coverage " +
             text_of("%.2f", whole(changed->figures.initial) > 0
                                 ? whole(changed->figures.equity) / whole(changed->figures.initial)
                                 : 0));
  }
}

void Collector::note(const std::string& account, Timestamp time, std::string kind,
                     std::string text) {
  const TimelineEntry entry{time, std::move(kind), std::move(text)};
  const auto open = open_defaults_.find(account);
  if (open != open_defaults_.end()) {
    std::vector<TimelineEntry>& timeline = data_.defaults[open->second].timeline;
    if (timeline.size() < kTimelineMax) timeline.push_back(entry);
    return;
  }
  std::vector<TimelineEntry>& recent = recent_[account];
  recent.push_back(entry);
  if (recent.size() > kRecentMax) recent.erase(recent.begin());
}

void Collector::see_call(const engine::Event& event) {
  if (const auto* issued = std::get_if<engine::CallIssued>(&event.body)) {
    ++totals_.calls;
    count_called(event.time, whole(issued->amount));
    call_rows_[issued->call] = data_.calls.size();
    CallRow row;
    row.id = std::to_string(issued->call);
    row.account = event.account;
    row.opened = event.time;
    row.deadline = issued->deadline;
    row.amount = whole(issued->amount);
    row.outcome = "open";
    row.reason = "coverage below the call level";
    data_.calls.push_back(row);
    note(event.account, event.time, "call",
         text_of("call for %.0f", whole(issued->amount)) + ", due " + to_string(issued->deadline));
  } else if (const auto* changed = std::get_if<engine::CallChanged>(&event.body)) {
    CallRow& row = data_.calls[call_rows_[changed->call]];
    row.paid = whole(changed->delivered);
    row.outcome = words(to_string(changed->to));
    if (!policy::is_open(changed->to)) row.closed = event.time;
    if (changed->to == policy::CallStatus::met) ++totals_.calls_met;
    if (changed->to == policy::CallStatus::missed) ++totals_.calls_missed;
    note(event.account, event.time, "call " + row.outcome,
         text_of("%.0f delivered", row.paid) + text_of(" of %.0f", row.amount));
  }
}

void Collector::see_vault(const engine::Event& event) {
  if (const auto* ordered = std::get_if<engine::SequestrationOrdered>(&event.body)) {
    ++totals_.sequestrations;
    for (const engine::SequestrationLeg& leg : ordered->legs) {
      open_sequestrations_[event.account].push_back(data_.sequestrations.size());
      SequestrationRow row;
      row.account = event.account;
      row.asset = leg.asset;
      row.place = leg.to_place;
      row.trigger = words(to_string(ordered->trigger));
      row.begun = event.time;
      row.value = whole(leg.stressed_value);
      data_.sequestrations.push_back(row);
      note(event.account, event.time, "sequestered",
           leg.asset + text_of(" worth %.0f under stress to ", row.value) + leg.to_place);
    }
  } else if (const auto* leg = std::get_if<engine::CustodyLegChanged>(&event.body)) {
    if (leg->to != policy::LegStatus::applied) return;
    for (const std::size_t i : open_sequestrations_[event.account]) {
      SequestrationRow& row = data_.sequestrations[i];
      if (row.asset != leg->asset || row.place != leg->place) continue;
      if (row.final.ns == 0) {
        row.final = event.time;
      } else if (leg->observed.is_zero()) {
        row.released = event.time;
      }
    }
    std::erase_if(open_sequestrations_[event.account],
                  [this](std::size_t i) { return data_.sequestrations[i].released.ns != 0; });
  } else if (const auto* vault = std::get_if<engine::VaultChanged>(&event.body)) {
    if (vault->to == policy::Vault::held && vault->from == policy::Vault::moving) {
      ++totals_.sequestrations_final;
    }
    if (vault->from == policy::Vault::releasing && vault->to == policy::Vault::none &&
        !open_defaults_.contains(event.account)) {
      ++totals_.releases;
      note(event.account, event.time, "released", "everything sequestered came back");
    }
  }
}

void Collector::count_called(Timestamp time, double amount) {
  while (!called_.empty() && time - called_.front().first > hours(24)) {
    called_sum_ -= called_.front().second;
    called_.pop_front();
  }
  called_.emplace_back(time, amount);
  called_sum_ += amount;
  totals_.most_called = std::max(totals_.most_called, called_sum_);
}

void Collector::declare(const engine::Event& event, const engine::DefaultChanged& changed) {
  ++totals_.defaults;
  if (++defaulted_[event.account] == 1) ++totals_.accounts_defaulted;
  frozen_.freeze(engine_, event.account, event.time);
  DefaultRow row;
  row.account = event.account;
  const engine::State& state = engine_.state();
  row.member = state.account(state.find_account(event.account)).member;
  row.ground = words(to_string(changed.reason));
  row.declared = event.time;
  row.equity_at_default = whole(changed.figures.equity);
  row.timeline = recent_[event.account];
  for (const std::size_t i : open_sequestrations_[event.account]) {
    data_.sequestrations[i].needed = true;
  }
  open_defaults_[event.account] = data_.defaults.size();
  data_.defaults.push_back(row);
  recent_.erase(event.account);
}

// Collateral sold after default: what left the account, at mid.
void Collector::see_sale(const engine::Event& event) {
  const auto* moved = std::get_if<engine::BalanceChanged>(&event.body);
  if (moved == nullptr || moved->kind != ledger::TransferKind::sale) return;
  if (moved->bucket == ledger::Bucket::debt || !moved->change.is_negative()) return;
  frozen_.note_sale(event.account);
  const auto figures = engine_.figures();
  if (!figures) return;
  const AssetIndex asset = engine_.state().registry().find_asset(moved->asset);
  totals_.collateral_sold += whole((*figures)->market_value(asset, -moved->change));
}

bool Collector::see_auction(const engine::Event& event) {
  if (std::holds_alternative<engine::AuctionOpened>(event.body)) {
    ++totals_.auctions;
    note(event.account, event.time, "auction", "what cannot be sliced is offered");
  } else if (const auto* filled = std::get_if<engine::AuctionFilled>(&event.body)) {
    if (filled->won) return true;
    frozen_.note_sale(event.account);
    totals_.auctioned += value_of(*filled);
  } else if (const auto* ended = std::get_if<engine::AuctionEnded>(&event.body)) {
    if (ended->end == engine::AuctionEnd::sold_out) ++totals_.auctions_sold_out;
    if (ended->end == engine::AuctionEnd::expired) ++totals_.auctions_expired;
    note(event.account, event.time, "auction", std::string(to_string(ended->end)));
  } else if (const auto* reduced = std::get_if<engine::GainsReduced>(&event.body)) {
    totals_.gains_reduced += whole(reduced->value);
  } else if (const auto* order = std::get_if<engine::LiquidationInstructed>(&event.body)) {
    if (order->hedge) ++totals_.hedges;
    return false;
  } else {
    return false;
  }
  return true;
}

// At mid.
double Collector::value_of(const engine::AuctionFilled& filled) const {
  const engine::State& state = engine_.state();
  if (filled.instrument.empty()) {
    const auto figures = engine_.figures();
    const Amount sold = filled.amount.is_negative() ? -filled.amount : filled.amount;
    return figures
               ? whole((*figures)->market_value(state.registry().find_asset(filled.asset), sold))
               : 0;
  }
  return notional_of(state, filled.instrument, filled.lots);
}

void Collector::see_plan(const engine::Event& event, const engine::PlanAccepted& plan) {
  ++totals_.plans;
  if (plan.plain_cost > Usd{}) {
    totals_.plan_cost += whole(plan.expected_cost);
    totals_.plain_cost += whole(plan.plain_cost);
  }
  note(event.account, event.time, "plan",
       text_of("a planner's, expected to cost %.0f", whole(plan.expected_cost)) +
           text_of(" where the core's own would cost %.0f", whole(plan.plain_cost)));
}

void Collector::see_default(const engine::Event& event) {
  if (const auto* changed = std::get_if<engine::DefaultChanged>(&event.body)) {
    if (changed->to == policy::Default::declared) declare(event, *changed);
    note(event.account, event.time, std::string(to_string(changed->to)),
         words(to_string(changed->reason)));
    const bool over =
        changed->to == policy::Default::none || changed->to == policy::Default::closed;
    if (changed->to == policy::Default::closed) ++totals_.closed;
    const auto open = open_defaults_.find(event.account);
    if (over && open != open_defaults_.end()) {
      data_.defaults[open->second].closed = event.time;
      open_defaults_.erase(open);
    }
  } else if (const auto* trade = std::get_if<engine::TradeBooked>(&event.body)) {
    if (trade->instruction == 0) return;
    ++totals_.liquidation_fills;
    frozen_.note_sale(event.account);
    const double value = notional_of(engine_.state(), trade->instrument, trade->lots);
    totals_.liquidated += value;
    note(event.account, event.time, "slice",
         std::string(trade->lots > 0 ? "bought " : "sold ") + text_of("%.0f of ", value) +
             trade->instrument);
  } else if (const auto* plan = std::get_if<engine::PlanAccepted>(&event.body)) {
    see_plan(event, *plan);
  } else if (see_auction(event)) {
    return;
  } else if (const auto* loss = std::get_if<engine::LossCovered>(&event.body)) {
    totals_.insurance += whole(loss->insurance_value);
    totals_.bad_debt += whole(loss->bad_debt_value);
    const auto open = open_defaults_.find(event.account);
    if (open != open_defaults_.end()) {
      data_.defaults[open->second].insurance_fund += whole(loss->insurance_value);
      data_.defaults[open->second].bad_debt += whole(loss->bad_debt_value);
    }
    note(event.account, event.time, "fund",
         text_of("insurance fund paid %.0f", whole(loss->insurance_value)) +
             text_of(", bad debt %.0f", whole(loss->bad_debt_value)));
  }
}

void Collector::tick(Timestamp now, bool sample) {
  const std::deque<engine::AccountState>& accounts = engine_.state().accounts();
  stages_.resize(accounts.size(), kNormal);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const std::uint32_t stage = stage_of(accounts[i]);
    if (stage != stages_[i]) ++flows_[{stages_[i], stage}];
    stages_[i] = stage;
  }
  frozen_.follow(engine_, now);
  if (!sample) return;
  ++totals_.samples;
  sample_prices(now);
  sample_accounts(now);
  reference_.sample(engine_, now);
  wallet_sum_ += wallet_loss().value;
}

Collector::WalletLoss Collector::wallet_loss() const {
  WalletLoss loss;
  const auto figures = engine_.figures();
  if (!figures) return loss;
  const engine::State& state = engine_.state();
  for (std::size_t i = 0; i < state.accounts().size(); ++i) {
    double at_wallet = 0;
    for (const ledger::Holding& line : state.ledger.holdings(AccountIndex(i))) {
      const double value = whole((*figures)->market_value(line.asset, line.balance.posted));
      if (line.bucket == ledger::Bucket::debt) {
        at_wallet -= value;
      } else if (line.place.valid() && state.registry()[line.place].name == kInternal) {
        at_wallet += value;
      }
    }
    if (!(at_wallet > 0)) continue;
    loss.value += at_wallet;
    ++loss.accounts;
  }
  return loss;
}

void Collector::fail_wallet() {
  const WalletLoss loss = wallet_loss();
  totals_.wallet_loss = loss.value;
  totals_.wallet_losers = loss.accounts;
}

void Collector::sample_prices(Timestamp now) {
  const engine::State& state = engine_.state();
  const market::Epoch& epoch = state.market.epoch();
  for (std::size_t i = 0; i < epoch.assets.size(); ++i) {
    const market::Asset& asset = state.registry().assets()[i];
    if (asset.numeraire || !epoch.assets[i].priced()) continue;
    const auto [at, fresh] = series_.emplace(asset.name, data_.assets.size());
    if (fresh)
      data_.assets.push_back({.asset = asset.name, .points = {}, .regimes = {}, .below_good = {}});
    AssetSeries& series = data_.assets[at->second];
    series.points.push_back({now, epoch.assets[i].mid});
    const market::Regime regime = epoch.underlyings[i].regime;
    if (!series.regimes.empty()) series.regimes.back().end = now;
    if (series.regimes.empty() || series.regimes.back().regime != regime) {
      series.regimes.push_back({now, now, regime});
    }
    const market::Quality quality = epoch.assets[i].quality;
    const bool goes_on = !series.below_good.empty() && series.below_good.back().end.ns == 0;
    if (goes_on && series.below_good.back().quality != quality) series.below_good.back().end = now;
    if (quality != market::Quality::good &&
        (!goes_on || series.below_good.back().quality != quality)) {
      series.below_good.push_back({now, Timestamp{}, quality});
    }
  }
}

void Collector::sample_accounts(Timestamp now) {
  const auto figures = engine_.figures();
  if (!figures) return;
  const engine::State& state = engine_.state();
  std::vector<double> coverage;
  StageSample stages{now, std::vector<std::uint32_t>(kClosed + 1, 0)};
  StackSample buckets{now, std::vector<double>(4, 0.0)};
  StackSample places{now, std::vector<double>(state.registry().places().size() + 1, 0.0)};
  for (std::size_t i = 0; i < state.accounts().size(); ++i) {
    const AccountIndex account(i);
    ++stages.counts[stages_[i]];
    const risk::Requirement& needed = (*figures)->requirement(account);
    if (needed.initial > Usd{})
      coverage.push_back(whole(needed.equity_mid) / whole(needed.initial));
    collateral_sum_ += whole(needed.collateral);
    initial_sum_ += whole(needed.initial);
    double sequestered = 0;
    for (const ledger::Holding& line : state.ledger.holdings(account)) {
      if (line.bucket == ledger::Bucket::debt) continue;
      const double settled = whole((*figures)->market_value(line.asset, line.balance.available()));
      const double moving = whole((*figures)->market_value(line.asset, line.balance.pending_out));
      buckets.values[static_cast<std::size_t>(line.bucket)] += settled;
      if (line.bucket == ledger::Bucket::sequestered) sequestered += settled;
      buckets.values[3] += moving;
      places.values[line.place.value] += settled;
      places.values.back() += moving;
    }
    tied_sum_ += tied_up(state.accounts()[i], needed, sequestered);
  }
  std::ranges::sort(coverage);
  CoverageSample fan{now, {}, static_cast<std::uint32_t>(coverage.size())};
  for (std::size_t i = 0; i < kFanPercentiles.size(); ++i) {
    fan.coverage[i] = quantile(coverage, kFanPercentiles[i]);
  }
  data_.coverage.push_back(fan);
  data_.stage_counts.push_back(stages);
  sequestered_sum_ += buckets.values[static_cast<std::size_t>(ledger::Bucket::sequestered)];
  data_.by_bucket.push_back(buckets);
  data_.by_place.push_back(places);
  for (const auto& [name, row] : open_defaults_) {
    const risk::Requirement& needed = (*figures)->requirement(state.find_account(name));
    if (needed.initial > Usd{}) {
      data_.defaults[row].coverage.push_back(
          {now, whole(needed.equity_mid) / whole(needed.initial)});
    }
  }
}

ReportData Collector::finish(Timestamp begin, Timestamp end) {
  totals_.records = engine_.state().counters().records;
  if (totals_.samples > 0) {
    totals_.mean_collateral = collateral_sum_ / totals_.samples;
    totals_.mean_wallet_loss = wallet_sum_ / totals_.samples;
    totals_.mean_sequestered = sequestered_sum_ / totals_.samples;
    totals_.mean_initial = initial_sum_ / totals_.samples;
    totals_.mean_tied_up = tied_sum_ / totals_.samples;
  }
  count_open_scores();
  totals_.liquidations = frozen_.liquidations();
  totals_.avoidable = frozen_.avoidable();
  totals_.avoidable_loss = frozen_.avoidable_loss();
  totals_.margin_peak_to_trough = reference_.peak_to_trough();
  totals_.margin_rise = reference_.greatest_rise();
  ReportData data = data_;
  data.begin = begin;
  data.end = end;
  data.stages = {"normal", "watch", "called", "sequestered", "in default", "closed"};
  data.buckets = {"free", "pledged", "sequestered", "in transit"};
  for (const market::Place& place : engine_.state().registry().places()) {
    data.places.push_back(place.name);
  }
  data.places.emplace_back("in transit");
  for (const auto& [move, count] : flows_) data.flows.push_back({move.first, move.second, count});
  for (AssetSeries& series : data.assets) {
    if (!series.below_good.empty() && series.below_good.back().end.ns == 0) {
      series.below_good.back().end = end;
    }
  }
  const policy::Levels& levels = engine_.state().parameters().ladder.levels;
  const auto level = [&data](const char* name, BasisPoints bp) {
    data.levels.push_back({name, static_cast<double>(bp) / 10'000});
  };
  level("release", levels.release_bp);
  level("target", levels.target_bp);
  level("watch", levels.watch_bp);
  level("call", levels.call_bp);
  level("sequester", levels.sequester_bp);
  level("maintenance", levels.maintenance_bp);
  return data;
}

}  // namespace bulkhead::replay
