// What is followed of a default, and what it does to others: plans, instructions, positions closed
// by rank, losses set off (D10.2, D10.3).
#include <algorithm>
#include <cmath>

#include "naive_model.h"

namespace bulkhead::naive {
namespace {

namespace en = engine;

std::int64_t size_of(std::int64_t lots) { return lots < 0 ? -lots : lots; }

}  // namespace

bool NaiveModel::granted(en::GrantKind kind, const std::string& subject) const {
  const auto grant = grants_.find({kind, subject});
  return grant != grants_.end() && grant->second.expires >= now_;
}

// D10.2: of a planner, in time, for an account in default, of what that holds, each line once.
NaiveModel::Verdict NaiveModel::follow_plan(const en::ProposePlan& c,
                                            std::optional<ErrorCode> refused) {
  NaiveAccount* account = find(c.account);
  if (account == nullptr) return refuse(ErrorCode::account_unknown);
  if (!granted(en::GrantKind::planner, command_->actor)) return refuse(ErrorCode::role_forbidden);
  if (c.seen >= records_ || c.expires <= now_) return refuse(ErrorCode::out_of_range);
  if (stopped(en::StopButton::stop_liquidations, c.account)) {
    return refuse(ErrorCode::stop_in_force);
  }
  if (account->default_stage != DefaultStage::declared &&
      account->default_stage != DefaultStage::liquidating) {
    return refuse(ErrorCode::stage_forbids);
  }
  if (refused) return refuse(*refused);
  std::set<std::string> names;
  for (const en::PlanLine& line : c.lines) {
    const bool sale = line.instrument.empty();
    const std::string& name = sale ? line.asset : line.instrument;
    if (!names.insert(name).second) complain(c.account + ": a plan with a line twice");
    const auto held = account->positions.find(name);
    const bool there = sale ? line.amount.units > 0 && line.amount.units <= account->available(name)
                            : held != account->positions.end() && line.lots > 0 &&
                                  line.lots <= size_of(held->second.lots);
    if (!there) complain(c.account + ": a plan for more " + name + " than is held");
  }
  if (names.empty()) complain(c.account + ": an empty plan was taken");
  account->plan = names;
  return {};
}

// Who holds the other side with a gain, by gain over equity, then gain, then age.
std::vector<std::string> NaiveModel::winners(const NaiveAccount& account,
                                             const std::string& contract) const {
  struct Winner {
    std::int64_t gain;
    std::int64_t equity;
    std::size_t age;
    std::string name;
  };
  std::vector<Winner> found;
  const std::int64_t own = account.positions.at(contract).lots;
  for (const NaiveAccount& other : accounts_) {
    const auto held = other.positions.find(contract);
    if (&other == &account || held == other.positions.end() || held->second.lots == 0) continue;
    if ((held->second.lots > 0) == (own > 0)) continue;
    if (other.default_stage != DefaultStage::none) continue;
    const Int128 leg_now = whole_down(-held->second.lots, facts_.contracts.at(contract).mid);
    const auto gain = static_cast<std::int64_t>((held->second.leg - leg_now) * 1'000'000);
    if (gain > 0) found.push_back({gain, figures_of(other).mid, found.size(), other.name});
  }
  std::ranges::sort(found, [](const Winner& a, const Winner& b) {
    const Int128 left = Int128{a.gain} * std::max<std::int64_t>(0, b.equity);
    const Int128 right = Int128{b.gain} * std::max<std::int64_t>(0, a.equity);
    if (left != right) return left > right;
    return a.gain != b.gain ? a.gain > b.gain : a.age < b.age;
  });
  std::vector<std::string> names;
  for (const Winner& one : found) names.push_back(one.name);
  return names;
}

void NaiveModel::follow_event(NaiveAccount& account, const Event& event) {
  if (const auto* moved = std::get_if<en::BalanceChanged>(&event.body)) {
    follow_movement(account, *moved);
  } else if (std::holds_alternative<en::PlanEnded>(event.body)) {
    account.plan.reset();
  } else if (const auto* gone = std::get_if<en::OrderChanged>(&event.body)) {
    if (!account.positions.empty()) complain(account.name + ": an order that may reduce is gone");
    account.orders.erase(gone->order);
  } else if (const auto* told = std::get_if<en::CustodyInstructed>(&event.body)) {
    if (told->repeated) return;
    const AssetPlace where{told->asset, told->place};
    const Int128 expected = account.available(where) + account.incoming(where);
    if (told->target.units > expected) complain(account.name + ": sequestered in default");
    send(account, told->asset, told->place, "", expected - told->target.units);
    instruct(account, where);
    if (account.vault_stage == VaultStage::held) account.vault_stage = VaultStage::releasing;
    account.release = {};
  } else if (const auto* ended = std::get_if<en::LiquidationEnded>(&event.body)) {
    account.instructions.erase(ended->instruction);
  } else if (const auto* order = std::get_if<en::LiquidationInstructed>(&event.body)) {
    account.instructions[order->instruction] = *order;
    const std::string& what = order->instrument.empty() ? order->asset : order->instrument;
    if (account.plan && !account.plan->contains(what)) {
      complain(account.name + ": " + what + " is no part of the plan in force");
    }
    if (stopped(en::StopButton::stop_liquidations, account.name)) {
      complain(account.name + ": liquidated under a stop");
    }
    if (order->instrument.empty()) return;
    const std::int64_t held = account.positions[order->instrument].lots;
    if (held == 0 || (held > 0) == (order->lots > 0) || std::abs(order->lots) > std::abs(held)) {
      complain(account.name + ": instruction " + std::to_string(order->instruction) +
               " does not reduce what is held");
    }
    if (stops_.contains({en::StopButton::halt_market, order->instrument})) {
      complain(account.name + ": liquidated into a market that is halted");
    }
  }
}

// Against whom it is closed: a buyer is told before its seller.
void NaiveModel::follow_deleveraged(NaiveAccount& account, const std::vector<Event>& events,
                                    std::size_t at) {
  const auto& own = std::get<en::Deleveraged>(events[at].body);
  if (own.rank != 0) return;  // as a winner of another's default, before its own
  if (stopped(en::StopButton::stop_liquidations, account.name)) {
    complain(account.name + ": closed by rank under a stop");
  }
  NaiveAccount* winner = nullptr;
  const std::size_t other = own.lots < 0 ? at - 2 : at + 2;
  if (other < events.size()) {
    const auto* theirs = std::get_if<en::Deleveraged>(&events[other].body);
    const bool pair = theirs != nullptr && theirs->rank > 0 && theirs->lots == -own.lots &&
                      theirs->instrument == own.instrument;
    if (pair) winner = find(events[other].account);
  }
  const std::vector<std::string> ranked = winners(account, own.instrument);
  const std::string expected = ranked.empty() ? "" : ranked.front();
  if (expected != (winner == nullptr ? "" : winner->name)) {
    complain(account.name + ": closed against " + (winner == nullptr ? "nobody" : winner->name) +
             ", next by rank is " + expected);
    return;
  }
  const std::int64_t held = account.positions[own.instrument].lots;
  if ((held > 0) == (own.lots > 0) || size_of(own.lots) > size_of(held)) {
    complain(account.name + ": closed more by rank than is held");
  }
  // A seller gets fair or more, a buyer pays fair or less, within the band.
  const double price = own.price.to_double();
  const double fair =
      facts_.contracts.at(own.instrument).mid / terms_.contracts.at(own.instrument).lot;
  const double band =
      static_cast<double>(terms_.parameters.ladder.defaults.closing_band_bp) / 10'000 + 1e-9;
  const double better = own.lots < 0 ? price / fair - 1 : 1 - price / fair;
  if (better < -1e-9 || better > band) complain(account.name + ": a price beyond the band");
  if (winner != nullptr) {
    if (size_of(own.lots) > size_of(winner->positions[own.instrument].lots)) {
      complain(winner->name + ": more was closed by rank than it held");
    }
    trade(*winner, own.instrument, -own.lots, price);
  }
  book_trade(account, own.instrument, own.lots, price);  // its balances are followed
}

void NaiveModel::declare(NaiveAccount& account) {
  account.default_stage = DefaultStage::declared;
  account.orders.clear();
  account.marks.clear();
  for (const auto& [contract, held] : account.positions) {
    if (held.lots == 0) continue;
    account.marks[contract] = {held.lots > 0, facts_.contracts.at(contract).mid};
  }
}

// No more than the share of what the other side has gained since the default and not been paid.
void NaiveModel::follow_gains_reduced(const NaiveAccount& account, const Event& event) {
  const auto& said = std::get<en::GainsReduced>(event.body);
  NaiveAccount& other = *find(event.account);
  NaivePosition& held = other.positions[said.instrument];
  const auto mark = account.marks.find(said.instrument);
  const bool opposite = mark != account.marks.end() && held.lots != 0 &&
                        (held.lots > 0) != mark->second.first &&
                        other.default_stage == DefaultStage::none;
  if (!opposite) {
    complain(other.name + ": pays of a gain that " + account.name + " did not lose");
    return;
  }
  const double now = facts_.contracts.at(said.instrument).mid;
  const Int128 unpaid = held.leg - whole_down(-held.lots, now);
  const Int128 since = whole_down(-held.lots, mark->second.second) - whole_down(-held.lots, now);
  const Int128 most =
      std::min(unpaid, since) * terms_.parameters.ladder.defaults.gains_haircut_bp / 10'000;
  if (said.amount.units > most) complain(other.name + ": more than its share of a gain is taken");
  held.leg -= said.amount.units;
}

// What other accounts of the member pay: only those that agreed to it and are in no need.
void NaiveModel::follow_set_off(const NaiveAccount& account, const std::vector<Event>& events,
                                std::size_t at) {
  for (std::size_t i = at; i-- > 0;) {
    if (std::holds_alternative<en::GainsReduced>(events[i].body)) {
      follow_gains_reduced(account, events[i]);
      continue;
    }
    const auto* moved = std::get_if<en::BalanceChanged>(&events[i].body);
    if (moved == nullptr) return;
    if (events[i].account == account.name || moved->kind != ledger::TransferKind::waterfall) {
      continue;
    }
    NaiveAccount& payer = *find(events[i].account);
    const bool may = payer.member == account.member && payer.standing.set_off &&
                     payer.default_stage == DefaultStage::none && payer.cover != Cover::called &&
                     payer.open_calls() == 0 && moved->bucket == ledger::Bucket::free;
    if (!may) complain(payer.name + ": pays for " + account.name + ", and need not");
    follow_movement(payer, *moved);
  }
}

// What liquidation lost is paid before it ends (D10.3).
void NaiveModel::follow_last_payments(NaiveAccount& account, const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.account != account.name) continue;
    const auto* moved = std::get_if<en::BalanceChanged>(&event.body);
    if (moved != nullptr && moved->kind == ledger::TransferKind::repay) {
      follow_movement(account, *moved);
    }
    if (std::holds_alternative<en::CustodyInstructed>(event.body)) follow_event(account, event);
    // What is moved after its end is predicted.
    if (std::holds_alternative<en::DefaultChanged>(event.body)) return;
  }
}

}  // namespace bulkhead::naive
