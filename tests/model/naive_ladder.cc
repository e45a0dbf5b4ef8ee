// The tick, account by account: timers, figures, stages, calls, top-ups, custody (D7 to D10).
#include <algorithm>

#include "naive_model.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;
using policy::CallStatus;
using policy::LegStatus;

}  // namespace

void Since::follow(bool holds, Timestamp now) {
  if (!holds) {
    *this = {};
    return;
  }
  if (!since) since = now;
  ++count;
}

bool Since::through(Duration length, Timestamp now) const {
  return since && now - *since >= length;
}

Int128 NaiveAccount::incoming(const AssetPlace& where) const {
  Int128 sum = 0;
  for (const NaiveWay& way : ways) {
    if (way.asset == where.first && way.to == where.second) sum += way.amount;
  }
  return sum;
}

Int128 NaiveAccount::outgoing(const AssetPlace& where) const {
  Int128 sum = 0;
  for (const NaiveWay& way : ways) {
    if (way.asset == where.first && way.from == where.second) sum += way.amount;
  }
  return sum;
}

Int128 NaiveAccount::available(const std::string& asset) const {
  const auto at = pledged.find(asset);
  return (at == pledged.end() ? 0 : at->second) - outgoing({asset, ""});
}

Int128 NaiveAccount::available(const AssetPlace& where) const {
  const auto at = vault.find(where);
  return (at == vault.end() ? 0 : at->second) - outgoing(where);
}

std::size_t NaiveAccount::open_calls() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(calls, [](const auto& call) { return call.second.open(); }));
}

bool NaiveAccount::any_leg_open() const {
  return std::ranges::any_of(legs, [](const auto& leg) { return leg.second.open(); });
}

bool NaiveAccount::anything_held() const {
  return std::ranges::any_of(vault, [](const auto& line) { return line.second > 0; });
}

// D4.4: with a stale price or worse only what is breached at the best edge counts.
std::int64_t NaiveModel::preventive(const Figures& f) const {
  return f.quality >= kStale ? f.greatest : f.mid;
}

void NaiveModel::tick(const Command& command, const std::vector<Event>& events) {
  const Timestamp now = command.time;
  const policy::DefaultParameters& rules = terms_.parameters.ladder.defaults;
  if (last_tick_.ns != 0 && now - last_tick_ > rules.tick_step_max) {
    grace_until_ = now + rules.outage_grace;
  }
  last_tick_ = now;
  expire_stops();
  follow_ramp();
  check_halts();
  forget_corrections();
  watch_alarms();
  std::erase_if(proposals_, [now](const auto& entry) {
    return !entry.second.approved && entry.second.expires <= now;
  });
  fire_timers();
  for (NaiveAccount& account : accounts_) timers(account);
  if (!ready_) return;
  watch_models(events);

  struct Turn {
    std::int64_t shortfall;
    std::size_t index;
  };
  std::vector<Turn> turns;
  const policy::Levels& levels = terms_.parameters.ladder.levels;
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    NaiveAccount& account = accounts_[i];
    const Figures f = figures_of(account);
    const auto reaches = [&f](std::int64_t equity, int bp) {
      return !f.owes || at_level(equity, bp, f.initial);
    };
    account.exit.follow(account.cover != Cover::normal && reaches(f.mid, levels.target_bp), now);
    account.release.follow(account.vault_stage != VaultStage::none && clear(account, f) &&
                               reaches(f.least, levels.release_bp),
                           now);
    account.below_maintenance.follow(f.owes && f.greatest < f.maintenance, now);
    account.below_call.follow(!reaches(f.greatest, levels.call_bp), now);
    turns.push_back({f.maintenance - f.mid, i});
  }
  std::ranges::sort(turns, [](const Turn& a, const Turn& b) {
    return a.shortfall != b.shortfall ? a.shortfall > b.shortfall : a.index < b.index;
  });
  ordered_.clear();
  for (const Event& event : events) {
    const auto* ordered = std::get_if<en::SequestrationOrdered>(&event.body);
    if (ordered != nullptr) ordered_[event.account].push_back(ordered);
  }
  std::vector<std::size_t> order = serve_by_need();
  for (const Turn& turn : turns) {
    step(accounts_[turn.index], events);
    order.push_back(turn.index);
  }
  for (const auto& [name, left] : ordered_) {
    if (!left.empty()) complain(name + ": sequestered without being asked to");
  }

  // D7.4: nobody is served before one who is short of more.
  std::size_t place = 0;
  for (const Event& event : events) {
    const bool ladder = std::holds_alternative<en::CoverageChanged>(event.body) ||
                        std::holds_alternative<en::DefaultChanged>(event.body) ||
                        std::holds_alternative<en::SequestrationOrdered>(event.body);
    if (!ladder) continue;
    while (place < order.size() && accounts_[order[place]].name != event.account) ++place;
    if (place == order.size()) {
      complain("served out of turn: " + event.account);
      return;
    }
  }
}

// Everything of one account that is due, before figures are looked at.
void NaiveModel::timers(NaiveAccount& account) {
  std::erase_if(account.top_ups, [&](const auto& entry) { return entry.second.expires <= now_; });
  std::erase_if(account.instructions,
                [&](const auto& entry) { return entry.second.expires <= now_; });
  if (account.order && account.order->until <= now_) account.order.reset();
  for (auto& [where, leg] : account.legs) {
    if (!leg.open() || now_ < leg.timeout_at) continue;
    leg.status = LegStatus::unknown;
    leg.timeout_at = now_ + places_.at(where.second).timeout;
  }
}

// D2.4: what is due on this tick takes its turn by when it was due: what becomes effective first,
// what calls wait for before the calls.
void NaiveModel::fire_timers() {
  enum class Kind { parameters, delivery, dispute_end, deadline };
  struct Timer {
    Timestamp due;
    Kind kind;
    std::uint64_t number;
    std::string name;
    std::size_t account;
  };
  std::vector<Timer> timers;
  for (const auto& [name, proposal] : proposals_) {
    if (!proposal.approved) continue;
    const auto& change = std::get<en::ParameterChange>(proposal.order);
    timers.push_back({change.effective_at, Kind::parameters, 0, name, 0});
  }
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    for (const auto& [number, delivery] : accounts_[i].deliveries) {
      timers.push_back({delivery_due(delivery), Kind::delivery, number, "", i});
    }
    for (const auto& [number, call] : accounts_[i].calls) {
      if (!call.open()) continue;
      timers.push_back({due(call), Kind::deadline, number, "", i});
      if (call.disputed > 0) {
        timers.push_back({call.dispute_ends, Kind::dispute_end, number, "", i});
      }
    }
  }
  std::erase_if(timers, [this](const Timer& timer) { return timer.due > now_; });
  std::ranges::sort(timers, [](const Timer& a, const Timer& b) {
    return std::tie(a.due, a.kind, a.number, a.name) < std::tie(b.due, b.kind, b.number, b.name);
  });
  for (const Timer& timer : timers) {
    if (timer.kind == Kind::parameters) {
      adopt(timer.name);
      continue;
    }
    NaiveAccount& account = accounts_[timer.account];
    if (timer.kind == Kind::delivery) {
      expire_delivery(account, timer.number);
      continue;
    }
    NaiveCall& call = account.calls.at(timer.number);
    if (!call.open()) continue;
    if (timer.kind == Kind::deadline) {
      close_call(account, call);
    } else {
      call.disputed = 0;  // nobody has spoken: what is disputed is due
      call.stayed_until = Timestamp{};
    }
  }
}

void NaiveModel::close_call(NaiveAccount& account, NaiveCall& call) {
  if (!ready_ || stays_open(account, call)) return;
  const Figures f = figures_of(account);
  const int level = terms_.parameters.ladder.levels.call_bp;
  const bool above = !f.owes || at_level(f.mid, level, f.initial);
  call.status = above ? CallStatus::lapsed : CallStatus::missed;
  if (!above) account.call_missed = true;
  drop_proposals(account);
}

void NaiveModel::step(NaiveAccount& account, const std::vector<Event>& events) {
  const Figures f = figures_of(account);
  const DefaultStage before = account.default_stage;
  score(account, f, events);
  follow_default(account, f, events);
  if (account.default_stage != DefaultStage::none) {
    if (before != DefaultStage::none) follow_liquidation(account, events);
    follow_legs(account);
    if (account.default_stage == DefaultStage::closed) follow_cover(account, f);
    return follow_exchange(account, events);
  }
  if (before == DefaultStage::liquidating) follow_last_payments(account, events);
  credit_waiting(account);
  follow_cover(account, f);
  top_up(account);
  follow_legs(account);
  follow_exchange(account, events);
  evacuate(account, f);
  sequester(account, f);
  release(account, f, events);
  release_surplus(account, f, events);
}

// D10.1, D4.4, D4.5: predicted until default is declared; then the engine is followed, and asked
// whether what it did was allowed.
void NaiveModel::follow_default(NaiveAccount& account, const Figures& f,
                                const std::vector<Event>& events) {
  const policy::DefaultParameters& rules = terms_.parameters.ladder.defaults;
  const policy::Levels& levels = terms_.parameters.ladder.levels;
  const auto* change = said<en::DefaultChanged>(events, account.name);
  if (account.default_stage == DefaultStage::none) {
    const bool grace = now_ < grace_until_ && f.greatest >= 0;
    const auto confirmed = [&](const Since& streak) {
      return streak.count >= rules.confirm_aggregates && streak.through(rules.confirm_for, now_);
    };
    const bool due = confirmed(account.below_maintenance) ||
                     (account.call_missed && confirmed(account.below_call));
    // At the edge that favours the account, whatever the quality. A volatile price has further ways
    // to be confirmed, which are tested where they are: there the engine is followed.
    const bool ground =
        f.owes && (f.mid < f.maintenance ||
                   (account.call_missed && !at_level(f.mid, levels.call_bp, f.initial)));
    account.volatile_breach = ground && (account.volatile_breach || f.is_volatile);
    const bool declared =
        account.volatile_breach ? change != nullptr || (due && !grace) : due && !grace;
    if (declared != (change != nullptr)) {
      complain(account.name + (declared ? ": default is confirmed and was not declared"
                                        : ": default was declared without a confirmed ground"));
    }
    if (!declared) return;
    declare(account);
    return;
  }
  for (const Event& event : events) {
    const auto* step = std::get_if<en::DefaultChanged>(&event.body);
    if (step == nullptr || event.account != account.name) continue;
    const bool target = !f.owes || at_level(f.mid, levels.target_bp, f.initial);
    const bool least = !f.owes || at_level(f.least, levels.target_bp, f.initial);
    switch (step->to) {
      case policy::Default::none:
        if (account.default_stage == DefaultStage::declared ? !least : !target) {
          complain(account.name + ": default ended below the exit level");
        }
        if (account.default_stage == DefaultStage::liquidating && account.cover != Cover::watch) {
          if (account.cover == Cover::called) withdraw_calls(account);
          account.cover = Cover::watch;
          account.exit = {};
        }
        account.default_stage = DefaultStage::none;
        break;
      case policy::Default::closed:
        if (f.owes) complain(account.name + ": closed while something is owed");
        account.default_stage = DefaultStage::closed;
        break;
      case policy::Default::declared:
        complain(account.name + ": declared twice");
        break;
      case policy::Default::liquidating:
        account.default_stage = DefaultStage::liquidating;
        continue;
    }
    account.instructions.clear();
    account.plan.reset();
    account.call_missed = false;
  }
}

// In default the books follow what the engine says of them; the auditor checks each movement.
void NaiveModel::follow_liquidation(NaiveAccount& account, const std::vector<Event>& events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.account != account.name) continue;
    if (std::holds_alternative<en::Deleveraged>(event.body)) {
      follow_deleveraged(account, events, i);
    } else if (std::holds_alternative<en::LossCovered>(event.body)) {
      follow_set_off(account, events, i);
      note_loss(account, events, i);
    } else {
      follow_event(account, event);
    }
  }
  std::erase_if(account.positions, [](const auto& p) { return p.second.lots == 0; });
}

void NaiveModel::follow_movement(NaiveAccount& account, const en::BalanceChanged& moved) {
  const Int128 change = moved.change.units;
  switch (moved.bucket) {
    case ledger::Bucket::free:
      account.free[moved.asset] += change;
      break;
    case ledger::Bucket::pledged:
      account.pledged[moved.asset] += change;
      break;
    case ledger::Bucket::sequestered:
      account.vault[{moved.asset, moved.place}] += change;
      break;
    case ledger::Bucket::debt:
      account.debts[moved.asset] += change;
      break;
  }
}

// D7.1, D7.2.
void NaiveModel::follow_cover(NaiveAccount& account, const Figures& f) {
  const policy::Levels& levels = terms_.parameters.ladder.levels;
  const auto go = [&account](Cover to) {
    if (account.cover == to) return;
    if (account.cover == Cover::called) {
      account.call_missed = false;
      account.waiting.clear();
      account.failed_due = 0;
      account.failed_deadline = Timestamp{};
      for (auto& [number, delivery] : account.deliveries) {
        delivery.netted = 0;
        delivery.deadline = Timestamp{};
      }
    }
    account.cover = to;
    account.exit = {};
  };
  const std::int64_t equity = preventive(f);
  bool issues = false;
  if (!f.owes) {
    if (account.cover == Cover::called) withdraw_calls(account);
    go(Cover::normal);
  } else if (account.default_stage != DefaultStage::none) {
    return;
  } else if (!at_level(equity, levels.call_bp, f.initial)) {
    go(Cover::called);
    issues = true;
  } else if (at_level(f.mid, levels.target_bp, f.initial)) {
    if (account.cover != Cover::normal && account.exit.through(dwell(), now_)) {
      if (account.cover == Cover::called) withdraw_calls(account);
      go(Cover::normal);
    }
  } else if (account.cover == Cover::called && account.open_calls() == 0 &&
             at_level(f.mid, levels.call_bp, f.initial)) {
    go(Cover::watch);
  } else if (account.cover == Cover::normal && !at_level(equity, levels.watch_bp, f.initial)) {
    go(Cover::watch);
  }
  call_failed_part(account, f);
  if (issues) issue_call(account, f);
}

// D8.1: the minimum transfer compares with the unrounded amount, which is then rounded up.
void NaiveModel::issue_call(NaiveAccount& account, const Figures& f) {
  const policy::LadderParameters& rules = terms_.parameters.ladder;
  if (account.call_missed || account.open_calls() >= rules.calls.open_calls_max) return;
  std::int64_t open = 0;
  Timestamp newest;
  for (const auto& [number, call] : account.calls) {
    if (!call.open()) continue;
    open += call.outstanding();
    newest = std::max(newest, call.issued);
  }
  const std::int64_t target = share_up(f.initial, rules.levels.target_bp);
  const std::vector<NaiveCounted> deliveries = counted(account, open);
  std::int64_t credited = open;
  for (const NaiveCounted& one : deliveries) {
    credited += std::min(one.value, one.netted) + one.spare;
  }
  const std::int64_t need = std::max<std::int64_t>(0, target - preventive(f) - credited);
  std::int64_t least = 0;
  if (at_level(preventive(f), rules.levels.sequester_bp, f.initial)) {
    least = std::min(rules.calls.minimum_transfer.micros,
                     share_down(f.initial, rules.calls.minimum_transfer_of_margin_bp));
  }
  if (open > 0 && now_ - newest < dwell()) return;
  const Timestamp deadline = now_ + rules.calls.deadline.normal;
  net(account, deliveries, target - preventive(f) - open, deadline);
  if (need == 0 || need < least) return;
  const std::int64_t unit = rules.calls.rounding.micros;
  NaiveCall call;
  call.number = ++last_call_;
  call.unrounded = need;
  call.amount = (need + unit - 1) / unit * unit;
  call.issued = now_;
  call.deadline = deadline;
  account.calls[call.number] = call;
}

void NaiveModel::withdraw_calls(NaiveAccount& account) {
  for (auto& [number, call] : account.calls) {
    if (call.open()) call.status = CallStatus::withdrawn;
  }
  drop_proposals(account);
}

// D8.4: from free balances in the stated order, each as far as needed.
void NaiveModel::top_up(NaiveAccount& account) {
  if (account.open_calls() == 0 || account.standing.mode == en::StandingMode::none) return;
  const NaiveCall* newest = nullptr;
  for (const auto& [number, call] : account.calls) {
    if (call.open()) newest = &call;
  }
  const bool answered = !account.top_ups.empty() || newest->number <= account.declined_call;
  if (account.standing.mode == en::StandingMode::propose && answered) return;
  Book book = book_of(account);
  const int target = terms_.parameters.ladder.levels.target_bp;
  const auto cured = [&] {
    const Figures f = figures(terms_, facts_, book);
    return at_level(f.mid, target, f.initial);
  };
  std::vector<std::pair<std::string, Int128>> legs;
  for (const std::string& asset : account.standing.assets) {
    if (cured()) break;
    const Int128 there = account.free[asset];
    if (there <= 0 || !terms_.assets.at(asset)) continue;
    const Int128 held = book.collateral[asset];
    Int128 low = 0;
    Int128 high = there;
    book.collateral[asset] = held + high;
    if (cured()) {
      while (high - low > 1) {
        const Int128 middle = low + (high - low) / 2;
        book.collateral[asset] = held + middle;
        (cured() ? high : low) = middle;
      }
    }
    book.collateral[asset] = held + high;
    legs.emplace_back(asset, high);
  }
  if (legs.empty()) return;
  if (account.standing.mode == en::StandingMode::automatic) {
    for (const auto& [asset, amount] : legs) {
      account.free[asset] -= amount;
      account.pledged[asset] += amount;
      credit(account, asset, amount);
    }
    return;
  }
  account.top_ups["top-up-" + std::to_string(++last_proposal_)] = {newest->deadline, legs,
                                                                   newest->number};
}

}  // namespace bulkhead::naive
