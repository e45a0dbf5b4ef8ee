#include "bulkhead/engine/sleepers.h"

#include <algorithm>

#include "bulkhead/base/assert.h"

namespace bulkhead::engine {
namespace {

constexpr float kDown = 1.0F - 1e-6F;  // a double kept as a float stays below itself

}  // namespace

void Sleepers::wake_all() {
  std::ranges::fill(night_of_, 0U);
  nights_.clear();
  waiting_.clear();
  alarms_ = {};
  count_ = 0;
}

Sleepers::Night& Sleepers::night_of(AccountIndex account) {
  const std::uint32_t number = night_of_[account.value];
  return *std::ranges::lower_bound(nights_, number, {}, &Night::number);
}

const Sleepers::Sleeper& Sleepers::sleeper_of(AccountIndex account) const {
  const std::uint32_t number = night_of_[account.value];
  const Night& night = *std::ranges::lower_bound(nights_, number, {}, &Night::number);
  return night.sleepers[place_of_[account.value]];
}

void Sleepers::wake(AccountIndex account) {
  if (!asleep(account)) return;
  --night_of(account).left;
  night_of_[account.value] = 0;
  --count_;
}

void Sleepers::wake_waiting() {
  for (const std::uint32_t a : waiting_) {
    const AccountIndex account(a);
    if (asleep(account) && sleeper_of(account).waits) wake(account);
  }
  waiting_.clear();
}

bool Sleepers::asleep(AccountIndex account) const {
  return account.value < night_of_.size() && night_of_[account.value] != 0;
}

bool Sleepers::rests(AccountIndex account) const {
  return asleep(account) && !sleeper_of(account).waits;
}

void Sleepers::move_to(const risk::EpochRisk& market, const risk::ShockBounds& bounds,
                       risk::MarketPoint now) {
  if (count_ == 0) {
    nights_.clear();
    now_ = std::move(now);
    return;
  }
  spread_age(now.time);
  for (; !alarms_.empty() && alarms_.top().first <= now.time; alarms_.pop()) {
    wake(AccountIndex(alarms_.top().second));
  }
  risk::moves_between(market, bounds, now_, now, moves_);
  const double step = risk::largest_move(moves_);
  now_ = std::move(now);
  std::erase_if(nights_, [](const Night& night) { return night.left == 0; });
  for (Night& night : nights_) {
    if (!night.over) {
      for (std::uint32_t i = 0; i < night.sleepers.size(); ++i) night.by_radius.push_back(i);
      std::ranges::sort(night.by_radius, {}, [&night](auto i) { return night.sleepers[i].radius; });
      night.over = true;
    }
    // A move and a move come to at most their sum and, inside the box, once and a half the later.
    night.moved += step * 2.5;
    night.knows_moves = false;
    try_out(market, bounds, night);
  }
}

void Sleepers::find_moves(const risk::EpochRisk& market, const risk::ShockBounds& bounds,
                          Night& night) {
  if (night.knows_moves) return;
  risk::moves_between(market, bounds, night.begun, now_, night.moves);
  night.moved = risk::largest_move(night.moves);
  night.knows_moves = true;
}

void Sleepers::try_out(const risk::EpochRisk& market, const risk::ShockBounds& bounds,
                       Night& night) {
  const bool old = now_.time - night.begun.time >= kLongest;
  const auto sleeper = [&night](std::size_t i) -> const Sleeper& {
    return night.sleepers[night.by_radius[i]];
  };
  const std::size_t all = night.by_radius.size();
  while (night.passed < all && !in(night, sleeper(night.passed))) ++night.passed;
  if (!old && (night.passed == all || night.moved < sleeper(night.passed).radius)) return;
  find_moves(market, bounds, night);
  for (std::size_t i = night.passed; i < all; ++i) {
    const Sleeper& s = sleeper(i);
    if (!old && night.moved < s.radius) break;
    if (!in(night, s)) continue;
    const std::span terms = std::span(night.terms).subspan(s.first, s.terms);
    if (old || !risk::is_safe(s.slack, terms, night.moves)) wake(AccountIndex(s.account));
  }
}

double Sleepers::room(const risk::EpochRisk& market, const risk::ShockBounds& bounds,
                      AccountIndex account) {
  BULKHEAD_ASSERT(rests(account));
  Night& night = night_of(account);
  find_moves(market, bounds, night);
  const Sleeper& s = night.sleepers[place_of_[account.value]];
  const std::span terms = std::span(night.terms).subspan(s.first, s.terms);
  return s.slack - risk::largest_loss(terms, night.moves);
}

// A share of all accounts at each tick, so that the work of a round is even.
void Sleepers::spread_age(Timestamp now) {
  const double share = std::min(1.0 / 30, (now - now_.time).seconds() / kRound.seconds());
  const auto many = static_cast<std::size_t>(share * static_cast<double>(night_of_.size())) + 1;
  for (std::size_t i = 0; i < std::min(many, night_of_.size()); ++i) {
    next_by_age_ = (next_by_age_ + 1) % night_of_.size();
    wake(AccountIndex(next_by_age_));
  }
}

void Sleepers::lay(AccountIndex account, const risk::SafeRegion& region) {
  add(account, region, false);
}

void Sleepers::let_wait(AccountIndex account, const risk::SafeRegion& region,
                        std::optional<Timestamp> until) {
  add(account, region, true);
  waiting_.push_back(account.value);
  if (until) alarms_.emplace(*until, account.value);
}

void Sleepers::add(AccountIndex account, const risk::SafeRegion& region, bool waits) {
  BULKHEAD_ASSERT(!asleep(account));
  if (nights_.empty() || nights_.back().over) {
    Night& made = nights_.emplace_back();
    made.number = ++last_number_;
    made.begun = now_;
  }
  Night& night = nights_.back();
  if (night_of_.size() <= account.value) {
    night_of_.resize(account.value + 1U, 0);
    place_of_.resize(account.value + 1U, 0);
  }
  const auto slack = static_cast<float>(std::min(region.slack, 1e30)) * kDown;
  const auto radius = static_cast<float>(std::min(region.radius, 1e30)) * kDown;
  place_of_[account.value] = static_cast<std::uint32_t>(night.sleepers.size());
  night.sleepers.push_back({.radius = radius,
                            .slack = slack,
                            .account = account.value,
                            .first = static_cast<std::uint32_t>(night.terms.size()),
                            .terms = static_cast<std::uint32_t>(region.terms.size()),
                            .waits = waits});
  night.terms.insert(night.terms.end(), region.terms.begin(), region.terms.end());
  night_of_[account.value] = night.number;
  ++night.left;
  ++count_;
}

}  // namespace bulkhead::engine
