#include "crossings.h"

#include <algorithm>

#include "bulkhead/risk/charges.h"

namespace bulkhead::crossings {
namespace {

namespace en = engine;
using policy::Coverage;

bool at_level(std::int64_t equity, BasisPoints level, std::int64_t initial) {
  return equity >= 0 &&
         static_cast<Int128>(equity) * 10'000 >= static_cast<Int128>(initial) * level;
}

bool eligible(const en::State& state, AssetIndex asset) {
  const std::string& name = state.registry()[asset].name;
  for (const collateral::AssetTerms& terms : state.parameters().collateral.schedule) {
    if (terms.asset == name) return terms.eligible;
  }
  return false;
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

// Books as they are: everything posted that is pledged or sequestered, at its source until it has
// come to the other place (D6.2).
risk::Portfolio read_book(const en::State& state, AccountIndex account) {
  risk::Portfolio book;
  book.mode = state.account(account).mode;
  for (const ledger::Holding& line : state.ledger.holdings(account)) {
    const Amount amount = line.balance.posted;
    if (line.bucket == ledger::Bucket::debt) add(book.debts, line.asset, amount);
    const bool counts =
        line.bucket == ledger::Bucket::pledged || line.bucket == ledger::Bucket::sequestered;
    if (counts && eligible(state, line.asset)) add(book.collateral, line.asset, amount);
  }
  for (const positions::Position& line : state.positions.positions(account)) {
    if (line.lots != 0) book.positions.push_back({line.instrument, line.lots});
    add(book.settlement, state.registry().settlement(line.instrument), line.leg);
  }
  for (const positions::Order& order : state.orders.open(account)) {
    book.orders.push_back({order.instrument, order.lots, order.limit});
  }
  sort(book.debts);
  sort(book.collateral);
  sort(book.settlement);
  return book;
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
  std::vector<risk::HaircutValue> haircuts;
  if (book.mode == risk::MarginMode::haircut) {
    for (const risk::AssetAmount& held : book.collateral) {
      haircuts.push_back({held.asset, (*valuer)->haircut_value(held.asset, held.amount)});
    }
  }
  const auto model = risk::model_of(state.account(index).model, state.parameters().models);
  const risk::Requirement r = risk::evaluate(*model, market, book, haircuts, scratch_);
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
