// Two engines on one list of commands: one as it runs, incremental, and one that evaluates every
// account at every tick. Their answers must be the same bytes; and at a stop a third, made of the
// records kept so far, must have the same root and the same figures, and takes the second's place.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bulkhead/engine/engine.h"

namespace bulkhead::soak {

class Twins {
 public:
  explicit Twins(Executor& executor);

  void put_content(const Hash& hash, Bytes bytes) { content_[hash] = std::move(bytes); }
  // The answer of the incremental engine. The id is made here.
  engine::Applied send(Timestamp now, std::string_view actor, engine::CommandBody body);
  void stop();

  const engine::State& state() const { return fast_->state(); }
  const engine::TickCounts& counts() { return (*fast_->figures())->counts(); }
  std::uint64_t commands() const { return commands_; }
  std::uint64_t refused() const { return refused_; }
  std::uint64_t compared() const { return compared_; }  // accounts, over all stops
  std::size_t records() const { return records_.size(); }
  // How many of each kind.
  const std::map<std::string, std::uint64_t, std::less<>>& events() const { return events_; }
  // The first difference found; empty: none. Nothing is done after one.
  const std::string& wrong() const { return wrong_; }

 private:
  std::unique_ptr<engine::Engine> make(bool plain);
  void keep(const ChangeSet& changes);
  void compare_figures(engine::Engine& fresh, AccountIndex account);

  Executor& executor_;
  std::map<Hash, Bytes> content_;
  std::unique_ptr<engine::Engine> fast_;
  std::unique_ptr<engine::Engine> plain_;
  std::map<std::string, Bytes> records_;
  std::map<std::string, std::uint64_t, std::less<>> events_;
  std::uint64_t commands_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t compared_ = 0;
  std::string wrong_;
};

}  // namespace bulkhead::soak
