// Who need not be looked at: accounts at rest, and those that wait on the ladder for the market or
// the clock, each with the region of market moves in which it certainly stays so. Those laid down
// at one tick share that tick's market point; at each later tick only those are tried whose radius
// the market has passed, and only those whose bound fails are woken (docs/safe-regions.md). A
// cache: never part of state.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <vector>

#include "bulkhead/base/ids.h"
#include "bulkhead/risk/safe_region.h"

namespace bulkhead::engine {

class Sleepers {
 public:
  // Everyone is evaluated within a round, of half an hour or of thirty ticks where those take
  // longer, a share at each tick; nobody sleeps for longer than the longest.
  static constexpr Duration kRound = minutes(30);
  static constexpr Duration kLongest = hours(6);

  void wake_all();
  void wake(AccountIndex account);
  // Those that wait: something that their regions say nothing of has changed.
  void wake_waiting();
  bool asleep(AccountIndex account) const;
  // Of a sleeper: laid down by lay(), not by let_wait().
  bool rests(AccountIndex account) const;
  std::size_t count() const { return count_; }

  // The market has come to `now`, of the same set, parameters and registry as all before. Wakes
  // those whose region it may have left or who have slept long enough.
  void move_to(const risk::EpochRisk& market, const risk::ShockBounds& bounds,
               risk::MarketPoint now);
  // Lays an account down at the market's present point.
  void lay(AccountIndex account, const risk::SafeRegion& region);
  // The same of one that waits; it is woken at `until`, if not before.
  void let_wait(AccountIndex account, const risk::SafeRegion& region,
                std::optional<Timestamp> until);
  // What E − θ·IM of a sleeper at rest still is at least, in numéraire.
  double room(const risk::EpochRisk& market, const risk::ShockBounds& bounds, AccountIndex account);

 private:
  struct Sleeper {
    float radius = 0;
    float slack = 0;
    std::uint32_t account = 0;
    std::uint32_t first = 0;  // of its terms
    std::uint32_t terms = 0;
    bool waits = false;
  };
  // Those laid down at one tick.
  struct Night {
    std::uint32_t number = 0;
    risk::MarketPoint begun;
    std::vector<Sleeper> sleepers;
    std::vector<std::uint32_t> by_radius;  // of sleepers, once the tick is over
    std::size_t passed = 0;                // of by_radius: nobody before is asleep
    std::vector<risk::RegionTerm> terms;
    std::size_t left = 0;            // still asleep
    double moved = 0;                // the market's largest move since is at most this
    std::vector<risk::Moves> moves;  // from begun to now_, if they are known
    bool knows_moves = false;
    bool over = false;
  };

  bool in(const Night& night, const Sleeper& sleeper) const {
    return night_of_[sleeper.account] == night.number;
  }
  Night& night_of(AccountIndex account);
  const Sleeper& sleeper_of(AccountIndex account) const;
  void add(AccountIndex account, const risk::SafeRegion& region, bool waits);
  void find_moves(const risk::EpochRisk& market, const risk::ShockBounds& bounds, Night& night);
  void try_out(const risk::EpochRisk& market, const risk::ShockBounds& bounds, Night& night);
  void spread_age(Timestamp now);

  std::vector<std::uint32_t> night_of_;  // by account; 0: awake
  std::vector<std::uint32_t> place_of_;  // by account: among the sleepers of its night
  std::deque<Night> nights_;             // by number
  std::uint32_t last_number_ = 0;
  std::size_t count_ = 0;
  risk::MarketPoint now_;
  std::vector<risk::Moves> moves_;
  std::vector<std::uint32_t> waiting_;  // laid down so since the last wake_waiting(); most asleep
  using Alarm = std::pair<Timestamp, std::uint32_t>;
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
  std::size_t next_by_age_ = 0;
};

}  // namespace bulkhead::engine
