#include "crossings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "bulkhead/risk/charges.h"

namespace bulkhead::crossings {
namespace {

namespace en = engine;
using policy::Coverage;

bool at_level(std::int64_t equity, BasisPoints level, std::int64_t initial) {
  return equity >= 0 &&
         static_cast<Int128>(equity) * 10'000 >= static_cast<Int128>(initial) * level;
}

const collateral::AssetTerms* line_of(const en::State& state, const std::string& asset) {
  for (const collateral::AssetTerms& terms : state.parameters().collateral.schedule) {
    if (terms.asset == asset) return &terms;
  }
  return nullptr;
}

// Millionths that are left of what may no longer be pledged (D6.4).
Int128 left_of(const en::State& state, en::EligibilityOf of, const std::string& name) {
  const auto fading = state.fadings().find({of, name});
  if (fading == state.fadings().end()) return 0;
  const Int128 whole = (fading->second.until - fading->second.since).ns;
  const Int128 rest = (fading->second.until - state.market.epoch().time).ns;
  return rest <= 0 ? 0 : std::min<Int128>(1'000'000, rest * 1'000'000 / whole);
}

bool listed(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// What counts of an amount as it fades out.
Amount unfaded(const en::State& state, AssetIndex index, Amount amount) {
  const market::Asset& asset = state.registry()[index];
  const collateral::Parameters& rules = state.parameters().collateral;
  const collateral::AssetTerms* terms = line_of(state, asset.name);
  Int128 share = 1'000'000;
  const auto cut = [&](bool ineligible, en::EligibilityOf of, const std::string& name) {
    if (ineligible) share = std::min(share, left_of(state, of, name));
  };
  cut(terms == nullptr || !terms->eligible, en::EligibilityOf::asset, asset.name);
  cut(listed(rules.ineligible_issuers, asset.issuer), en::EligibilityOf::issuer, asset.issuer);
  cut(listed(rules.ineligible_chains, asset.chain), en::EligibilityOf::chain, asset.chain);
  return Amount{amount.units / 1'000'000 * share + amount.units % 1'000'000 * share / 1'000'000};
}

void add(std::vector<risk::AssetAmount>& list, AssetIndex asset, Amount amount) {
  if (amount.is_zero()) return;
  const auto at = std::ranges::find(list, asset, &risk::AssetAmount::asset);
  if (at == list.end()) {
    list.push_back({asset, amount});
  } else {
    at->amount = at->amount + amount;
  }
}

void sort(std::vector<risk::AssetAmount>& list) {
  std::erase_if(list, [](const auto& line) { return line.amount.is_zero(); });
  std::ranges::sort(list, {}, &risk::AssetAmount::asset);
}

// What a package's buyer would hold of each contract; none once one of them has expired (D7.5).
std::optional<risk::PackageLots> read_package(const en::State& state,
                                              const positions::Order& order) {
  risk::PackageLots package;
  package.count = std::abs(order.lots);
  package.limit = order.lots > 0 ? order.limit : -order.limit;
  for (const positions::OrderLeg& leg : order.legs) {
    const Timestamp expiry = state.registry()[leg.instrument].expiry;
    if (expiry.ns != 0 && expiry <= state.market.epoch().time) return std::nullopt;
    package.legs.push_back({leg.instrument, order.lots > 0 ? leg.lots : -leg.lots});
  }
  return package;
}

// Books as they are: everything posted that is pledged or sequestered, at its source until it has
// come to the other place (D6.2). What of it counts is seen when it is valued.
risk::Portfolio read_book(const en::State& state, AccountIndex account) {
  risk::Portfolio book;
  book.mode = state.account(account).mode;
  for (const ledger::Holding& line : state.ledger.holdings(account)) {
    const Amount amount = line.balance.posted;
    if (line.bucket == ledger::Bucket::debt) add(book.debts, line.asset, amount);
    const bool counts =
        line.bucket == ledger::Bucket::pledged || line.bucket == ledger::Bucket::sequestered;
    if (counts) add(book.collateral, line.asset, amount);
  }
  for (const positions::Position& line : state.positions.positions(account)) {
    if (line.lots != 0) book.positions.push_back({line.instrument, line.lots});
    add(book.settlement, state.registry().settlement(line.instrument), line.leg);
  }
  for (const positions::Order& order : state.orders.open(account)) {
    if (!order.is_package()) {
      book.orders.push_back({order.instrument, order.lots, order.limit});
    } else if (const auto package = read_package(state, order)) {
      book.packages.push_back(*package);
    }
  }
  sort(book.debts);
  sort(book.collateral);
  sort(book.settlement);
  return book;
}

// The account's limits (D6.4): true if something was beyond them. `r` is without them.
bool cut_to_limits(const en::State& state, const risk::EpochRisk& market,
                   const risk::Requirement& r, risk::Portfolio& book) {
  if (!book.has_obligations()) return false;
  std::map<AssetIndex, long double> owed;
  long double all = 0;
  const auto owe = [&](AssetIndex asset, long double value) {
    owed[asset] += value;
    all += value;
  };
  const auto price_of = [&](AssetIndex asset) {
    return static_cast<long double>(state.market.epoch().assets[asset.value].mid);
  };
  const auto trade = [&](InstrumentIndex i, std::int64_t lots) {
    owe(state.registry().settlement(i), std::abs(static_cast<long double>(lots)) *
                                            market.coins_per_lot(i) *
                                            price_of(state.registry().underlying(i)));
  };
  const auto coins = [&](AssetIndex asset) {
    return std::pow(10.0L, static_cast<long double>(state.registry()[asset].decimals));
  };
  for (const risk::PositionLots& line : book.positions) trade(line.instrument, line.lots);
  for (const risk::OrderLots& line : book.orders) trade(line.instrument, line.lots);
  for (const risk::PackageLots& package : book.packages) {
    for (const risk::PositionLots& leg : package.legs) {
      trade(leg.instrument, leg.lots * package.count);
    }
  }
  for (const risk::AssetAmount& line : book.debts) {
    owe(line.asset,
        static_cast<long double>(line.amount.units) / coins(line.asset) * price_of(line.asset));
  }
  const long double base = std::max(
      0.0L,
      static_cast<long double>((r.debts - r.positions + r.obligations_initial).micros) / 1e6L);
  bool beyond = false;
  for (risk::AssetAmount& line : book.collateral) {
    const market::Asset& asset = state.registry()[line.asset];
    const collateral::AssetTerms* terms = line_of(state, asset.name);
    if (terms == nullptr || terms->account_limit_bp >= 10'000 || asset.numeraire) continue;
    if ((all > 0 && owed[line.asset] == all) || !(price_of(line.asset) > 0)) continue;
    const long double share = all > 0 ? owed[line.asset] / all : 0;
    const long double most = base * (terms->account_limit_bp / 10'000.0L + share);
    const auto units = static_cast<Int128>(most / price_of(line.asset) * coins(line.asset));
    if (line.amount.units <= units) continue;
    line.amount = Amount{units};
    beyond = true;
  }
  sort(book.collateral);
  return beyond;
}

// Regimes move dwell and deadline (D7.3); without them only the shortest can be asked for.
Duration shortest(const policy::RegimeDurations& dwell) {
  return std::min({dwell.calm, dwell.normal, dwell.high, dwell.extreme});
}

}  // namespace

void Checker::Streak::follow(bool holds, Timestamp now) {
  if (!holds) {
    *this = {};
    return;
  }
  if (!since) since = now;
  ++ticks;
}

void Checker::find(const std::string& account, const std::string& what) {
  findings_.push_back("record " + std::to_string(record_) + ", " + account + ": " + what);
}

// The haircut mode's values of collateral are an input here.
Checker::Figures Checker::figures(en::Engine& engine, AccountIndex index) {
  const auto valuer = engine.figures();
  const risk::EpochRisk& market = (*valuer)->whole_risk();
  const en::State& state = engine.state();
  risk::Portfolio book = accounts_[index.value].book;
  std::map<AssetIndex, risk::GroupDelta> group;
  std::size_t members = 0;
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    if (state.account(AccountIndex(i)).group != state.account(index).group) continue;
    ++members;
    for (const risk::Exposure& exposure : risk::exposures_of(market, accounts_[i].book)) {
      risk::GroupDelta& total = group[exposure.underlying];
      total.underlying = exposure.underlying;
      const double delta = exposure.worst_delta;
      (delta >= 0 ? total.long_total : total.short_total) += delta >= 0 ? delta : -delta;
    }
  }
  if (members > 1) {
    for (const auto& [asset, total] : group) book.group.push_back(total);
  }
  for (risk::AssetAmount& line : book.collateral) {
    line.amount = unfaded(state, line.asset, line.amount);
  }
  sort(book.collateral);
  for (std::size_t i = 0; i < state.registry().assets().size(); ++i) {
    const std::string& issuer = state.registry().assets()[i].issuer;
    const bool own = std::ranges::any_of(state.accounts(), [&](const en::AccountState& other) {
      return other.group == state.account(index).group &&
             (other.member == issuer || other.group == issuer);
    });
    if (own && !issuer.empty()) book.own_tokens.emplace_back(i);
  }
  const auto model = risk::model_of(state.account(index).model, state.parameters().models);
  const auto evaluate = [&] {
    std::vector<risk::HaircutValue> haircuts;
    if (book.mode == risk::MarginMode::haircut) {
      for (const risk::AssetAmount& held : book.collateral) {
        haircuts.push_back({held.asset, (*valuer)->haircut_value(held.asset, held.amount)});
      }
    }
    return risk::evaluate(*model, market, book, haircuts, scratch_);
  };
  risk::Requirement r = evaluate();
  if (cut_to_limits(state, market, r, book)) r = evaluate();
  ++evaluations_;
  Figures f{.least = r.equity_least.micros,
            .mid = r.equity_mid.micros,
            .greatest = r.equity_greatest.micros,
            .initial = r.initial.micros,
            .maintenance = r.maintenance.micros,
            .owes = book.has_obligations(),
            .complete = !r.unpriced,
            .quality = r.quality};
  return f;
}

void Checker::see(const en::Command& command, const en::Applied& applied, en::Engine& engine) {
  record_ = applied.record;
  const en::State& state = engine.state();
  const std::size_t known = accounts_.size();
  accounts_.resize(state.accounts().size());
  const bool ticked = std::holds_alternative<en::Tick>(command.body) && !applied.refused;
  if (ticked) tick(applied, engine, command.time);
  // Books are read after each command for those that it names, so that the next tick has them as
  // they were before it.
  std::vector<std::size_t> changed;
  for (std::size_t i = known; i < accounts_.size(); ++i) changed.push_back(i);
  for (const en::Event& event : applied.events) {
    const AccountIndex index = state.find_account(event.account);
    if (index.valid()) changed.push_back(index.value);
  }
  std::ranges::sort(changed);
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  for (const std::size_t i : changed) accounts_[i].book = read_book(state, AccountIndex(i));
}

void Checker::tick(const en::Applied& applied, en::Engine& engine, Timestamp now) {
  const en::State& state = engine.state();
  const policy::DefaultParameters& rules = state.parameters().ladder.defaults;
  if (last_tick_.ns != 0 && now - last_tick_ > rules.tick_step_max) {
    grace_until_ = now + rules.outage_grace;
  }
  last_tick_ = now;
  if (!engine.figures()) return;
  ++ticks_;
  std::map<std::string, std::vector<const en::Event*>> said;
  for (const en::Event& event : applied.events) said[event.account].push_back(&event);
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    const std::string& name = state.account(AccountIndex(i)).name;
    const Figures f = figures(engine, AccountIndex(i));
    judge(accounts_[i], name, f, said[name], state, now);
  }
}

void Checker::judge(Account& account, const std::string& name, const Figures& f,
                    const std::vector<const en::Event*>& events, const en::State& state,
                    Timestamp now) {
  const policy::LadderParameters& rules = state.parameters().ladder;
  const policy::Levels& levels = rules.levels;
  const auto reaches = [&f](std::int64_t equity, BasisPoints level) {
    return !f.owes || at_level(equity, level, f.initial);
  };
  const std::int64_t equity = f.preventive();
  account.at_target.follow(reaches(f.mid, levels.target_bp), now);
  account.below_mid.follow(f.owes && f.mid < f.maintenance, now);
  account.below_best.follow(f.owes && f.greatest < f.maintenance, now);
  const auto through = [&](const Streak& streak, Duration length) {
    return streak.since && now - *streak.since >= length;
  };
  const policy::Default before = account.default_;
  bool liquidation_ended = false;
  for (const en::Event* event : events) {
    if (const auto* call = std::get_if<en::CallChanged>(&event->body)) {
      account.missed |= call->to == policy::CallStatus::missed;
    } else if (const auto* change = std::get_if<en::DefaultChanged>(&event->body)) {
      ++held_["default " + std::string(to_string(change->to))];
      if (change->to == policy::Default::declared) {
        const bool breach = account.below_mid.ticks >= rules.defaults.confirm_aggregates &&
                            through(account.below_mid, rules.defaults.confirm_for);
        const bool missed = account.missed && !reaches(f.mid, levels.call_bp);
        const bool ordered = change->reason == policy::Reason::ordered;
        if (!breach && !missed && !ordered) find(name, "default without a confirmed breach");
      }
      liquidation_ended |= change->reason == policy::Reason::exit_reached;
      account.default_ = change->to;
    } else if (const auto* moved = std::get_if<en::CoverageChanged>(&event->body)) {
      ++held_["coverage " + std::string(to_string(moved->to))];
      if (moved->to == Coverage::called && reaches(equity, levels.call_bp)) {
        find(name, "called at or above the call level");
      }
      if (moved->from == Coverage::normal && moved->to == Coverage::watch && !liquidation_ended &&
          reaches(equity, levels.watch_bp)) {
        find(name, "watched at or above the watch level");
      }
      if (moved->to == Coverage::normal && f.owes &&
          !through(account.at_target, shortest(rules.dwell))) {
        find(name, "normal before the dwell has passed at the target");
      }
      account.coverage = moved->to;
    } else if (const auto* issued = std::get_if<en::CallIssued>(&event->body)) {
      ++held_["call issued"];
      // What a failed delivery leaves is due under the deadline it was promised for (D8.2).
      const bool failed_part = account.coverage == Coverage::called &&
                               issued->deadline - now < shortest(rules.calls.deadline) &&
                               !reaches(equity, levels.target_bp);
      if (reaches(equity, levels.call_bp) && !failed_part) {
        find(name, "a call at or above the call level");
      }
    } else if (const auto* sequestered = std::get_if<en::SequestrationOrdered>(&event->body)) {
      ++held_["sequestered"];
      if (sequestered->trigger == policy::Reason::below_sequester &&
          reaches(equity, levels.sequester_bp)) {
        find(name, "sequestered at or above the sequester level");
      }
    } else if (std::holds_alternative<en::ReleaseOrdered>(event->body)) {
      ++held_["released"];
      const auto& release = std::get<en::ReleaseOrdered>(event->body);
      if (release.reason == policy::Reason::release_through_dwell &&
          !reaches(f.least, levels.release_bp)) {
        find(name, "released below the release level");
      }
    }
  }
  if (account.coverage == Coverage::normal) account.missed = false;
  if (rules.kind != policy::LadderKind::full || !f.complete) return;
  const bool free = account.default_ == policy::Default::none && before == policy::Default::none;
  if (free && !reaches(equity, levels.call_bp) && account.coverage != Coverage::called) {
    find(name, "below the call level and not called");
  }
  if (free && !reaches(equity, levels.watch_bp) && account.coverage == Coverage::normal) {
    find(name, "below the watch level and not watched");
  }
  const bool confirmed = account.below_best.ticks >= rules.defaults.confirm_aggregates &&
                         through(account.below_best, rules.defaults.confirm_for);
  const bool waits = now < grace_until_ && f.greatest >= 0;
  if (free && confirmed && !waits) find(name, "a confirmed breach and no default");
}

}  // namespace bulkhead::crossings
