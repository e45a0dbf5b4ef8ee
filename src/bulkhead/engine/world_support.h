// A little venue for the tests of the engine: real engine, a few assets, contracts, places and
// persons, prices that are set by name, and a check of every invariant after every command.
//
//   World world;
//   world.open("alice-1", "alice").fund("alice-1", "USDT", "10000", "10000");
//   world.trade("alice-1", "BTC/USDT:USDT", 100, "60000");
//   world.price("BTC", 58'000).tick();
//   EXPECT_EQ(world.account("alice-1").ladder.coverage, policy::Coverage::watch);
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/engine/engine.h"
#include "bulkhead/pricing/scenario_set.h"

namespace bulkhead::engine {

inline constexpr Timestamp kWorldStart{1'700'000'000'000'000'000};  // 2023-11-14T22:13:20Z

// 60 draws in each block from the seed; moves of BTC and ETH of about 3 % a day, USDC of 5 bp.
pricing::ScenarioSet world_set(std::uint64_t seed, Timestamp as_of);
// What the world starts with: the shipped policy, with a wide volatile limit (so that a fall of a
// few per cent a minute keeps good prices) and a dwell of three minutes.
policy::ParameterSet world_parameters();
std::vector<Person> world_persons();

class World;

struct WorldOptions {
  EngineOptions engine;
  Executor* executor = nullptr;  // serial
  policy::ParameterSet parameters = world_parameters();
  bool furnished = true;  // assets, contracts, places, prices, a scenario set, an insurance grant
  std::function<void(World&)> before_scenarios = {};  // while furnishing: prices, but no set yet
};

// Everything said of one kind.
template <class Body>
struct Said {
  std::string account;
  Timestamp time;
  Body body;
};

class World {
 public:
  explicit World(WorldOptions options = {});

  // --- commands --------------------------------------------------------------------------------
  // Gives a command now, under a fresh id; checks the invariants and keeps everything.
  const Applied& give(std::string_view actor, CommandBody body);
  const Applied& give(const Command& command);
  // The same, which must be accepted.
  World& must(std::string_view actor, CommandBody body);
  // The same, which must be refused with that code.
  Error refuse(std::string_view actor, CommandBody body, ErrorCode code);
  Command command(std::string_view actor, CommandBody body);

  World& pass(Duration step);
  // Price in numéraire of an asset, or annual volatility of "BTC:vol"; observed at every tick from
  // then on by both its sources. Half width as a fraction of the price.
  World& price(const std::string& asset, double value, double width = 0);
  World& silence(const std::string& asset);  // no more observations until price()
  World& observe();                          // gives what price() set, now
  World& tick(Duration step = minutes(1));   // passes, observes, ticks
  World& bare_tick();                        // a tick now, nothing observed
  World& ticks(int count, Duration step = minutes(1));

  World& open(const std::string& account, const std::string& member,
              const StandingInstruction& standing = {},
              risk::MarginMode mode = risk::MarginMode::joint, const std::string& group = "");
  // Deposits `free` coins and pledges `pledged` of them; at the internal ledger.
  World& fund(const std::string& account, const std::string& asset, const std::string& deposited,
              const std::string& pledged);
  // lots: + bought, − sold, from the venue's market account.
  World& trade(const std::string& account, const std::string& instrument, std::int64_t lots,
               const std::string& price);
  // Every open custody leg is answered as its place should: applied, final.
  World& places_answer();
  CustodyReceipt receipt(const std::string& account, const std::string& asset,
                         const std::string& place, ReceiptStatus status, Amount observed) const;
  // Every open liquidation instruction is filled at fair price.
  World& venue_fills();

  // --- what there is ---------------------------------------------------------------------------
  Amount amount(const std::string& asset, const std::string& coins) const;
  const AccountState& account(const std::string& name) const;
  Figures figures(const std::string& name);
  Amount held(const std::string& account, const std::string& asset, const std::string& place,
              ledger::Bucket bucket) const;
  std::string member_of(const std::string& account) const;

  // Events of a kind from log position `from` on (an index into answers()).
  template <class Body>
  std::vector<Said<Body>> said(std::size_t from = 0) const {
    std::vector<Said<Body>> found;
    for (std::size_t i = from; i < answers_.size(); ++i) {
      for (const Event& event : answers_[i].events) {
        if (const auto* body = std::get_if<Body>(&event.body)) {
          found.push_back({event.account, event.time, *body});
        }
      }
    }
    return found;
  }
  template <class Body>
  std::vector<Body> said_of(const std::string& account, std::size_t from = 0) const {
    std::vector<Body> found;
    for (const auto& said : said<Body>(from)) {
      if (said.account == account) found.push_back(said.body);
    }
    return found;
  }

  Engine& engine() { return *engine_; }
  const State& state() const { return engine_->state(); }
  Timestamp now() const { return now_; }
  const std::vector<Command>& log() const { return log_; }
  const std::vector<Applied>& answers() const { return answers_; }
  const std::map<std::string, Bytes>& records() const { return records_; }
  const std::map<Hash, Bytes>& content() const { return content_; }
  Hash add_content(const pricing::ScenarioSet& set);
  Hash add_bytes(const Bytes& bytes);  // under their own hash

 private:
  void furnish(const WorldOptions& options);

  std::map<Hash, Bytes> content_;
  SerialExecutor serial_;
  std::unique_ptr<Engine> engine_;
  Timestamp now_ = kWorldStart;
  std::uint64_t next_id_ = 0;
  std::map<std::string, std::pair<double, double>> prices_;
  std::vector<Command> log_;
  std::vector<Applied> answers_;
  std::map<std::string, Bytes> records_;
};

// Applies the changes of the last command to a map of records.
void absorb(std::map<std::string, Bytes>& records, const ChangeSet& changes);
// The root of a hash built anew from records.
Hash root_of(const std::map<std::string, Bytes>& records);
// Canonical bytes of all that a command was answered.
Bytes answer_bytes(const Applied& applied);
// Everything that must hold between any two commands; the empty string, or what is wrong.
std::string broken_invariant(const State& state);

}  // namespace bulkhead::engine
