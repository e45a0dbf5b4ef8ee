// The engine that is measured and, beside it, one that evaluates everyone at every tick for a
// sample of the accounts: what stages should have changed, and did.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "two_threads.h"

namespace bulkhead::bench {

struct Spent {
  double wall = 0;       // seconds
  double processor = 0;  // of all threads of the process
};

Spent spent_now();
inline Spent operator-(const Spent& a, const Spent& b) {
  return {a.wall - b.wall, a.processor - b.processor};
}

struct StageCheck {
  std::uint64_t changes = 0;  // of the sample, by brute force
  std::uint64_t missed = 0;   // of them, those that the fast engine did not make, or made otherwise
  std::uint64_t spurious = 0;  // made by the fast engine alone
};

class CrowdEngines {
 public:
  // `check_every`: see EngineOptions. Commands of the fast engine are refused by no rule, or it is
  // an error.
  CrowdEngines(bool plain, std::uint64_t check_every, bool with_sample);

  void put_content(const Hash& hash, Bytes bytes) { content_[hash] = std::move(bytes); }
  // To both engines, or to the fast one alone.
  Status send(Timestamp now, std::string_view actor, engine::CommandBody body, bool sampled = true);
  // To both, each its own: what names a number of the engine's.
  Status send(Timestamp now, std::string_view actor, engine::CommandBody fast,
              engine::CommandBody brute);
  // The same with a tick, whose stage changes are compared over the accounts of the sample.
  Status tick(Timestamp now);
  void add_to_sample(const std::string& account) { sample_.insert(account); }

  bool is_sampled(const std::string& account) const { return sample_.contains(account); }

  engine::Engine& fast() { return fast_; }
  engine::Engine& brute() { return brute_; }
  const engine::TickCounts& counts() { return (*fast_.figures())->counts(); }
  std::size_t sample_size() const { return sample_.size(); }
  // Of the fast engine's last command.
  const Spent& last_spent() const { return last_spent_; }
  std::uint64_t last_changes() const { return last_changes_; }  // of stages
  const std::vector<engine::Event>& last_events() const { return last_.events; }
  std::uint64_t commands() const { return commands_; }
  const StageCheck& check() const { return check_; }
  // The longest that a command of each kind took.
  const std::map<std::string, Spent>& longest() const { return longest_; }

 private:
  using Changes = std::multiset<std::pair<std::string, Bytes>>;
  Status apply(engine::Engine& engine, const engine::Command& command, engine::Applied& done);
  Status send(Timestamp now, std::string_view actor, engine::CommandBody fast,
              const engine::CommandBody* brute);
  Changes changes_of(const engine::Applied& done) const;
  void compare(const Changes& fast, const Changes& brute);

  std::map<Hash, Bytes> content_;
  TwoThreads two_;
  engine::Engine fast_;
  engine::Engine brute_;
  bool with_sample_ = false;
  std::set<std::string, std::less<>> sample_;
  std::uint64_t commands_ = 0;
  Spent last_spent_;
  std::uint64_t last_changes_ = 0;
  engine::Applied last_;  // by the fast engine
  StageCheck check_;
  std::map<std::string, Spent> longest_;
};

}  // namespace bulkhead::bench
