// Looks for missed and spurious crossings in a log by brute force: at every tick it values every
// account anew from books and epoch with the plain risk kernels, and holds what was said of the
// account against the levels. Shares nothing with policy, collateral or the engine's decisions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/risk/models.h"

namespace bulkhead::crossings {

class Checker {
 public:
  // After each command of the log, in order.
  void see(const engine::Command& command, const engine::Applied& applied, engine::Engine& engine);

  const std::vector<std::string>& findings() const { return findings_; }
  std::uint64_t ticks() const { return ticks_; }
  std::uint64_t evaluations() const { return evaluations_; }
  // Transitions that were held against the figures, by kind.
  const std::map<std::string, std::uint64_t>& held() const { return held_; }

 private:
  struct Figures {
    std::int64_t least = 0;
    std::int64_t mid = 0;
    std::int64_t greatest = 0;
    std::int64_t initial = 0;
    std::int64_t maintenance = 0;
    bool owes = false;
    bool complete = true;
    market::Quality quality = market::Quality::good;
    std::int64_t preventive() const { return quality >= market::Quality::stale ? greatest : mid; }
  };
  struct Streak {
    std::optional<Timestamp> since;
    std::uint32_t ticks = 0;
    void follow(bool holds, Timestamp now);
  };
  struct Account {
    risk::Portfolio book;
    policy::Coverage coverage = policy::Coverage::normal;
    policy::Default default_ = policy::Default::none;
    Streak at_target;   // E_mid
    Streak below_mid;   // E_mid < MM
    Streak below_best;  // E_greatest < MM
    bool missed = false;
  };

  void tick(const engine::Applied& applied, engine::Engine& engine, Timestamp now);
  Figures figures(engine::Engine& engine, AccountIndex account);
  void judge(Account& account, const std::string& name, const Figures& f,
             const std::vector<const engine::Event*>& events, const engine::State& state,
             Timestamp now);
  void find(const std::string& account, const std::string& what);

  std::vector<Account> accounts_;
  std::vector<std::string> findings_;
  std::map<std::string, std::uint64_t> held_;
  std::uint64_t ticks_ = 0;
  std::uint64_t evaluations_ = 0;
  std::uint64_t record_ = 0;
  Timestamp last_tick_;
  Timestamp grace_until_;
  risk::Scratch scratch_;
};

}  // namespace bulkhead::crossings
